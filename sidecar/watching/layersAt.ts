import type {LayerState, NetworkPlace} from '../../schemas/protocol.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {stepsOfEpoch, writeEpochOrder} from '../training/epochOrder.ts';
import {retrain} from './retrain.ts';
import {trainedNetwork} from './trainedNetwork.ts';
import {layerLook, trainedNetworkOf} from './watchNetwork.ts';

/**
 * The layers of a network at the end of some epochs, of each epoch a list, in the order asked for; of an epoch that the
 * network did not reach, because it stopped early, an empty one.
 * @throws UserError as `retrain` does
 */
export function layersAt(experiment: Experiment, place: NetworkPlace, epochs: readonly number[]): LayerState[][] {
  const {lines, training, keys, blocks} = trainedNetwork(experiment, place);
  const rows = Uint32Array.from(lines, (_, i) => i);
  const order = new Uint32Array(rows.length);
  const batch = stepsOfEpoch(rows.length, training);
  const wanted = new Map<number, LayerState[]>(epochs.map(epoch => [epoch, []]));
  let look: ReturnType<typeof layerLook> | undefined;
  retrain(experiment, place, Math.max(0, ...epochs), (epoch, network, watched) => {
    const states = wanted.get(epoch);
    if (!states) return;
    look ??= layerLook(watched, trainedNetworkOf(watched));
    writeEpochOrder(rows, training, keys.order, epoch - 1, order, blocks);
    states.push(...look.states(network, {epoch, batch}, order));
  });
  return epochs.map(epoch => wanted.get(epoch)!);
}
