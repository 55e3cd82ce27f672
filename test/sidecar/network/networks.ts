import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import type {EpochPlan, Network, Noise, Samples} from '../../../sidecar/network/engine.ts';
import {
  type ConcreteDropoutPlan,
  type DensePlan,
  type DropConnectPlan,
  type LayerPlan,
  layerWidth,
  type NetworkPlan,
} from '../../../sidecar/network/plan.ts';

/** Small networks and data for the tests of the reference engine. */

/** A layer as a test writes it: its name and its number of inputs follow from its place. */
export type LayerSketch =
  | {readonly type: 'dense'; readonly units: number; readonly activation?: DensePlan['activation']}
  | ({readonly type: 'dense' | 'dropConnect'; readonly units: number} & Partial<Omit<DropConnectPlan, 'type'>>)
  | {readonly type: 'dropout' | 'gaussianDropout' | 'alphaDropout'; readonly rate: number}
  | ({readonly type: 'concreteDropout'} & Partial<Omit<ConcreteDropoutPlan, 'type'>>)
  | {readonly type: 'batchNorm' | 'layerNorm'}
  | {readonly type: 'activation'; readonly activation: DensePlan['activation']};

/** A plan with linear activations, plain SGD, batches of 8 and no bounds, but for what the test asks. */
export function planOf(
  inputs: number,
  sketches: readonly LayerSketch[],
  options: Partial<Omit<NetworkPlan, 'inputs' | 'layers'>> = {},
): NetworkPlan {
  let width = inputs;
  const layers = sketches.map((sketch, index) => {
    const layer = {
      ...layerDefaults(sketch.type),
      name: `${sketch.type}${index}`,
      inputs: width,
      ...sketch,
    } as LayerPlan;
    width = layerWidth(layer);
    return layer;
  });
  return {
    inputs,
    layers,
    loss: 'meanSquaredError',
    optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
    clipNorm: null,
    batchSize: 8,
    trainRows: 10,
    ...options,
  };
}

function layerDefaults(type: LayerPlan['type']): object {
  if (type === 'concreteDropout') return {startRate: 0.3, temperature: 0.2, lengthScale: 0.5, precision: 2};
  if (type === 'batchNorm') return {momentum: 0.1, epsilon: 1e-5};
  if (type === 'layerNorm') return {epsilon: 1e-5};
  return type === 'dense' || type === 'dropConnect'
    ? {activation: 'linear', maxNorm: null, l1: 0, l2: 0, init: 'pytorch'}
    : {};
}

/** Uniform inputs in [−1.5, 1.5) and targets that fit the loss. */
export function samplesOf(plan: NetworkPlan, rows: number, seed: number, isWeighted = false): Samples {
  const stream = new RandomStream(randomKey(seed));
  const classes = plan.loss === 'crossEntropy' ? layerWidth(plan.layers.at(-1)!) : 2;
  const isClass = plan.loss === 'crossEntropy' || plan.loss === 'binaryCrossEntropy';
  return {
    inputs: Float32Array.from({length: rows * plan.inputs}, () => 3 * stream.uniform() - 1.5),
    targets: Float32Array.from({length: rows}, () => (isClass ? stream.below(classes) : 4 * stream.uniform() - 2)),
    weights: isWeighted ? Float32Array.from({length: rows}, () => 0.2 + 2 * stream.uniform()) : null,
  };
}

/** An epoch over all rows in their order. */
export function epochOf(
  plan: NetworkPlan,
  samples: Samples,
  options: {learningRate?: number; momentum?: number; noise?: Noise; batchSize?: number} = {},
): EpochPlan {
  const {learningRate = 0.1, momentum = 0.9, noise = {kind: 'drawn', key: randomKey(1)}} = options;
  const batchSize = options.batchSize ?? plan.batchSize;
  const steps = Math.ceil(samples.targets.length / batchSize);
  return {
    samples,
    order: Uint32Array.from(samples.targets, (_, row) => row),
    batchSize,
    learningRates: new Float64Array(steps).fill(learningRate),
    momenta: new Float64Array(steps).fill(momentum),
    noise,
  };
}

/** Trains all steps of an epoch. */
export function train(network: Network, epoch: EpochPlan): Float64Array {
  const losses = new Float64Array(epoch.learningRates.length).fill(Number.NaN);
  network.trainSteps(epoch, 0, losses.length, losses);
  return losses;
}

export function parametersOf(network: Network): Float64Array {
  const values = new Float64Array(network.parameterCount);
  network.readParameters(values);
  return values;
}

/** The named tensor of a block of parameters; the first layer that has one, or the given layer's. */
export function tensorOf(network: Network, values: Float64Array, layer: number, name: string): Float64Array {
  const tensor = network.tensors.find(candidate => candidate.layer === layer && candidate.name === name)!;
  return values.subarray(tensor.offset, tensor.offset + tensor.length);
}

/** A network with parameters spread around those of a trained one: biases, gains and running statistics too. */
export function writeRandomParameters(network: Network, seed: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  const values = new Float64Array(network.parameterCount);
  for (const {name, offset, length} of network.tensors) {
    const centre = name === 'gain' || name === 'runningVariance' ? 1 : 0;
    for (let i = offset; i < offset + length; i++) values[i] = Math.fround(centre + 1.4 * (stream.uniform() - 0.5));
  }
  network.writeParameters(values);
  return values;
}
