/** Networks for property tests of engines: the parts from which any plan is put together. */
import {RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import type {Tensor} from '../../sidecar/network/engine.ts';
import {
  type DensePlan,
  type LayerPlan,
  type Loss,
  layerWidth,
  type NetworkPlan,
  type OptimizerPlan,
} from '../../sidecar/network/plan.ts';

export function networkPlan(
  inputs: number,
  layers: readonly LayerPlan[],
  rest: Partial<NetworkPlan> = {},
): NetworkPlan {
  return {
    inputs,
    layers,
    loss: 'binaryCrossEntropy',
    optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
    clipNorm: null,
    batchSize: 8,
    trainRows: 20,
    ...rest,
  };
}

export function dense(
  name: string,
  inputs: number,
  units: number,
  activation: DensePlan['activation'] = 'linear',
  rest: Partial<DensePlan> = {},
): DensePlan {
  return {type: 'dense', name, inputs, units, activation, maxNorm: null, l1: 0, l2: 0, init: 'zeros', ...rest};
}

export function dropoutPlan(): NetworkPlan {
  return networkPlan(6, [
    {type: 'dropout', name: 'visible', inputs: 6, rate: 0.2},
    dense('hidden1', 6, 9, 'relu'),
    {type: 'dropout', name: 'drop1', inputs: 9, rate: 0.5},
    dense('output', 9, 1, 'sigmoid'),
  ]);
}

export function optimizerPlans(): OptimizerPlan[] {
  const moments = {beta1: 0.9, beta2: 0.99, epsilon: 1e-3};
  return [
    {type: 'sgd', nesterov: false, weightDecay: 0},
    {type: 'sgd', nesterov: true, weightDecay: 0.01},
    {type: 'adam', ...moments, weightDecay: 0.01},
    {type: 'adamW', ...moments, weightDecay: 0.05},
    {type: 'rmsProp', decay: 0.9, epsilon: 1e-3, weightDecay: 0.01},
    {type: 'adagrad', epsilon: 1e-3, weightDecay: 0.01},
  ];
}

/** What may stand behind a layer with weights; none for any other type. */
export function companionOf(type: string, name: string, inputs: number, dropoutRate: number): LayerPlan[] {
  switch (type) {
    case 'dropout':
      return [{type, name, inputs, rate: dropoutRate}];
    case 'concreteDropout':
      return [
        {type, name, inputs, startRate: 0.3, temperature: 0.2, lengthScale: 0.3, precision: 2},
        dense(`${name}Behind`, inputs, 7, 'relu', {l2: 0.01}),
      ];
    case 'sharedDropout':
      return [{type: 'dropout', name, inputs, rate: dropoutRate, mask: 'batch'}];
    // Four steps are one epoch: the rate is 0 in two of them, and falls or grows in the others.
    case 'earlyDropout':
      return [{type: 'dropout', name, inputs, rate: 0.5, schedule: {type: 'early', until: 0.5, shape: 'linear'}}];
    case 'lateDropout':
      return [{type: 'alphaDropout', name, inputs, rate: 0.3, schedule: {type: 'late', until: 0.5, shape: 'constant'}}];
    case 'curriculum':
      return [
        {type: 'gaussianDropout', name, inputs, rate: 0.3, schedule: {type: 'curriculum', until: 2, shape: 'constant'}},
      ];
    case 'gaussianDropout':
    case 'alphaDropout':
      return [{type, name, inputs, rate: 0.3}];
    // A wide epsilon: a feature that hardly varies would turn rounding into a difference of any size.
    case 'batchNorm':
      return [{type, name, inputs, momentum: 0.1, epsilon: 0.1}];
    case 'layerNorm':
      return [{type, name, inputs, epsilon: 0.1}];
    case 'activation':
      return [{type, name, inputs, activation: 'tanh'}];
    case 'identity':
      return [{type: 'activation', name, inputs, activation: 'linear'}];
    default:
      return [];
  }
}

/** The output layer that goes with each loss. */
export const outputOf: {readonly [L in Loss]: {units: number; activation: DensePlan['activation']}} = {
  binaryCrossEntropy: {units: 1, activation: 'sigmoid'},
  crossEntropy: {units: 3, activation: 'softmax'},
  meanSquaredError: {units: 1, activation: 'linear'},
  meanAbsoluteError: {units: 1, activation: 'linear'},
  huber: {units: 1, activation: 'linear'},
};

/** Dropout on the inputs, then each part on the width before it, then the output layer of the loss. */
export function layersOf(
  inputs: number,
  visibleRate: number,
  parts: readonly ((inputs: number, place: number) => LayerPlan[])[],
  loss: Loss,
): LayerPlan[] {
  const layers: LayerPlan[] = [{type: 'dropout', name: 'visible', inputs, rate: visibleRate}];
  for (const [place, part] of parts.entries()) layers.push(...part(layerWidth(layers.at(-1)!), place + 1));
  const {units, activation} = outputOf[loss];
  return [...layers, dense('output', layerWidth(layers.at(-1)!), units, activation)];
}

/** Float32 numbers for all parameters of a network. */
export function randomParameters(tensors: readonly Tensor[], seed: number): Float64Array {
  const random = new RandomStream(randomKey(seed));
  const values = new Float64Array(tensors.reduce((sum, {length}) => sum + length, 0));
  for (const {name, shape, offset, length} of tensors) {
    const center = name === 'gain' || name === 'runningVariance' ? 1 : 0;
    // Wide layers get smaller weights, so that nothing saturates.
    const spread = 0.8 * Math.min(1, 4 / Math.sqrt(shape[1] ?? 1));
    for (let i = offset; i < offset + length; i++) values[i] = Math.fround(center + spread * (random.uniform() - 0.5));
  }
  return values;
}

/** The first place where two runs of numbers are not the same bits; null if there is none. */
export function firstDifference(actual: Float64Array, expected: Float64Array): string | null {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) return `[${i}] is ${actual[i]} and not ${expected[i]}`;
  }
  return actual.length === expected.length ? null : `${actual.length} numbers and not ${expected.length}`;
}
