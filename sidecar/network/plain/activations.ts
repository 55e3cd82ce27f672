import {erf, exp, expm1, sigmoid, softplus, tanh} from '../../kernels/elementary.ts';
import type {Activation} from '../plan.ts';

/** out[i] = a(z[i]), 0 ≤ i < length. Computed in float64 and rounded once to float32. For linear, out must be z. */
export function activate(activation: Activation, z: Float32Array, out: Float32Array, length: number): void {
  if (activation === 'linear') return;
  if (activation === 'relu') {
    // Math.max lets NaN through: a sum that is not a number may not look like an inactive unit.
    for (let i = 0; i < length; i++) out[i] = Math.max(z[i]!, 0);
    return;
  }
  const {value} = definitions[activation];
  for (let i = 0; i < length; i++) out[i] = value(z[i]!);
}

/** d[i] ← d[i] · a′(z[i]), 0 ≤ i < length, where y = a(z). At the corner z = 0 the left derivative counts, as in PyTorch. */
export function multiplyByDerivative(
  activation: Activation,
  z: Float32Array,
  y: Float32Array,
  d: Float32Array,
  length: number,
): void {
  if (activation === 'linear') return;
  if (activation === 'relu') {
    for (let i = 0; i < length; i++) d[i] = y[i]! > 0 ? d[i]! : 0;
    return;
  }
  const {derivative} = definitions[activation];
  for (let i = 0; i < length; i++) d[i] = d[i]! * Math.fround(derivative(z[i]!, y[i]!));
}

interface Definition {
  value(z: number): number;
  /** In terms of z and y = a(z), whichever is cheaper. */
  derivative(z: number, y: number): number;
}

const leakySlope = 0.01;
/** Klambauer et al. 2017, self-normalizing neural networks, §2. */
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;
const inverseRootTwo = Math.SQRT1_2;
const inverseRootTwoPi = 0.3989422804014327;

const definitions: {readonly [K in Exclude<Activation, 'linear' | 'relu'>]: Definition} = {
  leakyRelu: {
    value: z => (z > 0 ? z : leakySlope * z),
    derivative: z => (z > 0 ? 1 : leakySlope),
  },
  elu: {
    value: z => (z > 0 ? z : expm1(z)),
    derivative: z => (z > 0 ? 1 : exp(z)),
  },
  selu: {
    value: z => seluScale * (z > 0 ? z : seluAlpha * expm1(z)),
    derivative: z => seluScale * (z > 0 ? 1 : seluAlpha * exp(z)),
  },
  gelu: {
    value: z => z * normalShareBelow(z),
    derivative: z => normalShareBelow(z) + z * inverseRootTwoPi * exp(-0.5 * z * z),
  },
  silu: {
    value: z => z * sigmoid(z),
    derivative: z => {
      const share = sigmoid(z);
      return share * (1 + z * (1 - share));
    },
  },
  tanh: {value: tanh, derivative: (_, y) => 1 - y * y},
  sigmoid: {value: sigmoid, derivative: (_, y) => y * (1 - y)},
  softplus: {value: softplus, derivative: sigmoid},
};

/** The distribution function of the standard normal distribution. */
function normalShareBelow(z: number): number {
  return 0.5 * (1 + erf(z * inverseRootTwo));
}
