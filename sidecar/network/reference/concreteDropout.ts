import {exp, sigmoid} from '../../kernels/elementary.ts';

/**
 * Concrete dropout: a unit is dropped to the degree z, between 0 and 1, which has a derivative by the rate p = σ(logit):
 *
 *   z = σ((logit + noise) / t),   out = x · (1 − z) / (1 − p)
 *
 * @param noise log(u / (1 − u)) of uniform u, shape of x
 * @param z written, shape of x
 * @see Gal, Hron and Kendall 2017, "Concrete dropout", eq. 5
 */
export function concreteDropoutForward(
  x: Float64Array,
  noise: Float64Array,
  logit: number,
  temperature: number,
  length: number,
  z: Float64Array,
  out: Float64Array,
): void {
  // 1 / (1 − p) = 1 + e^logit.
  const scale = 1 + exp(logit);
  for (let i = 0; i < length; i++) {
    z[i] = sigmoid((logit + noise[i]!) / temperature);
    out[i] = x[i]! * ((1 - z[i]!) * scale);
  }
}

/**
 * Writes dX unless null. @returns the gradient of the logit: ∂out/∂logit = out · (p − z / t)
 * @param out what the forward pass gave
 */
export function concreteDropoutBackward(
  dOut: Float64Array,
  out: Float64Array,
  z: Float64Array,
  logit: number,
  temperature: number,
  length: number,
  dX: Float64Array | null,
): number {
  const scale = 1 + exp(logit);
  const rate = sigmoid(logit);
  let dLogit = 0;
  for (let i = 0; i < length; i++) {
    dLogit += dOut[i]! * out[i]! * (rate - z[i]! / temperature);
    if (dX) dX[i] = dOut[i]! * ((1 - z[i]!) * scale);
  }
  return dLogit;
}
