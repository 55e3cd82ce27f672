import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {OptimizerPlan} from '../../../sidecar/network/plan.ts';
import {referenceEngine} from '../../../sidecar/network/referenceEngine.ts';
import {
  epochOf,
  type LayerSketch,
  parametersOf,
  planOf,
  samplesOf,
  tensorOf,
  train,
  writeRandomParameters,
} from './networks.ts';

const output: LayerSketch = {type: 'dense', units: 1};
const layers: LayerSketch[] = [
  {type: 'dropout', rate: 0.2},
  {type: 'dense', units: 6, activation: 'tanh', maxNorm: 1},
  {type: 'batchNorm'},
  {type: 'gaussianDropout', rate: 0.3},
  output,
];

const optimizers: ReadonlyArray<[name: string, optimizer: OptimizerPlan]> = [
  ['sgd', {type: 'sgd', nesterov: false, weightDecay: 0.01}],
  ['nesterov', {type: 'sgd', nesterov: true, weightDecay: 0}],
  ['adam', {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01}],
  ['adamW', {type: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01}],
  ['rmsProp', {type: 'rmsProp', decay: 0.99, epsilon: 1e-8, weightDecay: 0.01}],
  ['adagrad', {type: 'adagrad', epsilon: 1e-10, weightDecay: 0.01}],
];

describe.each(optimizers)('%s', (_name, optimizer) => {
  const plan = planOf(4, layers, {optimizer});
  const epoch = epochOf(plan, samplesOf(plan, 60, 1), {learningRate: 0.01});

  test('goes on to the same bits from saved parameters and state', () => {
    const whole = referenceEngine.createNetwork(plan);
    writeRandomParameters(whole, 2);
    const losses = new Float64Array(8);
    whole.trainSteps(epoch, 0, 8, losses);

    const first = referenceEngine.createNetwork(plan);
    writeRandomParameters(first, 2);
    const resumedLosses = new Float64Array(8);
    first.trainSteps(epoch, 0, 5, resumedLosses);
    const [parameters, state] = [parametersOf(first), first.readOptimizerState()];
    first.trainSteps(epoch, 5, 8, new Float64Array(8));
    const second = referenceEngine.createNetwork(plan);
    second.writeParameters(parameters);
    second.writeOptimizerState(state);
    second.trainSteps(epoch, 5, 8, resumedLosses);

    expect(resumedLosses).toEqual(losses);
    expect(parametersOf(second)).toEqual(parametersOf(whole));
    expect(second.readOptimizerState()).toEqual(whole.readOptimizerState());
  });

  test('forgets its state if it is not restored', () => {
    const whole = referenceEngine.createNetwork(plan);
    writeRandomParameters(whole, 2);
    whole.trainSteps(epoch, 0, 5, new Float64Array(8));
    const second = referenceEngine.createNetwork(plan);
    second.writeParameters(parametersOf(whole));
    whole.trainSteps(epoch, 5, 8, new Float64Array(8));
    second.trainSteps(epoch, 5, 8, new Float64Array(8));

    expect(parametersOf(second)).not.toEqual(parametersOf(whole));
  });

  test('lowers the loss of a network without noise', () => {
    const quiet = planOf(4, [{type: 'dense', units: 8, activation: 'tanh'}, output], {optimizer});
    const network = referenceEngine.createNetwork(quiet);
    writeRandomParameters(network, 2);
    const quietEpoch = epochOf(quiet, samplesOf(quiet, 64, 1), {learningRate: 0.02, momentum: 0.5});
    const mean = () => train(network, quietEpoch).reduce((sum, loss) => sum + loss, 0);

    const before = mean();
    for (let epochIndex = 0; epochIndex < 60; epochIndex++) mean();

    expect(mean()).toBeLessThan(0.9 * before);
  });
});

// One weight w, one row, x = 1, y = −1: the gradient is 2(w + 1). It is not a multiple of w, or a weight decay would
// cancel where gradients are divided by their size. By hand, from w = 1, with learning rate 0.1 and momentum 0.5.
describe('by hand, two steps from weight 1 on the loss (w + 1)²', () => {
  const adam = {beta1: 0.9, beta2: 0.999, epsilon: 1e-16};
  const rmsProp = {type: 'rmsProp', decay: 0.75, epsilon: 1e-16} as const;
  test.each<[string, OptimizerPlan, number]>([
    // g = 4, v = 4, w = 0.6; g = 3.2, v = 5.2.
    ['sgd', {type: 'sgd', nesterov: false, weightDecay: 0}, 0.6 - 0.52],
    // v = 4, w = 1 − 0.1 (4 + 2) = 0.4; g = 2.8, v = 4.8.
    ['nesterov', {type: 'sgd', nesterov: true, weightDecay: 0}, 0.4 - 0.1 * (2.8 + 2.4)],
    // g = 5, w = 0.5; g = 3 + 0.5, v = 6.
    ['sgd with weightDecay 1', {type: 'sgd', nesterov: false, weightDecay: 1}, 0.5 - 0.6],
    // The first step of adam is lr · sign(g): w = 0.9, g = 3.8. m = 0.09 · 4 + 0.38, s = 0.000999 · 16 + 0.01444.
    ['adam', {type: 'adam', ...adam, weightDecay: 0}, 0.9 - (0.1 * (0.74 / 0.19)) / Math.sqrt(0.030424 / 0.001999)],
    // g = 5, w = 0.9; g = 3.8 + 0.9. m = 0.09 · 5 + 0.47, s = 0.000999 · 25 + 0.02209.
    [
      'adam with weightDecay 1',
      {type: 'adam', ...adam, weightDecay: 1},
      0.9 - (0.1 * (0.92 / 0.19)) / Math.sqrt(0.047065 / 0.001999),
    ],
    // w = 0.9 · 1 − 0.1 = 0.8, g = 3.6; 0.9 · 0.8 = 0.72. m = 0.36 + 0.36, s = 0.000999 · 16 + 0.01296.
    [
      'adamW with weightDecay 1',
      {type: 'adamW', ...adam, weightDecay: 1},
      0.72 - (0.1 * (0.72 / 0.19)) / Math.sqrt(0.028944 / 0.001999),
    ],
    // g = 4, s = 4, v = 2, w = 0.8; g = 3.6, s = 3 + 3.24.
    ['rmsProp', {...rmsProp, weightDecay: 0}, 0.8 - 0.1 * (1 + 3.6 / Math.sqrt(6.24))],
    // g = 5, s = 6.25, v = 2, w = 0.8; g = 3.6 + 0.8, s = 4.6875 + 4.84.
    ['rmsProp with weightDecay 1', {...rmsProp, weightDecay: 1}, 0.8 - 0.1 * (1 + 4.4 / Math.sqrt(9.5275))],
    // g = 4, s = 16, w = 0.9; g = 3.8, s = 16 + 14.44.
    ['adagrad', {type: 'adagrad', epsilon: 1e-16, weightDecay: 0}, 0.9 - 0.38 / Math.sqrt(30.44)],
    // g = 5, s = 25, w = 0.9; g = 3.8 + 0.9, s = 25 + 22.09.
    ['adagrad with weightDecay 1', {type: 'adagrad', epsilon: 1e-16, weightDecay: 1}, 0.9 - 0.47 / Math.sqrt(47.09)],
  ])('%s', (_name, optimizer, expected) => {
    // A weight alone: its unit's bias would take a step of its own, so the bias starts each step at 0 again.
    const network = referenceEngine.createNetwork(planOf(1, [output], {optimizer}));
    const samples = {inputs: Float32Array.of(1), targets: Float32Array.of(-1), weights: null};
    let weight = 1;
    for (let step = 0; step < 2; step++) {
      network.writeParameters([weight, 0]);
      train(network, epochOf(network.plan, samples, {learningRate: 0.1, momentum: 0.5}));
      weight = parametersOf(network)[0]!;
    }

    expect(weight).toBeCloseTo(expected, 13);
  });
});

describe('maxNorm', () => {
  test('bounds the incoming norm of every unit after every step', () => {
    const plan = planOf(5, [
      {type: 'dense', units: 7, activation: 'tanh', maxNorm: 0.5},
      {type: 'dropConnect', units: 4, rate: 0.3, maxNorm: 0.25},
      {type: 'dense', units: 1, maxNorm: 0.125},
    ]);
    const network = referenceEngine.createNetwork(plan);
    writeRandomParameters(network, 3);
    const epoch = epochOf(plan, samplesOf(plan, 64, 4), {learningRate: 0.5});

    for (let step = 0; step < 8; step++) {
      network.trainSteps(epoch, step, step + 1, new Float64Array(8));
      for (const [layer, bound] of [0.5, 0.25, 0.125].entries()) {
        const weight = tensorOf(network, parametersOf(network), layer, 'weight');
        for (const norm of norms(weight, plan.layers[layer]!.inputs)) {
          // Factor and products round: 2 ulp of the norm.
          expect(norm).toBeLessThanOrEqual(bound * (1 + 2 ** -51));
        }
      }
    }
  });

  test('shortens long rows only, keeps their direction and leaves the bias alone', () => {
    const trainedWith = (maxNorm: number | null) => {
      const plan = planOf(5, [{type: 'dense', units: 7, activation: 'tanh', maxNorm}, output]);
      const network = referenceEngine.createNetwork(plan);
      writeRandomParameters(network, 3);
      network.trainSteps(epochOf(plan, samplesOf(plan, 8, 4)), 0, 1, new Float64Array(1));
      const values = parametersOf(network);
      return {weight: tensorOf(network, values, 0, 'weight'), bias: tensorOf(network, values, 0, 'bias')};
    };
    const free = trainedWith(null);
    const freeNorms = norms(free.weight, 5);
    const bound = freeNorms.toSorted((a, b) => a - b)[3]! * 0.999;

    const bounded = trainedWith(bound);

    expect(bounded.bias).toEqual(free.bias);
    expect(Math.max(...bounded.bias.map(Math.abs))).toBeGreaterThan(0);
    for (const [unit, norm] of freeNorms.entries()) {
      const [row, freeRow] = [bounded, free].map(({weight}) => weight.subarray(5 * unit, 5 * unit + 5));
      if (norm <= bound) expect(row).toEqual(freeRow);
      else for (let i = 0; i < 5; i++) expect(row![i]).toBeCloseTo((freeRow![i]! * bound) / norm, 15);
    }
  });
});

describe('a loss that is not finite', () => {
  const plan = planOf(2, [{type: 'dense', units: 3}, output], {batchSize: 2});

  test('stops the training after it was written, and before it reaches the parameters', () => {
    const samples = samplesOf(plan, 10, 5);
    samples.targets[5] = Number.POSITIVE_INFINITY;
    const network = referenceEngine.createNetwork(plan);
    writeRandomParameters(network, 6);
    const epoch = epochOf(plan, samples, {learningRate: 0.01});
    const losses = new Float64Array(5).fill(-1);
    const unharmed = referenceEngine.createNetwork(plan);
    writeRandomParameters(unharmed, 6);
    unharmed.trainSteps(epoch, 0, 2, new Float64Array(5));

    const trained = network.trainSteps(epoch, 0, 5, losses);

    expect(trained).toBe(2);
    expect([...losses].map(Number.isFinite)).toEqual([true, true, false, true, true]);
    expect(losses.slice(3)).toEqual(Float64Array.of(-1, -1));
    expect(parametersOf(network)).toEqual(parametersOf(unharmed));
  });

  test('comes from a learning rate that is far too high', () => {
    const network = referenceEngine.createNetwork(plan);
    writeRandomParameters(network, 6);
    const losses = new Float64Array(5).fill(-1);

    const trained = network.trainSteps(epochOf(plan, samplesOf(plan, 10, 5), {learningRate: 1e100}), 0, 5, losses);

    expect(trained).toBeLessThan(5);
    expect(Number.isFinite(losses[trained])).toBe(false);
  });

  test('comes from weights that are not a number', () => {
    const relu = planOf(2, [{type: 'dense', units: 3, activation: 'relu'}, output]);
    const network = referenceEngine.createNetwork(relu);
    network.writeParameters(writeRandomParameters(network, 6).fill(Number.NaN, 0, 1));

    expect(network.trainSteps(epochOf(relu, samplesOf(relu, 8, 5)), 0, 1, new Float64Array(1))).toBe(0);
  });
});

describe('trainSteps', () => {
  test('may be cut anywhere, and touches only the losses of its steps', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 8}),
        fc.integer({min: 0, max: 8}),
        fc.integer({min: 1, max: 9}),
        (a, b, batch) => {
          const plan = planOf(4, layers, {batchSize: 9});
          const epoch = epochOf(plan, samplesOf(plan, 8 * batch, 7), {batchSize: batch, learningRate: 0.01});
          const [first, second] = a < b ? [a, b] : [b, a];
          const whole = referenceEngine.createNetwork(plan);
          const cut = referenceEngine.createNetwork(plan);
          writeRandomParameters(whole, 8);
          writeRandomParameters(cut, 8);
          const wholeLosses = new Float64Array(10).fill(-1);
          const cutLosses = new Float64Array(10).fill(-1);

          whole.trainSteps(epoch, 0, second, wholeLosses);
          cut.trainSteps(epoch, 0, first, cutLosses);
          expect(cutLosses.slice(first)).toEqual(new Float64Array(10 - first).fill(-1));
          cut.trainSteps(epoch, first, second, cutLosses);

          expect(cutLosses).toEqual(wholeLosses);
          expect(parametersOf(cut)).toEqual(parametersOf(whole));
        },
      ),
      {numRuns: 40, seed: 1},
    );
  });

  test('takes the rows in their order, the last batch short', () => {
    const plan = planOf(3, [output], {batchSize: 4});
    const samples = samplesOf(plan, 10, 9);
    const order = Uint32Array.of(9, 3, 5, 1, 0, 2, 2, 8, 7, 4);
    const network = referenceEngine.createNetwork(plan);
    writeRandomParameters(network, 10);
    const outputs = new Float64Array(10);
    network.predict(samples.inputs, order, outputs);
    const errors = Array.from(order, (row, i) => (outputs[i]! - samples.targets[row]!) ** 2);

    const losses = train(network, {...epochOf(plan, samples, {learningRate: 0}), order});

    const means = [errors.slice(0, 4), errors.slice(4, 8), errors.slice(8)].map(
      batch => batch.reduce((sum, error) => sum + error, 0) / batch.length,
    );
    for (const [step, mean] of means.entries()) expect(losses[step]).toBeCloseTo(mean, 13);
  });

  test('without weights is with weights of 1', () => {
    const plan = planOf(4, layers);
    const samples = samplesOf(plan, 20, 11);
    const run = (weights: Float32Array | null) => {
      const network = referenceEngine.createNetwork(plan);
      writeRandomParameters(network, 12);
      train(network, epochOf(plan, {...samples, weights}));
      return parametersOf(network);
    };

    expect(run(new Float32Array(20).fill(1))).toEqual(run(null));
  });

  test('refuses a batch larger than the plan’s', () => {
    const plan = planOf(4, layers);
    const network = referenceEngine.createNetwork(plan);
    const epoch = epochOf(plan, samplesOf(plan, 20, 11), {batchSize: 9});

    expect(() => network.trainSteps(epoch, 0, 1, new Float64Array(3))).toThrow(
      new RangeError('batchSize must be at most 8, got 9'),
    );
  });
});

describe('predict', () => {
  const plan = planOf(4, [...layers.slice(0, -1), {type: 'dense', units: 3, activation: 'softmax'}], {
    loss: 'crossEntropy',
    batchSize: 5,
  });
  const samples = samplesOf(plan, 20, 13);
  const network = referenceEngine.createNetwork(plan);
  writeRandomParameters(network, 14);

  test('answers any rows in any order, and writes nothing outside its part of out', () => {
    const single = Array.from({length: 20}, (_, row) => {
      const out = new Float64Array(3);
      network.predict(samples.inputs, Uint32Array.of(row), out);
      return [...out];
    });

    fc.assert(
      fc.property(
        fc.array(fc.integer({min: 0, max: 19}), {maxLength: 23}),
        fc.integer({min: 0, max: 9}),
        (rows, slack) => {
          const room = new Float64Array(7 + 3 * rows.length + slack).fill(-1);

          network.predict(samples.inputs, Uint32Array.from(rows), room.subarray(7));

          expect([...room]).toEqual([
            ...new Array(7).fill(-1),
            ...rows.flatMap(row => single[row]!),
            ...new Array(slack).fill(-1),
          ]);
        },
      ),
      {numRuns: 60, seed: 2},
    );
  });

  test('gives probabilities that sum to 1', () => {
    const out = new Float64Array(60);
    network.predict(
      samples.inputs,
      Uint32Array.from({length: 20}, (_, row) => row),
      out,
    );

    for (let row = 0; row < 20; row++) {
      const [a, b, c] = out.subarray(3 * row, 3 * row + 3);
      expect(a! + b! + c!).toBeCloseTo(1, 14);
    }
  });

  test('has no noise and changes nothing', () => {
    const before = parametersOf(network);
    const rows = Uint32Array.of(4, 5, 6);
    const [first, second] = [new Float64Array(9), new Float64Array(9)];
    network.predict(samples.inputs, rows, first);
    network.predict(samples.inputs, rows, second);

    expect(second).toEqual(first);
    expect(parametersOf(network)).toEqual(before);
  });
});

test('parameters and state of a wrong length are refused', () => {
  const network = referenceEngine.createNetwork(planOf(2, [output]));

  expect(() => network.writeParameters(new Float64Array(4))).toThrow(new RangeError('values must be 3 numbers, got 4'));
  expect(() => network.writeOptimizerState(new Float64Array(3))).toThrow(
    new RangeError('state must be 4 numbers, got 3'),
  );
});

function norms(weight: Float64Array, inputs: number): number[] {
  return Array.from({length: weight.length / inputs}, (_, unit) =>
    Math.sqrt(weight.subarray(unit * inputs, (unit + 1) * inputs).reduce((sum, w) => sum + w * w, 0)),
  );
}
