/**
 * Is one network better than another? Compared fold by fold, on the same folds. The training parts of cross-validation
 * overlap, so fold results are not independent, and the usual paired t-test finds differences where there are none.
 * Nadeau and Bengio's correction enlarges the variance by the overlap; it is what the verdict goes by.
 */
import studentCdf from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import {type Metric, metrics} from './metrics.ts';

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
  /** A sentence, without its full stop. */
  readonly verdict: string;
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
export function compareFolds(a: Contestant, b: Contestant, metric: Metric): Comparison {
  assertPaired(a, b);
  const folds = a.values.flatMap((value, fold) => {
    const other = b.values[fold]!;
    if (value === null || other === null) return [];
    return [{difference: other - value, size: Math.max(Math.abs(value), Math.abs(other)), fold}];
  });
  const differences = folds.map(({difference}) => difference);
  const testPerTrain = sum(folds.map(({fold}) => a.testRows[fold]!)) / sum(folds.map(({fold}) => a.trainRows[fold]!));
  const scale = folds.reduce((largest, {size}) => Math.max(largest, size), 0);
  const measured = {a: a.name, b: b.name, metric, ...pairedTest(differences, scale, testPerTrain)};
  return {...measured, verdict: verdict(measured, differences.length)};
}

type Test = Pick<Comparison, 'difference' | 'interval' | 'p' | 'pCorrected'>;

/** @param scale largest value compared: differences that differ by its rounding error only count as equal */
function pairedTest(differences: readonly number[], scale: number, testPerTrain: number): Test {
  const folds = differences.length;
  const difference = folds === 0 ? null : sum(differences) / folds;
  const untested = {difference, interval: null, p: null, pCorrected: null};
  if (difference === null || folds < 2) return untested;
  if (differences.every(each => each === 0)) return {difference, interval: [0, 0], p: 1, pCorrected: 1};
  const variance = sum(differences.map(each => (each - difference) * (each - difference))) / (folds - 1);
  if (Math.sqrt(variance) <= 8 * Number.EPSILON * scale) return untested;
  const standardError = Math.sqrt((1 / folds + testPerTrain) * variance);
  const reach = studentQuantile(0.975, folds - 1) * standardError;
  return {
    difference,
    interval: [difference - reach, difference + reach],
    p: twoSidedP(difference / Math.sqrt(variance / folds), folds - 1),
    pCorrected: twoSidedP(difference / standardError, folds - 1),
  };
}

/** From the lower tail, which is exact where the upper one would be 1 less something tiny. */
function twoSidedP(t: number, degreesOfFreedom: number): number {
  return Math.min(1, 2 * studentCdf(-Math.abs(t), degreesOfFreedom));
}

const significance = 0.05;

function verdict(comparison: Omit<Comparison, 'verdict'>, folds: number): string {
  const {a, b, metric, difference, interval, p, pCorrected} = comparison;
  const {label} = metrics[metric];
  if (difference === null) return `no fold has a value of ${label} for both "${a}" and "${b}"`;
  if (folds < 2) {
    return `one split cannot tell a difference in ${label} (${amount(difference, metric)}) from chance: use at least 2 folds, better 10 × 10`;
  }
  if (pCorrected === null || p === null || interval === null) {
    const claim = `${higherOrLower(comparison, difference)} by the same ${amount(Math.abs(difference), metric)} in each of the ${folds} folds`;
    return `${claim}, which the t-test cannot judge: use more folds or repeats`;
  }
  if (difference === 0 && interval[0] === 0 && interval[1] === 0) {
    return `no difference in ${label}: "${a}" and "${b}" are equal in each of the ${folds} folds`;
  }
  const certainty = `corrected p ${pText(pCorrected)}`;
  if (pCorrected >= significance) {
    const naive = p < significance ? `; the uncorrected test would have claimed one, p ${pText(p)}` : '';
    return `no evidence of a difference in ${label} (${amount(difference, metric, interval)}, ${range(interval, metric)}, ${certainty})${naive}`;
  }
  // The sign is in the word, so the numbers are sizes.
  const sizes: [number, number] = difference < 0 ? [-interval[1], -interval[0]] : [interval[0], interval[1]];
  const claim = `${higherOrLower(comparison, difference)} by ${amount(Math.abs(difference), metric, interval)}`;
  return `${claim} (${range(sizes, metric)}, ${certainty})`;
}

function higherOrLower({a, b, metric}: Pick<Comparison, 'a' | 'b' | 'metric'>, difference: number): string {
  const {label} = metrics[metric];
  const word = difference > 0 ? 'higher' : 'lower';
  return `"${b}" has a ${word} ${label} than "${a}"`;
}

/** A difference in its unit: percentage points for a share. */
function amount(value: number, metric: Metric, interval?: readonly [number, number]): string {
  if (metrics[metric].unit === 'share') return `${fixed(value * 100, 1)} points`;
  return fixed(value, decimals(interval ? interval[1] - interval[0] : Math.abs(value)));
}

function range(interval: readonly [number, number], metric: Metric): string {
  const isShare = metrics[metric].unit === 'share';
  const digits = isShare ? 1 : decimals(interval[1] - interval[0]);
  const [low, high] = interval.map(bound => fixed(isShare ? bound * 100 : bound, digits));
  return `95 % interval ${low} to ${high}`;
}

/** Decimals that show two figures of a size. */
function decimals(size: number): number {
  let digits = 0;
  for (let rest = size; rest < 10 && rest > 0 && digits < 12; rest *= 10) digits++;
  return digits;
}

/** With a true minus sign, and none before a zero. */
function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As in "p = 0.036", never rounded across the level of significance. */
function pText(p: number): string {
  if (p < 0.001) return '< 0.001';
  if (p >= 0.1) return `= ${p.toFixed(2)}`;
  const text = p.toFixed(3);
  return `= ${text === '0.050' ? p.toFixed(4) : text}`;
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
