/**
 * Inverted dropout: out = x · mask / (1 − rate), elementwise, so that the expected value of out is x and evaluation has
 * nothing to do.
 * @param mask 1 = kept, 0 = dropped; `length` elements like x and out
 * @param rate share of the units dropped, 0 ≤ rate < 1
 * @see Srivastava et al. 2014, JMLR 15:1929–1958, §4; the scaling in training, §10
 */
export function dropoutForward(
  x: Float64Array,
  mask: Float64Array,
  rate: number,
  length: number,
  out: Float64Array,
): void {
  for (let i = 0; i < length; i++) out[i] = (x[i]! * mask[i]!) / (1 - rate);
}

/** dX = dOut · mask / (1 − rate), with the mask of the forward pass. */
export function dropoutBackward(
  dOut: Float64Array,
  mask: Float64Array,
  rate: number,
  length: number,
  dX: Float64Array,
): void {
  for (let i = 0; i < length; i++) dX[i] = (dOut[i]! * mask[i]!) / (1 - rate);
}
