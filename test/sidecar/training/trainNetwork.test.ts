import {describe, expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {foldIn, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import type {Samples} from '../../../sidecar/network/engine.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import type {NetworkPlan} from '../../../sidecar/network/plan.ts';
import {evaluationLoss} from '../../../sidecar/training/evaluationLoss.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import {type EpochRecord, type TrainingTask, trainNetwork} from '../../../sidecar/training/trainNetwork.ts';

type Training = ResolvedDocument['training'];

const ROWS = 60;
const dense = (name: string, inputs: number, units: number, activation: 'relu' | 'sigmoid') =>
  ({type: 'dense', name, inputs, units, activation, maxNorm: null, l1: 0, l2: 0, init: 'pytorch'}) as const;

const plan: NetworkPlan = {
  inputs: 3,
  layers: [
    dense('hidden', 3, 16, 'relu'),
    {type: 'dropout', name: 'drop', inputs: 16, rate: 0.3},
    dense('output', 16, 1, 'sigmoid'),
  ],
  loss: 'binaryCrossEntropy',
  optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
  clipNorm: null,
  batchSize: 8,
};

/** Two classes by the sign of a product, with some labels flipped, so that a long training overfits. */
function task(
  training: Partial<Training> = {},
  change: Partial<TrainingTask & {samples: Samples}> = {},
): TrainingTask & {samples: Samples} {
  const random = new RandomStream(randomKey(1));
  const inputs = Float32Array.from({length: ROWS * 3}, () => random.uniform() * 2 - 1);
  const targets = Float32Array.from({length: ROWS}, (_, row) => {
    const positive = inputs[row * 3]! * inputs[row * 3 + 1]! > 0;
    return Number(random.uniform() < 0.2 ? !positive : positive);
  });
  const rows = (from: number, to: number) => Uint32Array.from({length: to - from}, (_, i) => from + i);
  const key = randomKey(9);
  return {
    engine: engines.plain,
    plan,
    training: {
      epochs: 20,
      batchSize: 8,
      shuffle: true,
      dropLast: false,
      optimizer: {type: 'sgd', learningRate: 0.3, momentum: 0.9, nesterov: false, weightDecay: 0},
      schedule: {type: 'constant', warmUp: 0},
      ...training,
    } as Training,
    samples: {inputs, targets, weights: null},
    trainRows: rows(0, 40),
    validationRows: training.earlyStopping ? rows(40, ROWS) : null,
    keys: {weights: key, order: foldIn(key, 'order'), masks: foldIn(key, 'masks')},
    start: null,
    control: undisturbed,
    observer: {epochEnded: () => {}},
    now: () => performance.now(),
    ...change,
  };
}

function completed(outcome: ReturnType<typeof trainNetwork>) {
  if (outcome.kind !== 'completed') throw new Error(`training ended as ${outcome.kind}`);
  const parameters = new Float64Array(outcome.network.parameterCount);
  outcome.network.readParameters(parameters);
  return {...outcome, parameters};
}

describe('training', () => {
  test('lowers the loss, and the same task gives the same bits', () => {
    const losses: number[] = [];
    const first = completed(
      trainNetwork(task({}, {observer: {epochEnded: ({trainingLoss}) => losses.push(trainingLoss)}})),
    );
    expect(losses).toHaveLength(20);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
    expect(completed(trainNetwork(task())).parameters).toEqual(first.parameters);
  });

  test('depends on its masks', () => {
    const ends = [1, 2].map(seed =>
      completed(trainNetwork(task({}, {keys: {...task().keys, masks: randomKey(seed)}}))),
    );
    expect(ends[0]!.parameters).not.toEqual(ends[1]!.parameters);
  });

  test('shuffles in every epoch unless told not to', () => {
    const parametersOf = (training: Partial<Training>) => completed(trainNetwork(task(training))).parameters;
    expect(parametersOf({shuffle: false})).not.toEqual(parametersOf({shuffle: true}));
  });

  test('leaves the caller’s rows as they are', () => {
    const given = task();
    const before = given.trainRows.slice();
    trainNetwork(given);
    expect(given.trainRows).toEqual(before);
  });

  test('dropLast leaves out the short batch: 38 rows in batches of 8 train like their order’s first 32', () => {
    const seen = new Set<number>();
    const spy = {
      ...engines.plain,
      createNetwork(given: NetworkPlan) {
        const network = engines.plain.createNetwork(given);
        return {
          ...network,
          trainSteps(...[epoch, ...rest]: Parameters<typeof network.trainSteps>) {
            seen.add(epoch.order.length);
            return network.trainSteps(epoch, ...rest);
          },
        };
      },
    };
    trainNetwork(task({dropLast: true}, {engine: spy, trainRows: task().trainRows.subarray(0, 38)}));
    expect([...seen]).toEqual([32]);
  });
});

describe('early stopping', () => {
  const settings = {epochs: 300, earlyStopping: {patience: 15, minDelta: 0, share: 0.1}};

  test('stops patience epochs after the best one and restores its weights', () => {
    const records: EpochRecord[] = [];
    const given = task(settings, {observer: {epochEnded: record => records.push(record)}});
    const outcome = completed(trainNetwork(given));
    const losses = records.map(record => record.validationLoss!);
    const best = losses.indexOf(Math.min(...losses));
    expect(outcome.bestEpoch).toBe(best + 1);
    expect(outcome.epochs).toBe(best + 1 + 15);
    expect(outcome.epochs).toBeLessThan(300);
    const predictions = new Float64Array(given.validationRows!.length);
    outcome.network.predict(given.samples.inputs, given.validationRows!, predictions);
    expect(evaluationLoss(plan.loss, predictions, given.samples, given.validationRows!)).toBe(losses[best]);
  });

  test('counts only falls of more than minDelta', () => {
    const epochsOf = (minDelta: number) =>
      completed(trainNetwork(task({...settings, earlyStopping: {...settings.earlyStopping, minDelta}}))).epochs;
    expect(epochsOf(10)).toBe(16); // The first epoch is an improvement on nothing; then 15 epochs of patience.
    expect(epochsOf(0)).toBeGreaterThan(16);
  });

  test('never looks at the training rows: its loss is that of the validation rows alone', () => {
    const given = task(settings);
    const changed = {...given.samples, targets: given.samples.targets.map((y, row) => (row < 40 ? y : 1 - y))};
    const lossesOf = (samples: Samples) => {
      const records: EpochRecord[] = [];
      trainNetwork({
        ...given,
        samples,
        training: {...given.training, epochs: 1},
        observer: {epochEnded: record => records.push(record)},
      });
      return records[0]!;
    };
    expect(lossesOf(changed).trainingLoss).toBe(lossesOf(given.samples).trainingLoss);
    expect(lossesOf(changed).validationLoss).not.toBe(lossesOf(given.samples).validationLoss);
  });
});

describe('a training that cannot go on', () => {
  const sgd = (learningRate: number, momentum: number) =>
    ({type: 'sgd', learningRate, momentum, nesterov: false, weightDecay: 0}) as const;

  test('that diverges says in which epoch, with which step, and what to do', () => {
    const outcome = trainNetwork(task({optimizer: sgd(1e30, 0.9)}));
    expect(outcome).toEqual({
      kind: 'diverged',
      epochs: 1,
      problem:
        'Training diverged in epoch 1: the loss became not a number. The effective step is 1e+31 (learning rate 1e+30 / (1 − momentum 0.9)): lower training.optimizer.learningRate, for example to 0.01, or bound the gradients with training.clipNorm 1.',
    });
  });

  test('on unscaled inputs is told to scale them first', () => {
    const given = task({optimizer: sgd(1e30, 0)});
    const samples = {...given.samples, inputs: given.samples.inputs.map(x => x * 5000)};
    const outcome = trainNetwork({...given, samples});
    expect(outcome).toMatchObject({kind: 'diverged', problem: expect.stringContaining('set data.scale to "standard"')});
  });

  test('that is cancelled ends before the next piece of work', () => {
    let asked = 0;
    const outcome = trainNetwork(task({epochs: 1000}, {control: {grant: () => (++asked > 5 ? 0 : 100)}}));
    expect(outcome).toEqual({kind: 'cancelled', epochs: 5});
  });
});
