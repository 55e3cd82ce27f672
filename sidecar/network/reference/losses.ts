import {exp, log, sigmoid, softplus} from '../../kernels/elementary.ts';
import type {Loss} from '../plan.ts';

/**
 * The loss of a batch, Σ w·l / Σ w, and its gradient by the logits.
 * @param logits [rows × outputs], before sigmoid or softmax
 * @param targets [rows]: class index, 0 or 1, or a real
 * @param weights [rows], ≥ 0
 * @param dLogits [rows × outputs], written
 */
export function lossForwardBackward(
  loss: Loss,
  logits: Float64Array,
  targets: Float64Array,
  weights: Float64Array,
  rows: number,
  outputs: number,
  dLogits: Float64Array,
): number {
  let weightSum = 0;
  for (let row = 0; row < rows; row++) weightSum += weights[row]!;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const share = weights[row]! / weightSum;
    if (loss === 'crossEntropy') {
      sum += share * crossEntropy(logits, row * outputs, outputs, targets[row]!, share, dLogits);
    } else {
      sum += share * singleLoss(loss, logits[row]!, targets[row]!);
      dLogits[row] = share * singleDerivative(loss, logits[row]!, targets[row]!);
    }
  }
  return sum;
}

/** What `predict` answers: the probability of class 1, of each class, or the value. out [rows × outputs] at `start`. */
export function writeAnswers(
  loss: Loss,
  logits: Float64Array,
  rows: number,
  outputs: number,
  out: Float64Array,
  start: number,
): void {
  for (let row = 0; row < rows; row++) {
    const first = row * outputs;
    if (loss === 'crossEntropy') {
      const normalizer = logSumExp(logits, first, outputs);
      for (let k = 0; k < outputs; k++) out[start + first + k] = exp(logits[first + k]! - normalizer);
    } else {
      out[start + row] = loss === 'binaryCrossEntropy' ? sigmoid(logits[row]!) : logits[row]!;
    }
  }
}

/** −log softmax(z)[target] of the logits from `first` on; writes share · (softmax(z) − one-hot(target)). */
function crossEntropy(
  logits: Float64Array,
  first: number,
  classes: number,
  target: number,
  share: number,
  dLogits: Float64Array,
): number {
  const normalizer = logSumExp(logits, first, classes);
  for (let k = 0; k < classes; k++) {
    const probability = exp(logits[first + k]! - normalizer);
    dLogits[first + k] = share * (probability - (k === target ? 1 : 0));
  }
  return normalizer - logits[first + target]!;
}

/** log Σ e^z, the largest z taken out so that nothing overflows. */
function logSumExp(z: Float64Array, first: number, count: number): number {
  let largest = z[first]!;
  for (let k = 1; k < count; k++) largest = Math.max(largest, z[first + k]!);
  let sum = 0;
  for (let k = 0; k < count; k++) sum += exp(z[first + k]! - largest);
  return largest + log(sum);
}

/** The loss of one row with one output; huber's δ is 1. */
function singleLoss(loss: Exclude<Loss, 'crossEntropy'>, z: number, target: number): number {
  const residual = z - target;
  switch (loss) {
    case 'binaryCrossEntropy':
      // −y log σ(z) − (1 − y) log(1 − σ(z)), without the overflow and cancellation of that form.
      return softplus(z) - target * z;
    case 'meanSquaredError':
      return residual * residual;
    case 'meanAbsoluteError':
      return Math.abs(residual);
    case 'huber':
      return Math.abs(residual) < 1 ? 0.5 * residual * residual : Math.abs(residual) - 0.5;
  }
}

/** The derivative of `singleLoss` by z. */
function singleDerivative(loss: Exclude<Loss, 'crossEntropy'>, z: number, target: number): number {
  const residual = z - target;
  switch (loss) {
    case 'binaryCrossEntropy':
      return sigmoid(z) - target;
    case 'meanSquaredError':
      return 2 * residual;
    case 'meanAbsoluteError':
      return Math.sign(residual);
    case 'huber':
      return Math.min(Math.max(residual, -1), 1);
  }
}
