import {performance} from 'node:perf_hooks';
import {parseArgs} from 'node:util';
import {foldIn, RandomStream, randomKey} from '../sidecar/kernels/random.ts';
import {canRun} from '../sidecar/kernels/wasmKernels.ts';
import type {Engine, EpochPlan, Samples} from '../sidecar/network/engine.ts';
import {engines} from '../sidecar/network/engines.ts';
import {initialParameters} from '../sidecar/network/initialize.ts';
import {type NetworkPlan, outputWidth} from '../sidecar/network/plan.ts';
import {stack} from './tasks.ts';

/**
 * Microseconds per training step of every engine, one thread, on random data in the shapes of three tasks:
 *
 * - sonar: 60-60-30-1, batch 16, SGD with momentum, in the experiment's three variants;
 * - digits: 784-800-800-10, batch 128, inputs 84 % zeros, dropout 0.2 and 0.5, SGD with momentum, max-norm 3.5; then
 *   with other rates of hidden dropout;
 * - forest: 54-256-256-7, batch 256, dropout 0.3, Adam.
 *
 * Rounds of all cases are interleaved, so that a busy moment of the machine hits each of them; the median of the
 * rounds is printed. `node bench/engines.ts [--json] [--engines wasm,plain] [--tasks sonar,forest] [--rounds 9]
 * [--threads 1,2]`: with several numbers of threads, each engine stands in a column for each.`
 */
const {values: options} = parseArgs({
  options: {
    json: {type: 'boolean', default: false},
    engines: {type: 'string', default: 'wasm,wasmRelaxed,plain,reference'},
    tasks: {type: 'string', default: 'sonar,digits,forest'},
    rounds: {type: 'string', default: '9'},
    threads: {type: 'string', default: '1'},
  },
});
const rounds = Number(options.rounds);
/** A round of a case takes about as long, and its warm-up three times that: enough for the optimizing compilers. */
const roundMs = 100;

interface Task {
  readonly name: string;
  readonly plan: NetworkPlan;
  /** Share of the inputs that are 0. */
  readonly zeros: number;
  readonly momentum: number;
}

const chosenEngines = options.engines
  .split(',')
  .map(name => engines[name as Engine['name']])
  .filter(engine => engine && (!engine.name.startsWith('wasm') || canRun(buildOf(engine))));
const tasks = [...sonarTasks(), ...digitsTasks(), ...forestTasks()].filter(({name}) =>
  options.tasks.split(',').some(prefix => name.startsWith(prefix)),
);

const threadCounts = options.threads.split(',').map(Number);
const cases = tasks.flatMap(task =>
  chosenEngines.flatMap(engine =>
    threadCounts
      // Only the wasm engines have more than one.
      .filter(threads => threads === 1 || engine.name.startsWith('wasm'))
      .map(threads => createCase(engine, task, threads)),
  ),
);
for (const one of cases) one.warmUp();
for (let round = 0; round < rounds; round++) for (const {measure} of cases) measure();

const medians = Object.fromEntries(
  tasks.map(({name}) => [
    name,
    Object.fromEntries(cases.filter(one => one.task.name === name).map(one => [one.name, median(one.microseconds)])),
  ]),
);
if (options.json) console.log(JSON.stringify({node: process.version, unit: 'µs per step', medians}, null, 2));
else console.table(medians);

function buildOf(engine: Engine): 'strict' | 'relaxed' {
  return engine.name === 'wasmRelaxed' ? 'relaxed' : 'strict';
}

for (const one of cases) one.dispose();

interface Case {
  /** Of the engine, and its threads if there are several. */
  readonly name: string;
  readonly task: Task;
  readonly microseconds: number[];
  warmUp(): void;
  /** Trains for about one round and notes the microseconds per step. */
  measure(): void;
  dispose(): void;
}

function createCase(engine: Engine, task: Task, threads: number): Case {
  const {plan} = task;
  const network = engine.createNetwork(plan, threads);
  network.writeParameters(initialParameters(plan, randomKey(11)));
  const epochSteps = 12;
  const rowCount = epochSteps * plan.batchSize;
  const losses = new Float64Array(epochSteps);
  const epoch: EpochPlan = {
    samples: randomSamples(task, rowCount),
    order: Uint32Array.from({length: rowCount}, (_, row) => row),
    batchSize: plan.batchSize,
    learningRates: new Float64Array(epochSteps).fill(plan.optimizer.type === 'adam' ? 0.001 : 0.01),
    momenta: new Float64Array(epochSteps).fill(task.momentum),
    noise: {kind: 'drawn', key: randomKey(3)},
  };
  let trained = 0;
  const train = (steps: number) => {
    const start = performance.now();
    for (const end = trained + steps; trained < end; ) {
      const from = trained % epochSteps;
      trained += network.trainSteps(epoch, from, Math.min(epochSteps, from + end - trained), losses);
    }
    return performance.now() - start;
  };
  let stepsPerRound = 1;
  const microseconds: number[] = [];
  return {
    name: threads === 1 ? engine.name : `${engine.name} × ${threads}`,
    task,
    microseconds,
    warmUp() {
      let elapsed = 0;
      let steps = 0;
      while (elapsed < 3 * roundMs || steps < 3) {
        elapsed += train(1);
        steps++;
      }
      const last = train(Math.ceil(steps / 3));
      stepsPerRound = Math.max(1, Math.round((roundMs * Math.ceil(steps / 3)) / last));
    },
    measure() {
      microseconds.push((train(stepsPerRound) * 1000) / stepsPerRound);
    },
    dispose: network.dispose,
  };
}

function sonarTasks(): Task[] {
  const variants = {
    baseline: {visible: 0, hidden: 0},
    'input dropout 0.2': {visible: 0.2, hidden: 0},
    'hidden dropout 0.2': {visible: 0, hidden: 0.2},
  };
  return Object.entries(variants).map(([variant, rates]) => ({
    name: `sonar ${variant}`,
    plan: {
      inputs: 60,
      layers: stack(60, [60, 30], 1, rates, null),
      loss: 'binaryCrossEntropy',
      optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
      clipNorm: null,
      batchSize: 16,
    },
    zeros: 0,
    momentum: 0.8,
  }));
}

function digitsTasks(): Task[] {
  return [0.5, 0, 0.2, 0.8].map(hidden => ({
    name: `digits hidden dropout ${hidden}`,
    plan: {
      inputs: 784,
      layers: stack(784, [800, 800], 10, {visible: 0.2, hidden}, 3.5),
      loss: 'crossEntropy',
      optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
      clipNorm: null,
      batchSize: 128,
    },
    zeros: 0.84,
    momentum: 0.9,
  }));
}

function forestTasks(): Task[] {
  return [
    {
      name: 'forest hidden dropout 0.3',
      plan: {
        inputs: 54,
        layers: stack(54, [256, 256], 7, {visible: 0, hidden: 0.3}, null),
        loss: 'crossEntropy',
        optimizer: {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0},
        clipNorm: null,
        batchSize: 256,
      },
      zeros: 0,
      momentum: 0,
    },
  ];
}

function randomSamples({plan, zeros}: Task, rowCount: number): Samples {
  const random = new RandomStream(foldIn(randomKey(7), 'samples'));
  const classes = Math.max(2, outputWidth(plan));
  const value = () => (zeros > 0 ? random.uniform() : 4 * random.uniform() - 2);
  return {
    inputs: Float32Array.from({length: rowCount * plan.inputs}, () => (random.uniform() < zeros ? 0 : value())),
    targets: Float32Array.from({length: rowCount}, () => random.below(classes)),
    weights: null,
  };
}

function median(values: readonly number[]): number {
  return Number(values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(1));
}
