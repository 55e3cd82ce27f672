/**
 * Published dropout results on the real MNIST (Srivastava et al. 2014, Table 2): one relu network 784-1024-1024-1024-10
 * without dropout, with dropout, and with dropout and max-norm. All else is the same: seed, initial weights, order of the
 * rows, learning rates, epochs. The error reported is that of the last epoch; no epoch is chosen by the test digits.
 *
 * `npm run bench:mnist -- [--nets dropoutMaxNorm,dropout,none] [--epochs 100]`
 *
 * It runs for hours, so each epoch leaves a checkpoint beside the results, and the next call goes on from there to the
 * same bits. A result is a file of bench/results/mnist.
 */
import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {availableParallelism, cpus} from 'node:os';
import {join} from 'node:path';
import {performance} from 'node:perf_hooks';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {foldIn, RandomStream, randomKey} from '../sidecar/kernels/random.ts';
import type {Network, Samples} from '../sidecar/network/engine.ts';
import {defaultEngine, engines} from '../sidecar/network/engines.ts';
import {initialParameters} from '../sidecar/network/initialize.ts';
import type {NetworkPlan} from '../sidecar/network/plan.ts';
import {createSchedule} from '../sidecar/training/schedule.ts';
import {readMnist} from './mnistData.ts';
import {stack} from './tasks.ts';

const {values: options} = parseArgs({
  options: {
    nets: {type: 'string', default: 'dropoutMaxNorm,none,dropout'},
    epochs: {type: 'string', default: '100'},
  },
});

interface Net {
  readonly visible: number;
  readonly hidden: number;
  readonly maxNorm: number | null;
  /** Test error in percent that the paper reports for it. */
  readonly published: number;
}

/** The paper's row without dropout is a net of 2 × 800 units. */
const nets: {readonly [name: string]: Net} = {
  none: {visible: 0, hidden: 0, maxNorm: null, published: 1.6},
  dropout: {visible: 0.2, hidden: 0.5, maxNorm: null, published: 1.25},
  dropoutMaxNorm: {visible: 0.2, hidden: 0.5, maxNorm: 3, published: 1.06},
};

const epochs = Number(options.epochs);
const batchSize = 128;
const seed = 7;
const engine = engines[defaultEngine()];
const training = {
  epochs,
  optimizer: {type: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0},
  schedule: {type: 'cosine', finalLearningRate: 0, warmUp: 0},
  momentumRamp: null,
} as unknown as Parameters<typeof createSchedule>[0];

interface EpochResult {
  readonly epoch: number;
  /** Mean loss of the batches, with dropout. */
  readonly trainingLoss: number;
  /** Percent of the 10,000 test digits. */
  readonly testError: number;
  readonly seconds: number;
}

const results = fileURLToPath(new URL('results/mnist/', import.meta.url));
mkdirSync(results, {recursive: true});
const {train, test} = readMnist();
for (const name of options.nets.split(',')) trainNet(name);

function trainNet(name: string): void {
  const net = nets[name];
  if (!net) throw new Error(`a net must be one of ${Object.keys(nets).join(', ')}, got ${name}`);
  const plan = planOf(net);
  const network = engine.createNetwork(plan);
  const checkpoint = join(results, `${name}-${epochs}.checkpoint`);
  const done = resume(network, checkpoint, plan);
  const schedule = createSchedule(training);
  const steps = Math.ceil(train.targets.length / batchSize);
  const order = new Uint32Array(train.targets.length);
  const losses = new Float64Array(steps);
  const learningRates = new Float64Array(steps);
  const momenta = new Float64Array(steps);
  for (let epoch = done.length; epoch < epochs; epoch++) {
    const started = performance.now();
    order.forEach((_, i) => {
      order[i] = i;
    });
    new RandomStream(foldIn(foldIn(randomKey(seed), 'order'), epoch)).shuffle(order);
    schedule.learningRates(epoch, learningRates);
    schedule.momenta(epoch, momenta);
    const key = foldIn(foldIn(randomKey(seed), 'masks'), epoch);
    const plan = {samples: train, order, batchSize, learningRates, momenta, noise: {kind: 'drawn', key}} as const;
    if (network.trainSteps(plan, 0, steps, losses) < steps) throw new Error(`${name} diverged in epoch ${epoch + 1}`);
    const seconds = (performance.now() - started) / 1000;
    const trainingLoss = losses.reduce((sum, loss) => sum + loss, 0) / steps;
    done.push({epoch: epoch + 1, trainingLoss, testError: errorOf(network, test), seconds});
    writeWhole(checkpoint, checkpointBytes(network, done));
    const {testError} = done.at(-1)!;
    console.log(
      `${name} epoch ${epoch + 1}/${epochs}: loss ${trainingLoss.toFixed(4)}, test error ${testError.toFixed(2)} %, ${seconds.toFixed(1)} s`,
    );
  }
  network.dispose();
  writeResult(name, net, done);
}

function planOf({visible, hidden, maxNorm}: Net): NetworkPlan {
  return {
    inputs: 784,
    layers: stack(784, [1024, 1024, 1024], 10, {visible, hidden}, maxNorm),
    loss: 'crossEntropy',
    optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
    clipNorm: null,
    batchSize,
  };
}

function errorOf(network: Network, {inputs, targets}: Samples): number {
  const rows = Uint32Array.from(targets, (_, i) => i);
  const probabilities = new Float64Array(rows.length * 10);
  network.predict(inputs, rows, probabilities);
  const wrong = rows.filter(row => {
    const ofRow = probabilities.subarray(row * 10, row * 10 + 10);
    return ofRow.indexOf(Math.max(...ofRow)) !== targets[row];
  });
  return (100 * wrong.length) / rows.length;
}

/**
 * A checkpoint is one line of JSON, the epochs so far, then parameters and optimizer state as float64.
 * @returns the epochs done
 */
function resume(network: Network, file: string, plan: NetworkPlan): EpochResult[] {
  if (!existsSync(file)) {
    network.writeParameters(initialParameters(plan, randomKey(seed)));
    return [];
  }
  const bytes = readFileSync(file);
  const headEnd = bytes.indexOf('\n');
  const numbers = new Float64Array(new Uint8Array(bytes.subarray(headEnd + 1)).buffer);
  network.writeParameters(numbers.subarray(0, network.parameterCount));
  network.writeOptimizerState(numbers.subarray(network.parameterCount));
  return JSON.parse(bytes.toString('utf8', 0, headEnd)) as EpochResult[];
}

function checkpointBytes(network: Network, done: readonly EpochResult[]): Buffer {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  const state = network.readOptimizerState();
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(done)}\n`),
    Buffer.from(parameters.buffer),
    Buffer.from(state.buffer, state.byteOffset, state.byteLength),
  ]);
}

function writeResult(name: string, net: Net, done: readonly EpochResult[]): void {
  const result = {
    net: {name, layers: '784-1024-1024-1024-10 relu', ...net},
    training: {...training, batchSize, seed},
    engine: engine.name,
    machine: {cpu: cpus()[0]!.model, cores: availableParallelism(), node: process.version},
    seconds: Math.round(done.reduce((sum, {seconds}) => sum + seconds, 0)),
    testError: done.at(-1)!.testError,
    lowestTestError: Math.min(...done.map(({testError}) => testError)),
    epochs: done,
  };
  writeWhole(join(results, `${name}-${epochs}.json`), Buffer.from(`${JSON.stringify(result, null, 1)}\n`));
  console.log(
    `${name}: test error ${result.testError.toFixed(2)} % after ${epochs} epochs (published: ${net.published} %)`,
  );
}

/** The old file or the new one, whatever happens. */
function writeWhole(file: string, bytes: Buffer): void {
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}
