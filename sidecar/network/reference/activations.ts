import {erf, exp, expm1, sigmoid, softplus, tanh} from '../../kernels/elementary.ts';
import type {Activation} from '../plan.ts';

/** out[i] = a(z[i]), 0 ≤ i < length; out may be z. */
export function activationForward(activation: Activation, z: Float64Array, length: number, out: Float64Array): void {
  for (let i = 0; i < length; i++) out[i] = activate(activation, z[i]!);
}

/** dZ[i] = a′(z[i]) · dOut[i], 0 ≤ i < length; dZ may be dOut. */
export function activationBackward(
  activation: Activation,
  z: Float64Array,
  dOut: Float64Array,
  length: number,
  dZ: Float64Array,
): void {
  for (let i = 0; i < length; i++) dZ[i] = activationDerivative(activation, z[i]!) * dOut[i]!;
}

/**
 * a(z). leakyRelu has slope 0.01 and elu α = 1, as in PyTorch; gelu is the exact form z · Φ(z), not an approximation.
 * Sources: elu Clevert et al. 2016; selu Klambauer et al. 2017, eq. 2 and 14; gelu Hendrycks and Gimpel 2016;
 * silu Elfwing et al. 2018; softplus Dugas et al. 2001.
 */
export function activate(activation: Activation, z: number): number {
  switch (activation) {
    case 'linear':
      return z;
    case 'relu':
      // Math.max lets NaN through, a comparison would not.
      return Math.max(z, 0);
    case 'leakyRelu':
      return z > 0 ? z : 0.01 * z;
    case 'elu':
      return z > 0 ? z : expm1(z);
    case 'selu':
      return z > 0 ? seluScale * z : seluScale * seluAlpha * expm1(z);
    case 'gelu':
      return z * normalProbability(z);
    case 'silu':
      return z * sigmoid(z);
    case 'tanh':
      return tanh(z);
    case 'sigmoid':
      return sigmoid(z);
    case 'softplus':
      return softplus(z);
  }
}

/** a′(z); at the corner of relu and leakyRelu the slope of the left side, as in PyTorch. */
export function activationDerivative(activation: Activation, z: number): number {
  switch (activation) {
    case 'linear':
      return 1;
    case 'relu':
      return z > 0 ? 1 : 0;
    case 'leakyRelu':
      return z > 0 ? 1 : 0.01;
    case 'elu':
      return z > 0 ? 1 : exp(z);
    case 'selu':
      return z > 0 ? seluScale : seluScale * seluAlpha * exp(z);
    case 'gelu':
      return normalProbability(z) + z * normalDensity(z);
    case 'silu':
      return sigmoid(z) * (1 + z * sigmoid(-z));
    case 'tanh':
      return 1 - tanh(z) * tanh(z);
    case 'sigmoid':
      return sigmoid(z) * sigmoid(-z);
    case 'softplus':
      return sigmoid(z);
  }
}

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** Φ(z) = P(N(0, 1) ≤ z). */
function normalProbability(z: number): number {
  return 0.5 * (1 + erf(z * Math.SQRT1_2));
}

/** φ(z) = e^(−z²/2) / √2π. */
function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}
