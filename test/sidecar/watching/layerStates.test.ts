import {describe, expect, test} from 'vitest';
import {foldIn, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import {initialParameters} from '../../../sidecar/network/initialize.ts';
import type {NetworkPlan} from '../../../sidecar/network/plan.ts';
import {createGradientMeter} from '../../../sidecar/watching/gradientNorms.ts';
import {histogramOf} from '../../../sidecar/watching/histogram.ts';
import {layerStates, outputRoom, readOutputs} from '../../../sidecar/watching/layerStates.ts';
import {dense, networkPlan} from '../../support/randomNetworks.ts';

const ROWS = 24;
const STEPS = 3;
const plan = networkPlan(5, [
  {type: 'dropout', name: 'visible', inputs: 5, rate: 0.2},
  dense('hidden', 5, 7, 'relu', {maxNorm: 0.6, l2: 0.01, init: 'pytorch'}),
  {type: 'dropout', name: 'drop', inputs: 7, rate: 0.8, schedule: {type: 'early', until: 4, shape: 'linear'}},
  dense('middle', 7, 4, 'tanh', {init: 'pytorch'}),
  dense('output', 4, 1, 'sigmoid', {init: 'pytorch'}),
]);
const key = randomKey(4);
const random = new RandomStream(foldIn(key, 'data'));
const samples = {
  inputs: Float32Array.from({length: ROWS * 5}, () => random.uniform() * 2 - 1),
  targets: Float32Array.from({length: ROWS}, () => Number(random.uniform() < 0.5)),
  weights: null,
};
const order = Uint32Array.from({length: ROWS}, (_, i) => i);
/** At 2 of the 4 epochs of its schedule the rate of "drop" is half of the full one, and falls. */
const epoch = {samples, order, batchSize: 8, noise: {kind: 'drawn', key: foldIn(key, 'masks')}, epoch: 2} as const;

/** @param from first step @param to behind the last one */
function trained(of: NetworkPlan, name: keyof typeof engines, learningRate: number, from = 0, to = STEPS) {
  const network = engines[name].createNetwork(of);
  network.writeParameters(initialParameters(of, key));
  const learningRates = new Float64Array(STEPS).fill(learningRate);
  network.trainSteps({...epoch, learningRates, momenta: new Float64Array(STEPS)}, from, to, new Float64Array(STEPS));
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return {network, parameters};
}

function statesOf(of: NetworkPlan, learningRate: number) {
  const {network, parameters} = trained(of, 'wasm', learningRate);
  const outputs = outputRoom(of, ROWS);
  readOutputs(network, samples.inputs, order, outputs);
  const norms = of.layers.map(() => null);
  return {states: layerStates(of, parameters, outputs, norms, 2), parameters, outputs};
}

describe('the state of a layer', () => {
  test('has the norm of each unit, and counts those that stand at the bound of max-norm', () => {
    const {states, parameters} = statesOf(plan, 0.5);
    const hidden = states[1]!;
    const expected = Array.from({length: 7}, (_, unit) => Math.hypot(...parameters.slice(unit * 5, unit * 5 + 5)));
    expect(hidden.incomingNorms).toEqual(Float32Array.from(expected));
    expect(hidden.incomingWeights).toEqual(Float32Array.from(parameters.slice(0, 35)));
    expect(hidden.maxNorm).toBe(0.6);
    // Which units were bounded shows in the same step without a bound.
    const unbounded = trained(
      {...plan, layers: plan.layers.map(layer => ('maxNorm' in layer ? {...layer, maxNorm: null} : layer))},
      'wasm',
      0.5,
      0,
      1,
    );
    const above = Array.from({length: 7}, (_, unit) =>
      Math.hypot(...unbounded.parameters.slice(unit * 5, unit * 5 + 5)),
    ).filter(norm => norm > 0.6).length;
    const first = trained(plan, 'wasm', 0.5, 0, 1);
    const room = outputRoom(plan, ROWS);
    const state = layerStates(plan, first.parameters, room, [], 1)[1]!;
    expect(above).toBeGreaterThan(0);
    expect(above).toBeLessThan(7);
    expect(state.clippedUnits).toBe(above);
    expect(states[3]).toMatchObject({maxNorm: null, clippedUnits: 0});
    expect(states[0]).toMatchObject({
      layer: 'visible',
      epoch: 2,
      incomingWeights: null,
      incomingNorms: null,
      weights: null,
      gradientNorm: null,
    });
  });

  test('tells for how many rows each rectifier is above 0, and which are dead', () => {
    const {network, parameters} = trained(plan, 'wasm', 0.1);
    // A bias so low that no row reaches 0.
    const bias = network.tensors.find(({layerName, name}) => layerName === 'hidden' && name === 'bias')!;
    parameters[bias.offset + 2] = -100;
    network.writeParameters(parameters);
    const outputs = outputRoom(plan, ROWS);
    readOutputs(network, samples.inputs, order, outputs);
    const [visible, hidden, , middle] = layerStates(plan, parameters, outputs, [], 1);
    const above = (unit: number) => Array.from(order, row => Number(outputs[1]![row * 7 + unit]! > 0));
    const shares = Array.from({length: 7}, (_, unit) => above(unit).reduce((sum, one) => sum + one, 0) / ROWS);
    expect(hidden!.active).toEqual(Float32Array.from(shares));
    expect(hidden!.active![2]).toBe(0);
    expect(hidden!.deadUnits).toBe(shares.filter(share => share === 0).length);
    expect(middle!.active).toBeNull();
    expect(visible!.active).toBeNull();
    // Evaluation: the input passes the dropout layer as it is.
    expect(outputs[0]).toEqual(samples.inputs);
    const sum = hidden!.outputs!.counts.reduce((total, count) => total + count, 0);
    expect(sum).toBe(ROWS * 7);
  });
});

describe('the gradient of a batch', () => {
  test.each(['wasm', 'plain', 'reference'] as const)(
    'measured beside the training, of %s, is the one that it learns from',
    name => {
      const free = {
        ...plan,
        layers: plan.layers.map(layer => ('maxNorm' in layer ? {...layer, maxNorm: null} : layer)),
      };
      const start = initialParameters(free, key);
      const meter = createGradientMeter(engines[name], plan);
      const norms = meter.measure(start, epoch, 1, STEPS);
      // A step of plain gradient descent in float64, as long as one.
      const {network, parameters} = trained(free, 'reference', 1, 1, 2);
      const expected = free.layers.map((_, layer) => {
        const weight = network.tensors.find(tensor => tensor.layer === layer && tensor.name === 'weight');
        if (!weight) return null;
        const steps = start.map((value, i) => value - parameters[i]!);
        return Math.hypot(...steps.slice(weight.offset, weight.offset + weight.length));
      });
      expect(norms.map(norm => norm === null)).toEqual([true, false, true, false, false]);
      norms.forEach((norm, i) => {
        if (norm !== null) expect(Math.abs(norm / expected[i]! - 1)).toBeLessThan(1e-4);
      });
      // Measuring again, elsewhere and back, gives the same.
      meter.measure(
        start.map(value => value * 2),
        epoch,
        2,
        STEPS,
      );
      expect(meter.measure(start, epoch, 1, STEPS)).toEqual(norms);
    },
  );

  test('is null where it is not finite, and measured again afterwards', () => {
    const start = initialParameters(plan, key);
    const meter = createGradientMeter(engines.wasm, plan);
    const usual = meter.measure(start, epoch, 0, STEPS);
    expect(
      meter.measure(
        start.map(() => Number.NaN),
        epoch,
        0,
        STEPS,
      ),
    ).toEqual(plan.layers.map(() => null));
    expect(meter.measure(start, epoch, 0, STEPS)).toEqual(usual);
  });
});

test('a histogram counts every value once, the ends in the first and the last bin', () => {
  const histogram = histogramOf(Float64Array.of(-1, -1, 0, 0.999, 1))!;
  expect([histogram.from, histogram.to]).toEqual([-1, 1]);
  expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  expect([histogram.counts[0], histogram.counts[20], histogram.counts.at(-1)]).toEqual([2, 1, 2]);
  expect(histogramOf(Float64Array.of(3, 3))!.counts[0]).toBe(2);
  expect(histogramOf(Float64Array.of(1, Number.NaN))).toBeNull();
  expect(histogramOf(new Float64Array(0))).toBeNull();
});

test('a histogram of many values counts some of them, of every column of a matrix', () => {
  // 2048 rows of 32 units, each unit a value of its own.
  const histogram = histogramOf(Float32Array.from({length: 2048 * 32}, (_, i) => i % 32))!;
  const counted = histogram.counts.filter(count => count > 0);
  expect(counted).toHaveLength(32);
  expect(Math.max(...counted) - Math.min(...counted)).toBeLessThanOrEqual(1);
  const sum = counted.reduce((total, count) => total + count, 0);
  expect(sum).toBeGreaterThan(4096);
  expect(sum).toBeLessThanOrEqual(8192);
});
