/**
 * Gaussian dropout: out = x · multiplier, elementwise, multipliers from N(1, rate / (1 − rate)): mean and variance of
 * dropout at the same rate. Evaluation has nothing to do.
 * @see Srivastava et al. 2014, JMLR 15:1929–1958, §10
 */
export function gaussianDropoutForward(
  x: Float64Array,
  multipliers: Float64Array,
  length: number,
  out: Float64Array,
): void {
  for (let i = 0; i < length; i++) out[i] = x[i]! * multipliers[i]!;
}

/** dX = dOut · multiplier, with the multipliers of the forward pass. */
export function gaussianDropoutBackward(
  dOut: Float64Array,
  multipliers: Float64Array,
  length: number,
  dX: Float64Array,
): void {
  for (let i = 0; i < length; i++) dX[i] = dOut[i]! * multipliers[i]!;
}
