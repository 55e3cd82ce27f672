/**
 * Batch and layer normalization, operation for operation the plain engine's: statistics are summed in float64, in
 * order. Straightforward loops, not vectors: beside the products of a dense layer they are few.
 * Matrices are [rows × width].
 */

/** Left behind by `measure`. */
let mean: f64 = 0;
let variance: f64 = 0;

/** normalized = (x − mean) / √(variance + epsilon) by each column's statistics over the rows; moves the running ones. */
export function normalizeBatch(
  x: usize,
  rows: i32,
  width: i32,
  momentum: f64,
  epsilon: f64,
  runningMean: usize,
  runningVariance: usize,
  inverseDeviations: usize,
  normalized: usize,
): void {
  const stride = (<usize>width) << 2;
  for (let j = 0; j < width; j++) {
    const column = (<usize>j) << 2;
    measure(x + column, stride, rows);
    const inverse = 1 / sqrt(variance + epsilon);
    store<f64>(inverseDeviations + ((<usize>j) << 3), inverse);
    normalizeRun(x + column, stride, rows, mean, inverse, normalized + column);
    moveStatistic(runningMean + column, momentum, mean);
    // The running variance is the unbiased one, as in PyTorch; a batch of one row has none and counts as it is.
    moveStatistic(runningVariance + column, momentum, rows > 1 ? (variance * <f64>rows) / <f64>(rows - 1) : variance);
  }
}

// @ts-ignore: decorator
@inline
function moveStatistic(at: usize, momentum: f64, value: f64): void {
  store<f32>(at, <f32>((1 - momentum) * <f64>load<f32>(at) + momentum * value));
}

/** The same by the running statistics. */
export function normalizeByRunning(
  x: usize,
  rows: i32,
  width: i32,
  epsilon: f64,
  runningMean: usize,
  runningVariance: usize,
  normalized: usize,
): void {
  for (let j = 0; j < width; j++) {
    const column = (<usize>j) << 2;
    const inverse = 1 / sqrt(<f64>load<f32>(runningVariance + column) + epsilon);
    const center = <f64>load<f32>(runningMean + column);
    normalizeRun(x + column, (<usize>width) << 2, rows, center, inverse, normalized + column);
  }
}

/** The same by each row's statistics over the columns. */
export function normalizeRows(
  x: usize,
  rows: i32,
  width: i32,
  epsilon: f64,
  inverseDeviations: usize,
  normalized: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const start = (<usize>row * <usize>width) << 2;
    measure(x + start, 4, width);
    const inverse = 1 / sqrt(variance + epsilon);
    store<f64>(inverseDeviations + ((<usize>row) << 3), inverse);
    normalizeRun(x + start, 4, width, mean, inverse, normalized + start);
  }
}

/** Mean and biased variance of a run of numbers, in two passes. */
export function measure(x: usize, stride: usize, count: i32): void {
  let sum: f64 = 0;
  let at = x;
  for (let i = 0; i < count; i++) {
    sum += <f64>load<f32>(at);
    at += stride;
  }
  mean = sum / <f64>count;
  let squares: f64 = 0;
  at = x;
  for (let i = 0; i < count; i++) {
    const apart = <f64>load<f32>(at) - mean;
    squares += apart * apart;
    at += stride;
  }
  variance = squares / <f64>count;
}

export function normalizeRun(x: usize, stride: usize, count: i32, center: f64, inverse: f64, out: usize): void {
  for (let i = 0; i < count; i++) {
    store<f32>(out, <f32>((<f64>load<f32>(x) - center) * inverse));
    x += stride;
    out += stride;
  }
}

/** out = gain · normalized + shift for each column. */
export function scaleAndShift(normalized: usize, rows: i32, width: i32, gain: usize, shift: usize, out: usize): void {
  const wholeEnd = (<usize>width & ~3) << 2;
  const end = (<usize>width) << 2;
  for (let row = 0; row < rows; row++) {
    let j: usize = 0;
    for (; j < wholeEnd; j += 16) {
      const scaled = f32x4.mul(v128.load(gain + j), v128.load(normalized + j));
      v128.store(out + j, f32x4.add(scaled, v128.load(shift + j)));
    }
    for (; j < end; j += 4) {
      store<f32>(out + j, load<f32>(gain + j) * load<f32>(normalized + j) + load<f32>(shift + j));
    }
    normalized += end;
    out += end;
  }
}

/** dGain[j] = Σ d · normalized and dShift[j] = Σ d over the rows. Room for 2 · width float64 numbers at sums. */
export function sumNormalizationGradients(
  d: usize,
  normalized: usize,
  rows: i32,
  width: i32,
  sums: usize,
  dGain: usize,
  dShift: usize,
): void {
  const shiftSums = sums + ((<usize>width) << 3);
  memory.fill(sums, 0, (<usize>width) << 4);
  for (let row = 0; row < rows; row++) {
    addRowGradients(d, normalized, width, sums, shiftSums);
    d += (<usize>width) << 2;
    normalized += (<usize>width) << 2;
  }
  for (let j: usize = 0; j < <usize>width; j++) {
    store<f32>(dGain + (j << 2), <f32>load<f64>(sums + (j << 3)));
    store<f32>(dShift + (j << 2), <f32>load<f64>(shiftSums + (j << 3)));
  }
}

export function addRowGradients(d: usize, normalized: usize, width: i32, gainSums: usize, shiftSums: usize): void {
  for (let j: usize = 0; j < <usize>width; j++) {
    const dOutput = <f64>load<f32>(d + (j << 2));
    const gainSum = gainSums + (j << 3);
    const shiftSum = shiftSums + (j << 3);
    store<f64>(gainSum, load<f64>(gainSum) + dOutput * <f64>load<f32>(normalized + (j << 2)));
    store<f64>(shiftSum, load<f64>(shiftSum) + dOutput);
  }
}

/** dInput of batch normalization. @param sums as `sumNormalizationGradients` leaves them */
export function batchNormInputGradient(
  d: usize,
  normalized: usize,
  rows: i32,
  width: i32,
  gain: usize,
  inverseDeviations: usize,
  sums: usize,
  dInput: usize,
): void {
  const count = <f64>rows;
  for (let row = 0; row < rows; row++) {
    writeBatchNormRow(d, normalized, count, width, gain, inverseDeviations, sums, dInput);
    d += (<usize>width) << 2;
    normalized += (<usize>width) << 2;
    dInput += (<usize>width) << 2;
  }
}

export function writeBatchNormRow(
  d: usize,
  normalized: usize,
  count: f64,
  width: i32,
  gain: usize,
  inverseDeviations: usize,
  sums: usize,
  dInput: usize,
): void {
  for (let j: usize = 0; j < <usize>width; j++) {
    const dGain = load<f64>(sums + (j << 3));
    const dShift = load<f64>(sums + ((<usize>width + j) << 3));
    const factor = (<f64>load<f32>(gain + (j << 2)) * load<f64>(inverseDeviations + (j << 3))) / count;
    const x = <f64>load<f32>(normalized + (j << 2));
    const value = factor * (count * <f64>load<f32>(d + (j << 2)) - dShift - x * dGain);
    store<f32>(dInput + (j << 2), <f32>value);
  }
}

/** dInput of layer normalization. */
export function layerNormInputGradient(
  d: usize,
  normalized: usize,
  rows: i32,
  width: i32,
  gain: usize,
  inverseDeviations: usize,
  dInput: usize,
): void {
  for (let row = 0; row < rows; row++) {
    writeLayerNormRow(d, normalized, width, gain, load<f64>(inverseDeviations + ((<usize>row) << 3)), dInput);
    d += (<usize>width) << 2;
    normalized += (<usize>width) << 2;
    dInput += (<usize>width) << 2;
  }
}

export function writeLayerNormRow(
  d: usize,
  normalized: usize,
  width: i32,
  gain: usize,
  inverseDeviation: f64,
  dInput: usize,
): void {
  const end = (<usize>width) << 2;
  let sum: f64 = 0;
  let sumNormalized: f64 = 0;
  for (let j: usize = 0; j < end; j += 4) {
    const dNormalized = <f64>load<f32>(d + j) * <f64>load<f32>(gain + j);
    sum += dNormalized;
    sumNormalized += dNormalized * <f64>load<f32>(normalized + j);
  }
  const count = <f64>width;
  const factor = inverseDeviation / count;
  for (let j: usize = 0; j < end; j += 4) {
    const dNormalized = <f64>load<f32>(d + j) * <f64>load<f32>(gain + j);
    const value = factor * (count * dNormalized - sum - <f64>load<f32>(normalized + j) * sumNormalized);
    store<f32>(dInput + j, <f32>value);
  }
}
