import {compareFolds} from '../evaluation/compare.ts';
import {type Fold, innerSplit} from '../evaluation/folds.ts';
import {type Metric, metrics, summarize} from '../evaluation/metrics.ts';
import {amount} from '../evaluation/verdict.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {FoldOutcome} from '../experiment/foldTask.ts';
import {splitSubject} from '../experiment/splitSubject.ts';
import {foldIn, randomKey} from '../kernels/random.ts';

/** Shares of the training rows that a curve has points for. */
export const CURVE_SHARES = [0.2, 0.4, 0.6, 0.8, 1];

/** One size of the training part. */
export interface CurvePoint {
  /** Training rows, mean over the folds. */
  readonly rows: number;
  /** Of each metric, in each fold. */
  readonly values: Readonly<Partial<Record<Metric, readonly (number | null)[]>>>;
}

/**
 * The folds of the first repeat with a share of their training rows, stratified and grouped like the folds. The test rows
 * stay, and so do initial weights: what differs is how much was learned from.
 */
export function smallerFolds(experiment: Experiment, share: number): Fold[] {
  const {table, target, evaluation, seed} = experiment;
  const subject = splitSubject(table, target, evaluation);
  return experiment.folds
    .filter(({repeat}) => repeat === 0)
    .map(fold => {
      if (share === 1) return fold;
      const key = foldIn(foldIn(randomKey(seed), 'curve'), fold.fold);
      // With times the latest rows would be set aside: the past is what is left out.
      const {validation} = innerSplit(fold.train, share, subject, evaluation.stratified, key);
      return {...fold, train: validation};
    });
}

export function curvePoint(
  folds: readonly Fold[],
  outcomes: readonly FoldOutcome[],
  names: readonly Metric[],
): CurvePoint {
  const values = names.map(name => [name, outcomes.map(({metrics: measured}) => measured[name] ?? null)]);
  return {
    rows: Math.round(folds.reduce((sum, {train}) => sum + train.length, 0) / folds.length),
    values: Object.fromEntries(values),
  };
}

/** Would more rows help? Said of the last two sizes of the curve. @param testRows of each fold */
export function curveSentence(points: readonly CurvePoint[], metric: Metric, testRows: readonly number[]): string {
  const [before, last] = points.slice(-2) as [CurvePoint, CurvePoint];
  const trainRows = testRows.map(() => last.rows);
  const at = ({rows, values}: CurvePoint) => ({
    name: `${rows} rows`,
    values: values[metric] ?? [],
    trainRows,
    testRows,
  });
  const {difference, pCorrected, interval} = compareFolds(at(before), at(last), metric);
  const {label, direction} = metrics[metric];
  if (difference === null) return `Of ${label} there is no learning curve: folds diverged.`;
  const gain = direction === 'higher' ? difference : -difference;
  const change = `from ${before.rows} to ${last.rows} training rows ${label} ${gain > 0 ? 'got better' : 'did not get better'} (${amount(difference, metric, interval ?? undefined)})`;
  if (pCorrected !== null && pCorrected < 0.05 && gain > 0)
    return `More rows would help: ${change}, corrected p < 0.05.`;
  return gain > 0
    ? `More rows may help: ${change}, which the folds cannot tell from chance.`
    : `More rows like these would hardly help: ${change}.`;
}

/** Mean and standard deviation of a metric at each size. */
export function curveSummary(points: readonly CurvePoint[], metric: Metric) {
  return points.map(({rows, values}) => ({rows, ...summarize(values[metric] ?? [])}));
}
