import type {FoldContext, FoldTask} from './foldTask.ts';

/** Last tasks, for each worker, that begin in the order of their length instead of in their own. */
const REORDERED = 3;

/**
 * The order in which tasks begin, as indices. Fold by fold, as they come, so that a cancelled run leaves folds that all
 * variants share; but of the last ones the longest begin first, or a core would go on alone with one that began late.
 * @param costs what each task is expected to take, in any unit
 */
export function taskOrder(costs: readonly number[], workers: number): number[] {
  const order = costs.map((_, index) => index);
  if (workers === 1) return order;
  const cut = Math.max(0, order.length - REORDERED * workers);
  const last = order.slice(cut).toSorted((a, b) => costs[b]! - costs[a]! || a - b);
  return [...order.slice(0, cut), ...last];
}

/** Passes over the data that fitting a linear model takes, about. */
const LINEAR_PASSES = 100;

/** Multiplications, about. */
export function taskCost({variants, table}: FoldContext['experiment'], {subject, fold}: FoldTask): number {
  const rows = Math.max(1, fold.train.length);
  if (subject.kind === 'variant') {
    const {document, parameters} = variants[subject.index]!;
    return rows * parameters * document.training.epochs;
  }
  return subject.name === 'linear' ? rows * table.columns.length * LINEAR_PASSES : 0;
}
