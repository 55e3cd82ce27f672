/** Several threads on one network: that helpers take part, that the bits do not show it, and that helpers end. */
import {spawnSync} from 'node:child_process';
import {Worker} from 'node:worker_threads';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {canRun, type KernelBuild} from '../../../sidecar/kernels/wasmKernels.ts';
import type {EpochPlan, Network} from '../../../sidecar/network/engine.ts';
import {LostHelper} from '../../../sidecar/network/lostHelper.ts';
import {type LayerPlan, layerWidth, type NetworkPlan, outputWidth} from '../../../sidecar/network/plan.ts';
import {usefulThreads} from '../../../sidecar/network/usefulThreads.ts';
import {type HelperStart, type Helping, sharedTeam} from '../../../sidecar/network/wasm/sharedTeam.ts';
import {teamBoard, WORD} from '../../../sidecar/network/wasm/teamBoard.ts';
import {wasmEngineOf} from '../../../sidecar/network/wasmEngine.ts';
import {
  companionOf,
  dense,
  firstDifference,
  networkPlan,
  optimizerPlans,
  randomParameters,
} from '../../support/randomNetworks.ts';

const opened: Network[] = [];
afterEach(() => {
  for (const network of opened.splice(0)) network.dispose();
});

const networks: Record<string, NetworkPlan> = {
  'dropout and max-norm, inputs of several panels': networkPlan(
    100,
    [
      {type: 'dropout', name: 'visible', inputs: 100, rate: 0.2},
      dense('hidden1', 100, 130, 'relu', {maxNorm: 0.7}),
      {type: 'dropout', name: 'drop', inputs: 130, rate: 0.5},
      dense('hidden2', 130, 70, 'relu', {maxNorm: 0.9, l1: 0.001, l2: 0.001}),
      dense('output', 70, 40, 'softmax'),
    ],
    {loss: 'crossEntropy', batchSize: 19},
  ),
  'gradients that are clipped together': networkPlan(
    70,
    [
      dense('hidden1', 70, 97, 'tanh', {maxNorm: 1}),
      dense('hidden2', 97, 66, 'relu'),
      dense('output', 66, 1, 'sigmoid'),
    ],
    {clipNorm: 0.1, optimizer: optimizerPlans()[2]!, batchSize: 11},
  ),
  'layers of every kind': networkPlan(50, layersOfEveryKind(50), {optimizer: optimizerPlans()[4]!, batchSize: 13}),
};

describe.each([
  {build: 'strict', names: Object.keys(networks)},
  {build: 'relaxed', names: Object.keys(networks).slice(0, 1)},
] as const)('networks of the $build build', ({build, names}) => {
  test.skipIf(!canRun(build)).each(names)('train to the bits of one thread with two and three: %s', async name => {
    const plan = networks[name]!;
    const shared = await Promise.all([2, 3].map(threads => openShared(plan, build, threads)));

    let epochs = 0;
    // Helpers take panels when the scheduler lets them: as many epochs as it needs until all have taken some.
    do {
      for (const {network} of shared) trainEpoch(network, epochs);
      epochs++;
    } while (shared.some(({helped}) => helped() < 20));

    const solo = wasmEngineOf(build, 'measured').createNetwork(plan);
    solo.writeParameters(randomParameters(solo.tensors, 4));
    for (let epoch = 0; epoch < epochs; epoch++) trainEpoch(solo, epoch);
    for (const {network} of shared) {
      expect(firstDifference(parametersOf(network), parametersOf(solo)), 'parameters').toBeNull();
      expect(firstDifference(network.readOptimizerState(), solo.readOptimizerState()), 'optimizer state').toBeNull();
      expect(firstDifference(predictionsOf(network), predictionsOf(solo)), 'predictions').toBeNull();
    }
  });
});

describe.skipIf(!canRun('strict'))('helpers', () => {
  test('tell of a weight that their update makes infinite', async () => {
    // So much work that helpers are awake before it is done.
    const layers = [dense('hidden', 200, 640, 'relu'), dense('output', 640, 1)];
    const plan = networkPlan(200, layers, {loss: 'meanSquaredError', batchSize: 64});
    const {network, helped} = await openShared(plan, 'strict', 3);
    const before = parametersOf(network);
    const fast = network.readOptimizerState().fill(3e38);
    const epoch = epochOf(plan, 0);
    epoch.learningRates[0] = 10;
    // Every weight is updated to infinity, whoever does it: so again until a helper did a panel of it.
    for (const seen = helped(); helped() === seen; ) {
      network.writeParameters(before);
      network.writeOptimizerState(fast);
      network.trainSteps(epoch, 0, 1, new Float64Array(epoch.learningRates.length));
    }
    const losses = new Float64Array(epoch.learningRates.length);

    const steps = network.trainSteps(epoch, 1, 2, losses);

    expect(steps).toBe(0);
    expect(losses[1]).toBeNaN();
  });

  test.each([
    ['that is lost with its panel', {}, 'a thread that helped it was lost'],
    ['that fails at its panel', {fails: true}, 'a thread that helped it failed'],
  ])('one %s ends the training with an error, and never leaves it waiting', async (_, fault, message) => {
    const startHelper = (start: HelperStart) =>
      void new Worker(new URL('../../support/dyingHelper.ts', import.meta.url), {workerData: {...start, ...fault}});
    const {network} = await openShared(Object.values(networks)[0]!, 'strict', 2, {startHelper, patienceMs: 500});
    const error = await vi.waitFor(() => errorOf(() => trainEpoch(network, 0)), {timeout: 60_000});
    expect(error).toBeInstanceOf(LostHelper);
    expect(error.message).toBe(message);
  });

  test('end when their network is disposed', async () => {
    const {network, board} = await openShared(Object.values(networks)[0]!, 'strict', 3);

    network.dispose();

    await vi.waitFor(() => expect(Atomics.load(board(), WORD.helpers)).toBe(0), {timeout: 60_000});
  });

  const script = `
    import {wasmEngine} from '${new URL('../../../sidecar/network/wasmEngine.ts', import.meta.url)}';
    const dense = (name, inputs, units, activation) =>
      ({type: 'dense', name, inputs, units, activation, maxNorm: null, l1: 0, l2: 0, init: 'zeros'});
    const plan = {inputs: 64, layers: [dense('hidden', 64, 96, 'relu'), dense('output', 96, 1, 'sigmoid')],
      loss: 'binaryCrossEntropy', optimizer: {type: 'sgd', nesterov: false, weightDecay: 0}, clipNorm: null, batchSize: 8};
    const network = wasmEngine.createNetwork(plan, 3);
    network.writeParameters(new Float64Array(network.parameterCount).fill(0.1));
    const samples = {inputs: new Float32Array(8 * 64).fill(0.5), targets: new Float32Array(8), weights: null};
    const one = Float64Array.of(0.01);
    const epoch = {samples, order: Uint32Array.from({length: 8}, (_, i) => i), batchSize: 8, learningRates: one,
      momenta: one, noise: {kind: 'given', values: []}};
    for (let i = 0; i < 2000; i++) network.trainSteps(epoch, 0, 1, new Float64Array(1));
  `;

  test('keep no process alive that forgot to dispose their network', () => {
    const {status, stderr} = spawnSync(process.execPath, ['--input-type=module', '-e', script], {encoding: 'utf8'});

    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('work for a network inside a worker thread, and end with it', async () => {
    const source = `${script}; const {parentPort} = await import('node:worker_threads'); parentPort.postMessage('trained');
      for (;;) network.trainSteps(epoch, 0, 1, new Float64Array(1));`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const message = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));

    expect(message).toBe('trained');
    // It resolves when the thread and all threads that it started have ended.
    expect(await worker.terminate()).toBe(1);
  });
});

describe('useful threads', () => {
  const wide = (units: number, batchSize: number) =>
    networkPlan(units, [dense('hidden', units, units, 'relu'), dense('output', units, 1, 'sigmoid')], {batchSize});

  test.each([
    ['one for a network whose steps are short', wide(60, 16), 8, 1],
    ['one where no other is free', wide(800, 128), 1, 1],
    ['all that are free for long steps', wide(800, 128), 4, 4],
    ['one for each two panels of the widest layer', wide(200, 256), 16, 3],
    ['one for a layer of a single panel, however many rows it has', wide(30, 10_000), 4, 1],
    ['one where a short batch makes the step short', wide(800, 4), 4, 1],
  ])('are %s', (_name, plan, free, expected) => {
    expect(usefulThreads(plan, free)).toBe(expected);
  });

  test('are one for a network without dense layers to share, but for its output', () => {
    const layers: LayerPlan[] = [
      {...dense('first', 500, 500, 'relu'), type: 'dropConnect', rate: 0.5},
      dense('output', 500, 1, 'sigmoid'),
    ];
    expect(usefulThreads(networkPlan(500, layers, {batchSize: 256}), 4)).toBe(1);
  });
});

/** A network whose helpers are there, idle. */
async function openShared(plan: NetworkPlan, build: KernelBuild, threads: number, helping?: Helping) {
  let board = (): Int32Array => new Int32Array();
  const engine = wasmEngineOf(build, 'measured', (instance, settings) => {
    board = () => teamBoard(instance.memory, settings.board).words;
    return sharedTeam(instance, settings, helping);
  });
  const network = engine.createNetwork(plan, threads);
  opened.push(network);
  network.writeParameters(randomParameters(network.tensors, 4));
  await vi.waitFor(() => expect(Atomics.load(board(), WORD.helpers)).toBe(threads - 1), {timeout: 60_000});
  return {network, board: () => board(), helped: () => Atomics.load(board(), WORD.helped)};
}

/** @throws Error if nothing was thrown */
function errorOf(work: () => void): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

function trainEpoch(network: Network, number: number): void {
  const epoch = epochOf(network.plan, number);
  network.trainSteps(epoch, 0, epoch.learningRates.length, new Float64Array(epoch.learningRates.length));
}

/** Four steps; the last one is short. */
function epochOf(plan: NetworkPlan, number: number): EpochPlan {
  const random = new RandomStream(randomKey(number));
  const rows = 3 * plan.batchSize + 5;
  const classes = Math.max(2, outputWidth(plan));
  return {
    samples: {
      inputs: Float32Array.from({length: rows * plan.inputs}, () =>
        random.uniform() < 0.3 ? 0 : random.uniform() - 0.5,
      ),
      targets: Float32Array.from({length: rows}, () => random.below(classes)),
      weights: null,
    },
    order: Uint32Array.from({length: rows}, (_, row) => row),
    batchSize: plan.batchSize,
    learningRates: new Float64Array(4).fill(0.01),
    momenta: new Float64Array(4).fill(0.5),
    noise: {kind: 'drawn', key: randomKey(number)},
  };
}

function parametersOf(network: Network): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return parameters;
}

function predictionsOf(network: Network): Float64Array {
  const {samples, order} = epochOf(network.plan, 0);
  const out = new Float64Array(order.length * outputWidth(network.plan));
  network.predict(samples.inputs, order, out);
  return out;
}

function layersOfEveryKind(inputs: number): LayerPlan[] {
  const layers: LayerPlan[] = [dense('hidden1', inputs, 100, 'relu')];
  const kinds = [
    'dropout',
    'batchNorm',
    'activation',
    'gaussianDropout',
    'layerNorm',
    'sharedDropout',
    'alphaDropout',
    'concreteDropout',
  ];
  for (const kind of kinds) layers.push(...companionOf(kind, kind, layerWidth(layers.at(-1)!), 0.5));
  layers.push({...dense('connect', layerWidth(layers.at(-1)!), 33, 'relu'), type: 'dropConnect', rate: 0.3});
  layers.push(dense('hidden2', layerWidth(layers.at(-1)!), 64, 'relu'), dense('output', 64, 1, 'sigmoid'));
  return layers;
}
