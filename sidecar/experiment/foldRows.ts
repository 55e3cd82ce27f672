/** What chance decides of one network: its keys, and which rows it learns from. Both can be told again at any time. */
import {type RowBlocks, rowBlocks} from '../data/streamedRows.ts';
import type {Fold} from '../evaluation/folds.ts';
import {foldIn, type RandomKey, randomKey} from '../kernels/random.ts';
import type {TrainingKeys} from '../training/trainNetwork.ts';
import type {Experiment, VariantPlan} from './experiment.ts';
import type {Redrawn} from './foldTask.ts';
import {innerRows} from './innerRows.ts';

/**
 * Weights, order and inner split depend on the seed and the fold, not on the variant: variants start alike and see the
 * rows in the same order, so that what differs between them is the variant.
 * @param redrawn one of them drawn anew
 */
export function foldKeys(
  variant: VariantPlan,
  fold: Fold,
  redrawn?: Redrawn,
): TrainingKeys & {readonly innerSplit: RandomKey} {
  const root = foldIn(randomKey(variant.document.training.seed), 'training');
  const key = foldIn(foldIn(root, fold.repeat), fold.fold);
  const keys = {
    weights: key,
    order: foldIn(key, 'order'),
    masks: foldIn(foldIn(key, 'masks'), variant.name),
    innerSplit: foldIn(key, 'innerSplit'),
  };
  if (!redrawn) return keys;
  return {...keys, [redrawn.source]: foldIn(foldIn(keys[redrawn.source], 'redrawn'), redrawn.number)};
}

/** Which of the rows that are learned from lie together on disk; null for a table in memory. */
export function learnedBlocks({table}: Pick<Experiment, 'table'>, learned: Uint32Array): RowBlocks | null {
  return rowBlocks(table, learned);
}

/** The training rows of a fold, as row numbers of the table: those that are learned from, and those that early stopping watches. */
export function dividedRows(
  {table, target, evaluation}: Omit<Experiment, 'folds'>,
  variant: VariantPlan,
  fold: Fold,
): {learned: Uint32Array; watched: Uint32Array} {
  const {earlyStopping} = variant.document.training;
  if (!earlyStopping) return {learned: fold.train, watched: new Uint32Array(0)};
  const key = foldKeys(variant, fold).innerSplit;
  const divided = innerRows(fold.train, earlyStopping.share, table, target, evaluation, key);
  if (!divided) throw new Error('early stopping was planned for rows that cannot be divided');
  return divided;
}
