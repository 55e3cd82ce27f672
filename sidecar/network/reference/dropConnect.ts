import type {DenseShape} from './dense.ts';

/**
 * z = ((M ⊙ W) x) / (1 − rate) + b, each row with a mask M of its own; the bias is never dropped. The division keeps
 * the expected z that of the evaluation pass, which is `denseForward`. (Wan et al. approximate the evaluation by
 * sampling instead of scaling.)
 * @param mask [rows × units × inputs], 1 = kept, 0 = dropped
 * @param rate share of the weights dropped, 0 ≤ rate < 1
 * @see Wan et al., ICML 2013, PMLR 28(3):1058–1066, §3
 */
export function dropConnectForward(
  {inputs, units}: DenseShape,
  weight: Float64Array,
  bias: Float64Array,
  mask: Float64Array,
  rate: number,
  x: Float64Array,
  rows: number,
  z: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const kept = (row * units + unit) * inputs;
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += mask[kept + i]! * weight[unit * inputs + i]! * x[row * inputs + i]!;
      z[row * units + unit] = sum / (1 - rate) + bias[unit]!;
    }
  }
}

/** The gradients of `denseBackward` through the same masks. @param dX [rows × inputs], or null if not needed */
export function dropConnectBackward(
  {inputs, units}: DenseShape,
  weight: Float64Array,
  mask: Float64Array,
  rate: number,
  x: Float64Array,
  dZ: Float64Array,
  rows: number,
  dWeight: Float64Array,
  dBias: Float64Array,
  dX: Float64Array | null,
): void {
  dWeight.fill(0);
  dBias.fill(0);
  dX?.fill(0, 0, rows * inputs);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const kept = (row * units + unit) * inputs;
      dBias[unit]! += dZ[row * units + unit]!;
      const d = dZ[row * units + unit]! / (1 - rate);
      for (let i = 0; i < inputs; i++) {
        dWeight[unit * inputs + i]! += mask[kept + i]! * d * x[row * inputs + i]!;
        if (dX) dX[row * inputs + i]! += mask[kept + i]! * d * weight[unit * inputs + i]!;
      }
    }
  }
}
