import type {DropCounts} from '../../schemas/protocol.ts';
import {dropThreshold, foldIn, maskWord, type RandomKey} from '../kernels/random.ts';
import {hasPlannedNoise, layerAt, noiseKey, noiseWidth, timeOf} from '../network/masks.ts';
import type {DropConnectPlan, NoisePlan} from '../network/plan.ts';
import {stepsOfEpoch} from '../training/epochOrder.ts';
import type {TrainedNetwork} from './trainedNetwork.ts';

/**
 * Counts how often each unit was dropped, batch after batch, from the masks computed anew. Layers of gaussianDropout drop
 * nothing and are left out. Counting costs up to a seventh of what training the same batches costs, so it is cut into
 * pieces, and is not done where the network trains.
 */
export interface DropCounter {
  /** The first batch that is not counted yet; both from 1. */
  readonly next: {readonly epoch: number; readonly batch: number};
  /** Counts the next batch. */
  countBatch(): void;
  /** Copies of the counts so far. */
  read(): DropCounts[];
}

/** @param fromEpoch from 1 */
export function createDropCounter({plan, training, keys, lines}: TrainedNetwork, fromEpoch = 1): DropCounter {
  const batches = stepsOfEpoch(lines.length, training);
  const layers = plan.layers.flatMap((layer, index) =>
    hasPlannedNoise(layer) && layer.type !== 'gaussianDropout'
      ? [{layer, index, counts: new Uint32Array(unitsOf(layer)), draws: 0, expected: 0, variance: 0}]
      : [],
  );
  let epoch = fromEpoch;
  let batch = 1;
  let epochKey = foldIn(keys.masks, epoch - 1);
  return {
    get next() {
      return {epoch, batch};
    },
    countBatch() {
      const rows = Math.min(training.batchSize, lines.length - (batch - 1) * training.batchSize);
      const time = timeOf(epoch - 1, batch - 1, batches);
      for (const counted of layers) {
        const layer = layerAt(counted.layer, time);
        countDropped(layer, noiseKey(epochKey, batch - 1, counted.index), rows, counted.counts);
        const draws = rows * drawsPerUnit(layer);
        counted.draws += draws;
        counted.expected += draws * layer.rate;
        // Rows that share a mask are dropped all or none: each draw counts for all of them.
        counted.variance += draws * layer.rate * (1 - layer.rate) * (layer.mask === 'batch' ? rows : 1);
      }
      batch++;
      if (batch <= batches) return;
      batch = 1;
      epoch++;
      epochKey = foldIn(keys.masks, epoch - 1);
    },
    read: () =>
      layers.map(({layer, counts, draws, expected, variance}) => {
        const chance = {expected, deviation: Math.sqrt(variance)};
        return {layer: layer.name, rate: layer.rate, draws, counts: counts.slice(), ...chance};
      }),
  };
}

const unitsOf = (layer: NoisePlan | DropConnectPlan) => ('units' in layer ? layer.units : layer.inputs);

/** Of dropConnect each unit has as many draws in a row as it has weights. */
const drawsPerUnit = (layer: NoisePlan | DropConnectPlan) => noiseWidth(layer) / unitsOf(layer);

function countDropped(layer: NoisePlan | DropConnectPlan, key: RandomKey, rows: number, counts: Uint32Array): void {
  const threshold = dropThreshold(layer.rate);
  if (threshold === 0) return;
  const perUnit = drawsPerUnit(layer);
  let index = 0;
  for (let row = 0; row < rows; row++) {
    if (layer.mask === 'batch') index = 0;
    for (let unit = 0; unit < counts.length; unit++) {
      for (let i = 0; i < perUnit; i++) {
        if (maskWord(key, index++) < threshold) counts[unit]!++;
      }
    }
  }
}
