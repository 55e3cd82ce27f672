/**
 * Metrics of the predictions for rows that were not trained on. They read the layout of `Network.predict`: for two
 * classes one probability (of class 1) for each row, for more classes one for each class and row, [rows × classes]; for
 * a real target one value, in the target's own units. A metric without a value, such as the AUC of a test part with one
 * class, is null, never NaN; so is every metric of predictions that are not finite, which a diverged training leaves.
 */
import {log} from '../kernels/elementary.ts';

export type ClassificationMetric = 'accuracy' | 'balancedAccuracy' | 'nll' | 'brier' | 'rocAuc' | 'f1' | 'mcc' | 'ece';
export type RegressionMetric = 'rmse' | 'mae' | 'r2';
export type Metric = ClassificationMetric | RegressionMetric;

export interface MetricEntry<Name extends Metric = Metric> {
  readonly name: Name;
  /** As said in a sentence and above a column. */
  readonly label: string;
  /** Which direction is better. */
  readonly direction: 'higher' | 'lower';
  /** Shares are shown in percent, their differences in percentage points. */
  readonly unit: 'share' | 'number' | 'targetUnits';
  readonly task: 'classification' | 'regression';
}

export const metrics: {readonly [Name in Metric]: MetricEntry<Name>} = {
  accuracy: classification('accuracy', 'accuracy', 'higher', 'share'),
  balancedAccuracy: classification('balancedAccuracy', 'balanced accuracy', 'higher', 'share'),
  nll: classification('nll', 'NLL', 'lower', 'number'),
  brier: classification('brier', 'Brier score', 'lower', 'number'),
  rocAuc: classification('rocAuc', 'ROC AUC', 'higher', 'number'),
  f1: classification('f1', 'F1', 'higher', 'number'),
  mcc: classification('mcc', 'MCC', 'higher', 'number'),
  ece: classification('ece', 'expected calibration error', 'lower', 'share'),
  rmse: regression('rmse', 'RMSE', 'lower', 'targetUnits'),
  mae: regression('mae', 'MAE', 'lower', 'targetUnits'),
  r2: regression('r2', 'R²', 'higher', 'number'),
};

/** The metrics that are shown where there is no room for all. The last one decides orders: it sees more than the first. */
export const SHOWN: {readonly [Task in MetricEntry['task']]: readonly Metric[]} = {
  classification: ['accuracy', 'nll'],
  regression: ['rmse', 'r2'],
};

/**
 * The smallest difference of a metric that matters in practice, unless someone says otherwise: one point of a share
 * (Benavoli et al. 2017), 0.02 nats of NLL (a likelihood of a row 2 % higher), 0.01 of the other scores, 1 % of an error
 * in the target's units.
 * @param level a typical value of the metric, read for targets' units only
 */
export function practicalMargin(metric: Metric, level: number): number {
  if (metrics[metric].unit === 'targetUnits') return Math.abs(level) / 100;
  return metric === 'nll' ? 0.02 : 0.01;
}

/**
 * All metrics of a classification.
 * @param probabilities [rows] for two classes, else [rows × classes]
 * @param actual class index of each row
 * @param classes number of classes, ≥ 2
 * @throws RangeError if a length does not fit
 */
export function classificationMetrics(
  probabilities: Float64Array,
  actual: ArrayLike<number>,
  classes: number,
): Record<ClassificationMetric, number | null> {
  const confusion = confusionMatrix(probabilities, actual, classes);
  if (actual.length === 0 || !probabilities.every(Number.isFinite)) {
    return {
      accuracy: null,
      balancedAccuracy: null,
      nll: null,
      brier: null,
      rocAuc: null,
      f1: null,
      mcc: null,
      ece: null,
    };
  }
  return {
    accuracy: accuracy(confusion),
    balancedAccuracy: balancedAccuracy(confusion),
    nll: nll(probabilities, actual, classes),
    brier: brier(probabilities, actual, classes),
    rocAuc: rocAuc(probabilities, actual, classes),
    f1: f1(confusion),
    mcc: mcc(confusion),
    ece: ece(probabilities, actual, classes),
  };
}

/**
 * All metrics of a regression: root of the mean squared error, mean absolute error, and 1 − Σ(y − ŷ)² / Σ(y − ȳ)², which
 * has no value where the target is constant.
 * @throws RangeError if the lengths differ
 */
export function regressionMetrics(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
): Record<RegressionMetric, number | null> {
  const rows = actual.length;
  if (predicted.length !== rows) throw new RangeError(`predicted must be of length ${rows}, got ${predicted.length}`);
  let squared = 0;
  let absolute = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const error = predicted[row]! - actual[row]!;
    squared += error * error;
    absolute += Math.abs(error);
    total += actual[row]!;
  }
  let spread = 0;
  let isConstant = true;
  for (let row = 0; row < rows; row++) {
    const deviation = actual[row]! - total / rows;
    spread += deviation * deviation;
    isConstant &&= actual[row] === actual[0];
  }
  if (rows === 0) return {rmse: null, mae: null, r2: null};
  return {
    rmse: finiteOrNull(Math.sqrt(squared / rows)),
    mae: finiteOrNull(absolute / rows),
    r2: isConstant ? null : finiteOrNull(1 - squared / spread),
  };
}

/**
 * Rows by actual class (first index) and predicted class (second). Of two classes, 1 is predicted if its probability is
 * above 0.5; of more, the most probable, the first of equal ones.
 * @throws RangeError if a length does not fit
 */
export function confusionMatrix(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): number[][] {
  const expected = classes === 2 ? actual.length : actual.length * classes;
  if (probabilities.length !== expected) {
    throw new RangeError(`probabilities must be of length ${expected}, got ${probabilities.length}`);
  }
  const confusion = Array.from({length: classes}, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row++) {
    confusion[actual[row]!]![predictedClass(probabilities, row, classes)]!++;
  }
  return confusion;
}

/** The class predicted for a row, by the rule of `confusionMatrix`. */
export function predictedClass(probabilities: Float64Array, row: number, classes: number): number {
  if (classes === 2) return probabilities[row]! > 0.5 ? 1 : 0;
  let best = 0;
  for (let each = 1; each < classes; each++) {
    if (probabilities[row * classes + each]! > probabilities[row * classes + best]!) best = each;
  }
  return best;
}

/** Share of the rows predicted right. */
export function accuracy(confusion: readonly (readonly number[])[]): number | null {
  let right = 0;
  let rows = 0;
  confusion.forEach((predicted, actual) => {
    right += predicted[actual]!;
    rows += sum(predicted);
  });
  return rows === 0 ? null : right / rows;
}

/** Mean over the classes that have rows of the share of their rows predicted right. */
export function balancedAccuracy(confusion: readonly (readonly number[])[]): number | null {
  const recalls = confusion.flatMap((predicted, actual) => {
    const rows = sum(predicted);
    return rows === 0 ? [] : [predicted[actual]! / rows];
  });
  return meanOrNull(recalls);
}

/** Mean of −ln of the probability given to the actual class, clipped to [1e-15, 1 − 1e-15]. In nats. */
export function nll(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): number | null {
  let total = 0;
  for (let row = 0; row < actual.length; row++) {
    const probability = probabilityOf(probabilities, row, actual[row]!, classes);
    total -= log(Math.min(Math.max(probability, 1e-15), 1 - 1e-15));
  }
  return actual.length === 0 ? null : total / actual.length;
}

/**
 * Of two classes, the usual Brier score: mean of (p − y)², 0 to 1. Of more, Brier's original: mean over rows of the sum
 * over classes of (p − y)², 0 to 2; it would be twice the former for two classes.
 * @see Brier 1950, Monthly Weather Review 78:1–3
 */
export function brier(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): number | null {
  let total = 0;
  for (let row = 0; row < actual.length; row++) {
    for (let each = classes === 2 ? 1 : 0; each < classes; each++) {
      const error = probabilityOf(probabilities, row, each, classes) - (actual[row] === each ? 1 : 0);
      total += error * error;
    }
  }
  return actual.length === 0 ? null : total / actual.length;
}

/**
 * Probability that a random row of class 1 is ranked above a random row of class 0, ties counting ½. For more classes,
 * the mean of each class against the rest, over the classes that have rows on both sides.
 * @returns null if no class has
 * @see Hanley & McNeil 1982, Radiology 143:29–36 (the rank statistic)
 */
export function rocAuc(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): number | null {
  const areas: number[] = [];
  for (let each = classes === 2 ? 1 : 0; each < classes; each++) {
    const area = areaOfClass(row => probabilityOf(probabilities, row, each, classes), actual, each);
    if (area !== null) areas.push(area);
  }
  return meanOrNull(areas);
}

/**
 * Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN): of class 1 if there are two, else the mean over the
 * classes that occur or are predicted.
 * @returns null if there is no such class
 */
export function f1(confusion: readonly (readonly number[])[]): number | null {
  const scores: number[] = [];
  for (let each = confusion.length === 2 ? 1 : 0; each < confusion.length; each++) {
    const marked = sum(confusion[each]!) + columnSum(confusion, each);
    if (marked > 0) scores.push((2 * confusion[each]![each]!) / marked);
  }
  return meanOrNull(scores);
}

/**
 * Matthews' correlation of prediction and truth, −1 to 1, in its form for any number of classes. A constant prediction
 * scores 0, as guessing does (the limit of a nearly constant one).
 * @returns null if fewer than two classes occur
 * @see Gorodkin 2004, Computational Biology and Chemistry 28:367–374
 */
export function mcc(confusion: readonly (readonly number[])[]): number | null {
  let rows = 0;
  let right = 0;
  let products = 0;
  let actualSquares = 0;
  let predictedSquares = 0;
  confusion.forEach((predictions, each) => {
    const actual = sum(predictions);
    const predicted = columnSum(confusion, each);
    rows += actual;
    right += predictions[each]!;
    products += actual * predicted;
    actualSquares += actual * actual;
    predictedSquares += predicted * predicted;
  });
  const actualSpread = rows * rows - actualSquares;
  const predictedSpread = rows * rows - predictedSquares;
  if (actualSpread === 0) return null;
  if (predictedSpread === 0) return 0;
  return (right * rows - products) / (Math.sqrt(actualSpread) * Math.sqrt(predictedSpread));
}

/**
 * Expected calibration error: rows are put into 15 bins of equal width by the probability of the predicted class; the
 * mean, weighted by rows, of the distance between a bin's accuracy and its mean probability.
 * @see Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", ICML, eq. 3
 */
export function ece(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): number | null {
  const bins = 15;
  // Accuracy and mean probability of a bin have the same divisor: what counts is right − Σ probability.
  // Plain arrays: after each epoch of a small network, the two typed ones took longer than the rest.
  const right = new Array<number>(bins).fill(0);
  const confidence = new Array<number>(bins).fill(0);
  for (let row = 0; row < actual.length; row++) {
    const predicted = predictedClass(probabilities, row, classes);
    const probability = probabilityOf(probabilities, row, predicted, classes);
    // Bin i is (i / 15, (i + 1) / 15].
    const bin = Math.min(Math.max(Math.ceil(probability * bins) - 1, 0), bins - 1);
    confidence[bin]! += probability;
    if (predicted === actual[row]) right[bin]!++;
  }
  let total = 0;
  for (let bin = 0; bin < bins; bin++) total += Math.abs(right[bin]! - confidence[bin]!);
  return actual.length === 0 ? null : total / actual.length;
}

/** Mean and sample standard deviation (n − 1) of the folds whose value is not null, and how many those are. */
export function summarize(values: readonly (number | null)[]): {
  mean: number | null;
  sd: number | null;
  folds: number;
} {
  const present = values.filter(value => value !== null);
  const mean = meanOrNull(present);
  if (mean === null) return {mean: null, sd: null, folds: 0};
  const squares = sum(present.map(value => (value - mean) * (value - mean)));
  const sd = present.length < 2 ? null : Math.sqrt(squares / (present.length - 1));
  return {mean, sd, folds: present.length};
}

/** The share of pairs of a positive and a negative in which the positive scores higher, ties counted half (Mann-Whitney). */
function areaOfClass(scoreOf: (row: number) => number, actual: ArrayLike<number>, positive: number): number | null {
  const rows = actual.length;
  let positiveRows = 0;
  for (let row = 0; row < rows; row++) if (actual[row] === positive) positiveRows++;
  if (positiveRows === 0 || positiveRows === rows) return null;
  // Sorted as plain numbers, which takes no memory but their own: an order of rows would take several times that.
  const scores = new Float64Array(rows);
  for (let row = 0, up = 0, down = positiveRows; row < rows; row++) {
    scores[actual[row] === positive ? up++ : down++] = scoreOf(row);
  }
  const positives = scores.subarray(0, positiveRows).sort();
  const negatives = scores.subarray(positiveRows).sort();
  let below = 0;
  let notAbove = 0;
  let wins = 0;
  for (const score of positives) {
    while (below < negatives.length && negatives[below]! < score) below++;
    while (notAbove < negatives.length && negatives[notAbove]! <= score) notAbove++;
    // Each negative below counts 1, each equal one ½.
    wins += (below + notAbove) / 2;
  }
  return wins / (positives.length * negatives.length);
}

/** Probability of a class for a row, in the layout that this file reads. */
export function probabilityOf(probabilities: Float64Array, row: number, each: number, classes: number): number {
  if (classes > 2) return probabilities[row * classes + each]!;
  return each === 1 ? probabilities[row]! : 1 - probabilities[row]!;
}

function columnSum(confusion: readonly (readonly number[])[], each: number): number {
  return sum(confusion.map(predictions => predictions[each]!));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function classification<Name extends ClassificationMetric>(
  name: Name,
  label: string,
  direction: MetricEntry['direction'],
  unit: MetricEntry['unit'],
): MetricEntry<Name> {
  return {name, label, direction, unit, task: 'classification'};
}

function regression<Name extends RegressionMetric>(
  name: Name,
  label: string,
  direction: MetricEntry['direction'],
  unit: MetricEntry['unit'],
): MetricEntry<Name> {
  return {name, label, direction, unit, task: 'regression'};
}
