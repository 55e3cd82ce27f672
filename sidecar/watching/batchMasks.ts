import type {LayerMask, Masks} from '../../schemas/protocol.ts';
import type {TrainedBatch} from '../experiment/watcher.ts';
import {foldIn} from '../kernels/random.ts';
import {hasPlannedNoise, layerAt, noiseKey, timeOf} from '../network/masks.ts';
import type {NetworkPlan} from '../network/plan.ts';
import {stepsOfEpoch, writeEpochOrder} from '../training/epochOrder.ts';
import {UserError} from '../userError.ts';
import {layerMask} from './layerMask.ts';
import type {TrainedNetwork} from './trainedNetwork.ts';

/** A batch of a network, whose rows follow from its place. */
export type BatchNumber = Omit<TrainedBatch, 'rows'>;

/**
 * What one batch dropped, and of which rows: past, present or to come.
 * @param layers names of layers that drop; null: all of them but those of rate 0
 * @throws UserError if there is no such epoch, batch or layer
 */
export function batchMasks(network: TrainedNetwork, at: BatchNumber, layers: readonly string[] | null): Masks {
  assertBatch(network, at);
  assertLayersDrop(network, layers);
  const {training, lines, keys} = network;
  const order = Uint32Array.from(lines, (_, i) => i);
  writeEpochOrder(order.slice(), training, keys.order, at.epoch - 1, order, network.blocks);
  return trainedBatchMasks(network, {...at, rows: rowsOfBatch(order, at.batch, training)}, layers);
}

/** The same for a batch whose rows are known. @param rows as indices into `network.lines` */
export function trainedBatchMasks(
  network: TrainedNetwork,
  {epoch, batch, rows}: TrainedBatch,
  layers: readonly string[] | null,
): Masks {
  return {
    ...network.place,
    epoch,
    batch,
    batches: stepsOfEpoch(network.lines.length, network.training),
    lines: rows.map(row => network.lines[row]!),
    layers: masksOfLayers(network, {epoch, batch}, layers, rows.length),
  };
}

/** @param order rows of the epoch, in training order @param batch from 1 */
export function rowsOfBatch(order: Uint32Array, batch: number, {batchSize}: TrainedNetwork['training']): Uint32Array {
  return order.subarray((batch - 1) * batchSize, batch * batchSize);
}

function masksOfLayers(
  {plan, keys, training, lines}: TrainedNetwork,
  {epoch, batch}: BatchNumber,
  names: readonly string[] | null,
  rows: number,
): LayerMask[] {
  const epochKey = foldIn(keys.masks, epoch - 1);
  const time = timeOf(epoch - 1, batch - 1, stepsOfEpoch(lines.length, training));
  return shownLayers(plan, names).map(({layer, index}) =>
    layerMask(layerAt(layer, time), noiseKey(epochKey, batch - 1, index), rows),
  );
}

/** Layers of a network whose masks are shown. @param names null: all that drop, but those of rate 0 */
export function shownLayers({layers}: NetworkPlan, names: readonly string[] | null) {
  return layers.flatMap((layer, index) =>
    hasPlannedNoise(layer) && (names ? names.includes(layer.name) : layer.rate > 0) ? [{layer, index}] : [],
  );
}

/** @throws UserError if a name is not that of a layer that drops */
export function assertLayersDrop({plan}: TrainedNetwork, names: readonly string[] | null): void {
  for (const name of names ?? []) {
    if (plan.layers.some(layer => layer.name === name && hasPlannedNoise(layer))) continue;
    throw new UserError(`The network has no layer "${name}" that drops.`);
  }
}

function assertBatch({training, lines}: TrainedNetwork, {epoch, batch}: BatchNumber): void {
  const batches = stepsOfEpoch(lines.length, training);
  if (epoch > training.epochs)
    throw new UserError(`This network has ${training.epochs} epochs, and no epoch ${epoch}.`);
  if (batch > batches) throw new UserError(`An epoch of this network has ${batches} batches, and no batch ${batch}.`);
}
