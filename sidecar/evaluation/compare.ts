/**
 * Is one network better than another? Compared fold by fold, on the same folds. The training parts of cross-validation
 * overlap, so fold results are not independent, and the usual paired t-test finds differences where there are none.
 * Nadeau and Bengio's correction enlarges the variance by the overlap; it is what the verdict goes by.
 */
import {type Chances, chancesOf, type Posterior} from './chances.ts';
import {holm} from './holm.ts';
import {type Metric, practicalMargin} from './metrics.ts';
import {type RepeatsNeeded, repeatsNeeded} from './repeatsNeeded.ts';
import {studentCdf, studentQuantile} from './studentT.ts';
import {comparisonNotes, comparisonVerdict} from './verdict.ts';

export interface Contestant {
  readonly name: string;
  /** The metric in each fold, in the order of `planFolds`; null where it has no value. */
  readonly values: readonly (number | null)[];
  /** Rows of the training part and of the test part of each fold. */
  readonly trainRows: readonly number[];
  readonly testRows: readonly number[];
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly metric: Metric;
  /** Mean of b − a over the folds in which both have a value; null if there are none. */
  readonly difference: number | null;
  /** 95 % confidence interval of the difference, corrected; null where there is no test. */
  readonly interval: [low: number, high: number] | null;
  /** Two-sided p of the paired t-test that takes the folds for independent. Shown only to be compared with the next. */
  readonly p: number | null;
  /** Two-sided p of the corrected resampled t-test. */
  readonly pCorrected: number | null;
  /** `pCorrected` after Holm's correction for the comparisons made together; null where there is one only, or no test. */
  readonly pHolm: number | null;
  /** Comparisons that were made together, this one included. */
  readonly family: number;
  /** How probable it is that b is better, practically equal, or worse; null where there is no test. */
  readonly chances: Chances | null;
  /** What it would take to show a difference of the measured size; null where there is no test or no difference. */
  readonly needed: RepeatsNeeded | null;
  /** false: not the same folds, so the two are compared as if they had nothing in common. */
  readonly paired: boolean;
  /** A sentence, without its full stop. */
  readonly verdict: string;
  /** What else there is to say, each a whole sentence. */
  readonly notes: string[];
}

export interface ComparisonSettings {
  /** Differences up to this do not matter in practice, ≥ 0, in the unit of the metric. Default: `practicalMargin`. */
  readonly margin?: number;
  /** How often the folds were dealt anew. Default 1. */
  readonly repeats?: number;
}

/**
 * The corrected resampled t-test of b against a: t = d̄ / √((1/J + testRows / trainRows) · s²) with J − 1 degrees of
 * freedom, where J = folds × repeats, d̄ and s² are the mean and the sample variance of the differences, and the rows are
 * means over the folds. The naive test has 1/J alone. Folds without a value on either side are left out.
 *
 * There is no test (p and interval null) with fewer than 2 folds, nor where all differences are equal and not 0: t would
 * be infinite and certain from any two folds. All differences 0: p is 1.
 *
 * @throws RangeError if the two have different numbers of folds or rows
 * @see Nadeau & Bengio 2003, Machine Learning 52:239–281; Bouckaert & Frank 2004, PAKDD, LNCS 3056:3–12
 */
export function compareFolds(
  a: Contestant,
  b: Contestant,
  metric: Metric,
  {margin, repeats = 1}: ComparisonSettings = {},
): Comparison {
  assertPaired(a, b);
  const folds = a.values.flatMap((value, fold) => {
    const other = b.values[fold]!;
    if (value === null || other === null) return [];
    return [{difference: other - value, size: Math.max(Math.abs(value), Math.abs(other)), value, fold}];
  });
  const differences = folds.map(({difference}) => difference);
  const testPerTrain = sum(folds.map(({fold}) => a.testRows[fold]!)) / sum(folds.map(({fold}) => a.trainRows[fold]!));
  const scale = folds.reduce((largest, {size}) => Math.max(largest, size), 0);
  const {posterior, ...test} = pairedTest(differences, scale, testPerTrain);
  const smallest = margin ?? practicalMargin(metric, sum(folds.map(({value}) => value)) / folds.length);
  const comparison = {
    ...{a: a.name, b: b.name, metric, ...test, pHolm: null, family: 1},
    chances: posterior && chancesOf(posterior, metric, smallest),
    needed: posterior && repeatsNeeded(differences, testPerTrain, repeats),
    paired: true,
  };
  return {...comparison, ...inWords(comparison, differences.length)};
}

/**
 * The same question about two that were not tested on the same folds: Welch's t-test of the two means, the variance of
 * each corrected as above. It is weaker, because what makes a fold easy for both no longer cancels.
 */
export function compareUnpaired(
  a: Contestant,
  b: Contestant,
  metric: Metric,
  {margin}: Pick<ComparisonSettings, 'margin'> = {},
): Comparison {
  const left = meanOf(a);
  const right = meanOf(b);
  const folds = Math.min(left.folds, right.folds);
  const {posterior, ...test} = unpairedTest(left, right);
  const comparison = {
    ...{a: a.name, b: b.name, metric, ...test, pHolm: null, family: 1},
    chances: posterior && chancesOf(posterior, metric, margin ?? practicalMargin(metric, left.mean)),
    needed: null,
    paired: false,
  };
  return {...comparison, ...inWords(comparison, folds)};
}

/**
 * Comparisons that were made together, each with its p after Holm's correction: among twenty comparisons of equals one
 * has p < 0.05 by chance.
 */
export function correctForMany(comparisons: readonly Comparison[]): Comparison[] {
  const tested = comparisons.filter(({pCorrected}) => pCorrected !== null);
  if (tested.length < 2) return [...comparisons];
  const corrected = holm(tested.map(({pCorrected}) => pCorrected!));
  return comparisons.map(comparison => {
    const at = tested.indexOf(comparison);
    const many = {...comparison, pHolm: at === -1 ? null : corrected[at]!, family: tested.length};
    return {...many, notes: comparisonNotes(many)};
  });
}

type Test = Pick<Comparison, 'difference' | 'interval' | 'p' | 'pCorrected'> & {
  /** What is believed of the true difference afterwards; null where there is no test. */
  readonly posterior: Posterior | null;
};

/** @param scale largest value compared: differences that differ by its rounding error only count as equal */
function pairedTest(differences: readonly number[], scale: number, testPerTrain: number): Test {
  const folds = differences.length;
  const difference = folds === 0 ? null : sum(differences) / folds;
  const untested = {difference, interval: null, p: null, pCorrected: null, posterior: null};
  if (difference === null || folds < 2) return untested;
  if (differences.every(each => each === 0)) return {...untested, interval: [0, 0], p: 1, pCorrected: 1};
  const variance = sampleVariance(differences);
  if (Math.sqrt(variance) <= 8 * Number.EPSILON * scale) return untested;
  const standardError = Math.sqrt((1 / folds + testPerTrain) * variance);
  return tested({difference, standardError, freedom: folds - 1}, Math.sqrt(variance / folds));
}

/** The mean of one contestant and how far it can be trusted. */
interface Mean {
  readonly folds: number;
  readonly mean: number;
  /** Variance of the mean: as if the folds were independent, and corrected. */
  readonly naive: number;
  readonly corrected: number;
}

function meanOf({values, trainRows, testRows}: Contestant): Mean {
  const present = values.filter(value => value !== null);
  const folds = present.length;
  const variance = folds < 2 ? Number.NaN : sampleVariance(present);
  const testPerTrain = sum(testRows) / sum(trainRows);
  return {
    folds,
    mean: sum(present) / folds,
    naive: variance / folds,
    corrected: (1 / folds + testPerTrain) * variance,
  };
}

function unpairedTest(a: Mean, b: Mean): Test {
  const difference = Math.min(a.folds, b.folds) === 0 ? null : b.mean - a.mean;
  const variance = a.corrected + b.corrected;
  if (difference === null || !(variance > 0)) {
    return {difference, interval: null, p: null, pCorrected: null, posterior: null};
  }
  // Welch and Satterthwaite's degrees of freedom.
  const freedom = (variance * variance) / (a.corrected ** 2 / (a.folds - 1) + b.corrected ** 2 / (b.folds - 1));
  return tested({difference, standardError: Math.sqrt(variance), freedom}, Math.sqrt(a.naive + b.naive));
}

function tested(posterior: Posterior, naiveError: number): Test {
  const {difference, standardError, freedom} = posterior;
  const reach = studentQuantile(0.975, freedom) * standardError;
  return {
    difference,
    interval: [difference - reach, difference + reach],
    p: twoSidedP(difference / naiveError, freedom),
    pCorrected: twoSidedP(difference / standardError, freedom),
    posterior,
  };
}

/** From the lower tail, which is exact where the upper one would be 1 less something tiny. */
function twoSidedP(t: number, degreesOfFreedom: number): number {
  return Math.min(1, 2 * studentCdf(-Math.abs(t), degreesOfFreedom));
}

function inWords(comparison: Omit<Comparison, 'verdict' | 'notes'>, folds: number) {
  return {verdict: comparisonVerdict(comparison, folds), notes: comparisonNotes(comparison)};
}

function assertPaired(a: Contestant, b: Contestant): void {
  const parts = ['values', 'trainRows', 'testRows'] as const;
  for (const part of parts) {
    const folds = a.values.length;
    for (const {[part]: given} of [a, b]) {
      if (given.length !== folds) throw new RangeError(`${part} must be of ${folds} folds, got ${given.length}`);
    }
    if (part !== 'values' && a[part].some((rows, fold) => rows !== b[part][fold])) {
      throw new RangeError(`${part} must be the same for both, got ${a[part].join(', ')} and ${b[part].join(', ')}`);
    }
  }
}

function sampleVariance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map(each => (each - mean) * (each - mean))) / (values.length - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
