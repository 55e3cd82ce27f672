import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {canRun} from '../../../sidecar/kernels/wasmKernels.ts';
import type {Engine, EpochPlan, Network, Noise} from '../../../sidecar/network/engine.ts';
import {isNoisy, noiseWidth} from '../../../sidecar/network/masks.ts';
import {plainEngine} from '../../../sidecar/network/plainEngine.ts';
import {
  type Activation,
  type LayerPlan,
  type Loss,
  layerWidth,
  type NetworkPlan,
  outputWidth,
} from '../../../sidecar/network/plan.ts';
import {wasmEngine, wasmEngineOf, wasmRelaxedEngine} from '../../../sidecar/network/wasmEngine.ts';
import {memoryInUse} from '../../support/memoryInUse.ts';
import {
  companionOf,
  dense,
  dropoutPlan,
  firstDifference,
  layersOf,
  networkPlan,
  optimizerPlans,
  outputOf,
  randomParameters,
} from '../../support/randomNetworks.ts';

describe.skipIf(!canRun('strict'))('the strict kernels', () => {
  test('give the bits of the plain engine on 50 random networks', () => {
    fc.assert(
      fc.property(anyCase, run => {
        const plain = trained(plainEngine, run);
        const wasm = trained(wasmEngine, run);

        expect(firstDifference(wasm.losses, plain.losses), 'losses').toBeNull();
        for (const {layerName, name, offset, length} of plain.network.tensors) {
          const [actual, expected] = [wasm, plain].map(({parameters}) => parameters.subarray(offset, offset + length));
          expect(firstDifference(actual!, expected!), `${layerName}.${name}`).toBeNull();
        }
        expect(firstDifference(wasm.state, plain.state), 'optimizer state').toBeNull();
        expect(firstDifference(wasm.predictions, plain.predictions), 'predictions').toBeNull();
        // The next one gets its memory, and finds nothing of it there.
        wasm.network.dispose();
      }),
      {numRuns: 50, seed: 20},
    );
  });

  test('give the same bits on 50 random networks whether all products go over all elements or over lists', () => {
    fc.assert(
      fc.property(anyCase, run => {
        const [dense, sparse] = [wasmEngineOf('strict', 'dense'), wasmEngineOf('strict', 'sparse')].map(engine =>
          trained(engine, run),
        );

        expect(firstDifference(sparse!.losses, dense!.losses), 'losses').toBeNull();
        expect(firstDifference(sparse!.parameters, dense!.parameters), 'parameters').toBeNull();
        expect(firstDifference(sparse!.predictions, dense!.predictions), 'predictions').toBeNull();
      }),
      {numRuns: 50, seed: 22},
    );
  });

  test.each([
    {inputs: 'mostly zeros', zeros: 0.9, rate: 0.5},
    {inputs: 'half zeros', zeros: 0.5, rate: 0.2},
    {inputs: 'no zeros', zeros: 0, rate: 0},
  ])('give them on a network of several panels and segments whose inputs are $inputs', ({zeros, rate}) => {
    // 400 inputs are three segments of a list, 261 units eight panels and a narrow one, 45 rows an odd tile.
    const plan = networkPlan(
      400,
      [
        dense('hidden1', 400, 261, 'relu', {maxNorm: 0.7}),
        {type: 'dropout', name: 'drop1', inputs: 261, rate},
        dense('hidden2', 261, 90, 'relu', {maxNorm: 0.9}),
        dense('output', 90, 10, 'softmax'),
      ],
      {loss: 'crossEntropy', batchSize: 45},
    );
    const run = {plan, rows: 100, seed: 5, isWeighted: false, isGiven: false, zeros};

    const plain = trained(plainEngine, run);
    const wasm = trained(wasmEngine, run);

    expect(firstDifference(wasm.parameters, plain.parameters)).toBeNull();
    expect(firstDifference(wasm.predictions, plain.predictions)).toBeNull();
  });

  test('go on where the plain engine stopped, to the same bits', () => {
    const run = {plan: dropoutPlan(), rows: 27, seed: 3, isWeighted: false, isGiven: false, zeros: 0};
    const plain = trained(plainEngine, run);
    const wasm = wasmEngine.createNetwork(run.plan);
    wasm.writeParameters(plain.parameters);
    wasm.writeOptimizerState(plain.state);

    trainOnce(wasm, run);
    trainOnce(plain.network, run);

    expect(parametersOf(wasm)).toEqual(parametersOf(plain.network));
    expect(wasm.readOptimizerState()).toEqual(plain.network.readOptimizerState());
  });
});

describe.skipIf(!canRun('relaxed'))('the relaxed kernels', () => {
  test('train 50 random networks to the losses and parameters of the plain engine within rounding', () => {
    fc.assert(
      fc.property(anyCase, run => {
        const plain = trained(plainEngine, run);
        const relaxed = trained(wasmRelaxedEngine, run);

        expectClose(relaxed.losses, plain.losses, 'losses');
        expectClose(relaxed.parameters, plain.parameters, 'parameters');
        expectClose(relaxed.predictions, plain.predictions, 'predictions');
      }),
      {numRuns: 50, seed: 21},
    );
  });

  test('give the same bits whether all products go over all elements or over lists', () => {
    fc.assert(
      fc.property(anyCase, run => {
        const [dense, sparse] = [wasmEngineOf('relaxed', 'dense'), wasmEngineOf('relaxed', 'sparse')].map(engine =>
          trained(engine, run),
        );

        expect(firstDifference(sparse!.parameters, dense!.parameters)).toBeNull();
      }),
      {numRuns: 20, seed: 23},
    );
  });

  test('give the same bits again, and fewer roundings than the strict ones', () => {
    const run = {plan: dropoutPlan(), rows: 27, seed: 3, isWeighted: true, isGiven: false, zeros: 0};

    const [first, second] = [1, 2].map(() => trained(wasmRelaxedEngine, run));
    const strict = trained(wasmEngine, run);

    expect(second!.parameters).toEqual(first!.parameters);
    expect(strict.parameters).not.toEqual(first!.parameters);
  });
});

describe.skipIf(!canRun('strict'))('a network in kernel memory', () => {
  test('stops at the first loss that is not finite, and writes it', () => {
    const run = {plan: dropoutPlan(), rows: 40, seed: 5, isWeighted: false, isGiven: false, zeros: 0};
    const network = randomNetwork(wasmEngine, run.plan, 5);
    const epoch = epochOf(run);
    epoch.learningRates[1] = Number.POSITIVE_INFINITY;
    const losses = new Float64Array(5).fill(-1);

    const steps = network.trainSteps(epoch, 0, 5, losses);

    expect(steps).toBe(2);
    expect(losses.subarray(0, 2).every(Number.isFinite)).toBe(true);
    expect(losses[2]).toBeNaN();
    expect([...losses.subarray(3)]).toEqual([-1, -1]);
  });

  test.each(['weight', 'bias'] as const)('sees a %s that is not finite although its input is always 0', name => {
    const plan = networkPlan(3, [dense('output', 3, 1)], {loss: 'meanSquaredError'});
    const network = wasmEngine.createNetwork(plan);
    const epoch = epochOf({plan, rows: 8, seed: 6, isWeighted: false, isGiven: false, zeros: 1});
    network.writeParameters(name === 'weight' ? [0.5, Number.POSITIVE_INFINITY, 0.5, 0] : [0, 0, 0, Number.NaN]);
    const losses = new Float64Array(1);
    const predictions = new Float64Array(8);

    network.trainSteps(epoch, 0, 1, losses);
    network.predict(epoch.samples.inputs, epoch.order, predictions);

    expect(losses[0]).toBeNaN();
    expect(predictions.every(Number.isNaN)).toBe(true);
  });

  test.each([null, 1e30])(
    'sees a weight that an update makes infinite although its input is always 0 (clipNorm %s)',
    clipNorm => {
      const plan = networkPlan(3, [dense('output', 3, 1)], {loss: 'meanSquaredError', clipNorm});
      const network = wasmEngine.createNetwork(plan);
      const epoch = epochOf({plan, rows: 16, seed: 6, isWeighted: false, isGiven: false, zeros: 1});
      network.writeParameters(new Float64Array(4));
      network.writeOptimizerState(Float64Array.of(0, 3e38, 0, 0));
      epoch.learningRates.fill(10);
      const losses = new Float64Array(2);

      network.trainSteps(epoch, 0, 2, losses);

      expect(losses[0]).toBeGreaterThan(0);
      expect(losses[1]).toBeNaN();
    },
  );

  test.each(optimizerPlans())('goes on with finite weights whose sum is not ($type)', optimizerPlan => {
    // Decayed, such weights alone would be an infinite step.
    const optimizer = {...optimizerPlan, weightDecay: 0};
    const plan = networkPlan(12, [dense('output', 12, 1)], {loss: 'meanSquaredError', optimizer});
    const network = wasmEngine.createNetwork(plan);
    const epoch = epochOf({plan, rows: 16, seed: 6, isWeighted: false, isGiven: false, zeros: 1});
    network.writeParameters([...new Array(12).fill(3e38), 0]);
    const losses = new Float64Array(2);

    expect(network.trainSteps(epoch, 0, 2, losses)).toBe(2);
    expect(losses.every(Number.isFinite)).toBe(true);
  });

  test('reads rows from shared memory', () => {
    const run = {plan: dropoutPlan(), rows: 27, seed: 3, isWeighted: true, isGiven: false, zeros: 0};
    const expected = trained(wasmEngine, run).parameters;
    const network = randomNetwork(wasmEngine, run.plan, run.seed);
    const epoch = epochOf(run);
    const inputs = new Float32Array(new SharedArrayBuffer(epoch.samples.inputs.byteLength));
    inputs.set(epoch.samples.inputs);

    network.trainSteps({...epoch, samples: {...epoch.samples, inputs}}, 0, 4, new Float64Array(4));

    expect(parametersOf(network)).toEqual(expected);
  });

  test('trains on the same rows whether it is asked for a step or an epoch at a time, and after the data changed', () => {
    const run = {plan: dropoutPlan(), rows: 27, seed: 3, isWeighted: true, isGiven: false, zeros: 0};
    const [whole, stepwise] = [1, 2].map(() => randomNetwork(wasmEngine, run.plan, run.seed)) as [Network, Network];
    const epoch = epochOf(run);
    epoch.order.reverse();
    const losses = new Float64Array(4);

    for (let pass = 0; pass < 2; pass++) {
      whole.trainSteps(epoch, 0, 4, losses);
      for (let step = 0; step < 4; step++) stepwise.trainSteps(epoch, step, step + 1, losses);
      epoch.samples.inputs.reverse();
    }

    expect(parametersOf(stepwise)).toEqual(parametersOf(whole));
  });

  test('takes 20,000 steps without memory growing', () => {
    const run = {plan: dropoutPlan(), rows: 16, seed: 7, isWeighted: true, isGiven: false, zeros: 0.2};
    const network = randomNetwork(wasmEngine, run.plan, run.seed);
    const epoch = epochOf(run);
    const losses = new Float64Array(epoch.learningRates.length);
    const train = (steps: number) => {
      for (let i = 0; i < steps; i += losses.length) network.trainSteps(epoch, 0, losses.length, losses);
    };

    train(2000);
    const before = memoryInUse();
    train(20_000);

    // A hundred bytes kept of each step would be 2 MB.
    expect(memoryInUse() - before).toBeLessThan(2 ** 19);
  });

  test('is one of a thousand that come and go', () => {
    const plan = dropoutPlan();

    for (let i = 0; i < 1000; i++) {
      const network = wasmEngine.createNetwork(plan);
      network.writeParameters(new Float64Array(network.parameterCount));
      network.dispose();
    }

    expect(wasmEngine.createNetwork(plan).parameterCount).toBe(73);
  });

  test('has its memory for itself, however often one before it was disposed of', () => {
    const plan = dropoutPlan();
    const gone = wasmEngine.createNetwork(plan);
    gone.dispose();
    gone.dispose();
    const [first, second] = [1, 2].map(seed => randomNetwork(wasmEngine, plan, seed));

    expect(parametersOf(first!)).toEqual(parametersOf(randomNetwork(plainEngine, plan, 1)));
    expect(parametersOf(second!)).toEqual(parametersOf(randomNetwork(plainEngine, plan, 2)));
    expect(() => parametersOf(gone)).toThrow('disposed of');
    expect(() => gone.readOptimizerState()).toThrow('disposed of');
    expect(() => gone.writeOptimizerState(first!.readOptimizerState())).toThrow('disposed of');
  });

  test.each([
    {name: 'values', write: (network: Network) => network.writeParameters([1, 2])},
    {name: 'optimizer state', write: (network: Network) => network.writeOptimizerState(new Float64Array(2))},
  ])('refuses $name of a wrong length', ({name, write}) => {
    const network = wasmEngine.createNetwork(dropoutPlan());

    expect(() => write(network)).toThrow(new RegExp(`^${name} must be \\d+ numbers, got 2$`));
  });
});

/** What is trained: four steps, of which the last is short unless the rows fill it. */
interface Run {
  readonly plan: NetworkPlan;
  readonly rows: number;
  readonly seed: number;
  readonly isWeighted: boolean;
  /** Whether the noise is given instead of drawn. */
  readonly isGiven: boolean;
  /** Share of the inputs that are 0. */
  readonly zeros: number;
}

function trained(engine: Engine, run: Run) {
  const network = randomNetwork(engine, run.plan, run.seed);
  const losses = trainOnce(network, run);
  const predictions = new Float64Array(run.rows * outputWidth(run.plan));
  const {samples, order} = epochOf(run);
  network.predict(samples.inputs, order, predictions);
  return {network, losses, predictions, parameters: parametersOf(network), state: network.readOptimizerState()};
}

function trainOnce(network: Network, run: Run): Float64Array {
  const epoch = epochOf(run);
  const losses = new Float64Array(epoch.learningRates.length);
  network.trainSteps(epoch, 0, losses.length, losses);
  return losses;
}

function parametersOf(network: Network): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return parameters;
}

/** As between the plain and the reference engine: four steps, each amplifying roundings of 2^-24 some hundred times. */
const tolerance = 2e-4;

function expectClose(actual: Float64Array, expected: Float64Array, name: string): void {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0.1);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value) / scale), 0);
  expect(worst, name).toBeLessThan(tolerance);
}

function randomNetwork(engine: Engine, plan: NetworkPlan, seed: number): Network {
  const network = engine.createNetwork(plan);
  network.writeParameters(randomParameters(network.tensors, seed));
  return network;
}

function epochOf({plan, rows, seed, isWeighted, isGiven, zeros}: Run): EpochPlan {
  const random = new RandomStream(randomKey(seed + 1000));
  const uniform = () => 4 * random.uniform() - 2;
  const stepCount = Math.ceil(rows / plan.batchSize);
  const classes = plan.loss === 'binaryCrossEntropy' ? 2 : outputWidth(plan);
  return {
    samples: {
      inputs: Float32Array.from({length: rows * plan.inputs}, () => (random.uniform() < zeros ? 0 : uniform())),
      targets: Float32Array.from({length: rows}, () => (classes > 1 ? random.below(classes) : uniform())),
      weights: isWeighted ? Float32Array.from({length: rows}, () => random.uniform() + 0.25) : null,
    },
    order: random.shuffle(Uint32Array.from({length: rows}, (_, row) => row)),
    batchSize: plan.batchSize,
    learningRates: new Float64Array(stepCount).fill(0.02),
    momenta: new Float64Array(stepCount).fill(0.7),
    noise: isGiven ? givenNoise(plan, stepCount, random) : {kind: 'drawn', key: randomKey(seed)},
  };
}

function givenNoise(plan: NetworkPlan, stepCount: number, random: RandomStream): Noise {
  const noisy = plan.layers.filter(isNoisy);
  const values = Array.from({length: stepCount}, () =>
    noisy.map(layer =>
      Float64Array.from({length: plan.batchSize * noiseWidth(layer)}, () =>
        layer.type === 'gaussianDropout' || layer.type === 'concreteDropout'
          ? 0.5 + random.uniform()
          : Number(random.uniform() >= layer.rate),
      ),
    ),
  );
  return {kind: 'given', values};
}

const activations: Activation[] = [
  ...['linear', 'relu', 'relu', 'relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'tanh', 'sigmoid', 'softplus'],
] as Activation[];

/** One hidden part: a layer with weights and perhaps its companion, given the width that it starts from. */
const anyPart = fc
  .record({
    // On both sides of vectors of 4, tiles of 8 and panels of 32.
    units: fc.oneof(fc.integer({min: 1, max: 19}), fc.integer({min: 20, max: 75})),
    activation: fc.constantFrom(...activations),
    type: fc.constantFrom('dense', 'dense', 'dense', 'dropConnect'),
    maxNorm: fc.constantFrom(null, 0.5, 2),
    l1: fc.constantFrom(0, 0.01),
    l2: fc.constantFrom(0, 0.02),
    settings: fc.constantFrom(
      {},
      {mask: 'batch' as const},
      {schedule: {type: 'early', until: 0.5, shape: 'linear'} as const},
    ),
    companion: fc.constantFrom(
      ...['none', 'dropout', 'gaussianDropout', 'alphaDropout', 'batchNorm', 'layerNorm', 'activation', 'identity'],
      ...['sharedDropout', 'earlyDropout', 'lateDropout', 'curriculum', 'concreteDropout'],
    ),
  })
  .map(({type, companion, settings, ...weighted}) => (inputs: number, place: number): LayerPlan[] => {
    const name = `hidden${place}`;
    const common = {name, inputs, ...weighted, init: 'zeros'} as const;
    const first: LayerPlan =
      type === 'dropConnect' ? {type: 'dropConnect', ...common, rate: 0.3, ...settings} : {type: 'dense', ...common};
    return [first, ...companionOf(companion, `companion${place}`, layerWidth(first), 0.6)];
  });

const anyCase = fc
  .record({
    inputs: fc.integer({min: 1, max: 70}),
    visibleRate: fc.constantFrom(0, 0.2),
    parts: fc.array(anyPart, {maxLength: 3}),
    loss: fc.constantFrom(...(Object.keys(outputOf) as Loss[])),
    optimizer: fc.constantFrom(...optimizerPlans()),
    clipNorm: fc.constantFrom(null, 0.3),
    batchSize: fc.integer({min: 1, max: 21}),
    lastRows: fc.nat({max: 20}),
    zeros: fc.constantFrom(0, 0.3, 0.8),
    seed: fc.nat({max: 1_000_000}),
    isWeighted: fc.boolean(),
    isGiven: fc.boolean(),
  })
  .map(({inputs, visibleRate, parts, loss, optimizer, clipNorm, batchSize, lastRows, ...run}) => {
    const layers = layersOf(inputs, visibleRate, parts, loss);
    const plan = networkPlan(inputs, layers, {loss, optimizer, clipNorm, batchSize});
    return {plan, rows: 3 * batchSize + 1 + (lastRows % batchSize), ...run};
  });
