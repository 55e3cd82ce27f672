import {encodeRows, fitEncoder} from '../data/encoder.ts';
import {encodeTarget, fitTargetScale} from '../data/target.ts';
import {learningRateSteps, type RangeTest} from '../evaluation/learningRateChoice.ts';
import {foldIn, RandomStream} from '../kernels/random.ts';
import type {EpochPlan, Samples} from '../network/engine.ts';
import {type ChosenEngines, engineOf} from '../network/engines.ts';
import {initialParameters} from '../network/initialize.ts';
import {rowWeights} from '../training/rowWeights.ts';
import {allRows, type Experiment, type VariantPlan} from './experiment.ts';
import {foldKeys} from './foldRows.ts';

export interface RangeOptions {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/**
 * Trains one network of a variant on all rows, while the learning rate grows from step to step, with its own momentum and its
 * own dropout. The loss says which learning rates move it, and which ruin it.
 * @param turn awaited between steps, with the share that is done: others have their turn; what it throws ends the test
 */
export async function learningRateRange(
  {table, target}: Pick<Experiment, 'table' | 'target'>,
  variant: VariantPlan,
  engines: ChosenEngines,
  {from, to, steps}: RangeOptions,
  turn: (share: number) => Promise<void> = async () => {},
): Promise<RangeTest> {
  const {training, data} = variant.document;
  const rows = allRows(table.rows);
  const encoder = fitEncoder(table, variant.features, rows);
  const scale = target.task === 'regression' ? fitTargetScale(target.values, rows, data.scaleTarget) : null;
  const samples: Samples = {
    inputs: new Float32Array(rows.length * variant.network.inputs),
    targets: encodeTarget(target, scale, rows),
    weights: rowWeights(training.classWeights, target, rows, rows),
  };
  encodeRows(table, encoder, rows, samples.inputs);
  const keys = foldKeys(variant, {repeat: -1, fold: -1, train: rows, test: rows});
  const learningRates = learningRateSteps(from, to, steps);
  const losses = new Float64Array(steps).fill(Number.NaN);
  const {optimizer} = training;
  const momenta = new Float64Array(steps).fill('momentum' in optimizer ? optimizer.momentum : 0);
  const network = engineOf(engines, training.numerics).createNetwork(variant.network);
  try {
    network.writeParameters(initialParameters(variant.network, keys.weights));
    const plan: EpochPlan = {
      ...{samples, batchSize: variant.network.batchSize, learningRates, momenta},
      order: manyEpochs(rows, steps * variant.network.batchSize, keys.order),
      noise: {kind: 'drawn', key: foldIn(keys.masks, 'range')},
    };
    for (let step = 0; step < steps && network.trainSteps(plan, step, step + 1, losses) === 1; step++) {
      await turn((step + 1) / steps);
    }
  } finally {
    network.dispose();
  }
  return {learningRates, losses};
}

/** As many rows as the steps need, epoch after epoch, each shuffled. */
function manyEpochs(rows: Uint32Array, length: number, key: Parameters<typeof foldIn>[0]): Uint32Array {
  const order = new Uint32Array(length);
  for (let start = 0, epoch = 0; start < length; start += rows.length, epoch++) {
    const shuffled = new RandomStream(foldIn(key, epoch)).shuffle(rows.slice());
    order.set(shuffled.subarray(0, length - start), start);
  }
  return order;
}
