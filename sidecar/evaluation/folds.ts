/**
 * Which rows train and which rows test. A split is a function of the subject, the plan and the run's key alone, so all
 * variants of a document are compared on the same folds, and a fold can be planned again anywhere, at any time.
 */
import {foldIn, type RandomKey, RandomStream} from '../kernels/random.ts';
import {groupedFolds, groupedShare} from './groupedParts.ts';
import {classParts, classShare, contiguousParts, lastShare, valueParts, valueShare} from './levelParts.ts';
import {forwardChain, latestShare} from './timeOrder.ts';

/** The document's section `evaluation`, resolved. `folds` belongs to kFold and timeOrdered, `testShare` to holdout. */
export interface EvaluationPlan {
  readonly method: 'kFold' | 'holdout' | 'timeOrdered';
  readonly folds: number;
  /** How often the rows are split anew; 1 for timeOrdered. */
  readonly repeats: number;
  readonly stratified: boolean;
  readonly shuffle: boolean;
  /** 0 < testShare < 1. */
  readonly testShare: number;
  /** Columns of the data; their values are in the subject. */
  readonly groupBy: string | null;
  readonly timeBy: string | null;
}

/** What a split may look at, one entry for each row. Only read, never changed. */
export interface SplitSubject {
  readonly rows: number;
  /** Class index of each row; null unless the target is a class. */
  readonly classes: Int32Array | null;
  /** Target of each row; null unless it is a real number. */
  readonly values: Float64Array | null;
  /** Rows of equal number stay together; null: each row for itself. */
  readonly groups: Int32Array | null;
  /** Finite, later is larger; null: time plays no part, but for timeOrdered folds the rows are in order. */
  readonly times: Float64Array | null;
}

/** Row numbers ascend; repeat and fold count from 0. */
export interface Fold {
  readonly repeat: number;
  readonly fold: number;
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * The folds of a run, by repeat and then by fold.
 *
 * kFold: each row is tested once in each repeat. Stratified by class, the rows of a class differ by at most one between
 * folds, and so do the fold sizes. Stratified by a real target, the rows are sorted by value and each consecutive block
 * of k rows is spread over the k folds in random order (quantile bins of k rows). Without shuffle and classes the folds
 * are contiguous; with classes they are those of scikit-learn's unshuffled StratifiedKFold. Groups are placed largest
 * first where they level fold sizes, or, stratified, the share of each class; a real target is not levelled by group.
 *
 * holdout: one fold for each repeat. With times, the latest rows are tested.
 *
 * timeOrdered: forward chaining as scikit-learn's TimeSeriesSplit, trained on the past only. The earliest block of rows
 * is never tested, and rows of equal time are never divided between training and test. Without times the rows are taken
 * to be in order.
 *
 * @param key the run's root key
 * @throws RangeError if the rows, groups or times cannot be divided so (`foldProblems` says it to the user beforehand)
 */
export function planFolds(subject: SplitSubject, plan: EvaluationPlan, key: RandomKey): Fold[] {
  if (plan.method === 'timeOrdered') return chainedFolds(subject, plan);
  const foldsKey = foldIn(key, 'folds');
  const folds: Fold[] = [];
  for (let repeat = 0; repeat < plan.repeats; repeat++) {
    const random = plan.shuffle ? new RandomStream(foldIn(foldsKey, repeat)) : null;
    if (plan.method === 'kFold') {
      const parts = kFoldParts(subject, plan, random);
      for (let fold = 0; fold < plan.folds; fold++) folds.push({repeat, fold, ...divide(parts, fold)});
    } else {
      const parts = heldOutParts(subject, Math.round(plan.testShare * subject.rows), plan.stratified, random);
      folds.push({repeat, fold: 0, ...divide(parts, 1)});
    }
  }
  return folds;
}

/**
 * Sets aside a share of training rows for early stopping: stratified like the folds, by whole groups if the subject has
 * groups, the latest rows if it has times, at least one row on each side.
 * @param rows ascending row numbers into the subject, at least 2
 * @param share of the rows to set aside, 0 < share < 1
 * @throws RangeError if the rows are fewer than 2, or all of one group or one time
 */
export function innerSplit(
  rows: Uint32Array,
  share: number,
  subject: SplitSubject,
  stratified: boolean,
  key: RandomKey,
): {train: Uint32Array; validation: Uint32Array} {
  const inner: SplitSubject = {
    rows: rows.length,
    classes: subject.classes && Int32Array.from(rows, row => subject.classes![row]!),
    values: subject.values && Float64Array.from(rows, row => subject.values![row]!),
    groups: subject.groups && Int32Array.from(rows, row => subject.groups![row]!),
    times: subject.times && Float64Array.from(rows, row => subject.times![row]!),
  };
  const count = Math.min(Math.max(Math.round(share * rows.length), 1), rows.length - 1);
  const parts = heldOutParts(inner, count, stratified, new RandomStream(foldIn(key, 'validation')));
  const {train, test} = divide(parts, 1);
  return {train: train.map(at => rows[at]!), validation: test.map(at => rows[at]!)};
}

/** The fold that tests each row. */
function kFoldParts(subject: SplitSubject, plan: EvaluationPlan, random: RandomStream | null): Int32Array {
  const {rows, classes, values, groups} = subject;
  const {folds, stratified} = plan;
  if (folds < 2 || folds > rows) throw new RangeError(`folds must be from 2 to the ${rows} rows, got ${folds}`);
  if (groups) return groupedFolds(groups, stratified ? classes : null, folds, random);
  if (stratified && classes) return classParts(classes, folds, random);
  if (stratified && values) return valueParts(values, folds, random);
  return contiguousParts(rows, folds, random);
}

/** 1 for about `count` rows that are held out, 0 for the others; exactly `count` without groups and equal times. */
function heldOutParts(
  subject: SplitSubject,
  count: number,
  stratified: boolean,
  random: RandomStream | null,
): Int32Array {
  const {rows, classes, values, groups, times} = subject;
  if (count < 1 || count >= rows) {
    throw new RangeError(`held-out rows must be from 1 to one less than the ${rows} rows, got ${count}`);
  }
  if (times) return latestShare(times, count);
  if (groups) return groupedShare(groups, stratified ? classes : null, count / rows, random);
  if (stratified && classes) return classShare(classes, count, random);
  if (stratified && values) return valueShare(values, count, random);
  return lastShare(rows, count, random);
}

function chainedFolds(subject: SplitSubject, plan: EvaluationPlan): Fold[] {
  const times = subject.times ?? Float64Array.from({length: subject.rows}, (_, row) => row);
  return forwardChain(times, plan.folds).map((parts, fold) => ({repeat: 0, fold, ...parts}));
}

/** The rows of one part are tested, all others train. */
function divide(parts: Int32Array, tested: number): {train: Uint32Array; test: Uint32Array} {
  let count = 0;
  for (let row = 0; row < parts.length; row++) if (parts[row] === tested) count++;
  const train = new Uint32Array(parts.length - count);
  const test = new Uint32Array(count);
  let trained = 0;
  let held = 0;
  for (let row = 0; row < parts.length; row++) {
    if (parts[row] === tested) test[held++] = row;
    else train[trained++] = row;
  }
  return {train, test};
}
