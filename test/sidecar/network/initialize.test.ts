import {describe, expect, test} from 'vitest';
import {randomKey} from '../../../sidecar/kernels/random.ts';
import {initialParameters} from '../../../sidecar/network/initialize.ts';
import type {Initialization, NetworkPlan} from '../../../sidecar/network/plan.ts';
import {tensorLayout} from '../../../sidecar/network/tensors.ts';
import {type LayerSketch, planOf} from './networks.ts';

const layers: LayerSketch[] = [
  {type: 'dense', units: 5},
  {type: 'batchNorm'},
  {type: 'dropConnect', units: 4, rate: 0.5},
  {type: 'layerNorm'},
  {type: 'dense', units: 1},
];

test('tensors cover the block without gaps, in layer order', () => {
  const tensors = tensorLayout(planOf(3, layers));

  expect(tensors.map(({layerName, name, shape, offset}) => `${offset} ${layerName}.${name} [${shape}]`)).toEqual([
    '0 dense0.weight [5,3]',
    '15 dense0.bias [5]',
    '20 batchNorm1.gain [5]',
    '25 batchNorm1.shift [5]',
    '30 batchNorm1.runningMean [5]',
    '35 batchNorm1.runningVariance [5]',
    '40 dropConnect2.weight [4,5]',
    '60 dropConnect2.bias [4]',
    '64 layerNorm3.gain [4]',
    '68 layerNorm3.shift [4]',
    '72 dense4.weight [1,4]',
    '76 dense4.bias [1]',
  ]);
  expect(tensors.filter(tensor => !tensor.trainable).map(tensor => tensor.name)).toEqual([
    'runningMean',
    'runningVariance',
  ]);
});

test('gain and running variance start at 1, shift and running mean at 0', () => {
  const plan = planOf(3, layers);

  expect(valuesOf(plan, 1, 'gain')).toEqual([1, 1, 1, 1, 1]);
  expect(valuesOf(plan, 1, 'runningVariance')).toEqual([1, 1, 1, 1, 1]);
  expect(valuesOf(plan, 1, 'shift')).toEqual([0, 0, 0, 0, 0]);
  expect(valuesOf(plan, 1, 'runningMean')).toEqual([0, 0, 0, 0, 0]);
  expect(valuesOf(plan, 3, 'gain')).toEqual([1, 1, 1, 1]);
});

// For 50 inputs and 300 units; `bound` and `variance` as the sources in initialize.ts have them.
describe.each<[Initialization, variance: number, bound: number]>([
  ['pytorch', 1 / 150, 1 / Math.sqrt(50)],
  ['heNormal', 2 / 50, Number.POSITIVE_INFINITY],
  ['heUniform', 2 / 50, Math.sqrt(6 / 50)],
  ['glorotNormal', 2 / 350, Number.POSITIVE_INFINITY],
  ['glorotUniform', 2 / 350, Math.sqrt(6 / 350)],
  ['lecunNormal', 1 / 50, Number.POSITIVE_INFINITY],
  ['lecunUniform', 1 / 50, Math.sqrt(3 / 50)],
])('%s', (init, variance, bound) => {
  const plan = planOf(50, [
    {type: 'dense', units: 300, init},
    {type: 'dense', units: 1, init},
  ]);
  const weights = valuesOf(plan, 0, 'weight');

  test('has mean 0 and its variance, within 4 standard errors', () => {
    const mean = weights.reduce((sum, value) => sum + value, 0) / weights.length;
    const square = weights.reduce((sum, value) => sum + value * value, 0) / weights.length;
    const fourth = weights.reduce((sum, value) => sum + value ** 4, 0) / weights.length;

    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / weights.length));
    expect(Math.abs(square - variance)).toBeLessThan(4 * Math.sqrt((fourth - square * square) / weights.length));
  });

  test('stays within its bound and reaches out to it', () => {
    const largest = Math.max(...weights.map(Math.abs));
    // 15 000 draws come within a thousandth of a finite bound; of normal ones 4 to 5 are beyond 3.6 deviations.
    expect(largest).toBeLessThanOrEqual(bound * (1 + 2 ** -24));
    expect(largest).toBeGreaterThan(Number.isFinite(bound) ? 0.999 * bound : 3.6 * Math.sqrt(variance));
  });

  test('draws a bias for pytorch only', () => {
    const bias = valuesOf(plan, 0, 'bias');
    if (init === 'pytorch') {
      expect(Math.max(...bias.map(Math.abs))).toBeGreaterThan(0.95 * bound);
      expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 2 ** -24));
    } else expect(bias).toEqual(new Array(300).fill(0));
  });
});

test('zeros are zeros', () => {
  const plan = planOf(3, [
    {type: 'dense', units: 2, init: 'zeros'},
    {type: 'dense', units: 1, init: 'zeros'},
  ]);

  expect(initialParameters(plan, randomKey(1))).toEqual(new Float64Array(11));
});

test('every value is a float32 number', () => {
  for (const init of ['pytorch', 'heNormal', 'glorotUniform'] as const) {
    const values = initialParameters(
      planOf(9, [
        {type: 'dense', units: 5, init},
        {type: 'dense', units: 1},
      ]),
      randomKey(1),
    );
    expect(values).toEqual(values.map(Math.fround));
  }
});

test('dropout between the layers, or dropConnect instead of dense, leaves every initial weight as it is', () => {
  const plain = planOf(6, [
    {type: 'dense', units: 5},
    {type: 'dense', units: 4},
    {type: 'dense', units: 1},
  ]);
  const variant = planOf(6, [
    {type: 'dropout', rate: 0.2},
    {type: 'dense', units: 5},
    {type: 'dropout', rate: 0.5},
    {type: 'dropConnect', units: 4, rate: 0.5},
    {type: 'gaussianDropout', rate: 0.5},
    {type: 'dense', units: 1},
  ]);

  expect(initialParameters(variant, randomKey(7))).toEqual(initialParameters(plain, randomKey(7)));
});

test('layers, and runs, start from different weights', () => {
  const plan = planOf(4, [
    {type: 'dense', units: 4},
    {type: 'dense', units: 4},
    {type: 'dense', units: 1},
  ]);

  expect(valuesOf(plan, 0, 'weight')).not.toEqual(valuesOf(plan, 1, 'weight'));
  expect(initialParameters(plan, randomKey(1))).toEqual(initialParameters(plan, randomKey(1)));
  expect(initialParameters(plan, randomKey(1))).not.toEqual(initialParameters(plan, randomKey(2)));
});

function valuesOf(plan: NetworkPlan, layer: number, name: string): number[] {
  const values = initialParameters(plan, randomKey(1));
  const tensor = tensorLayout(plan).find(candidate => candidate.layer === layer && candidate.name === name)!;
  return [...values.subarray(tensor.offset, tensor.offset + tensor.length)];
}
