/**
 * What concrete dropout was published for: the rate that it learns falls with the number of rows, because the more is
 * known of the weights, the less uncertainty is left to express (Gal, Hron and Kendall 2017, §4.1).
 */
import {expect, test} from 'vitest';
import {foldIn, RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import {defaultEngine, engines} from '../../sidecar/network/engines.ts';
import {initialParameters} from '../../sidecar/network/initialize.ts';
import type {LayerPlan, NetworkPlan} from '../../sidecar/network/plan.ts';
import {dense, networkPlan} from '../support/randomNetworks.ts';

const steps = 20_000;
const batchSize = 20;
const inputs = 4;

test('concrete dropout learns a large rate from few rows and a small one from many', () => {
  const few = learnedRates(20);
  const many = learnedRates(10_000);

  console.info(`rates learned from 20 rows: ${shown(few)}; from 10,000 rows: ${shown(many)}`);
  // The four inputs are all needed, however few the rows: as in the paper, hardly any of them is dropped.
  for (const rate of few.slice(1)) expect(rate).toBeGreaterThan(0.2);
  for (const rate of many) expect(rate).toBeLessThan(0.02);
});

const shown = (rates: readonly number[]) => rates.map(rate => rate.toFixed(3)).join(', ');

/** The rates of the three layers after training on so many rows of a smooth function with noise. */
function learnedRates(rows: number): number[] {
  const plan = planFor(rows);
  const network = engines[defaultEngine()].createNetwork(plan);
  network.writeParameters(initialParameters(plan, randomKey(1)));
  const samples = noisyRows(rows);
  const random = new RandomStream(foldIn(randomKey(2), 'order'));
  const order = Uint32Array.from({length: rows}, (_, row) => row);
  const count = rows / batchSize;
  const rates = new Float64Array(count).fill(0.002);
  const losses = new Float64Array(count);
  for (let epoch = 0; epoch * count < steps; epoch++) {
    random.shuffle(order);
    const noise = {kind: 'drawn', key: foldIn(randomKey(3), epoch)} as const;
    network.trainSteps({samples, order, batchSize, learningRates: rates, momenta: losses, noise}, 0, count, losses);
  }
  const values = new Float64Array(network.parameterCount);
  network.readParameters(values);
  return network.tensors.filter(({name}) => name === 'logit').map(({offset}) => 1 / (1 + Math.exp(-values[offset]!)));
}

function planFor(trainRows: number): NetworkPlan {
  const layers: LayerPlan[] = [];
  let width = inputs;
  for (const [i, units] of [64, 64, 1].entries()) {
    const concrete = {startRate: 0.1, temperature: 0.1, lengthScale: 0.1, precision: 10};
    layers.push({type: 'concreteDropout', name: `learned${i}`, inputs: width, ...concrete});
    layers.push(dense(`dense${i}`, width, units, units === 1 ? 'linear' : 'relu', {init: 'pytorch'}));
    width = units;
  }
  return networkPlan(inputs, layers, {
    loss: 'meanSquaredError',
    optimizer: {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0},
    batchSize,
    trainRows,
  });
}

/** A sum of waves, and noise of variance 1/10. */
function noisyRows(rows: number) {
  const random = new RandomStream(randomKey(4));
  const x = Float32Array.from({length: rows * inputs}, () => 4 * random.uniform() - 2);
  const targets = Float32Array.from({length: rows}, (_, row) => {
    const noise = Array.from({length: 12}, () => random.uniform()).reduce((sum, value) => sum + value, -6);
    return Math.sin(x[row * inputs]!) + Math.cos(2 * x[row * inputs + 1]!) + Math.sqrt(0.1) * noise;
  });
  return {inputs: x, targets, weights: null};
}
