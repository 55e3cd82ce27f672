/** A training that is interrupted anywhere, stored and taken up again ends with the bits of an undisturbed one. */
import {expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {foldIn, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import type {Engine} from '../../../sidecar/network/engine.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import type {NetworkPlan} from '../../../sidecar/network/plan.ts';
import {decodeCheckpoint, encodeCheckpoint} from '../../../sidecar/training/checkpoint.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import type {TrainingState} from '../../../sidecar/training/trainingState.ts';
import {type EpochRecord, type TrainingTask, trainNetwork} from '../../../sidecar/training/trainNetwork.ts';

type Training = ResolvedDocument['training'];
const ROWS = 30;

const layers = [
  {type: 'dense', name: 'a', inputs: 4, units: 6, activation: 'relu', maxNorm: 2, l1: 0, l2: 0.001, init: 'pytorch'},
  {type: 'batchNorm', name: 'norm', inputs: 6, momentum: 0.1, epsilon: 1e-5},
  {type: 'dropout', name: 'drop', inputs: 6, rate: 0.3},
  {
    type: 'dense',
    name: 'out',
    inputs: 6,
    units: 3,
    activation: 'softmax',
    maxNorm: null,
    l1: 0,
    l2: 0,
    init: 'pytorch',
  },
] as const;

const adam = {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01} as const;
const sgd = {type: 'sgd', nesterov: true, weightDecay: 0} as const;
const CASES: {name: string; optimizer: NetworkPlan['optimizer']; training: object}[] = [
  {
    name: 'adam on a plateau schedule, stopping early',
    optimizer: adam,
    training: {
      optimizer: {learningRate: 0.05},
      schedule: {type: 'plateau', factor: 0.5, patience: 1, minLearningRate: 0.001, warmUp: 0},
      earlyStopping: {patience: 3, minDelta: 0, share: 0.2},
    },
  },
  {
    name: 'sgd with a momentum ramp and a cosine',
    optimizer: sgd,
    training: {
      optimizer: {learningRate: 0.1, momentum: 0.9},
      schedule: {type: 'cosine', finalLearningRate: 0, warmUp: 1},
      momentumRamp: {shape: 'linear', from: 0.5, epochs: 3},
    },
  },
];

function task(engine: Engine['name'], {optimizer, training}: (typeof CASES)[number]): TrainingTask {
  const random = new RandomStream(randomKey(1));
  const rows = Uint32Array.from({length: ROWS}, (_, i) => i);
  const key = randomKey(5);
  return {
    engine: engines[engine],
    plan: {inputs: 4, layers, loss: 'crossEntropy', optimizer, clipNorm: 1, batchSize: 7},
    training: {epochs: 7, batchSize: 7, shuffle: true, dropLast: false, ...training} as unknown as Training,
    samples: {
      inputs: Float32Array.from({length: ROWS * 4}, () => random.uniform() * 2 - 1),
      targets: Float32Array.from(rows, row => row % 3),
      weights: null,
    },
    trainRows: rows.subarray(0, 24),
    validationRows: 'earlyStopping' in training ? rows.subarray(24) : null,
    keys: {weights: key, order: foldIn(key, 'order'), masks: foldIn(key, 'masks')},
    start: null,
    control: undisturbed,
    observer: {epochEnded: () => {}},
    now: () => performance.now(),
  };
}

function run(given: TrainingTask) {
  const records: EpochRecord[] = [];
  const outcome = trainNetwork({
    ...given,
    observer: {...given.observer, epochEnded: record => void records.push(record)},
  });
  if (outcome.kind !== 'completed') throw new Error(`it ended as ${outcome.kind}`);
  const parameters = new Float64Array(outcome.network.parameterCount);
  outcome.network.readParameters(parameters);
  outcome.network.dispose();
  return {
    records,
    parameters,
    epochs: outcome.epochs,
    bestEpoch: outcome.bestEpoch,
    trainingLoss: outcome.trainingLoss,
  };
}

/** The states before each batch but the first. */
function statesOf(given: TrainingTask): TrainingState[] {
  const states: TrainingState[] = [];
  trainNetwork({
    ...given,
    control: {
      grant(_epoch, _batch, _batches, beforeWaiting) {
        beforeWaiting();
        return 1;
      },
    },
    observer: {epochEnded: () => {}, checkpoint: state => void states.push(state)},
  });
  return states;
}

for (const engine of ['reference', 'plain', 'wasm'] as const) {
  for (const one of CASES) {
    test(`${engine}: ${one.name}, taken up before any batch, ends with the same bits`, () => {
      const given = task(engine, one);
      const whole = run(given);
      const states = statesOf(given);
      expect(states.length).toBeGreaterThan(12);
      for (const state of states) {
        const stored = decodeCheckpoint(encodeCheckpoint(state));
        expect(stored).toEqual(state);
        const {records, ...end} = run({...given, start: stored});
        expect({...end, records: whole.records.slice(0, state.epoch).concat(records)}).toEqual(whole);
      }
    });
  }
}

test('checkpoints come once a second of training, and less often where they take more than 1.5 % of it', () => {
  const checkpointsOf = (checkpointMs: number) => {
    let clock = 0;
    let count = 0;
    const given = task('plain', CASES[1]!);
    trainNetwork({
      ...given,
      training: {...given.training, epochs: 100},
      // Each piece is looked at before and after: it takes 100 ms, and an epoch of four batches 400.
      now: () => {
        clock += 100;
        return clock;
      },
      control: {grant: () => 1},
      observer: {
        epochEnded: () => {},
        checkpoint() {
          count++;
          clock += checkpointMs - 100;
        },
      },
    });
    return count;
  };
  // Of 40 s: the first after one, then after each.
  expect(checkpointsOf(0)).toBe(39);
  // 100 ms are 1.5 % of 6.7 s: after 1 s, which it takes 12 more to make good, after 13, and then after every 6.7.
  expect(checkpointsOf(100)).toBe(5);
});

test('a checkpoint that is cut anywhere, or has one changed byte, is none', () => {
  const bytes = encodeCheckpoint(statesOf(task('plain', CASES[0]!))[3]!);
  for (let length = 0; length < bytes.length; length++) expect(decodeCheckpoint(bytes.slice(0, length))).toBeNull();
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at]! ^= 1;
    expect(decodeCheckpoint(changed)).toBeNull();
  }
});
