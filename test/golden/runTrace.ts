import type {Engine, EpochPlan, Network, Samples} from '../../sidecar/network/engine.ts';
import {
  type LayerPlan,
  type Loss,
  layerWidth,
  type NetworkPlan,
  type OptimizerPlan,
  outputWidth,
} from '../../sidecar/network/plan.ts';

/**
 * Golden traces: small networks trained by PyTorch in float64, with weights, row order and masks written down, so that
 * every engine can be held to the same numbers. Here a trace is read, given to an engine, and what the engine makes of
 * it is compared tensor by tensor.
 */
export interface Trace {
  readonly name: string;
  readonly plan: NetworkPlan;
  readonly samples: Samples;
  /** For each tensor that the trace starts from: 'hidden1.weight' and its elements. */
  readonly initial: ReadonlyMap<string, readonly number[]>;
  readonly steps: readonly TraceStep[];
  /** Momentum of SGD and RMSProp, the same in every step. */
  readonly momentum: number;
  readonly final: ReadonlyMap<string, readonly number[]>;
  /** [rows × outputs] of the trained network in evaluation mode. */
  readonly evaluation: readonly number[];
}

interface TraceStep {
  readonly rows: readonly number[];
  /** One array for each dropout-like layer, flattened. */
  readonly noise: ReadonlyArray<readonly number[]>;
  readonly learningRate: number;
  readonly loss: number;
}

/** Largest relative difference of one tensor: max |actual − expected| / max |expected|. */
export interface TensorDifference {
  /** 'losses', 'evaluation', or layer and tensor as 'hidden1.weight'. */
  readonly tensor: string;
  readonly difference: number;
}

/** What each precision is held to. float32 rounds at 6e-8, 20 steps of at most seven layers amplify that. */
export const goldenTolerance = {float64: 1e-9, float32: 1e-4} as const;

/** Differences below this are absolute: a tensor of zeros has no scale of its own. */
const tiny = 1e-12;

/**
 * Trains `engine` on the trace's weights, rows, noise and learning rates, and compares all that comes out.
 * @returns the losses, every final tensor, then the evaluation; a tensor that is not finite differs by Infinity
 */
export function runTrace(trace: Trace, engine: Engine): TensorDifference[] {
  const network = engine.createNetwork(trace.plan);
  try {
    writeInitial(network, trace.initial);
    const losses = trainTrace(network, trace);
    const final = new Float64Array(network.parameterCount);
    network.readParameters(final);
    const rows = Uint32Array.from(trace.samples.targets, (_, row) => row);
    const evaluation = new Float64Array(trace.evaluation.length);
    network.predict(trace.samples.inputs, rows, evaluation);
    return [
      {
        tensor: 'losses',
        difference: relativeDifference(
          losses,
          trace.steps.map(step => step.loss),
        ),
      },
      ...network.tensors.map(({layerName, name, offset, length}) => {
        const tensor = `${layerName}.${name}`;
        return {
          tensor,
          difference: relativeDifference(final.subarray(offset, offset + length), trace.final.get(tensor) ?? []),
        };
      }),
      {tensor: 'evaluation', difference: relativeDifference(evaluation, trace.evaluation)},
    ];
  } finally {
    network.dispose();
  }
}

export function worstDifference(differences: readonly TensorDifference[]): TensorDifference {
  return differences.reduce((worst, next) => (next.difference > worst.difference ? next : worst));
}

/** Gain and running variance start at 1, the other tensors at 0, where a trace has no number for them. */
function writeInitial(network: Network, initial: Trace['initial']): void {
  const values = new Float64Array(network.parameterCount);
  for (const {layerName, name, offset, length} of network.tensors) {
    const given = initial.get(`${layerName}.${name}`);
    if (given) values.set(given, offset);
    else values.fill(name === 'runningVariance' || name === 'gain' ? 1 : 0, offset, offset + length);
  }
  network.writeParameters(values);
}

/** Each step is an epoch of its own: a trace names its rows, and its batches need not be of one size. */
function trainTrace(network: Network, trace: Trace): Float64Array {
  const losses = new Float64Array(trace.steps.length).fill(Number.NaN);
  for (const [t, step] of trace.steps.entries()) {
    const epoch: EpochPlan = {
      samples: trace.samples,
      order: Uint32Array.from(step.rows),
      batchSize: step.rows.length,
      learningRates: Float64Array.of(step.learningRate),
      momenta: Float64Array.of(trace.momentum),
      noise: {kind: 'given', values: [step.noise]},
    };
    const loss = new Float64Array(1);
    network.trainSteps(epoch, 0, 1, loss);
    losses[t] = loss[0]!;
  }
  return losses;
}

function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = tiny;
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(actual[i]! - expected[i]!);
    if (!Number.isFinite(apart)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, apart);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return difference / scale;
}

/**
 * A trace from its JSON text.
 * @throws TypeError or RangeError that names what is missing or does not fit
 */
export function parseTrace(text: string): Trace {
  const trace = object(parseJson(text), 'trace');
  const network = object(trace.network, 'network');
  const inputs = count(network.inputs, 'network.inputs');
  const loss = oneOf(trace.loss, losses, 'loss');
  const layers = parseLayers(network.layers, inputs, loss);
  const {optimizer, momentum} = parseOptimizer(trace.optimizer);
  const targets = numbers(trace.y, 'y');
  const rowCount = targets.length;
  const steps = list(trace.steps, 'steps').map((step, t) => parseStep(step, `steps[${t}]`, layers, rowCount));
  if (steps.length === 0) throw new RangeError('steps must be a list of at least one step, got none');
  const plan: NetworkPlan = {
    inputs,
    layers,
    loss,
    optimizer,
    clipNorm: optionalNumber(trace.clipNorm, 'clipNorm', null),
    batchSize: Math.max(...steps.map(step => step.rows.length)),
  };
  return {
    name: string(trace.name, 'name'),
    plan,
    samples: {
      inputs: Float32Array.from(elements(trace.x, rowCount * inputs, 'x')),
      targets: Float32Array.from(targets),
      weights: null,
    },
    initial: parseTensors(trace.initial, 'initial', layers, false),
    steps,
    momentum,
    final: parseTensors(trace.final, 'final', layers, true),
    evaluation: elements(trace.evaluation, rowCount * outputWidth(plan), 'evaluation'),
  };
}

const losses: readonly Loss[] = [
  'binaryCrossEntropy',
  'crossEntropy',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
];

const activations = [
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
  'softmax',
] as const;

/** Layers are named for their place among their kind: hidden1, hidden2, … output; dropout1, batchNorm1, … */
function parseLayers(value: unknown, inputs: number, loss: Loss): LayerPlan[] {
  const given = list(value, 'network.layers');
  const counts = new Map<string, number>();
  let width = inputs;
  const layers = given.map((entry, index) => {
    const at = `network.layers[${index}]`;
    const spec = object(entry, at);
    const type = string(spec.type, `${at}.type`);
    const isWeighted = type === 'dense' || type === 'dropConnect';
    const kind = isWeighted ? 'hidden' : type;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const name = isWeighted && index === given.length - 1 ? 'output' : `${kind}${counts.get(kind)}`;
    const layer = parseLayer(spec, type, name, width, at);
    width = layerWidth(layer);
    return layer;
  });
  const output = layers.at(-1);
  if (output?.type !== 'dense') throw new RangeError('network.layers must be a list that ends with a dense layer');
  const activation = loss === 'binaryCrossEntropy' ? 'sigmoid' : loss === 'crossEntropy' ? 'softmax' : 'linear';
  if (output.activation !== activation) {
    throw new RangeError(`the output activation of ${loss} must be ${activation}, got ${output.activation}`);
  }
  return layers;
}

function parseLayer(spec: JsonObject, type: string, name: string, inputs: number, at: string): LayerPlan {
  switch (type) {
    case 'dense':
    case 'dropConnect': {
      const weighted = {
        name,
        inputs,
        units: count(spec.units, `${at}.units`),
        activation: oneOf(spec.activation, activations, `${at}.activation`),
        maxNorm: optionalNumber(spec.maxNorm, `${at}.maxNorm`, null),
        l1: optionalNumber(spec.l1, `${at}.l1`, 0),
        l2: optionalNumber(spec.l2, `${at}.l2`, 0),
        init: 'zeros',
      } as const;
      return type === 'dense' ? {type, ...weighted} : {type, ...weighted, rate: number(spec.rate, `${at}.rate`)};
    }
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      return {type, name, inputs, rate: number(spec.rate, `${at}.rate`)};
    case 'batchNorm': {
      const momentum = number(spec.momentum, `${at}.momentum`);
      return {type, name, inputs, momentum, epsilon: number(spec.epsilon, `${at}.epsilon`)};
    }
    case 'layerNorm':
      return {type, name, inputs, epsilon: number(spec.epsilon, `${at}.epsilon`)};
    case 'activation': {
      const activation = oneOf(spec.activation, activations, `${at}.activation`);
      if (activation === 'softmax') throw new RangeError(`${at}.activation must be elementwise, got softmax`);
      return {type, name, inputs, activation};
    }
    default:
      throw new RangeError(`${at}.type must be a layer type, got ${type}`);
  }
}

/** What a trace leaves out has PyTorch's default. */
function parseOptimizer(value: unknown): {optimizer: OptimizerPlan; momentum: number} {
  const spec = object(value, 'optimizer');
  const type = oneOf(spec.type, ['sgd', 'adam', 'adamW', 'rmsProp', 'adagrad'] as const, 'optimizer.type');
  const option = (name: string, otherwise: number) => optionalNumber(spec[name], `optimizer.${name}`, otherwise);
  const momentum = option('momentum', 0);
  const weightDecay = option('weightDecay', 0);
  switch (type) {
    case 'sgd':
      return {optimizer: {type, nesterov: spec.nesterov === true, weightDecay}, momentum};
    case 'adam':
    case 'adamW': {
      const moments = {beta1: option('beta1', 0.9), beta2: option('beta2', 0.999), epsilon: option('epsilon', 1e-8)};
      return {optimizer: {type, ...moments, weightDecay}, momentum};
    }
    case 'rmsProp':
      return {
        optimizer: {type, decay: option('decay', 0.99), epsilon: option('epsilon', 1e-8), weightDecay},
        momentum,
      };
    case 'adagrad':
      return {optimizer: {type, epsilon: option('epsilon', 1e-10), weightDecay}, momentum};
  }
}

function parseStep(value: unknown, at: string, layers: readonly LayerPlan[], rowCount: number): TraceStep {
  const step = object(value, at);
  const rows = numbers(step.rows, `${at}.rows`);
  if (rows.length === 0) throw new RangeError(`${at}.rows must be a list of at least one row, got none`);
  for (const row of rows) {
    if (!Number.isInteger(row) || row < 0 || row >= rowCount) {
      throw new RangeError(`${at}.rows must be row numbers below ${rowCount}, got ${row}`);
    }
  }
  const noisy = layers.filter(layer => 'rate' in layer);
  const given = list(step.noise, `${at}.noise`);
  if (given.length !== noisy.length) {
    throw new RangeError(`${at}.noise must be a list of ${noisy.length} arrays, got ${given.length}`);
  }
  const noise = noisy.map((layer, i) => {
    const width = layer.type === 'dropConnect' ? layer.units * layer.inputs : layer.inputs;
    return elements(given[i], rows.length * width, `${at}.noise[${i}]`);
  });
  const learningRate = number(step.learningRate, `${at}.learningRate`);
  return {rows, noise, learningRate, loss: number(step.loss, `${at}.loss`)};
}

/** One entry for each layer that has parameters, in layer order. */
function parseTensors(
  value: unknown,
  at: string,
  layers: readonly LayerPlan[],
  isTrained: boolean,
): Map<string, readonly number[]> {
  const entries = list(value, at);
  const withTensors = layers.filter(layer => tensorLengths(layer, isTrained).length > 0);
  if (entries.length !== withTensors.length) {
    throw new RangeError(`${at} must be a list of ${withTensors.length} layers, got ${entries.length}`);
  }
  const tensors = new Map<string, readonly number[]>();
  for (const [i, layer] of withTensors.entries()) {
    const entry = object(entries[i], `${at}[${i}]`);
    for (const [tensor, length] of tensorLengths(layer, isTrained)) {
      tensors.set(`${layer.name}.${tensor}`, elements(entry[tensor], length, `${at}[${i}].${tensor}`));
    }
  }
  return tensors;
}

/** Running statistics are in the trained network only: they start at 0 and 1. */
function tensorLengths(layer: LayerPlan, isTrained: boolean): Array<[tensor: string, length: number]> {
  switch (layer.type) {
    case 'dense':
    case 'dropConnect':
      return [
        ['weight', layer.units * layer.inputs],
        ['bias', layer.units],
      ];
    case 'batchNorm':
    case 'layerNorm': {
      const names = ['gain', 'shift'];
      if (layer.type === 'batchNorm' && isTrained) names.push('runningMean', 'runningVariance');
      return names.map(name => [name, layer.inputs]);
    }
    default:
      return [];
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError('trace must be JSON', {cause: error});
  }
}

function object(value: unknown, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongKind(at, 'an object', value);
  return value as JsonObject;
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongKind(at, 'a list', value);
  return value;
}

function numbers(value: unknown, at: string): number[] {
  return list(value, at).map((element, i) => number(element, `${at}[${i}]`));
}

/** All numbers of a nested list, row by row. */
function elements(value: unknown, length: number, at: string): number[] {
  const flat = list(value, at).flat(Number.POSITIVE_INFINITY);
  if (flat.length !== length) throw new RangeError(`${at} must be a list of ${length} numbers, got ${flat.length}`);
  return numbers(flat, at);
}

function number(value: unknown, at: string): number {
  if (typeof value !== 'number') throw wrongKind(at, 'a number', value);
  return value;
}

function count(value: unknown, at: string): number {
  const given = number(value, at);
  if (!Number.isInteger(given) || given < 1) throw new RangeError(`${at} must be a positive integer, got ${given}`);
  return given;
}

function optionalNumber<T>(value: unknown, at: string, otherwise: T): number | T {
  return value === undefined || value === null ? otherwise : number(value, at);
}

function string(value: unknown, at: string): string {
  if (typeof value !== 'string') throw wrongKind(at, 'a string', value);
  return value;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], at: string): T {
  const given = string(value, at);
  const found = allowed.find(name => name === given);
  if (found === undefined) throw new RangeError(`${at} must be one of ${allowed.join(', ')}, got ${given}`);
  return found;
}

function wrongKind(at: string, expected: string, value: unknown): TypeError {
  const got =
    value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new TypeError(`${at} must be ${expected}, got ${got}`);
}
