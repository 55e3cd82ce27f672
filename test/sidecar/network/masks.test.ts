import {describe, expect, test} from 'vitest';
import {normalQuantile} from '../../../sidecar/kernels/elementary.ts';
import {dropThreshold, foldIn, maskWord, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {
  hasPlannedNoise,
  isNoisy,
  layerAt,
  layerNoise,
  noiseKey,
  noiseWidth,
  timeOf,
} from '../../../sidecar/network/masks.ts';
import type {DropConnectPlan, NetworkPlan, NoisePlan} from '../../../sidecar/network/plan.ts';
import {activate} from '../../../sidecar/network/reference/activations.ts';
import {alphaDropoutForward} from '../../../sidecar/network/reference/alphaDropout.ts';
import {concreteDropoutForward} from '../../../sidecar/network/reference/concreteDropout.ts';
import {dropoutForward} from '../../../sidecar/network/reference/dropout.ts';
import {referenceEngine} from '../../../sidecar/network/referenceEngine.ts';
import {epochOf, type LayerSketch, parametersOf, planOf, samplesOf, train, writeRandomParameters} from './networks.ts';

const rates = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const output: LayerSketch = {type: 'dense', units: 1};

describe('the expected training pass is the evaluation pass', () => {
  test.each(rates)('of dropout at rate %d', rate => {
    expectEqualMeans([{type: 'dropout', rate}, output]);
  });

  test.each(rates)('of gaussianDropout at rate %d', rate => {
    expectEqualMeans([{type: 'gaussianDropout', rate}, output]);
  });

  test.each(rates)('of dropConnect at rate %d', rate => {
    expectEqualMeans([{type: 'dropConnect', units: 6, rate}, output]);
  });
});

describe('alphaDropout keeps mean 0 and variance 1', () => {
  test.each(rates)('of standard normal inputs at rate %d', rate => {
    const stream = new RandomStream(randomKey(21));
    const x = Float64Array.from({length: 200_000}, () => normalQuantile((stream.word() + 0.5) / 2 ** 32));

    expectStandard(alphaDropped(x, rate));
  });

  test.each(rates)('of SELU activations at rate %d', rate => {
    // For z from N(0, 1), selu(z) has mean 0 and variance 1: that fixed point is how its two constants are chosen.
    const stream = new RandomStream(randomKey(22));
    const x = Float64Array.from({length: 200_000}, () =>
      activate('selu', normalQuantile((stream.word() + 0.5) / 2 ** 32)),
    );

    expectStandard(alphaDropped(x, rate));
  });
});

test.each(rates)('dropout at rate %d keeps its share of the units, each times 1 / (1 − rate)', rate => {
  const length = 100_000;
  const mask = new Float64Array(length);
  layerNoise(noisePlan('dropout', length, rate), noiseKey(randomKey(23), 0, 0), 1, mask);
  const out = new Float64Array(length);

  dropoutForward(new Float64Array(length).fill(3), mask, rate, length, out);

  expect(new Set(out)).toEqual(new Set([0, 3 / (1 - rate)]));
  const kept = out.filter(value => value !== 0).length;
  expect(Math.abs(kept - length * (1 - rate))).toBeLessThan(4 * Math.sqrt(length * rate * (1 - rate)));
});

test.each(rates)('the multipliers of gaussianDropout at rate %d have mean 1 and variance rate / (1 − rate)', rate => {
  const multipliers = new Float64Array(100_000);
  layerNoise(noisePlan('gaussianDropout', 100, rate), noiseKey(randomKey(24), 0, 0), 1000, multipliers);

  const {mean, meanError, variance, varianceError} = moments(multipliers);

  expect(Math.abs(mean - 1)).toBeLessThan(4 * meanError);
  expect(Math.abs(variance - rate / (1 - rate))).toBeLessThan(4 * varianceError);
});

describe('layerNoise', () => {
  const key = noiseKey(randomKey(25), 3, 1);

  test('drops the element of a row and a unit where its mask word is below the threshold', () => {
    const mask = new Float64Array(5 * 7);
    layerNoise(noisePlan('dropout', 7, 0.4), key, 5, mask);

    const stepKey = foldIn(foldIn(randomKey(25), 3), 1);
    for (let row = 0; row < 5; row++) {
      for (let unit = 0; unit < 7; unit++) {
        const isDropped = maskWord(stepKey, row * 7 + unit) < dropThreshold(0.4);
        expect(mask[row * 7 + unit]).toBe(isDropped ? 0 : 1);
      }
    }
    expect(new Set(mask)).toEqual(new Set([0, 1]));
  });

  test('drops the weight of a row, a unit and an input where its mask word is below the threshold', () => {
    const layer = planOf(4, [{type: 'dropConnect', units: 3, rate: 0.5}, output]).layers[0] as DropConnectPlan;
    const mask = new Float64Array(2 * noiseWidth(layer));
    layerNoise(layer, key, 2, mask);

    for (const [row, unit, input] of [
      [0, 0, 0],
      [0, 2, 3],
      [1, 0, 1],
      [1, 2, 2],
    ] as const) {
      const index = (row * 3 + unit) * 4 + input;
      expect(mask[index]).toBe(maskWord(key, index) < dropThreshold(0.5) ? 0 : 1);
    }
  });

  test('multiplies by 1 + √(rate / (1 − rate)) Φ⁻¹ of the middle of the mask word', () => {
    const multipliers = new Float64Array(6);
    layerNoise(noisePlan('gaussianDropout', 3, 0.2), key, 2, multipliers);

    const expected = multipliers.map(
      (_, i) => 1 + Math.sqrt(0.2 / 0.8) * normalQuantile((maskWord(key, i) + 0.5) / 2 ** 32),
    );
    expect(multipliers).toEqual(expected);
  });

  test('of a mask that a batch shares is that of its first row, in every row', () => {
    for (const type of ['dropout', 'alphaDropout', 'gaussianDropout'] as const) {
      const [shared, own] = [new Float64Array(4 * 30).fill(-7), new Float64Array(30)];
      layerNoise({...noisePlan(type, 30, 0.4), mask: 'batch'}, key, 3, shared);
      layerNoise(noisePlan(type, 30, 0.4), key, 1, own);

      expect(shared).toEqual(Float64Array.of(...own, ...own, ...own, ...new Array(30).fill(-7)));
    }
  });

  test('of concrete dropout is logistic, and drops its share of the units as the temperature falls', () => {
    const length = 50_000;
    const noise = new Float64Array(length);
    layerNoise(
      {
        type: 'concreteDropout',
        name: 'learned',
        inputs: 50,
        startRate: 0.1,
        temperature: 0.1,
        lengthScale: 1,
        precision: 1,
      },
      key,
      1000,
      noise,
    );
    const {mean, meanError, variance, varianceError} = moments(noise);
    const [rate, x] = [0.3, new Float64Array(length).fill(2)];
    const [z, out] = [new Float64Array(length), new Float64Array(length)];

    concreteDropoutForward(x, noise, Math.log(rate / (1 - rate)), 1e-4, length, z, out);

    // The logistic distribution has mean 0 and variance π²/3.
    expect(Math.abs(mean)).toBeLessThan(4 * meanError);
    expect(Math.abs(variance - Math.PI ** 2 / 3)).toBeLessThan(4 * varianceError);
    const dropped = z.filter(value => value > 0.5).length;
    expect(Math.abs(dropped - length * rate)).toBeLessThan(4 * Math.sqrt(length * rate * (1 - rate)));
    // What is kept is divided by 1 − rate, but for the few units between dropped and kept.
    expect(out.filter(value => value !== 0 && Math.abs(value - 2 / (1 - rate)) > 1e-9).length).toBeLessThan(
      length / 100,
    );
  });

  test('follows the schedule of its layer, at the time of the step', () => {
    const layer = {
      ...noisePlan('dropout', 50, 0.5),
      schedule: {type: 'early', until: 2, shape: 'linear'},
    } as const;
    const shares = [0, 0.5, 1.5, 2].map(time => {
      const mask = new Float64Array(200 * 50);
      layerNoise(layerAt(layer, time), key, 200, mask);
      return 1 - mask.reduce((sum, value) => sum + value, 0) / mask.length;
    });

    // Of 10,000 draws; at the end there is nothing left to chance.
    for (const [i, rate] of [0.5, 0.375, 0.125, 0].entries()) {
      expect(Math.abs(shares[i]! - rate)).toBeLessThanOrEqual(4 * Math.sqrt((rate * (1 - rate)) / 10_000));
    }
  });

  test('keeps everything at rate 0', () => {
    for (const type of ['dropout', 'alphaDropout', 'gaussianDropout'] as const) {
      const noise = new Float64Array(400);
      layerNoise(noisePlan(type, 20, 0), key, 20, noise);
      expect(noise).toEqual(new Float64Array(400).fill(1));
    }
  });

  test('writes rows × width elements and not one more, and a short batch is the beginning of a full one', () => {
    const layer = noisePlan('dropout', 5, 0.5);
    const full = new Float64Array(8 * 5);
    const short = new Float64Array(8 * 5).fill(-7);
    layerNoise(layer, key, 8, full);
    layerNoise(layer, key, 3, short);

    expect(short.subarray(0, 15)).toEqual(full.subarray(0, 15));
    expect(short.subarray(15)).toEqual(new Float64Array(25).fill(-7));
  });

  test('differs from step to step, from layer to layer, and from run to run', () => {
    const layer = noisePlan('dropout', 60, 0.5);
    const masks = [
      [1, 0, 0],
      [1, 1, 0],
      [1, 0, 1],
      [2, 0, 0],
    ].map(([seed, step, index]) => {
      const mask = new Float64Array(16 * 60);
      layerNoise(layer, noiseKey(randomKey(seed!), step!, index!), 16, mask);
      return mask.join('');
    });

    expect(new Set(masks).size).toBe(masks.length);
  });
});

describe('a network with drawn noise', () => {
  const layers: LayerSketch[] = [
    {type: 'dropout', rate: 0.2},
    {type: 'dropConnect', units: 6, rate: 0.4, activation: 'tanh'},
    {type: 'gaussianDropout', rate: 0.3},
    {type: 'dense', units: 5, activation: 'selu'},
    {type: 'alphaDropout', rate: 0.1},
    output,
  ];
  const plan = planOf(4, layers);

  test('trains on the very masks that layerNoise recomputes', () => {
    const samples = samplesOf(plan, 29, 31);
    const steps = Math.ceil(29 / plan.batchSize);
    const recomputed = Array.from({length: steps}, (_, step) =>
      plan.layers.flatMap((layer, index) => {
        if (!isNoisy(layer)) return [];
        const noise = new Float64Array(plan.batchSize * noiseWidth(layer));
        layerNoise(layer, noiseKey(randomKey(6), step, index), plan.batchSize, noise);
        return [noise];
      }),
    );

    const drawn = trainedParameters(plan, epochOf(plan, samples, {noise: {kind: 'drawn', key: randomKey(6)}}));
    const given = trainedParameters(plan, epochOf(plan, samples, {noise: {kind: 'given', values: recomputed}}));

    expect(drawn).toEqual(given);
  });

  test('trains on the masks of its schedules, recomputed for each step of the third epoch', () => {
    const early = {type: 'early', until: 2.5, shape: 'linear'} as const;
    const scheduled = {
      ...plan,
      layers: plan.layers.map(layer =>
        hasPlannedNoise(layer) ? {...layer, schedule: early, mask: 'batch' as const} : layer,
      ),
    };
    const samples = samplesOf(scheduled, 29, 31);
    const steps = Math.ceil(29 / plan.batchSize);
    const values = Array.from({length: steps}, (_, step) =>
      scheduled.layers.flatMap((layer, index) => {
        if (!hasPlannedNoise(layer)) return [];
        const noise = new Float64Array(plan.batchSize * noiseWidth(layer));
        const current = layerAt(layer, timeOf(2, step, steps));
        layerNoise(current, noiseKey(randomKey(6), step, index), plan.batchSize, noise);
        return [noise];
      }),
    );

    const drawn = {...epochOf(scheduled, samples, {noise: {kind: 'drawn', key: randomKey(6)}}), epoch: 2};
    const given = {...epochOf(scheduled, samples, {noise: {kind: 'given', values}}), epoch: 2};

    expect(trainedParameters(scheduled, drawn)).toEqual(trainedParameters(scheduled, given));
    expect(trainedParameters(scheduled, drawn)).not.toEqual(trainedParameters(scheduled, {...drawn, epoch: 0}));
  });

  test('gives the same bits twice, other bits for another key', () => {
    const samples = samplesOf(plan, 29, 31);
    const run = (seed: number) =>
      trainedParameters(plan, epochOf(plan, samples, {noise: {kind: 'drawn', key: randomKey(seed)}}));

    expect(run(6)).toEqual(run(6));
    expect(run(6)).not.toEqual(run(7));
  });

  test.each(layers.slice(0, 3).map(layer => [layer.type, layer] as const))(
    'has another mask in each step: %s gives the same rows another loss',
    (_type, layer) => {
      const single = planOf(4, [layer, output]);
      const samples = samplesOf(single, 8, 31);
      const network = referenceEngine.createNetwork(single);
      writeRandomParameters(network, 32);
      const twice = {
        inputs: Float32Array.of(...samples.inputs, ...samples.inputs),
        targets: new Float32Array(16),
        weights: null,
      };

      const losses = train(network, epochOf(single, twice, {learningRate: 0}));

      expect(losses[0]).not.toBe(losses[1]);
    },
  );
});

function trainedParameters(plan: NetworkPlan, epoch: Parameters<typeof train>[1]): Float64Array {
  const network = referenceEngine.createNetwork(plan);
  writeRandomParameters(network, 33);
  train(network, epoch);
  return parametersOf(network);
}

/**
 * With targets far below every output the mean absolute error is the mean output plus a constant: so the losses of a
 * network that does not learn sample its training pass. Steps are independent, and their mean must lie within 4
 * standard errors of the evaluation pass.
 */
function expectEqualMeans(layers: readonly LayerSketch[]): void {
  const [steps, batchSize, below] = [400, 16, 1024];
  const plan = planOf(12, layers, {loss: 'meanAbsoluteError', batchSize});
  const network = referenceEngine.createNetwork(plan);
  writeRandomParameters(network, 34);
  const {inputs} = samplesOf(plan, batchSize, 35);
  const targets = new Float32Array(batchSize).fill(-below);
  const epoch = epochOf(plan, {inputs, targets, weights: null}, {learningRate: 0});
  const rows = Uint32Array.from({length: steps * batchSize}, (_, i) => i % batchSize);
  const zeros = new Float64Array(steps);
  const losses = new Float64Array(steps);
  const evaluated = new Float64Array(batchSize);

  network.trainSteps({...epoch, order: rows, learningRates: zeros, momenta: zeros}, 0, steps, losses);
  network.predict(inputs, rows.subarray(0, batchSize), evaluated);

  const {mean, meanError} = moments(losses.map(loss => loss - below));
  const expected = evaluated.reduce((sum, value) => sum + value, 0) / batchSize;
  expect(meanError).toBeGreaterThan(0);
  expect(Math.abs(mean - expected)).toBeLessThan(4 * meanError);
}

function alphaDropped(x: Float64Array, rate: number): Float64Array {
  const mask = new Float64Array(x.length);
  layerNoise(noisePlan('alphaDropout', x.length, rate), noiseKey(randomKey(26), 0, 0), 1, mask);
  const out = new Float64Array(x.length);
  alphaDropoutForward(x, mask, rate, x.length, out);
  return out;
}

function expectStandard(values: Float64Array): void {
  const {mean, meanError, variance, varianceError} = moments(values);
  expect(Math.abs(mean)).toBeLessThan(4 * meanError);
  expect(Math.abs(variance - 1)).toBeLessThan(4 * varianceError);
}

/** Mean and variance with their standard errors, √(σ² / n) and √((μ₄ − σ⁴) / n). */
function moments(values: Float64Array) {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const fourth = values.reduce((sum, value) => sum + (value - mean) ** 4, 0) / count;
  return {
    mean,
    meanError: Math.sqrt(variance / count),
    variance,
    varianceError: Math.sqrt((fourth - variance * variance) / count),
  };
}

function noisePlan(type: NoisePlan['type'], inputs: number, rate: number): NoisePlan {
  return {type, name: type, inputs, rate};
}
