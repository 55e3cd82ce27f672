import type {LayerState, Live, Masks, Watched} from '../../schemas/protocol.ts';
import {isSamePlace, type LiveState} from '../experiment/watcher.ts';
import type {PreparedRun} from '../running/prepareRun.ts';
import {assertLayersDrop, trainedBatchMasks} from '../watching/batchMasks.ts';
import {type DropFollower, followDrops} from '../watching/dropFollower.ts';
import {trainedNetwork} from '../watching/trainedNetwork.ts';
import {affordableRate} from './affordableRate.ts';

/**
 * What a worker shows of the watched network, with what follows from it: masks and counts of drops are computed here,
 * where nothing trains.
 */
export interface LiveFeed {
  /** What the worker is asked to show: masks no more often than they can be computed beside other work. */
  readonly watched: Watched;
  /** What a worker showed of another network, before it knew of this one, is left out. */
  add(live: LiveState): void;
  dispose(): void;
}

/** A live state whose masks are computed when it is sent, and so not at all where nobody reads. */
export interface ShownState extends Omit<Live, 'masks'> {
  readonly masks: (() => Masks) | null;
}

/** @throws UserError if the experiment has no such network, or the network no such layers */
export function createLiveFeed(
  {id: run, experiment}: Pick<PreparedRun, 'id' | 'experiment'>,
  watched: Watched,
  send: (state: ShownState) => void,
): LiveFeed {
  let newest: {at: number; layers: readonly LayerState[]} | null = null;
  const network = trainedNetwork(experiment, watched);
  // Asked before there is anything to show: afterwards nobody would hear of it.
  assertLayersDrop(network, watched.layers);
  const drops = followDrops(network, () => {
    if (newest) send({run, at: newest.at, masks: null, layers: withDrops(newest.layers, drops)});
  });
  return {
    watched: {...watched, rate: affordableRate(network, watched)},
    add({place, at, batch, layers}) {
      if (!isSamePlace(place, network.place)) return;
      if (layers) {
        newest = {at, layers};
        drops.reached(Math.max(...layers.map(layer => layer.epoch)));
      }
      const masks = batch && (() => trainedBatchMasks(network, batch, watched.layers));
      send({run, at, masks, layers: layers && withDrops(layers, drops)});
    },
    dispose: drops.dispose,
  };
}

function withDrops(layers: readonly LayerState[], drops: DropFollower): LayerState[] {
  const counts = new Map(drops.read().map(count => [count.layer, count]));
  return layers.map(layer => ({...layer, drops: counts.get(layer.layer) ?? null}));
}
