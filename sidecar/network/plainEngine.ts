import {assertPlan} from './assertPlan.ts';
import {concretePenalties} from './concretePenalties.ts';
import type {Engine, EpochPlan, Network, Noise, Samples, SeeLayer, Tensor, TensorName} from './engine.ts';
import {activationLayer} from './plain/activationLayer.ts';
import {concreteDropoutLayer} from './plain/concreteDropoutLayer.ts';
import {addPenalties, boundNorms, clipGradients, isFiniteEverywhere} from './plain/constraints.ts';
import {denseLayer} from './plain/denseLayer.ts';
import {dropConnectLayer} from './plain/dropConnectLayer.ts';
import type {Parameter, ParameterOf, PlainLayer} from './plain/layer.ts';
import {lossAndGradient, writeAnswers} from './plain/losses.ts';
import {noiseLayer} from './plain/noiseLayer.ts';
import {batchNormLayer, layerNormLayer} from './plain/normalizationLayers.ts';
import {createOptimizer, type Range} from './plain/optimizers.ts';
import {
  type Activation,
  type ConcreteDropoutPlan,
  type DensePlan,
  type DropConnectPlan,
  type LayerPlan,
  layerWidth,
  type NetworkPlan,
  outputWidth,
} from './plan.ts';
import {noisyLayers, setNoise, stepTime} from './setNoise.ts';
import {tensorLayout} from './tensors.ts';

/**
 * The float32 engine in plain typed arrays: it runs wherever JavaScript does, and its bits are the same on every
 * machine. Every number is rounded to float32 after each operation, sums run in a fixed order, and exp and its kin are
 * our own; statistics that are a few numbers for each batch (losses, norms, means) are summed in float64.
 *
 * What makes it fast is that zeros are skipped (see `sumRows`): dropped units, inactive relus, empty inputs. A network
 * with a parameter that is not finite has NaN as its loss and as its answers, so that skipping hides nothing.
 */
export const plainEngine: Engine = {
  name: 'plain',
  precision: 'float32',
  numerics: 'reproducible',
  createNetwork,
};

function createNetwork(plan: NetworkPlan): Network {
  assertPlan(plan);
  const tensors = tensorLayout(plan);
  const parameterCount = tensors.reduce((sum, tensor) => sum + tensor.length, 0);
  const {batchSize} = plan;
  const outputs = outputWidth(plan);
  const parameters = new Float32Array(parameterCount);
  const gradients = new Float32Array(parameterCount);
  const trainable = trainableRanges(tensors);
  const parameterOf = (layer: number, name: TensorName) => parameterAt(tensors, layer, name, parameters, gradients);
  const layers = plan.layers.map((layer, index) => {
    const isOutput = index === plan.layers.length - 1;
    return layer.type === 'concreteDropout'
      ? concreteLayer(layer, index)
      : createLayer(layer, isOutput, name => parameterOf(index, name), batchSize);
  });
  const noisy = noisyLayers(plan, layers);
  const weighted = plan.layers.flatMap((layer, index) =>
    'units' in layer ? [{plan: layer, weight: parameterOf(index, 'weight'), before: layers[index - 1]}] : [],
  );
  const optimizer = createOptimizer(plan.optimizer, parameterCount, trainable);
  // Below the first layer with parameters nothing needs a gradient.
  const firstTrained = tensors[0]!.layer;
  const dOutputs = plan.layers.map(layer => new Float32Array(batchSize * layerWidth(layer)));
  const logits = layers.at(-1)!.output;
  const dLogits = dOutputs.at(-1)!;
  const batch = {
    inputs: new Float32Array(batchSize * plan.inputs),
    targets: new Float32Array(batchSize),
    weights: new Float32Array(batchSize).fill(1),
  };
  let hasFiniteParameters = true;

  /** The only layer that sees the weights of another one. */
  function concreteLayer(layer: ConcreteDropoutPlan, index: number): PlainLayer {
    const behind = {weight: parameterOf(index + 1, 'weight').value, inputs: layer.inputs};
    return concreteDropoutLayer(layer, concretePenalties(layer, plan), parameterOf(index, 'logit'), behind, batchSize);
  }

  function trainSteps(epoch: EpochPlan, from: number, to: number, losses: Float64Array): number {
    if (epoch.batchSize > batchSize) {
      throw new RangeError(`batchSize must be at most ${batchSize}, got ${epoch.batchSize}`);
    }
    for (let step = from; step < to; step++) {
      const start = step * epoch.batchSize;
      const rows = Math.min(epoch.batchSize, epoch.order.length - start);
      gatherInputs(epoch.samples.inputs, epoch.order, start, rows, plan.inputs, batch.inputs);
      gatherAnswers(epoch.samples, epoch.order, start, rows, batch);
      setNoise(noisy, epoch.noise, step, rows, stepTime(epoch, step));
      const loss = hasFiniteParameters ? trainingLoss(rows) : Number.NaN;
      losses[step] = loss;
      if (!Number.isFinite(loss)) return step - from;
      backward(rows);
      update(epoch.learningRates[step]!, epoch.momenta[step]!);
    }
    return to - from;
  }

  /** The forward pass; leaves the gradient of the logits in `dLogits`. */
  function trainingLoss(rows: number): number {
    let x: Float32Array = batch.inputs;
    for (const layer of layers) {
      layer.train(x, rows);
      x = layer.output;
    }
    return lossAndGradient(plan.loss, logits, batch, rows, outputs, dLogits);
  }

  function backward(rows: number): void {
    for (let index = layers.length - 1; index >= firstTrained; index--) {
      layers[index]!.backward(dOutputs[index]!, rows, index > firstTrained ? dOutputs[index - 1]! : null);
    }
  }

  function update(learningRate: number, momentum: number): void {
    for (const {plan: layer, weight, before} of weighted) {
      addPenalties(weight, layer.l1, layer.l2 + (before?.penaltyBehind?.() ?? 0));
    }
    if (plan.clipNorm !== null) clipGradients(gradients, tensors, plan.clipNorm);
    optimizer.update(parameters, gradients, learningRate, momentum);
    for (const layer of weighted) {
      if (layer.plan.maxNorm !== null) boundNorms(layer.weight.value, layer.plan.inputs, layer.plan.maxNorm);
    }
    parametersChanged();
  }

  function parametersChanged(): void {
    for (const layer of layers) layer.refresh?.();
    hasFiniteParameters = isFiniteEverywhere(parameters);
  }

  /** @param noise null: no dropout */
  function answer(
    inputs: Float32Array,
    rows: Uint32Array,
    out: Float64Array,
    noise: Noise | null,
    seeLayer?: SeeLayer,
  ): void {
    if (!hasFiniteParameters) {
      out.fill(Number.NaN, 0, rows.length * outputs);
      return;
    }
    for (let start = 0; start < rows.length; start += batchSize) {
      const count = Math.min(batchSize, rows.length - start);
      gatherInputs(inputs, rows, start, count, plan.inputs, batch.inputs);
      if (noise) setNoise(noisy, noise, start / batchSize, count, null);
      let x: Float32Array = batch.inputs;
      for (let index = 0; index < layers.length; index++) {
        const layer = layers[index]!;
        if (noise && layer.noise) layer.train(x, count);
        else layer.evaluate(x, count);
        x = layer.output;
        seeLayer?.(index, x.subarray(0, count * layerWidth(plan.layers[index]!)));
      }
      writeAnswers(plan.loss, logits, count, outputs, out, start * outputs);
    }
  }

  return {
    plan,
    tensors,
    parameterCount,
    readParameters: out => out.set(parameters),
    writeParameters(values) {
      if (values.length !== parameterCount) {
        throw new RangeError(`values must be ${parameterCount} numbers, got ${values.length}`);
      }
      parameters.set(values);
      parametersChanged();
    },
    readOptimizerState: optimizer.read,
    writeOptimizerState: optimizer.write,
    trainSteps,
    predict: (inputs, rows, out, seeLayer) => answer(inputs, rows, out, null, seeLayer),
    sample: (inputs, rows, noise, out) => answer(inputs, rows, out, noise),
    // Typed arrays go when the network does: there is nothing outside the collector's sight.
    dispose() {},
  };
}

function createLayer(
  plan: Exclude<LayerPlan, ConcreteDropoutPlan>,
  isOutput: boolean,
  parameterOf: ParameterOf,
  batchSize: number,
): PlainLayer {
  switch (plan.type) {
    case 'dense':
      return denseLayer(plan, weightedActivation(plan, isOutput), parameterOf, batchSize);
    case 'dropConnect':
      return dropConnectLayer(plan, weightedActivation(plan, isOutput), parameterOf, batchSize);
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      return noiseLayer(plan, batchSize);
    case 'batchNorm':
      return batchNormLayer(plan, parameterOf, batchSize);
    case 'layerNorm':
      return layerNormLayer(plan, parameterOf, batchSize);
    case 'activation':
      return activationLayer(plan, batchSize);
  }
}

/** The sigmoid or softmax of the output layer is applied inside the loss. */
export function weightedActivation(plan: DensePlan | DropConnectPlan, isOutput: boolean): Activation {
  return isOutput || plan.activation === 'softmax' ? 'linear' : plan.activation;
}

function parameterAt(
  tensors: readonly Tensor[],
  layer: number,
  name: TensorName,
  parameters: Float32Array,
  gradients: Float32Array,
): Parameter {
  const tensor = tensors.find(candidate => candidate.layer === layer && candidate.name === name);
  if (!tensor) throw new RangeError(`layer ${layer} must have a tensor ${name}`);
  const end = tensor.offset + tensor.length;
  return {value: parameters.subarray(tensor.offset, end), gradient: gradients.subarray(tensor.offset, end)};
}

/** Neighbouring trainable tensors make one range: the optimizer's loop is long even where tensors are short. */
function trainableRanges(tensors: readonly Tensor[]): Range[] {
  const ranges: Range[] = [];
  for (const {trainable, offset, length} of tensors) {
    if (!trainable) continue;
    const last = ranges.at(-1);
    if (last?.end === offset) ranges[ranges.length - 1] = {start: last.start, end: offset + length};
    else ranges.push({start: offset, end: offset + length});
  }
  return ranges;
}

function gatherInputs(
  inputs: Float32Array,
  order: Uint32Array,
  start: number,
  rows: number,
  width: number,
  out: Float32Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = order[start + row]! * width;
    const to = row * width;
    for (let j = 0; j < width; j++) out[to + j] = inputs[from + j]!;
  }
}

function gatherAnswers(
  {targets, weights}: Samples,
  order: Uint32Array,
  start: number,
  rows: number,
  out: {readonly targets: Float32Array; readonly weights: Float32Array},
): void {
  for (let row = 0; row < rows; row++) {
    const from = order[start + row]!;
    out.targets[row] = targets[from]!;
    out.weights[row] = weights ? weights[from]! : 1;
  }
}
