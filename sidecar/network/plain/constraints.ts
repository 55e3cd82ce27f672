import type {Parameter} from './layer.ts';
import type {Range} from './optimizers.ts';

/** Adds the gradient of l1 · Σ|w| + l2 · Σw². */
export function addPenalties({value, gradient}: Parameter, l1: number, l2: number): void {
  if (l1 === 0 && l2 === 0) return;
  const sign = Math.fround(l1);
  const slope = Math.fround(2 * l2);
  for (let i = 0; i < value.length; i++) {
    const penalty = Math.fround(sign * Math.sign(value[i]!)) + Math.fround(slope * value[i]!);
    gradient[i] = gradient[i]! + Math.fround(penalty);
  }
}

/** Scales all gradients so that their L2 norm is at most `clipNorm`. Source: PyTorch's clip_grad_norm_, with its 1e-6. */
export function clipGradients(gradients: Float32Array, trainable: readonly Range[], clipNorm: number): void {
  let squares = 0;
  for (const {start, end} of trainable) {
    for (let i = start; i < end; i++) squares += gradients[i]! * gradients[i]!;
  }
  const scale = Math.fround(clipNorm / (Math.sqrt(squares) + 1e-6));
  if (scale >= 1) return;
  for (const {start, end} of trainable) {
    for (let i = start; i < end; i++) gradients[i] = gradients[i]! * scale;
  }
}

/** Scales each row of weight [units × inputs] whose L2 norm is above `maxNorm` back to it. */
export function boundNorms(weight: Float32Array, inputs: number, maxNorm: number): void {
  for (let start = 0; start < weight.length; start += inputs) {
    let squares = 0;
    for (let i = start; i < start + inputs; i++) squares += weight[i]! * weight[i]!;
    const norm = Math.sqrt(squares);
    if (norm <= maxNorm) continue;
    const scale = Math.fround(maxNorm / norm);
    for (let i = start; i < start + inputs; i++) weight[i] = weight[i]! * scale;
  }
}

/** False if any value is NaN or infinite: then v − v is NaN, and with it a sum. */
export function isFiniteEverywhere(values: Float32Array): boolean {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 4 <= values.length; i += 4) {
    sum0 += values[i]! - values[i]!;
    sum1 += values[i + 1]! - values[i + 1]!;
    sum2 += values[i + 2]! - values[i + 2]!;
    sum3 += values[i + 3]! - values[i + 3]!;
  }
  for (; i < values.length; i++) sum0 += values[i]! - values[i]!;
  return sum0 + sum1 + sum2 + sum3 === 0;
}
