import {exp, log} from '../kernels/elementary.ts';

/** Temperatures outside this range are not looked for: at their ends all probabilities are equal, or certain. */
const COLDEST = 0.05;
const HOTTEST = 20;

/**
 * The temperature T that makes probabilities fit what happened: those of a row become p^(1/T), made to sum to 1, which
 * is softmax(logits / T). T > 1 says that the network was too sure. Order of the classes, and so accuracy, is kept. T is the
 * one of least negative log-likelihood, which is convex in 1/T, found by bisection of its derivative.
 * @param probabilities of rows that were not trained on, in the layout of `metrics.ts`
 * @param actual class index of each row, at least one
 * @see Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", ICML, §4.2
 */
export function fitTemperature(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): number {
  const logits = logProbabilities(probabilities, classes);
  let [low, high] = [1 / HOTTEST, 1 / COLDEST];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (slope(logits, actual, classes, middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

/** Probabilities at a temperature, in the same layout. */
export function atTemperature(probabilities: Float64Array, classes: number, temperature: number): Float64Array {
  const logits = logProbabilities(probabilities, classes);
  const rows = logits.length / classes;
  const out = new Float64Array(probabilities.length);
  const scaled = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    softmax(logits, row, classes, 1 / temperature, scaled);
    if (classes === 2) out[row] = scaled[1]!;
    else out.set(scaled, row * classes);
  }
  return out;
}

/** Derivative of Σ −ln p(actual) by the inverse temperature: Σ of the mean logit less the actual class's. */
function slope(logits: Float64Array, actual: ArrayLike<number>, classes: number, inverse: number): number {
  const scaled = new Float64Array(classes);
  let total = 0;
  for (let row = 0; row < actual.length; row++) {
    softmax(logits, row, classes, inverse, scaled);
    for (let each = 0; each < classes; each++) total += scaled[each]! * logits[row * classes + each]!;
    total -= logits[row * classes + actual[row]!]!;
  }
  return total;
}

function softmax(logits: Float64Array, row: number, classes: number, inverse: number, out: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let each = 0; each < classes; each++) largest = Math.max(largest, inverse * logits[row * classes + each]!);
  let total = 0;
  for (let each = 0; each < classes; each++) {
    out[each] = exp(inverse * logits[row * classes + each]! - largest);
    total += out[each]!;
  }
  for (let each = 0; each < classes; each++) out[each]! /= total;
}

/** [rows × classes], clipped as in the metric NLL, so that a certainty that was wrong is not infinitely so. */
function logProbabilities(probabilities: Float64Array, classes: number): Float64Array {
  const clipped = (probability: number) => log(Math.min(Math.max(probability, 1e-15), 1 - 1e-15));
  if (classes > 2) return probabilities.map(clipped);
  const logits = new Float64Array(2 * probabilities.length);
  probabilities.forEach((probability, row) => {
    logits[2 * row] = clipped(1 - probability);
    logits[2 * row + 1] = clipped(probability);
  });
  return logits;
}
