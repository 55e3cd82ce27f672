import {setImmediate as nextTurn} from 'node:timers/promises';
import type {DropCounts, EpochRange} from '../../schemas/protocol.ts';
import {UserError} from '../userError.ts';
import {createDropCounter} from './dropCounter.ts';
import type {TrainedNetwork} from './trainedNetwork.ts';

/** Other work of the process waits no longer than this, but for a single batch. */
const SLICE_MS = 8;

/**
 * How often each unit was dropped from one epoch to another, both included. Long ranges are counted in pieces, between
 * which the process does other things.
 * @throws UserError if the network has no such epochs
 */
export async function countDrops(network: TrainedNetwork, {fromEpoch, toEpoch}: EpochRange): Promise<DropCounts[]> {
  const {epochs} = network.training;
  if (toEpoch < fromEpoch) throw new UserError(`Epoch ${toEpoch} comes before epoch ${fromEpoch}.`);
  if (toEpoch > epochs) throw new UserError(`This network has ${epochs} epochs, and no epoch ${toEpoch}.`);
  const counter = createDropCounter(network, fromEpoch);
  let sliceEnds = performance.now() + SLICE_MS;
  while (counter.next.epoch <= toEpoch) {
    counter.countBatch();
    if (performance.now() < sliceEnds) continue;
    await nextTurn();
    sliceEnds = performance.now() + SLICE_MS;
  }
  return counter.read();
}
