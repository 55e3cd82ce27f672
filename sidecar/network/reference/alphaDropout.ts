/**
 * Alpha dropout: a dropped unit takes α′ = −αλ, the value at which SELU saturates, and A · x + B then restores mean 0
 * and variance 1:
 *
 *   out = A · (mask · x + (1 − mask) · α′) + B,   A = ((1 − rate)(1 + rate · α′²))^−½,   B = −A · α′ · rate
 *
 * Mean and variance are kept where they are 0 and 1; elsewhere they shift, as the authors' do.
 * @param mask 1 = kept, 0 = dropped; `length` elements like x and out
 * @param rate share of the units dropped, 0 ≤ rate < 1
 * @see Klambauer et al. 2017, "Self-normalizing neural networks", §3, "New dropout technique"
 */
export function alphaDropoutForward(
  x: Float64Array,
  mask: Float64Array,
  rate: number,
  length: number,
  out: Float64Array,
): void {
  const scale = alphaScale(rate);
  const offset = -scale * saturation * rate;
  for (let i = 0; i < length; i++) {
    out[i] = scale * (mask[i]! * x[i]! + (1 - mask[i]!) * saturation) + offset;
  }
}

/** dX = A · mask · dOut, with the mask of the forward pass. */
export function alphaDropoutBackward(
  dOut: Float64Array,
  mask: Float64Array,
  rate: number,
  length: number,
  dX: Float64Array,
): void {
  const scale = alphaScale(rate);
  for (let i = 0; i < length; i++) dX[i] = scale * mask[i]! * dOut[i]!;
}

/** α′ = −1.0507009873554805 · 1.6732632423543772. */
const saturation = -1.7580993408473766;

function alphaScale(rate: number): number {
  return 1 / Math.sqrt((1 - rate) * (1 + rate * saturation * saturation));
}
