import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {NetworkPlace} from '../../schemas/protocol.ts';
import type {Fold} from '../evaluation/folds.ts';
import {allRows, type Experiment} from '../experiment/experiment.ts';
import {dividedRows, foldKeys, learnedBlocks} from '../experiment/foldRows.ts';
import type {NetworkPlan} from '../network/plan.ts';
import type {TrainingKeys, TrainingTask} from '../training/trainNetwork.ts';
import {UserError} from '../userError.ts';

/** One network of an experiment, with all that its batches and masks follow from: it may train now, or have trained long ago. */
export interface TrainedNetwork {
  readonly place: NetworkPlace;
  readonly plan: NetworkPlan;
  readonly training: ResolvedDocument['training'];
  readonly keys: TrainingKeys;
  /** One-based line of the data file of each row that is learned from, in the order of the table. */
  readonly lines: Uint32Array;
  /** Of the same rows, where they are read from disk. */
  readonly blocks?: TrainingTask['blocks'];
}

/**
 * Finds a network again by its place, as the editor names it: repeats and folds count from 1, fold 0 is the network
 * trained on all rows.
 * @throws UserError if the experiment has no such network
 */
export function trainedNetwork(experiment: Experiment, place: NetworkPlace): TrainedNetwork {
  const variant = experiment.variants.find(({name}) => name === place.variant);
  if (!variant) throw new UserError(`This run has no variant "${place.variant}".`);
  const fold = foldAt(experiment, place);
  const {learned} = dividedRows(experiment, variant, fold);
  return {
    place: {variant: variant.name, repeat: fold.repeat + 1, fold: fold.fold + 1},
    plan: variant.network,
    training: variant.document.training,
    keys: foldKeys(variant, fold),
    lines: learned.map(row => experiment.table.rowLines[row]!),
    blocks: learnedBlocks(experiment, learned),
  };
}

/**
 * The rows of a network, by its place. A run has either folds or, when it trains on all rows, none.
 * @throws UserError if the experiment has no such fold
 */
export function foldAt({table, folds}: Experiment, {repeat, fold}: NetworkPlace): Fold {
  if (fold === 0 && folds.length === 0) {
    const rows = allRows(table.rows);
    return {repeat: -1, fold: -1, train: rows, test: rows};
  }
  const found = folds.find(one => one.repeat + 1 === repeat && one.fold + 1 === fold);
  if (!found) throw new UserError(`This run has no fold ${fold} in repeat ${repeat}.`);
  return found;
}
