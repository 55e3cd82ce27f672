import type {Tensor} from '../engine.ts';
import type {Parameter} from './layer.ts';

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

/**
 * Scales all gradients so that their L2 norm is at most `clipNorm`. Squares are summed in float64, each unit's weights
 * or each vector on its own first: an order that vector code has too. Source: PyTorch's clip_grad_norm_, with its 1e-6.
 */
export function clipGradients(gradients: Float32Array, tensors: readonly Tensor[], clipNorm: number): void {
  let squares = 0;
  for (const {trainable, offset, length, shape} of tensors) {
    if (!trainable) continue;
    const rowLength = shape.at(-1)!;
    for (let start = offset; start < offset + length; start += rowLength) {
      squares += squaresOf(gradients, start, start + rowLength);
    }
  }
  const scale = Math.fround(clipNorm / (Math.sqrt(squares) + 1e-6));
  if (scale >= 1) return;
  for (const {trainable, offset, length} of tensors) {
    if (!trainable) continue;
    for (let i = offset; i < offset + length; i++) gradients[i] = gradients[i]! * scale;
  }
}

/** Σ x² of a matrix whose rows are so long: each row's squares, then the rows, in order. */
export function squaresOfRows(matrix: Float32Array, rowLength: number): number {
  let squares = 0;
  for (let start = 0; start < matrix.length; start += rowLength) squares += squaresOf(matrix, start, start + rowLength);
  return squares;
}

function squaresOf(values: Float32Array, start: number, end: number): number {
  let squares = 0;
  for (let i = start; i < end; i++) squares += values[i]! * values[i]!;
  return squares;
}

/** Scales each row of weight [units × inputs] whose L2 norm is above `maxNorm` back to it. */
export function boundNorms(weight: Float32Array, inputs: number, maxNorm: number): void {
  for (let start = 0; start < weight.length; start += inputs) {
    const norm = Math.sqrt(squaresOf(weight, start, start + inputs));
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
