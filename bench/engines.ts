import {performance} from 'node:perf_hooks';
import {RandomStream, randomKey} from '../sidecar/kernels/random.ts';
import type {Engine, EpochPlan, Network} from '../sidecar/network/engine.ts';
import {engines} from '../sidecar/network/engines.ts';
import type {LayerPlan, NetworkPlan} from '../sidecar/network/plan.ts';

/**
 * Microseconds per training step on the shape of the Sonar experiment: 60-60-30-1, batch 16, SGD with momentum, on
 * random data. Rounds of all cases are interleaved, so that a busy moment of the machine hits each of them; the
 * median of the rounds is printed. Run it as `node bench/engines.ts`.
 */
const rounds = 15;
const inputs = 60;
const rowCount = 192;
const batchSize = 16;
const stepCount = rowCount / batchSize;
const variants = {
  baseline: {visible: 0, hidden: 0},
  'input dropout 0.2': {visible: 0.2, hidden: 0},
  'hidden dropout 0.2': {visible: 0, hidden: 0.2},
};

const samples = randomSamples(new RandomStream(randomKey(7)));
const cases = Object.entries(variants).flatMap(([variant, rates]) =>
  Object.values(engines).map(engine => createCase(engine, variant, sonarLayers(rates.visible, rates.hidden))),
);
for (const {run, engine} of cases) run(warmUpEpochs(engine));
for (let round = 0; round < rounds; round++) {
  for (const {run, engine, microseconds} of cases) microseconds.push(run(warmUpEpochs(engine) / 4));
}
console.table(
  Object.fromEntries(
    Object.keys(variants).map(variant => [
      variant,
      Object.fromEntries(
        cases.filter(one => one.variant === variant).map(one => [one.engine.name, `${median(one.microseconds)} µs`]),
      ),
    ]),
  ),
);

interface Case {
  readonly engine: Engine;
  readonly variant: string;
  readonly microseconds: number[];
  /** Trains so many epochs and returns the microseconds per step. */
  run(epochs: number): number;
}

function createCase(engine: Engine, variant: string, layers: readonly LayerPlan[]): Case {
  const optimizer = {type: 'sgd', nesterov: false, weightDecay: 0} as const;
  const plan: NetworkPlan = {inputs, layers, loss: 'binaryCrossEntropy', optimizer, clipNorm: null, batchSize};
  const network = engine.createNetwork(plan);
  writeRandomParameters(network, new RandomStream(randomKey(11)));
  const losses = new Float64Array(stepCount);
  const epochs: EpochPlan = {
    samples,
    order: Uint32Array.from({length: rowCount}, (_, row) => row),
    batchSize,
    learningRates: new Float64Array(stepCount).fill(0.01),
    momenta: new Float64Array(stepCount).fill(0.8),
    noise: {kind: 'drawn', key: randomKey(3)},
  };
  return {
    engine,
    variant,
    microseconds: [],
    run(count) {
      const start = performance.now();
      for (let epoch = 0; epoch < count; epoch++) network.trainSteps(epochs, 0, stepCount, losses);
      return ((performance.now() - start) * 1000) / (count * stepCount);
    },
  };
}

/** Enough for the optimizing compiler; the reference engine is slower and needs fewer epochs for as many loops. */
function warmUpEpochs(engine: Engine): number {
  return engine.name === 'reference' ? 20 : 100;
}

function sonarLayers(visible: number, hidden: number): LayerPlan[] {
  const dense = {type: 'dense', maxNorm: null, l1: 0, l2: 0, init: 'pytorch'} as const;
  const layers: LayerPlan[] = [
    {type: 'dropout', name: 'visible', inputs, rate: visible},
    {...dense, name: 'hidden1', inputs, units: 60, activation: 'relu'},
    {type: 'dropout', name: 'drop1', inputs: 60, rate: hidden},
    {...dense, name: 'hidden2', inputs: 60, units: 30, activation: 'relu'},
    {type: 'dropout', name: 'drop2', inputs: 30, rate: hidden},
    {...dense, name: 'output', inputs: 30, units: 1, activation: 'sigmoid'},
  ];
  return layers.filter(layer => !('rate' in layer) || layer.rate > 0);
}

function randomSamples(random: RandomStream): EpochPlan['samples'] {
  return {
    inputs: Float32Array.from({length: rowCount * inputs}, () => 4 * random.uniform() - 2),
    targets: Float32Array.from({length: rowCount}, () => random.below(2)),
    weights: null,
  };
}

/** Uniform within 1 / √fan-in, PyTorch's choice. */
function writeRandomParameters(network: Network, random: RandomStream): void {
  const values = new Float64Array(network.parameterCount);
  for (const {shape, offset, length} of network.tensors) {
    const bound = 1 / Math.sqrt(shape[1] ?? inputs);
    for (let i = offset; i < offset + length; i++) values[i] = (2 * random.uniform() - 1) * bound;
  }
  network.writeParameters(values);
}

function median(values: readonly number[]): string {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(1);
}
