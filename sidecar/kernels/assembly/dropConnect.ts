/**
 * Dense layers whose weights, not units, are dropped: each row of the batch has its own mask `kept` [units × inputs] of
 * the weights [units × inputs], both row-major. Straightforward loops in the plain engine's order; the masks alone are
 * as long as all products, so there is little to gain from more.
 */

/** z [rows × units] = scale · (M ⊙ W) x. */
export function multiplyMasked(
  x: usize,
  rows: i32,
  inputs: i32,
  weight: usize,
  units: i32,
  kept: usize,
  factor: f32,
  z: usize,
): void {
  for (let row = 0; row < rows; row++) {
    let w = weight;
    for (let unit = 0; unit < units; unit++) {
      store<f32>(z, maskedSum(x, w, kept, inputs) * factor);
      w += (<usize>inputs) << 2;
      kept += (<usize>inputs) << 2;
      z += 4;
    }
    x += (<usize>inputs) << 2;
  }
}

export function maskedSum(x: usize, w: usize, kept: usize, count: i32): f32 {
  const end = (<usize>count) << 2;
  let sum: f32 = 0;
  for (let k: usize = 0; k < end; k += 4) {
    if (load<f32>(kept + k) != 0) sum += load<f32>(x + k) * load<f32>(w + k);
  }
  return sum;
}

/** dWeight [units × inputs] = Σ over the rows of M ⊙ (d xᵀ). */
export function maskedWeightGradient(
  d: usize,
  rows: i32,
  units: i32,
  x: usize,
  inputs: i32,
  kept: usize,
  dWeight: usize,
): void {
  memory.fill(dWeight, 0, (<usize>units * <usize>inputs) << 2);
  for (let row = 0; row < rows; row++) {
    let out = dWeight;
    for (let unit = 0; unit < units; unit++) {
      addMasked(load<f32>(d), x, kept, inputs, out);
      d += 4;
      kept += (<usize>inputs) << 2;
      out += (<usize>inputs) << 2;
    }
    x += (<usize>inputs) << 2;
  }
}

/** dX [rows × inputs] = d (M ⊙ W). */
export function maskedInputGradient(
  d: usize,
  rows: i32,
  units: i32,
  weight: usize,
  inputs: i32,
  kept: usize,
  dX: usize,
): void {
  memory.fill(dX, 0, (<usize>rows * <usize>inputs) << 2);
  for (let row = 0; row < rows; row++) {
    let w = weight;
    for (let unit = 0; unit < units; unit++) {
      addMasked(load<f32>(d), w, kept, inputs, dX);
      d += 4;
      w += (<usize>inputs) << 2;
      kept += (<usize>inputs) << 2;
    }
    dX += (<usize>inputs) << 2;
  }
}

/** out[k] += factor · x[k] where kept. */
export function addMasked(factor: f32, x: usize, kept: usize, count: i32, out: usize): void {
  const end = (<usize>count) << 2;
  for (let k: usize = 0; k < end; k += 4) {
    if (load<f32>(kept + k) != 0) store<f32>(out + k, load<f32>(out + k) + factor * load<f32>(x + k));
  }
}

/** z [rows × units] += bias. */
export function addBias(z: usize, rows: i32, units: i32, bias: usize): void {
  const end = (<usize>units) << 2;
  for (let row = 0; row < rows; row++) {
    for (let j: usize = 0; j < end; j += 4) store<f32>(z + j, load<f32>(z + j) + load<f32>(bias + j));
    z += end;
  }
}
