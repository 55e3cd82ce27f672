import {describe, expect, test} from 'vitest';
import {normalQuantile} from '../../../sidecar/kernels/elementary.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import type {Network, Noise, Samples} from '../../../sidecar/network/engine.ts';
import {isNoisy, noiseWidth} from '../../../sidecar/network/masks.ts';
import type {Activation, Loss, NetworkPlan} from '../../../sidecar/network/plan.ts';
import {referenceEngine} from '../../../sidecar/network/referenceEngine.ts';
import {
  epochOf,
  type LayerSketch,
  parametersOf,
  planOf,
  samplesOf,
  tensorOf,
  writeRandomParameters,
} from './networks.ts';

/**
 * Gradients are read off one step of plain SGD with learning rate 1, before − after, and compared with central
 * differences (L(w + h) − L(w − h)) / 2h of the loss that a step reports. With h = 1e-5 the differences are wrong by
 * h² L‴ / 6 ≈ 1e-10 and by rounding, 2^-53 L / h ≈ 1e-11; third derivatives of these networks may reach 100.
 */
const h = 1e-5;
const tolerance = 1e-7;
const rows = 7;

const activations: readonly Activation[] = [
  'linear',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'tanh',
  'sigmoid',
  'softplus',
];

describe('the gradient through a layer', () => {
  test.each(activations)('of dense units with %s', activation => {
    expectGradients(planOf(4, [{type: 'dense', units: 5, activation}, output]));
  });

  test.each(activations)('of an activation layer with %s', activation => {
    expectGradients(planOf(4, [{type: 'dense', units: 5}, {type: 'activation', activation}, output]));
  });

  test.each<[string, LayerSketch[]]>([
    ['dropConnect at the inputs', [{type: 'dropConnect', units: 5, rate: 0.3, activation: 'tanh'}]],
    ['dropConnect above dense', [dense(5), {type: 'dropConnect', units: 4, rate: 0.5, activation: 'selu'}]],
    ['dropout at the inputs', [{type: 'dropout', rate: 0.2}, dense(5)]],
    ['dropout', [dense(9), {type: 'dropout', rate: 0.5}, dense(5)]],
    ['gaussianDropout at the inputs', [{type: 'gaussianDropout', rate: 0.2}, dense(5)]],
    ['gaussianDropout', [dense(9), {type: 'gaussianDropout', rate: 0.5}, dense(5)]],
    ['alphaDropout at the inputs', [{type: 'alphaDropout', rate: 0.2}, dense(5)]],
    ['alphaDropout', [dense(9), {type: 'alphaDropout', rate: 0.5}, dense(5)]],
    ['concreteDropout at the inputs', [{type: 'concreteDropout'}, dense(5)]],
    ['concreteDropout', [dense(9), {type: 'concreteDropout'}, dense(5), {type: 'concreteDropout'}]],
    ['batchNorm at the inputs', [{type: 'batchNorm'}, dense(5)]],
    ['batchNorm', [dense(6), {type: 'batchNorm'}, dense(5)]],
    ['layerNorm at the inputs', [{type: 'layerNorm'}, dense(5)]],
    ['layerNorm', [dense(6), {type: 'layerNorm'}, dense(5)]],
    [
      'a layer of each kind',
      [dense(6), {type: 'batchNorm'}, {type: 'dropout', rate: 0.3}, {type: 'layerNorm'}, dense(4)],
    ],
  ])('of %s', (_name, layers) => {
    expectGradients(planOf(4, [...layers, output]));
  });
});

const losses: ReadonlyArray<[loss: Loss, activation: 'sigmoid' | 'softmax' | 'linear', units: number]> = [
  ['binaryCrossEntropy', 'sigmoid', 1],
  ['crossEntropy', 'softmax', 2],
  ['crossEntropy', 'softmax', 4],
  ['meanSquaredError', 'linear', 1],
  ['meanAbsoluteError', 'linear', 1],
  ['huber', 'linear', 1],
];

describe.each(losses)('the gradient of %s (%s, %d units)', (loss, activation, units) => {
  const plan = planOf(4, [dense(5), {type: 'dense', units, activation}], {loss});

  test('with equal rows', () => {
    expectGradients(plan);
  });

  test('with weighted rows', () => {
    expectGradients(plan, true);
  });
});

test('huber meets both of its pieces in these tests', () => {
  const plan = planOf(4, [dense(5), output], {loss: 'huber'});
  const network = referenceEngine.createNetwork(plan);
  writeRandomParameters(network, 1);
  const samples = samplesOf(plan, rows, 2);
  const out = new Float64Array(rows);
  network.predict(samples.inputs, epochOf(plan, samples).order, out);

  const residuals = out.map((value, row) => Math.abs(value - samples.targets[row]!));

  expect([Math.min(...residuals) < 1, Math.max(...residuals) > 1]).toEqual([true, true]);
});

test.each([
  ['l1', {l1: 0.03, l2: 0}],
  ['l2', {l1: 0, l2: 0.05}],
  ['both', {l1: 0.02, l2: 0.04}],
])('the gradient has the slope of %s · weights, which the reported loss is without', (_name, penalties) => {
  const layers: LayerSketch[] = [
    {type: 'dense', units: 5, activation: 'tanh', ...penalties},
    {type: 'dropConnect', units: 4, rate: 0.2, activation: 'tanh', ...penalties},
    output,
  ];
  expectGradients(planOf(4, layers));
});

test.each(losses)('the gradient of the penalty of concrete dropout is that of %s', (loss, activation, units) => {
  const layers: LayerSketch[] = [dense(5), {type: 'concreteDropout'}, {type: 'dense', units, activation}];
  expectGradients(planOf(4, layers, {loss}));
});

test('weightDecay pulls every trainable parameter, bias and gain too', () => {
  const layers: LayerSketch[] = [dense(5), {type: 'batchNorm'}, output];
  const step = (weightDecay: number) => {
    const plan = planOf(4, layers, {optimizer: {type: 'sgd', nesterov: false, weightDecay}});
    return oneStep(plan, samplesOf(plan, rows, 2));
  };

  const [plain, decayed] = [step(0), step(0.25)];

  for (const {trainable, name, offset, length} of plain.network.tensors) {
    for (let i = offset; i < offset + length; i++) {
      const expected = plain.gradient[i]! + (trainable ? 0.25 * plain.before[i]! : 0);
      expect(decayed.gradient[i], name).toBeCloseTo(expected, 14);
    }
  }
});

test('clipNorm scales the gradient of all tensors together, after the penalties, to PyTorch’s length', () => {
  const layers: LayerSketch[] = [{type: 'dense', units: 5, l2: 0.5}, {type: 'batchNorm'}, output];
  const step = (clipNorm: number | null) => {
    const plan = planOf(4, layers, {clipNorm});
    return oneStep(plan, samplesOf(plan, rows, 2));
  };
  const free = step(null);
  const trainable = free.network.tensors.filter(tensor => tensor.trainable);
  const elements = trainable.flatMap(({offset, length}) => [...free.gradient.subarray(offset, offset + length)]);
  const norm = Math.hypot(...elements);

  const clipped = step(norm / 3);
  const unclipped = step(norm * 3);

  for (const {offset, length} of trainable) {
    for (let i = offset; i < offset + length; i++) {
      expect(clipped.gradient[i]).toBeCloseTo((free.gradient[i]! * (norm / 3)) / (norm + 1e-6), 13);
    }
  }
  expect(unclipped.gradient).toEqual(free.gradient);
});

test('a row of weight 2 counts like the row twice', () => {
  const plan = planOf(3, [dense(4), output]);
  const {inputs, targets} = samplesOf(plan, 3, 5);
  const twice = {
    inputs: Float32Array.of(...inputs, ...inputs.subarray(0, 3)),
    targets: Float32Array.of(...targets, targets[0]!),
    weights: null,
  };

  const weighted = oneStep(plan, {inputs, targets, weights: Float32Array.of(2, 1, 1)});
  const repeated = oneStep(plan, twice);

  expect(weighted.loss).toBeCloseTo(repeated.loss, 14);
  for (const [i, value] of weighted.gradient.entries()) expect(value).toBeCloseTo(repeated.gradient[i]!, 14);
});

test('a batch of one row trains batchNorm without NaN: its output is the shift, its variance counts as 0', () => {
  const plan = planOf(3, [{type: 'batchNorm'}, output]);
  const network = referenceEngine.createNetwork(plan);
  const before = writeRandomParameters(network, 3);
  const samples = samplesOf(plan, 1, 4);

  network.trainSteps(epochOf(plan, samples, {learningRate: 0}), 0, 1, new Float64Array(1));

  const after = parametersOf(network);
  const values = (block: Float64Array, name: string) => [...tensorOf(network, block, 0, name)];
  const expectedMean = values(before, 'runningMean').map((mean, j) => 0.9 * mean + 0.1 * samples.inputs[j]!);
  expect(values(after, 'runningMean')).toEqual(expectedMean);
  expect(values(after, 'runningVariance')).toEqual(values(before, 'runningVariance').map(variance => 0.9 * variance));
});

const output: LayerSketch = {type: 'dense', units: 1};

function dense(units: number): LayerSketch {
  return {type: 'dense', units, activation: 'tanh'};
}

function expectGradients(plan: NetworkPlan, isWeighted = false): void {
  const samples = samplesOf(plan, rows, 2, isWeighted);
  const {network, before, gradient} = oneStep(plan, samples);
  for (const {layerName, name, offset, length, trainable} of network.tensors) {
    if (!trainable) continue;
    const expected = Array.from({length}, (_, i) => slope(network, plan, samples, before, offset + i));
    const largest = Math.max(...expected.map(Math.abs));
    const apart = Math.max(...expected.map((value, i) => Math.abs(value - gradient[offset + i]!)));
    expect(apart / Math.max(largest, 1), `${layerName}.${name}`).toBeLessThan(tolerance);
    // A bias below a batchNorm has no influence; everything else must have some, or nothing was tested.
    if (name === 'weight') expect(largest, `${layerName}.${name}`).toBeGreaterThan(1e-4);
  }
}

function oneStep(plan: NetworkPlan, samples: Samples) {
  const network = referenceEngine.createNetwork({...plan, batchSize: rows});
  const before = writeRandomParameters(network, 1);
  const loss = trainOneStep(network, plan, samples);
  const after = parametersOf(network);
  return {network, loss, before, gradient: before.map((value, i) => value - after[i]!)};
}

function trainOneStep(network: Network, plan: NetworkPlan, samples: Samples): number {
  const losses = new Float64Array(1);
  const batchSize = samples.targets.length;
  const epoch = epochOf(plan, samples, {learningRate: 1, momentum: 0, noise: givenNoise(plan), batchSize});
  network.trainSteps(epoch, 0, 1, losses);
  return losses[0]!;
}

/** The slope of the reported loss, and of the penalties, along parameter i. */
function slope(network: Network, plan: NetworkPlan, samples: Samples, at: Float64Array, i: number): number {
  const objective = (moved: number) => {
    const values = at.slice();
    values[i] = moved;
    network.writeParameters(values);
    return trainOneStep(network, plan, samples) + penalties(network, plan, values);
  };
  return (objective(at[i]! + h) - objective(at[i]! - h)) / (2 * h);
}

function penalties(network: Network, plan: NetworkPlan, values: Float64Array): number {
  let sum = 0;
  for (const [index, layer] of plan.layers.entries()) {
    if (layer.type === 'concreteDropout') sum += concretePenalty(network, plan, index, values);
    if (!('l1' in layer)) continue;
    for (const w of tensorOf(network, values, index, 'weight')) sum += layer.l1 * Math.abs(w) + layer.l2 * w * w;
  }
  return sum;
}

/** The published objective, with the numbers of `layerDefaults`: l = 0.5, τ = 2, N = 10. */
function concretePenalty(network: Network, plan: NetworkPlan, index: number, values: Float64Array): number {
  const [logit] = tensorOf(network, values, index, 'logit');
  const rate = 1 / (1 + Math.exp(-logit!));
  const squares = tensorOf(network, values, index + 1, 'weight').reduce((sum, value) => sum + value * value, 0);
  const isClassification = plan.loss === 'binaryCrossEntropy' || plan.loss === 'crossEntropy';
  const [precision, factor] = isClassification ? [1, 1] : [2, 2];
  const entropy = rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate);
  const {inputs} = plan.layers[index]!;
  return (0.5 ** 2 / (precision * 10)) * (squares / (1 - rate)) + (factor / (precision * 10)) * inputs * entropy;
}

function givenNoise(plan: NetworkPlan): Noise {
  const stream = new RandomStream(randomKey(9));
  const draw = (rate: number, isGaussian: boolean) =>
    isGaussian ? 1 + Math.sqrt(rate / (1 - rate)) * normalQuantile(stream.uniform()) : Number(stream.uniform() >= rate);
  const values = plan.layers
    .filter(isNoisy)
    .map(layer =>
      Array.from({length: rows * noiseWidth(layer)}, () =>
        layer.type === 'concreteDropout'
          ? normalQuantile(stream.uniform())
          : draw(layer.rate, layer.type === 'gaussianDropout'),
      ),
    );
  return {kind: 'given', values: [values]};
}
