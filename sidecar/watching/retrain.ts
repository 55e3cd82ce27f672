import type {NetworkPlace} from '../../schemas/protocol.ts';
import {evaluateFold} from '../experiment/evaluateFold.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {FoldContext} from '../experiment/foldTask.ts';
import type {WatchedNetwork} from '../experiment/watcher.ts';
import type {Network} from '../network/engine.ts';
import {defaultEngine} from '../network/engines.ts';
import {UserError} from '../userError.ts';
import {foldAt} from './trainedNetwork.ts';

/** Longer than this no answer may keep the process from its other work. */
const MOST_MS = 700;
/** Of a step of the smallest network, and of a row through one parameter, forward and back: as measured, rounded up. */
const STEP_MS = 0.012;
const ROW_MS = 3e-7;

/**
 * Trains a network of an experiment again, in this process, and shows it at the end of each epoch up to the last one that
 * is wanted. Of reproducible numerics the bits are those of the run; fast ones may differ in their rounding.
 * @param toEpoch from 1
 * @param epochEnded gets the network after each epoch (from 1); it must not change it
 * @throws UserError if there is no such network or epoch, or if it would take long
 */
export function retrain(
  experiment: Experiment,
  place: NetworkPlace,
  toEpoch: number,
  epochEnded: (epoch: number, network: Network, watched: WatchedNetwork) => void,
): void {
  const index = experiment.variants.findIndex(({name}) => name === place.variant);
  if (index === -1) throw new UserError(`This run has no variant "${place.variant}".`);
  const {document, parameters} = experiment.variants[index]!;
  const {epochs, batchSize} = document.training;
  if (toEpoch > epochs) throw new UserError(`This network has ${epochs} epochs, and no epoch ${toEpoch}.`);
  const fold = foldAt(experiment, place);
  const rows = fold.train.length;
  if (toEpoch * (Math.ceil(rows / batchSize) * STEP_MS + rows * parameters * ROW_MS) > MOST_MS) {
    throw new UserError(
      'This network is too large to be trained again for a look at its past: watch it while it trains.',
    );
  }
  const context: FoldContext = {experiment, engine: defaultEngine()};
  evaluateFold(
    context,
    {subject: {kind: 'variant', index}, fold, keepModel: false},
    {
      start: null,
      control: {grant: (epoch, batch, batches) => (epoch >= toEpoch ? 0 : batches - batch)},
      onEvent() {},
      observe: watched => ({
        epochEnded: ({epoch}, network) => epochEnded(epoch + 1, network, watched),
        measureShare: 0,
      }),
    },
  );
}
