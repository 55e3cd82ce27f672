import {
  type DensePlan,
  type DropConnectPlan,
  type LayerPlan,
  type Loss,
  layerWidth,
  type NetworkPlan,
  type NoisePlan,
} from './plan.ts';

/**
 * What every engine asks of a plan before it builds a network. A plan comes from a document that has been checked, so
 * a violation is a bug of ours; it must still never train something else than what was asked for.
 * @throws RangeError `<layer>.<property> must be <expected>, got <value>` for the first thing that does not fit
 */
export function assertPlan(plan: NetworkPlan): void {
  assertCount('inputs', plan.inputs);
  assertCount('batchSize', plan.batchSize);
  if (plan.clipNorm !== null) assertPositive('clipNorm', plan.clipNorm);
  if (plan.trainRows !== undefined) assertPositive('trainRows', plan.trainRows);
  assertOptimizer(plan);
  assertAtLeast('layers.length', plan.layers.length, 1);
  let width = plan.inputs;
  for (const layer of plan.layers) {
    if (layer.inputs !== width) throw mismatch(`${layer.name}.inputs`, `${width}`, layer.inputs);
    assertLayer(layer);
    width = layerWidth(layer);
  }
  for (const [index, layer] of plan.layers.entries()) {
    const next = plan.layers[index + 1];
    if (layer.type === 'concreteDropout' && next?.type !== 'dense') {
      throw mismatch(`the layer after ${layer.name}`, 'dense', next?.type ?? 'none');
    }
  }
  for (const layer of plan.layers.slice(0, -1)) {
    if ('activation' in layer && layer.activation === 'softmax') {
      throw mismatch(`${layer.name}.activation`, 'elementwise below the output layer', layer.activation);
    }
  }
  assertOutput(plan.layers.at(-1)!, plan.loss);
}

function assertLayer(layer: LayerPlan): void {
  switch (layer.type) {
    case 'dense':
      assertWeighted(layer);
      break;
    case 'dropConnect':
      assertRate(layer);
      assertWeighted(layer);
      break;
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      assertRate(layer);
      break;
    case 'concreteDropout':
      if (!(layer.startRate > 0 && layer.startRate < 1)) {
        throw mismatch(`${layer.name}.startRate`, 'in (0, 1)', layer.startRate);
      }
      assertPositive(`${layer.name}.temperature`, layer.temperature);
      assertPositive(`${layer.name}.lengthScale`, layer.lengthScale);
      assertPositive(`${layer.name}.precision`, layer.precision);
      break;
    case 'batchNorm':
      if (!(layer.momentum > 0 && layer.momentum <= 1)) {
        throw mismatch(`${layer.name}.momentum`, 'in (0, 1]', layer.momentum);
      }
      assertPositive(`${layer.name}.epsilon`, layer.epsilon);
      break;
    case 'layerNorm':
      assertPositive(`${layer.name}.epsilon`, layer.epsilon);
      break;
    case 'activation':
      break;
  }
}

function assertWeighted({name, units, maxNorm, l1, l2}: DensePlan | DropConnectPlan): void {
  assertCount(`${name}.units`, units);
  if (maxNorm !== null) assertPositive(`${name}.maxNorm`, maxNorm);
  assertAtLeast(`${name}.l1`, l1, 0);
  assertAtLeast(`${name}.l2`, l2, 0);
}

/** At rate 1 nothing would be left to scale up, and 20 is a rate given in per cent. */
function assertRate({name, rate, schedule}: NoisePlan | DropConnectPlan): void {
  if (!(rate >= 0 && rate < 1)) throw mismatch(`${name}.rate`, 'in [0, 1)', rate);
  if (schedule) assertPositive(`${name}.schedule.until`, schedule.until);
}

function assertOutput(output: LayerPlan, loss: Loss): void {
  if (output.type !== 'dense') throw mismatch(`${output.name}.type`, 'dense on the output layer', output.type);
  const activation = outputActivations[loss];
  if (output.activation !== activation) {
    throw mismatch(`${output.name}.activation`, `${activation} for ${loss}`, output.activation);
  }
  if (loss === 'crossEntropy') assertAtLeast(`${output.name}.units`, output.units, 2);
  else if (output.units !== 1) throw mismatch(`${output.name}.units`, `1 for ${loss}`, output.units);
}

const outputActivations = {
  binaryCrossEntropy: 'sigmoid',
  crossEntropy: 'softmax',
  meanSquaredError: 'linear',
  meanAbsoluteError: 'linear',
  huber: 'linear',
} as const;

function assertOptimizer({optimizer}: NetworkPlan): void {
  assertAtLeast('optimizer.weightDecay', optimizer.weightDecay, 0);
  if ('epsilon' in optimizer) assertPositive('optimizer.epsilon', optimizer.epsilon);
  if ('decay' in optimizer) assertShare('optimizer.decay', optimizer.decay);
  if ('beta1' in optimizer) {
    assertShare('optimizer.beta1', optimizer.beta1);
    assertShare('optimizer.beta2', optimizer.beta2);
  }
}

function assertCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) throw mismatch(name, 'a positive integer', value);
}

function assertPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw mismatch(name, 'a positive number', value);
}

function assertAtLeast(name: string, value: number, least: number): void {
  if (!(value >= least && Number.isFinite(value))) throw mismatch(name, `a number of at least ${least}`, value);
}

function assertShare(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw mismatch(name, 'in [0, 1)', value);
}

function mismatch(name: string, expected: string, value: number | string): RangeError {
  return new RangeError(`${name} must be ${expected}, got ${value}`);
}
