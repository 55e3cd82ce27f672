import {log} from '../kernels/elementary.ts';
import type {Samples} from '../network/engine.ts';
import type {Loss} from '../network/plan.ts';

/** Below this a probability counts as this in a logarithm, as in the metrics. */
const SMALLEST = 1e-15;

/**
 * The loss that training minimises, without penalties, on predictions made in evaluation mode.
 * @param predictions [rows.length × outputs], as `Network.predict` writes them
 * @param rows rows of `samples` that were predicted
 * @returns the weighted mean over the rows
 */
export function evaluationLoss(
  loss: Loss,
  predictions: Float64Array,
  samples: Omit<Samples, 'inputs'>,
  rows: Uint32Array,
): number {
  const outputs = predictions.length / rows.length;
  let sum = 0;
  let total = 0;
  rows.forEach((row, i) => {
    const weight = samples.weights?.[row] ?? 1;
    sum += weight * rowLoss(loss, predictions, i * outputs, samples.targets[row]!);
    total += weight;
  });
  return total > 0 ? sum / total : 0;
}

function rowLoss(loss: Loss, predictions: Float64Array, at: number, target: number): number {
  switch (loss) {
    case 'binaryCrossEntropy': {
      const probability = target === 1 ? predictions[at]! : 1 - predictions[at]!;
      return -log(Math.max(probability, SMALLEST));
    }
    case 'crossEntropy':
      return -log(Math.max(predictions[at + target]!, SMALLEST));
    case 'meanSquaredError':
      return (predictions[at]! - target) * (predictions[at]! - target);
    case 'meanAbsoluteError':
      return Math.abs(predictions[at]! - target);
    case 'huber': {
      const distance = Math.abs(predictions[at]! - target);
      return distance <= 1 ? 0.5 * distance * distance : distance - 0.5;
    }
  }
}
