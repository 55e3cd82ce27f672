import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {NetworkPlace} from '../../schemas/protocol.ts';
import {allRows, type Experiment, type VariantPlan} from '../experiment/experiment.ts';
import {dividedRows, foldKeys} from '../experiment/foldRows.ts';
import type {NetworkPlan} from '../network/plan.ts';
import type {TrainingKeys} from '../training/trainNetwork.ts';
import {UserError} from '../userError.ts';

/** One network of an experiment, with all that its batches and masks follow from: it may train now, or have trained long ago. */
export interface TrainedNetwork {
  readonly place: NetworkPlace;
  readonly plan: NetworkPlan;
  readonly training: ResolvedDocument['training'];
  readonly keys: TrainingKeys;
  /** One-based line of the data file of each row that is learned from, in the order of the table. */
  readonly lines: Uint32Array;
}

/**
 * Finds a network again by its place, as the editor names it: repeats and folds count from 1, fold 0 is the network
 * trained on all rows.
 * @throws UserError if the experiment has no such network
 */
export function trainedNetwork(experiment: Experiment, place: NetworkPlace): TrainedNetwork {
  const variant = experiment.variants.find(({name}) => name === place.variant);
  if (!variant) throw new UserError(`This run has no variant "${place.variant}".`);
  const {learned} = dividedRows(experiment, variant, foldAt(experiment, place));
  return networkOf(place, variant, learned, experiment.table.rowLines);
}

function networkOf(place: NetworkPlace, variant: VariantPlan, learned: Uint32Array, rowLines: Uint32Array) {
  return {
    place: {variant: place.variant, repeat: place.repeat, fold: place.fold},
    plan: variant.network,
    training: variant.document.training,
    keys: foldKeys(variant, {repeat: place.repeat - 1, fold: place.fold - 1, train: learned, test: learned}),
    lines: learned.map(row => rowLines[row]!),
  };
}

function foldAt({table, folds}: Experiment, {repeat, fold}: NetworkPlace) {
  if (fold === 0) {
    const rows = allRows(table.rows);
    return {repeat: -1, fold: -1, train: rows, test: rows};
  }
  const found = folds.find(one => one.repeat + 1 === repeat && one.fold + 1 === fold);
  if (!found) throw new UserError(`This run has no fold ${fold} in repeat ${repeat}.`);
  return found;
}
