import {describe, expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {foldIn, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import type {NetworkPlan} from '../../../sidecar/network/plan.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import {pieceSource, type UnkeptSamples} from '../../../sidecar/training/trainingSamples.ts';
import {type EpochRecord, type TrainingTask, trainNetwork} from '../../../sidecar/training/trainNetwork.ts';

const WIDTH = 5;
const ROWS = 103;
const random = new RandomStream(randomKey(1));
const kept = {
  inputs: Float32Array.from({length: ROWS * WIDTH}, () => random.uniform() * 2 - 1),
  targets: Float32Array.from({length: ROWS}, () => random.below(2)),
  weights: Float32Array.from({length: ROWS}, () => random.uniform()),
};
/** The same rows, which are told how many were encoded together. */
const unkept = (onEncode: (rows: number) => void = () => {}): UnkeptSamples => ({
  ...kept,
  inputs: null,
  encode(rows, out) {
    onEncode(rows.length);
    rows.forEach((row, i) => {
      out.set(kept.inputs.subarray(row * WIDTH, (row + 1) * WIDTH), i * WIDTH);
    });
  },
});
const rowsFrom = (from: number, to: number) => Uint32Array.from({length: to - from}, (_, i) => from + i);

describe('samples without a matrix', () => {
  const dense = {type: 'dense', maxNorm: null, l1: 0, l2: 0, init: 'pytorch'} as const;
  const plan: NetworkPlan = {
    inputs: WIDTH,
    layers: [
      {type: 'dropout', name: 'visible', inputs: WIDTH, rate: 0.2},
      {...dense, name: 'hidden', inputs: WIDTH, units: 7, activation: 'relu'},
      {...dense, name: 'output', inputs: 7, units: 1, activation: 'sigmoid'},
    ],
    loss: 'binaryCrossEntropy',
    optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
    clipNorm: null,
    batchSize: 8,
  };
  const key = randomKey(9);
  const taskWith = (change: Partial<TrainingTask>): TrainingTask => ({
    engine: engines.plain,
    plan,
    training: {
      epochs: 6,
      batchSize: 8,
      shuffle: true,
      dropLast: false,
      optimizer: {type: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0},
      schedule: {type: 'constant', warmUp: 0},
      earlyStopping: {patience: 3, minDelta: 0, share: 0.2},
    } as ResolvedDocument['training'],
    samples: kept,
    trainRows: rowsFrom(0, 83),
    validationRows: rowsFrom(83, ROWS),
    keys: {weights: key, order: foldIn(key, 'order'), masks: foldIn(key, 'masks')},
    start: null,
    control: undisturbed,
    observer: {epochEnded: () => {}},
    now: () => 0,
    ...change,
  });

  /** Parameters and losses of a training whose pieces have `piece` batches. */
  const trained = (samples: TrainingTask['samples'], piece: number) => {
    const records: EpochRecord[] = [];
    const outcome = trainNetwork(
      taskWith({
        samples,
        control: {grant: () => piece},
        observer: {epochEnded: record => records.push(record)},
      }),
    );
    if (outcome.kind !== 'completed') throw new Error(outcome.kind);
    const parameters = new Float64Array(outcome.network.parameterCount);
    outcome.network.readParameters(parameters);
    return {parameters, records, bestEpoch: outcome.bestEpoch};
  };

  // 83 rows: ten batches and a short one.
  test.each([1, 3, 11])('train to the same bits in pieces of %i batches', piece => {
    expect(trained(unkept(), piece)).toEqual(trained(kept, 11));
  });

  test('say the same of a training that diverged on inputs that are not scaled', () => {
    const training = {...taskWith({}).training, optimizer: {type: 'sgd', learningRate: 1e30, momentum: 0}};
    const large = {...unkept(), encode: (rows: Uint32Array, out: Float32Array) => out.fill(5000 + rows[0]! * 0)};
    const outcome = trainNetwork(taskWith({samples: large, training: training as ResolvedDocument['training']}));
    expect(outcome).toMatchObject({
      kind: 'diverged',
      problem: expect.stringContaining('The inputs are as large as 5000: set data.scale to "standard".'),
    });
  });

  test('are encoded in pieces of a few megabytes, however many batches are asked for, and at least of one batch', () => {
    const order = rowsFrom(0, ROWS);
    for (const [width, most] of [
      [2 ** 16, 2],
      [2 ** 20, 1],
    ] as const) {
      const encoded: number[] = [];
      const samples = {...unkept(), encode: (rows: Uint32Array) => void encoded.push(rows.length)};
      const pieces = pieceSource(samples, width, 8);
      expect(pieces.mostBatches).toBe(most);
      pieces.take(order, 12, 13);
      expect(encoded).toEqual([7]);
    }
  });
});
