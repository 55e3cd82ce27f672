import type {Table, Target} from '../data/table.ts';
import {type EvaluationPlan, innerSplit} from '../evaluation/folds.ts';
import {foldIn, type RandomKey, randomKey} from '../kernels/random.ts';
import {splitSubject} from './splitSubject.ts';

/**
 * Divides training rows into those that are learned from and those that early stopping watches: stratified and grouped
 * like the folds. How many rows come to each side does not depend on the key where they are few.
 * @param key of the fold; without one, any: to see how large the parts become
 * @returns null if the rows cannot be divided: fewer than 2, or all of one group or one time
 */
export function innerRows(
  rows: Uint32Array,
  share: number,
  table: Table,
  target: Target,
  evaluation: EvaluationPlan,
  key: RandomKey = foldIn(randomKey(0), 'innerSplit'),
): {learned: Uint32Array; watched: Uint32Array} | null {
  const subject = splitSubject(table, target, evaluation);
  const differs = (values: ArrayLike<number> | null) => !values || rows.some(row => values[row] !== values[rows[0]!]);
  if (rows.length < 2 || !differs(subject.groups) || !differs(subject.times)) return null;
  const {train, validation} = innerSplit(rows, share, subject, evaluation.stratified, key);
  return {learned: train, watched: validation};
}
