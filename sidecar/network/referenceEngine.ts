import {sigmoid} from '../kernels/elementary.ts';
import {assertPlan} from './assertPlan.ts';
import {concretePenalties, logitPenaltyGradient} from './concretePenalties.ts';
import type {Engine, EpochPlan, Network, Noise, Samples, SeeLayer, Tensor, TensorName} from './engine.ts';
import {isNoisy, layerAt, layerNoise, noiseKey, noiseWidth} from './masks.ts';
import {layerWidth, type NetworkPlan, outputWidth} from './plan.ts';
import {clipGradients} from './reference/clipNorm.ts';
import {createLayer, type ReferenceLayer} from './reference/layer.ts';
import {lossForwardBackward, writeAnswers} from './reference/losses.ts';
import {boundNorms} from './reference/maxNorm.ts';
import {createOptimizer} from './reference/optimizers.ts';
import {penaltyBackward} from './reference/penalties.ts';
import {stepTime} from './setNoise.ts';
import {tensorLayout} from './tensors.ts';

/**
 * The definition of training: float64, plain loops, one file for each formula with its source. It is there to be read
 * and to check the fast engines by; its bits are the same on every machine.
 */
export const referenceEngine: Engine = {
  name: 'reference',
  precision: 'float64',
  numerics: 'reproducible',
  createNetwork,
};

function createNetwork(plan: NetworkPlan): Network {
  assertPlan(plan);
  const tensors = tensorLayout(plan);
  const parameterCount = tensors.reduce((sum, {length}) => sum + length, 0);
  const parameters = new Float64Array(parameterCount);
  const gradients = new Float64Array(parameterCount);
  const optimizer = createOptimizer(plan.optimizer, tensors, parameters, gradients);
  const tensorAt = (index: number, name: TensorName) => tensorViews(tensors, index, name, parameters, gradients);
  const layers = plan.layers.map((layer, index) => {
    const isOutput = index === plan.layers.length - 1;
    return createLayer(layer, isOutput, name => tensorAt(index, name), plan.batchSize);
  });
  const weighted = plan.layers.flatMap((layer, index) => {
    if (!('units' in layer)) return [];
    const {value, gradient} = tensorAt(index, 'weight');
    return [{layer, weight: value, dWeight: gradient}];
  });
  const concrete = plan.layers.flatMap((layer, index) =>
    layer.type === 'concreteDropout'
      ? [
          {
            penalties: concretePenalties(layer, plan),
            logit: tensorAt(index, 'logit'),
            weight: tensorAt(index + 1, 'weight'),
          },
        ]
      : [],
  );
  const batch = createBatch(plan);
  const outputs = outputWidth(plan);
  // inputsOf[l] is what layer l was given in the last pass, dInputsOf[l] the gradient of the loss by that.
  const inputsOf: Float64Array[] = layers.map(() => batch.inputs);
  const dInputsOf = layers.map(layer => new Float64Array(plan.batchSize * layer.plan.inputs));
  const dLogits = new Float64Array(plan.batchSize * outputs);
  // Below the first layer with parameters nothing needs a gradient.
  const firstTrained = tensors[0]!.layer;

  function trainSteps(epoch: EpochPlan, from: number, to: number, losses: Float64Array): number {
    if (epoch.batchSize > plan.batchSize) {
      throw new RangeError(`batchSize must be at most ${plan.batchSize}, got ${epoch.batchSize}`);
    }
    for (let step = from; step < to; step++) {
      const start = step * epoch.batchSize;
      const rows = Math.min(epoch.batchSize, epoch.order.length - start);
      readRows(epoch.samples.inputs, epoch.order, start, rows, plan.inputs, batch.inputs);
      readAnswers(epoch.samples, epoch.order, start, rows, batch);
      fillNoise(layers, epoch.noise, step, rows, stepTime(epoch, step));
      losses[step] = forward(rows);
      if (!Number.isFinite(losses[step]!)) return step - from;
      backward(rows);
      update(epoch.learningRates[step]!, epoch.momenta[step]!);
    }
    return to - from;
  }

  function forward(rows: number): number {
    let x: Float64Array = batch.inputs;
    for (const [l, layer] of layers.entries()) {
      inputsOf[l] = x;
      x = layer.train(x, rows);
    }
    return lossForwardBackward(plan.loss, x, batch.targets, batch.weights, rows, outputs, dLogits);
  }

  function backward(rows: number): void {
    let dOut: Float64Array = dLogits;
    for (let l = layers.length - 1; l >= firstTrained; l--) {
      layers[l]!.backward(inputsOf[l]!, dOut, rows, l > firstTrained ? dInputsOf[l]! : null);
      dOut = dInputsOf[l]!;
    }
  }

  /** The penalties of concrete dropout: on the weights behind it, and on the logit of its rate. */
  function addConcretePenalties(): void {
    for (const {penalties, logit, weight} of concrete) {
      const rate = sigmoid(logit.value[0]!);
      const squares = weight.value.reduce((sum, value) => sum + value * value, 0);
      logit.gradient[0]! += logitPenaltyGradient(penalties, logit.value[0]!, rate, squares);
      penaltyBackward(weight.value, 0, penalties.weights / (1 - rate), weight.gradient);
    }
  }

  /** Penalties, then the bound of the gradients, then the optimizer, then the bound of the weights. */
  function update(learningRate: number, momentum: number): void {
    for (const {layer, weight, dWeight} of weighted) penaltyBackward(weight, layer.l1, layer.l2, dWeight);
    addConcretePenalties();
    if (plan.clipNorm !== null) clipGradients(gradients, tensors, plan.clipNorm);
    optimizer.step(learningRate, momentum);
    for (const {layer, weight} of weighted) {
      if (layer.maxNorm !== null) boundNorms(weight, layer.inputs, layer.maxNorm);
    }
  }

  /** @param noise null: no dropout */
  function answer(
    inputs: Float32Array,
    rows: Uint32Array,
    out: Float64Array,
    noise: Noise | null,
    seeLayer?: SeeLayer,
  ): void {
    for (let start = 0; start < rows.length; start += plan.batchSize) {
      const count = Math.min(plan.batchSize, rows.length - start);
      readRows(inputs, rows, start, count, plan.inputs, batch.inputs);
      if (noise) fillNoise(layers, noise, start / plan.batchSize, count, null);
      let x: Float64Array = batch.inputs;
      for (const [l, layer] of layers.entries()) {
        x = noise && isNoisy(layer.plan) ? layer.train(x, count) : layer.evaluate(x, count);
        seeLayer?.(l, x.subarray(0, count * layerWidth(layer.plan)));
      }
      writeAnswers(plan.loss, x, count, outputs, out, start * outputs);
    }
  }

  return {
    plan,
    tensors,
    parameterCount,
    readParameters: out => out.set(parameters),
    writeParameters: values => replace('values', parameters, values),
    readOptimizerState: () => optimizer.state.slice(),
    writeOptimizerState: state => replace('state', optimizer.state, state),
    trainSteps,
    predict: (inputs, rows, out, seeLayer) => answer(inputs, rows, out, null, seeLayer),
    sample: (inputs, rows, noise, out) => answer(inputs, rows, out, noise),
    // All memory is JavaScript's own.
    dispose() {},
  };
}

/** The rows of one batch, in float64. */
interface Batch {
  /** [batchSize × inputs]. */
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

function createBatch({batchSize, inputs}: NetworkPlan): Batch {
  return {
    inputs: new Float64Array(batchSize * inputs),
    targets: new Float64Array(batchSize),
    weights: new Float64Array(batchSize),
  };
}

/** A tensor's part of the parameters and of their gradients. */
function tensorViews(
  tensors: readonly Tensor[],
  layer: number,
  name: TensorName,
  parameters: Float64Array,
  gradients: Float64Array,
): {value: Float64Array; gradient: Float64Array} {
  const {offset, length} = tensors.find(tensor => tensor.layer === layer && tensor.name === name)!;
  return {
    value: parameters.subarray(offset, offset + length),
    gradient: gradients.subarray(offset, offset + length),
  };
}

/** Copies rows order[start … start + rows) of inputs [· × width] to out [rows × width]. */
function readRows(
  inputs: Float32Array,
  order: Uint32Array,
  start: number,
  rows: number,
  width: number,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = order[start + row]! * width;
    for (let j = 0; j < width; j++) out[row * width + j] = inputs[from + j]!;
  }
}

function readAnswers(samples: Samples, order: Uint32Array, start: number, rows: number, batch: Batch): void {
  for (let row = 0; row < rows; row++) {
    const from = order[start + row]!;
    batch.targets[row] = samples.targets[from]!;
    batch.weights[row] = samples.weights ? samples.weights[from]! : 1;
  }
}

/** Draws, or copies, the random factors of every noisy layer for one step. */
function fillNoise(
  layers: readonly ReferenceLayer[],
  source: Noise,
  step: number,
  rows: number,
  time: number | null,
): void {
  let ordinal = 0;
  for (let l = 0; l < layers.length; l++) {
    const {plan, noise} = layers[l]!;
    if (!isNoisy(plan)) continue;
    const current = time === null || plan.type === 'concreteDropout' ? plan : layerAt(plan, time);
    if (current.type !== 'concreteDropout') noise.rate = current.rate;
    if (source.kind === 'drawn') {
      layerNoise(current, noiseKey(source.key, step, l), rows, noise.values);
    } else {
      const given = source.values[step]![ordinal++]!;
      for (let i = 0; i < rows * noiseWidth(plan); i++) noise.values[i] = given[i]!;
    }
  }
}

function replace(name: string, target: Float64Array, values: ArrayLike<number>): void {
  if (values.length !== target.length) {
    throw new RangeError(`${name} must be ${target.length} numbers, got ${values.length}`);
  }
  target.set(values);
}
