import {describe, expect, test} from 'vitest';
import {assertPlan} from '../../../sidecar/network/assertPlan.ts';
import type {NetworkPlan, OptimizerPlan} from '../../../sidecar/network/plan.ts';
import {referenceEngine} from '../../../sidecar/network/referenceEngine.ts';
import {type LayerSketch, planOf} from './networks.ts';

const output: LayerSketch = {type: 'dense', units: 1};
const noiseTypes = ['dropout', 'gaussianDropout', 'alphaDropout'] as const;

test('a plan of every layer passes', () => {
  const layers: LayerSketch[] = [
    {type: 'dropout', rate: 0},
    {type: 'batchNorm'},
    {type: 'dense', units: 3, activation: 'relu', maxNorm: 2, l1: 0, l2: 0.1},
    {type: 'alphaDropout', rate: 0.999},
    {type: 'dropConnect', units: 2, rate: 0.5},
    {type: 'layerNorm'},
    {type: 'activation', activation: 'gelu'},
    {type: 'gaussianDropout', rate: 0.5},
    output,
  ];
  expect(() => assertPlan(planOf(4, layers))).not.toThrow();
});

// 20 is a rate in per cent; TF.js clamps it to 1 and then trains without dropout.
describe.each([1, -0.1, 20, Number.NaN])('the rate %d', rate => {
  test.each(noiseTypes)('of %s is refused', type => {
    expectRefusal(planOf(4, [{type, rate}, output]), `${type}0.rate must be in [0, 1), got ${rate}`);
  });

  test('of dropConnect is refused', () => {
    const plan = planOf(4, [{type: 'dropConnect', units: 3, rate}, output]);
    expectRefusal(plan, `dropConnect0.rate must be in [0, 1), got ${rate}`);
  });
});

test.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('%d units are refused', units => {
  expectRefusal(planOf(4, [{type: 'dense', units}, output]), `dense0.units must be a positive integer, got ${units}`);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('maxNorm %d is refused', maxNorm => {
  const plan = planOf(4, [{type: 'dense', units: 3, maxNorm}, output]);
  expectRefusal(plan, `dense0.maxNorm must be a positive number, got ${maxNorm}`);
});

test.each([
  ['l1', {l1: -1}],
  ['l2', {l2: -1}],
])('a negative %s is refused', (name, penalty) => {
  const plan = planOf(4, [{type: 'dense', units: 3, ...penalty}, output]);
  expectRefusal(plan, `dense0.${name} must be a number of at least 0, got -1`);
});

describe('widths', () => {
  const plan = planOf(4, [{type: 'dense', units: 3}, {type: 'dropout', rate: 0.5}, output]);

  test('that do not follow from the layer below are refused', () => {
    const layers = [plan.layers[0]!, {...plan.layers[1]!, inputs: 4}, plan.layers[2]!];
    expectRefusal({...plan, layers}, 'dropout1.inputs must be 3, got 4');
  });

  test('that do not follow from the network’s inputs are refused', () => {
    expectRefusal({...plan, inputs: 5}, 'dense0.inputs must be 5, got 4');
  });

  test('of no layer at all are refused', () => {
    expectRefusal({...plan, layers: []}, 'layers.length must be a number of at least 1, got 0');
  });

  test('of 0 inputs or an empty batch are refused', () => {
    expectRefusal({...plan, inputs: 0}, 'inputs must be a positive integer, got 0');
    expectRefusal({...plan, batchSize: 0}, 'batchSize must be a positive integer, got 0');
  });
});

describe('the output layer', () => {
  test.each([
    ['binaryCrossEntropy', 'linear', 1, 'dense0.activation must be sigmoid for binaryCrossEntropy, got linear'],
    ['crossEntropy', 'sigmoid', 2, 'dense0.activation must be softmax for crossEntropy, got sigmoid'],
    ['meanSquaredError', 'relu', 1, 'dense0.activation must be linear for meanSquaredError, got relu'],
    ['meanAbsoluteError', 'sigmoid', 1, 'dense0.activation must be linear for meanAbsoluteError, got sigmoid'],
    ['huber', 'softmax', 1, 'dense0.activation must be linear for huber, got softmax'],
    ['crossEntropy', 'softmax', 1, 'dense0.units must be a number of at least 2, got 1'],
    ['binaryCrossEntropy', 'sigmoid', 2, 'dense0.units must be 1 for binaryCrossEntropy, got 2'],
    ['huber', 'linear', 2, 'dense0.units must be 1 for huber, got 2'],
  ] as const)('of %s may not be %s with %d units', (loss, activation, units, message) => {
    expectRefusal(planOf(4, [{type: 'dense', units, activation}], {loss}), message);
  });

  test('must be dense', () => {
    const plan = planOf(4, [output, {type: 'dropConnect', units: 1, rate: 0.5}]);
    expectRefusal(plan, 'dropConnect1.type must be dense on the output layer, got dropConnect');
  });

  test('is the only one with softmax', () => {
    const plan = planOf(4, [{type: 'dense', units: 3, activation: 'softmax'}, output]);
    expectRefusal(plan, 'dense0.activation must be elementwise below the output layer, got softmax');
  });
});

test.each([
  ['momentum', 0, 'batchNorm0.momentum must be in (0, 1], got 0'],
  ['momentum', 1.1, 'batchNorm0.momentum must be in (0, 1], got 1.1'],
  ['epsilon', 0, 'batchNorm0.epsilon must be a positive number, got 0'],
])('the %s %d of batchNorm is refused', (name, value, message) => {
  const plan = planOf(4, [{type: 'batchNorm'}, output]);
  const [batchNorm, dense] = plan.layers;
  expectRefusal({...plan, layers: [{...batchNorm!, [name]: value} as typeof batchNorm & {}, dense!]}, message);
});

test.each([
  ['startRate', 0, 'concreteDropout0.startRate must be in (0, 1), got 0'],
  ['startRate', 1, 'concreteDropout0.startRate must be in (0, 1), got 1'],
  ['temperature', 0, 'concreteDropout0.temperature must be a positive number, got 0'],
  ['lengthScale', -1, 'concreteDropout0.lengthScale must be a positive number, got -1'],
  ['precision', 0, 'concreteDropout0.precision must be a positive number, got 0'],
])('the %s %d of concreteDropout is refused', (name, value, message) => {
  expectRefusal(planOf(4, [{type: 'concreteDropout', [name]: value}, output]), message);
});

test('concreteDropout is refused anywhere but before a dense layer', () => {
  const plan = planOf(4, [{type: 'concreteDropout'}, {type: 'layerNorm'}, output]);
  expectRefusal(plan, 'the layer after concreteDropout0 must be dense, got layerNorm');
});

test('a network of no rows to learn from is refused', () => {
  expectRefusal(planOf(4, [output], {trainRows: 0}), 'trainRows must be a positive number, got 0');
});

const adam: OptimizerPlan = {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0};

test.each<[Partial<NetworkPlan>, string]>([
  [{clipNorm: 0}, 'clipNorm must be a positive number, got 0'],
  [{optimizer: {...adam, weightDecay: -1}}, 'optimizer.weightDecay must be a number of at least 0, got -1'],
  [{optimizer: {...adam, beta1: 1}}, 'optimizer.beta1 must be in [0, 1), got 1'],
  [{optimizer: {...adam, beta2: -0.1}}, 'optimizer.beta2 must be in [0, 1), got -0.1'],
  [{optimizer: {...adam, epsilon: 0}}, 'optimizer.epsilon must be a positive number, got 0'],
  [{optimizer: {type: 'rmsProp', decay: 1, epsilon: 1e-8, weightDecay: 0}}, 'optimizer.decay must be in [0, 1), got 1'],
])('a plan with %j is refused', (options, message) => {
  expectRefusal(planOf(4, [output], options), message);
});

/** By the check itself, and by the engine before it builds anything. */
function expectRefusal(plan: NetworkPlan, message: string): void {
  expect(() => assertPlan(plan)).toThrow(new RangeError(message));
  expect(() => referenceEngine.createNetwork(plan)).toThrow(new RangeError(message));
}
