import type {Kernels} from '../../kernels/wasmKernels.ts';
import type {Activation} from '../plan.ts';

/** The kernels' numbers of the activations that they compute in float64, as in assembly/activations.ts. */
export const activationCodes = {
  leakyRelu: 0,
  elu: 1,
  selu: 2,
  gelu: 3,
  silu: 4,
  tanh: 5,
  sigmoid: 6,
  softplus: 7,
} as const satisfies {readonly [A in Exclude<Activation, 'linear' | 'relu'>]: number};

/** out = a(z) for `count` numbers. For linear, out must be z. */
export function activate(kernels: Kernels, activation: Activation, z: number, out: number, count: number): void {
  if (activation === 'linear') return;
  if (activation === 'relu') kernels.relu(z, out, count);
  else kernels.activate(activationCodes[activation], z, out, count);
}

/** d ← d · a′(z), where y = a(z). */
export function multiplyByDerivative(
  kernels: Kernels,
  activation: Activation,
  z: number,
  y: number,
  d: number,
  count: number,
): void {
  if (activation === 'linear') return;
  if (activation === 'relu') kernels.multiplyByReluDerivative(y, d, count);
  else kernels.multiplyByDerivative(activationCodes[activation], z, y, d, count);
}
