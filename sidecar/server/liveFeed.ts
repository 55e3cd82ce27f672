import type {LayerState, Live, Watched} from '../../schemas/protocol.ts';
import type {LiveState} from '../experiment/watcher.ts';
import type {PreparedRun} from '../running/prepareRun.ts';
import {assertLayersDrop} from '../watching/batchMasks.ts';
import {type DropFollower, followDrops} from '../watching/dropFollower.ts';
import {trainedNetwork} from '../watching/trainedNetwork.ts';

/** What a worker shows of the watched network, with the counts of drops, which are made here, where nothing trains. */
export interface LiveFeed {
  add(live: LiveState): void;
  dispose(): void;
}

/** @throws UserError if the experiment has no such network, or the network no such layers */
export function createLiveFeed(
  {id: run, experiment}: Pick<PreparedRun, 'id' | 'experiment'>,
  watched: Watched,
  send: (live: Live) => void,
): LiveFeed {
  let newest: {at: number; layers: readonly LayerState[]} | null = null;
  const network = trainedNetwork(experiment, watched);
  // Asked before a worker is: what it is told to show must not end its training.
  assertLayersDrop(network, watched.layers);
  const drops = followDrops(network, () => {
    if (newest) send({run, at: newest.at, masks: null, layers: withDrops(newest.layers, drops)});
  });
  return {
    add({at, masks, layers}) {
      if (layers) {
        newest = {at, layers};
        drops.reached(Math.max(...layers.map(layer => layer.epoch)));
      }
      send({run, at, masks, layers: layers && withDrops(layers, drops)});
    },
    dispose: drops.dispose,
  };
}

function withDrops(layers: readonly LayerState[], drops: DropFollower): LayerState[] {
  const counts = new Map(drops.read().map(count => [count.layer, count]));
  return layers.map(layer => ({...layer, drops: counts.get(layer.layer) ?? null}));
}
