import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import type {Engine, EpochPlan, Network} from '../../../sidecar/network/engine.ts';
import {plainEngine} from '../../../sidecar/network/plainEngine.ts';
import {
  type Activation,
  type LayerPlan,
  type Loss,
  layerWidth,
  type NetworkPlan,
  outputWidth,
} from '../../../sidecar/network/plan.ts';
import {referenceEngine} from '../../../sidecar/network/referenceEngine.ts';
import {memoryInUse} from '../../support/memoryInUse.ts';
import {
  companionOf,
  dense,
  dropoutPlan,
  layersOf,
  networkPlan,
  optimizerPlans,
  outputOf,
} from '../../support/randomNetworks.ts';

describe('against the reference engine', () => {
  test('50 random networks train to the same losses and parameters with the same masks', () => {
    fc.assert(
      fc.property(anyCase, ({plan, rows, seed, isWeighted}) => {
        const plain = trained(plainEngine, plan, rows, seed, isWeighted);
        const reference = trained(referenceEngine, plan, rows, seed, isWeighted);

        expectClose(plain.losses, reference.losses, 'losses');
        for (const {layerName, name, offset, length} of reference.network.tensors) {
          const [actual, expected] = [plain, reference].map(run => run.parameters.subarray(offset, offset + length));
          expectClose(actual!, expected!, `${layerName}.${name}`);
        }
        expectClose(plain.predictions, reference.predictions, 'predictions');
      }),
      {numRuns: 50, seed: 20},
    );
  });

  test('the drawn masks are the same bits, as the weights of one step show', () => {
    const inputs = 40;
    const plan = networkPlan(inputs, [{type: 'dropout', name: 'drop', inputs, rate: 0.3}, dense('output', inputs, 1)], {
      loss: 'meanSquaredError',
    });

    // With weights 0 and targets −1 the gradient of weight k is the sum of its kept inputs, powers of two: a mask bit
    // more or less moves it.
    const [plain, reference] = [plainEngine, referenceEngine].map(engine => {
      const network = engine.createNetwork(plan);
      network.writeParameters(new Float64Array(network.parameterCount));
      const epoch = epochOf(plan, 8, 5);
      epoch.samples.inputs.forEach((_, i, all) => {
        all[i] = 2 ** (Math.floor(i / inputs) % 8);
      });
      epoch.samples.targets.fill(-1);
      network.trainSteps(epoch, 0, 1, new Float64Array(4));
      return parametersOf(network);
    });

    expectClose(plain!, reference!, 'parameters');
  });
});

test('a run repeated gives the same bits', () => {
  const [first, second] = [1, 2].map(() => trained(plainEngine, dropoutPlan(), 27, 3, true));

  expect(second!.losses).toEqual(first!.losses);
  expect(second!.parameters).toEqual(first!.parameters);
});

test.each(optimizerPlans().map(optimizer => ({optimizer})))(
  'a network with $optimizer.type that is saved and restored goes on to the same bits',
  ({optimizer}) => {
    const plan = {...dropoutPlan(), optimizer};
    const epoch = epochOf(plan, 20, 4);
    const whole = randomNetwork(plainEngine, plan, 4);
    const before = randomNetwork(plainEngine, plan, 4);
    const after = plainEngine.createNetwork(plan);
    const losses = new Float64Array(3);

    whole.trainSteps(epoch, 0, 3, losses);
    before.trainSteps(epoch, 0, 2, losses);
    after.writeParameters(parametersOf(before));
    after.writeOptimizerState(before.readOptimizerState());
    after.trainSteps(epoch, 2, 3, losses);

    expect(parametersOf(after)).toEqual(parametersOf(whole));
    expect(after.readOptimizerState()).toEqual(whole.readOptimizerState());
  },
);

test('training stops at the first loss that is not finite, and writes it', () => {
  const plan = dropoutPlan();
  const network = randomNetwork(plainEngine, plan, 5);
  const epoch = epochOf(plan, 40, 5);
  epoch.learningRates[1] = Number.POSITIVE_INFINITY;
  const losses = new Float64Array(5).fill(-1);

  network.trainSteps(epoch, 0, 5, losses);

  expect(losses.subarray(0, 2).every(Number.isFinite)).toBe(true);
  expect(losses[2]).toBeNaN();
  expect([...losses.subarray(3)]).toEqual([-1, -1]);
});

test('a weight that is not finite is seen although its input is always 0', () => {
  const plan = networkPlan(3, [dense('output', 3, 1)], {loss: 'meanSquaredError'});
  const network = plainEngine.createNetwork(plan);
  const epoch = epochOf(plan, 8, 6);
  for (let row = 0; row < 8; row++) epoch.samples.inputs[3 * row + 1] = 0;
  network.writeParameters([0.5, Number.POSITIVE_INFINITY, 0.5, 0]);
  const losses = new Float64Array(1);
  const predictions = new Float64Array(8);

  network.trainSteps(epoch, 0, 1, losses);
  network.predict(epoch.samples.inputs, epoch.order, predictions);

  expect(losses[0]).toBeNaN();
  expect(predictions.every(Number.isNaN)).toBe(true);
});

test('predict fills rows × outputs of out and leaves the rest of it and the network alone', () => {
  const plan = networkPlan(5, [dense('hidden1', 5, 9, 'relu'), dense('output', 9, 3, 'softmax')], {
    loss: 'crossEntropy',
  });
  const network = randomNetwork(plainEngine, plan, 7);
  const {inputs} = epochOf(plan, 30, 7).samples;
  const before = {inputs: inputs.slice(), parameters: parametersOf(network)};
  // 19 rows are two batches and a short one.
  const rows = Uint32Array.from({length: 19}, (_, i) => 29 - i);
  const out = new Float64Array(19 * 3 + 4).fill(-7);

  network.predict(inputs, rows, out);

  for (let row = 0; row < 19; row++) {
    expect(out[3 * row]! + out[3 * row + 1]! + out[3 * row + 2]!).toBeCloseTo(1, 12);
  }
  expect([...out.subarray(19 * 3)]).toEqual([-7, -7, -7, -7]);
  expect(inputs).toEqual(before.inputs);
  expect(parametersOf(network)).toEqual(before.parameters);
});

test('10,000 steps do not make memory grow', () => {
  const plan = dropoutPlan();
  const network = randomNetwork(plainEngine, plan, 8);
  const epoch = epochOf(plan, 16, 8);
  const losses = new Float64Array(2);
  const trainEpochs = (count: number) => {
    for (let i = 0; i < count; i++) network.trainSteps(epoch, 0, 2, losses);
  };
  trainEpochs(500);
  const before = memoryInUse();

  trainEpochs(5000);

  // Keeping one batch of outputs a step, 8 rows of 9 numbers, would come to 2.9 MB.
  expect(memoryInUse() - before).toBeLessThan(2 ** 20);
});

test.each([
  {
    name: 'parameters',
    write: (network: Network) => network.writeParameters([1, 2]),
    message: /^values must be \d+ numbers, got 2$/,
  },
  {
    name: 'optimizer state',
    write: (network: Network) => network.writeOptimizerState(new Float64Array(2)),
    message: /^optimizer state must be \d+ numbers, got 2$/,
  },
])('$name of a wrong length are refused', ({write, message}) => {
  expect(() => write(plainEngine.createNetwork(dropoutPlan()))).toThrow(message);
});

/**
 * Four steps: each rounds at 2^-24 = 6e-8 some ten operations deep, and an update of an optimizer that divides by √s may
 * amplify the relative error of a small gradient some hundred times. The scale is that of the tensor, or 0.1 where all
 * of it is smaller.
 */
const tolerance = 2e-4;

function expectClose(actual: Float64Array, expected: Float64Array, name: string): void {
  let scale = 0.1;
  for (const value of expected) scale = Math.max(scale, Math.abs(value));
  let worst = 0;
  expected.forEach((value, i) => {
    const apart = Math.abs(actual[i]! - value) / scale;
    worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(worst, apart);
  });
  expect(worst, name).toBeLessThan(tolerance);
}

interface Run {
  readonly network: Network;
  readonly losses: Float64Array;
  readonly parameters: Float64Array;
  readonly predictions: Float64Array;
}

/** Four steps on 25 to 32 rows: the last batch is short unless there are 32. */
function trained(engine: Engine, plan: NetworkPlan, rows: number, seed: number, isWeighted: boolean): Run {
  const network = randomNetwork(engine, plan, seed);
  const epoch = epochOf(plan, rows, seed, isWeighted);
  const losses = new Float64Array(4);
  network.trainSteps(epoch, 0, 4, losses);
  const predictions = new Float64Array(rows * outputWidth(plan));
  network.predict(epoch.samples.inputs, epoch.order, predictions);
  return {network, losses, parameters: parametersOf(network), predictions};
}

function parametersOf(network: Network): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return parameters;
}

/** Numbers that float32 holds, so that both engines start from the same ones. */
function randomNetwork(engine: Engine, plan: NetworkPlan, seed: number): Network {
  const random = new RandomStream(randomKey(seed));
  const network = engine.createNetwork(plan);
  const values = new Float64Array(network.parameterCount);
  for (const {name, offset, length} of network.tensors) {
    const center = name === 'gain' || name === 'runningVariance' ? 1 : 0;
    for (let i = offset; i < offset + length; i++) values[i] = Math.fround(center + 0.8 * random.uniform() - 0.4);
  }
  network.writeParameters(values);
  return network;
}

function epochOf(plan: NetworkPlan, rows: number, seed: number, isWeighted = false): EpochPlan {
  const random = new RandomStream(randomKey(seed + 1000));
  const uniform = () => 4 * random.uniform() - 2;
  const stepCount = Math.ceil(rows / plan.batchSize);
  const classes = plan.loss === 'binaryCrossEntropy' ? 2 : outputWidth(plan);
  return {
    samples: {
      inputs: Float32Array.from({length: rows * plan.inputs}, uniform),
      targets: Float32Array.from({length: rows}, () => (classes > 1 ? random.below(classes) : uniform())),
      weights: isWeighted ? Float32Array.from({length: rows}, () => random.uniform() + 0.25) : null,
    },
    order: random.shuffle(Uint32Array.from({length: rows}, (_, row) => row)),
    batchSize: plan.batchSize,
    learningRates: new Float64Array(stepCount).fill(0.02),
    momenta: new Float64Array(stepCount).fill(0.7),
    noise: {kind: 'drawn', key: randomKey(seed)},
  };
}

const activations: Activation[] = [
  'linear',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'tanh',
  'sigmoid',
  'softplus',
];

/** One hidden part: a layer with weights and perhaps its companion, given the width that it starts from. */
const anyPart = fc
  .record({
    units: fc.integer({min: 1, max: 19}),
    activation: fc.constantFrom(...activations),
    isDropConnect: fc.boolean(),
    maxNorm: fc.constantFrom(null, 0.5, 2),
    l1: fc.constantFrom(0, 0.01),
    l2: fc.constantFrom(0, 0.02),
    mask: fc.constantFrom('row' as const, 'batch' as const),
    companion: fc.constantFrom(
      'none',
      'dropout',
      'gaussianDropout',
      'alphaDropout',
      'batchNorm',
      'layerNorm',
      'activation',
      'sharedDropout',
      'earlyDropout',
      'lateDropout',
      'curriculum',
      'concreteDropout',
    ),
  })
  .map(({isDropConnect, companion, mask, ...weighted}) => (inputs: number, place: number): LayerPlan[] => {
    const name = `hidden${place}`;
    const common = {name, inputs, ...weighted, init: 'zeros'} as const;
    const first: LayerPlan = isDropConnect
      ? {type: 'dropConnect', ...common, rate: 0.3, mask}
      : {type: 'dense', ...common};
    return [first, ...companionOf(companion, `companion${place}`, layerWidth(first), 0.3)];
  });

const anyCase = fc
  .record({
    inputs: fc.integer({min: 1, max: 20}),
    visibleRate: fc.constantFrom(0, 0.2),
    parts: fc.array(anyPart, {maxLength: 3}),
    loss: fc.constantFrom(...(Object.keys(outputOf) as Loss[])),
    optimizer: fc.constantFrom(...optimizerPlans()),
    clipNorm: fc.constantFrom(null, 0.3),
    rows: fc.integer({min: 25, max: 32}),
    seed: fc.nat({max: 1_000_000}),
    isWeighted: fc.boolean(),
  })
  .map(({inputs, visibleRate, parts, loss, optimizer, clipNorm, ...run}) => {
    const layers = layersOf(inputs, visibleRate, parts, loss);
    return {plan: networkPlan(inputs, layers, {loss, optimizer, clipNorm}), ...run};
  });
