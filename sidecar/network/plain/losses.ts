import {exp, log, log1p, sigmoid} from '../../kernels/elementary.ts';
import type {Loss} from '../plan.ts';

/** A batch as the loss reads it. */
export interface Answers {
  /** [rows] class index, 0 or 1, or a real. */
  readonly targets: Float32Array;
  /** [rows], ≥ 0. */
  readonly weights: Float32Array;
}

/**
 * The mean loss Σ w·l / Σ w of a batch, and its gradient. Everything is computed in float64 from the float32 logits;
 * the gradient is rounded once. This is a few numbers for each row, and keeps a small loss exact.
 * @param logits [rows × outputs], before sigmoid or softmax
 * @param dLogits [rows × outputs], written
 */
export function lossAndGradient(
  loss: Loss,
  logits: Float32Array,
  {targets, weights}: Answers,
  rows: number,
  outputs: number,
  dLogits: Float32Array,
): number {
  let weightSum = 0;
  for (let row = 0; row < rows; row++) weightSum += weights[row]!;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]! / weightSum;
    const target = targets[row]!;
    if (loss === 'crossEntropy') {
      sum += weights[row]! * crossEntropy(logits, row * outputs, outputs, target, weight, dLogits);
      continue;
    }
    const z = logits[row]!;
    sum += weights[row]! * scalarLoss(loss, z, target);
    dLogits[row] = weight * scalarDerivative(loss, z, target);
  }
  return sum / weightSum;
}

/** −log softmax(z)[target]; the gradient is weight · (softmax(z) − one-hot). */
function crossEntropy(
  logits: Float32Array,
  start: number,
  outputs: number,
  target: number,
  weight: number,
  dLogits: Float32Array,
): number {
  const largest = largestOf(logits, start, outputs);
  let sum = 0;
  for (let j = 0; j < outputs; j++) sum += exp(logits[start + j]! - largest);
  for (let j = 0; j < outputs; j++) {
    const probability = exp(logits[start + j]! - largest) / sum;
    dLogits[start + j] = weight * (probability - (j === target ? 1 : 0));
  }
  return log(sum) + largest - logits[start + target]!;
}

type ScalarLoss = Exclude<Loss, 'crossEntropy'>;

function scalarLoss(loss: ScalarLoss, z: number, target: number): number {
  const apart = z - target;
  switch (loss) {
    case 'binaryCrossEntropy':
      // −t·log σ(z) − (1 − t)·log(1 − σ(z)), in the form that neither overflows nor cancels.
      return Math.max(z, 0) - z * target + log1p(exp(-Math.abs(z)));
    case 'meanSquaredError':
      return apart * apart;
    case 'meanAbsoluteError':
      return Math.abs(apart);
    case 'huber':
      return Math.abs(apart) <= 1 ? 0.5 * apart * apart : Math.abs(apart) - 0.5;
  }
}

function scalarDerivative(loss: ScalarLoss, z: number, target: number): number {
  const apart = z - target;
  switch (loss) {
    case 'binaryCrossEntropy':
      return sigmoid(z) - target;
    case 'meanSquaredError':
      return 2 * apart;
    case 'meanAbsoluteError':
      return Math.sign(apart);
    case 'huber':
      return Math.abs(apart) <= 1 ? apart : Math.sign(apart);
  }
}

/** What a network answers: the probability of class 1, or that of each class, or the value. out from outStart, [rows × outputs]. */
export function writeAnswers(
  loss: Loss,
  logits: Float32Array,
  rows: number,
  outputs: number,
  out: Float64Array,
  outStart: number,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * outputs;
    if (loss === 'crossEntropy') writeSoftmax(logits, start, outputs, out, outStart + start);
    else out[outStart + row] = loss === 'binaryCrossEntropy' ? sigmoid(logits[row]!) : logits[row]!;
  }
}

function writeSoftmax(logits: Float32Array, start: number, outputs: number, out: Float64Array, outStart: number): void {
  const largest = largestOf(logits, start, outputs);
  let sum = 0;
  for (let j = 0; j < outputs; j++) {
    const power = exp(logits[start + j]! - largest);
    out[outStart + j] = power;
    sum += power;
  }
  for (let j = 0; j < outputs; j++) out[outStart + j] = out[outStart + j]! / sum;
}

function largestOf(values: Float32Array, start: number, length: number): number {
  let largest = values[start]!;
  for (let j = 1; j < length; j++) if (values[start + j]! > largest) largest = values[start + j]!;
  return largest;
}
