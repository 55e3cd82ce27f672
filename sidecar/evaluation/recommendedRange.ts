/** Which values of a setting are as good as the best one, as far as anyone can tell. */
import {type Contestant, compareFolds} from './compare.ts';
import {type Metric, metrics} from './metrics.ts';

export interface SweptValue extends Contestant {
  readonly value: number;
}

export interface RecommendedRange {
  /** The value of the best mean. */
  readonly best: number;
  /** From the best to both sides, the values within one corrected standard error of it. */
  readonly low: number;
  readonly high: number;
  /** Values that the corrected test finds worse than the best one, p < 0.05. */
  readonly worse: readonly number[];
}

/**
 * The one-standard-error rule on paired folds: from the best value to both sides, as far as each is worse by less than
 * the corrected standard error of its difference.
 * @param swept in ascending order of the value, on the same folds
 * @returns null if none has a value in every fold
 * @see Breiman, Friedman, Olshen, Stone 1984, "Classification and regression trees", §3.4.3 (the rule)
 */
export function recommendedRange(swept: readonly SweptValue[], metric: Metric): RecommendedRange | null {
  const whole = swept.filter(({values}) => values.length > 0 && values.every(value => value !== null));
  if (whole.length === 0) return null;
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const total = ({values}: SweptValue) => sign * values.reduce<number>((sum, value) => sum + value!, 0);
  const best = whole.reduce((most, each) => (total(each) > total(most) ? each : most));
  const losses = whole.map(each => ({each, ...differenceOf(best, each)}));
  const isNear = losses.map(({each, mean, error}) => each === best || -sign * mean <= error);
  const at = whole.indexOf(best);
  let [low, high] = [at, at];
  while (low > 0 && isNear[low - 1]) low--;
  while (high + 1 < whole.length && isNear[high + 1]) high++;
  const worse = losses.filter(({each, mean}) => {
    const {pCorrected} = compareFolds(best, each, metric);
    return pCorrected !== null && pCorrected < 0.05 && sign * mean < 0;
  });
  return {
    ...{best: best.value, low: whole[low]!.value, high: whole[high]!.value},
    worse: worse.map(({each}) => each.value),
  };
}

/** Mean of b − a over paired folds, and its corrected standard error. */
export function differenceOf(a: Contestant, b: Contestant): {mean: number; error: number} {
  const differences = a.values.map((value, fold) => b.values[fold]! - value!);
  const count = differences.length;
  const mean = differences.reduce((sum, each) => sum + each, 0) / count;
  const squares = differences.reduce((sum, each) => sum + (each - mean) * (each - mean), 0);
  return {mean, error: count < 2 ? 0 : correctedError(squares / (count - 1), a)};
}

/** Standard error of a mean over folds of some variance, corrected for the training rows that they share. */
export function correctedError(
  variance: number,
  {trainRows, testRows}: Pick<Contestant, 'trainRows' | 'testRows'>,
): number {
  const sum = (rows: readonly number[]) => rows.reduce((total, each) => total + each, 0);
  return Math.sqrt((1 / testRows.length + sum(testRows) / sum(trainRows)) * variance);
}
