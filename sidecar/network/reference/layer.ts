import type {TensorName} from '../engine.ts';
import {isNoisy, noiseWidth} from '../masks.ts';
import type {
  Activation,
  ActivationPlan,
  BatchNormPlan,
  ConcreteDropoutPlan,
  DensePlan,
  DropConnectPlan,
  LayerNormPlan,
  LayerPlan,
  NoisePlan,
} from '../plan.ts';
import {activationBackward, activationForward} from './activations.ts';
import {alphaDropoutBackward, alphaDropoutForward} from './alphaDropout.ts';
import {batchNormBackward, batchNormEvaluate, batchNormForward} from './batchNorm.ts';
import {concreteDropoutBackward, concreteDropoutForward} from './concreteDropout.ts';
import {denseBackward, denseForward} from './dense.ts';
import {dropConnectBackward, dropConnectForward} from './dropConnect.ts';
import {dropoutBackward, dropoutForward} from './dropout.ts';
import {gaussianDropoutBackward, gaussianDropoutForward} from './gaussianDropout.ts';
import {layerNormBackward, layerNormForward} from './layerNorm.ts';

/** A layer with its memory: the formulas are in the files beside this one, here they get their buffers. */
export interface ReferenceLayer {
  readonly plan: LayerPlan;
  /** To be filled before `train`. */
  readonly noise: DrawnNoise;
  /** The training pass on x [rows × inputs]. Returns [rows × width], valid until the next pass. */
  train(x: Float64Array, rows: number): Float64Array;
  /** The evaluation pass. May return x itself. */
  evaluate(x: Float64Array, rows: number): Float64Array;
  /**
   * After `train`, whose x must be unchanged: writes the parameters' gradients and dX [rows × inputs], null if it is not
   * needed. May overwrite dOut.
   */
  backward(x: Float64Array, dOut: Float64Array, rows: number, dX: Float64Array | null): void;
}

/** The noise of one step, and the rate at which it was drawn. */
export interface DrawnNoise {
  /** [batch × noiseWidth]; empty for a layer without noise. */
  readonly values: Float64Array;
  rate: number;
}

/** A tensor of the layer in the block of parameters, and its gradient. */
export type TensorOf = (name: TensorName) => {readonly value: Float64Array; readonly gradient: Float64Array};

/** @param batchSize rows of the largest batch */
export function createLayer(plan: LayerPlan, isOutput: boolean, tensorOf: TensorOf, batchSize: number): ReferenceLayer {
  const noise = {values: new Float64Array(isNoisy(plan) ? batchSize * noiseWidth(plan) : 0), rate: 0};
  return {plan, noise, ...createPasses(plan, isOutput, tensorOf, batchSize, noise)};
}

type Passes = Pick<ReferenceLayer, 'train' | 'evaluate' | 'backward'>;

function createPasses(
  plan: LayerPlan,
  isOutput: boolean,
  tensorOf: TensorOf,
  batchSize: number,
  noise: DrawnNoise,
): Passes {
  switch (plan.type) {
    case 'dense':
    case 'dropConnect':
      return weightedPasses(plan, isOutput, tensorOf, batchSize, noise);
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      return noisePasses(plan, batchSize, noise);
    case 'concreteDropout':
      return concretePasses(plan, tensorOf, batchSize, noise);
    case 'batchNorm':
      return batchNormPasses(plan, tensorOf, batchSize);
    case 'layerNorm':
      return layerNormPasses(plan, tensorOf, batchSize);
    case 'activation':
      return activationPasses(plan, batchSize);
  }
}

function weightedPasses(
  plan: DensePlan | DropConnectPlan,
  isOutput: boolean,
  tensorOf: TensorOf,
  batchSize: number,
  noise: DrawnNoise,
): Passes {
  const {value: weight, gradient: dWeight} = tensorOf('weight');
  const {value: bias, gradient: dBias} = tensorOf('bias');
  const z = new Float64Array(batchSize * plan.units);
  const out = new Float64Array(batchSize * plan.units);
  // Sigmoid and softmax of the output layer belong to the loss.
  const activation: Activation = isOutput || plan.activation === 'softmax' ? 'linear' : plan.activation;
  return {
    train(x, rows) {
      if (plan.type === 'dense') denseForward(plan, weight, bias, x, rows, z);
      else dropConnectForward(plan, weight, bias, noise.values, noise.rate, x, rows, z);
      activationForward(activation, z, rows * plan.units, out);
      return out;
    },
    evaluate(x, rows) {
      denseForward(plan, weight, bias, x, rows, z);
      activationForward(activation, z, rows * plan.units, out);
      return out;
    },
    backward(x, dOut, rows, dX) {
      activationBackward(activation, z, dOut, rows * plan.units, dOut);
      if (plan.type === 'dense') denseBackward(plan, weight, x, dOut, rows, dWeight, dBias, dX);
      else dropConnectBackward(plan, weight, noise.values, noise.rate, x, dOut, rows, dWeight, dBias, dX);
    },
  };
}

function noisePasses({type, inputs}: NoisePlan, batchSize: number, noise: DrawnNoise): Passes {
  const out = new Float64Array(batchSize * inputs);
  return {
    train(x, rows) {
      const {values, rate} = noise;
      if (type === 'dropout') dropoutForward(x, values, rate, rows * inputs, out);
      else if (type === 'alphaDropout') alphaDropoutForward(x, values, rate, rows * inputs, out);
      else gaussianDropoutForward(x, values, rows * inputs, out);
      return out;
    },
    evaluate: x => x,
    backward(_x, dOut, rows, dX) {
      if (!dX) return;
      const {values, rate} = noise;
      if (type === 'dropout') dropoutBackward(dOut, values, rate, rows * inputs, dX);
      else if (type === 'alphaDropout') alphaDropoutBackward(dOut, values, rate, rows * inputs, dX);
      else gaussianDropoutBackward(dOut, values, rows * inputs, dX);
    },
  };
}

function concretePasses(
  {inputs, temperature}: ConcreteDropoutPlan,
  tensorOf: TensorOf,
  batchSize: number,
  noise: DrawnNoise,
): Passes {
  const logit = tensorOf('logit');
  const z = new Float64Array(batchSize * inputs);
  const out = new Float64Array(batchSize * inputs);
  return {
    train(x, rows) {
      concreteDropoutForward(x, noise.values, logit.value[0]!, temperature, rows * inputs, z, out);
      return out;
    },
    evaluate: x => x,
    backward(_x, dOut, rows, dX) {
      logit.gradient[0] = concreteDropoutBackward(dOut, out, z, logit.value[0]!, temperature, rows * inputs, dX);
    },
  };
}

function batchNormPasses({inputs, momentum, epsilon}: BatchNormPlan, tensorOf: TensorOf, batchSize: number): Passes {
  const gain = tensorOf('gain');
  const shift = tensorOf('shift');
  const memory = {
    width: inputs,
    momentum,
    epsilon,
    gain: gain.value,
    shift: shift.value,
    runningMean: tensorOf('runningMean').value,
    runningVariance: tensorOf('runningVariance').value,
    normalized: new Float64Array(batchSize * inputs),
    inverseDeviation: new Float64Array(inputs),
  };
  const out = new Float64Array(batchSize * inputs);
  return {
    train(x, rows) {
      batchNormForward(memory, x, rows, out);
      return out;
    },
    evaluate(x, rows) {
      batchNormEvaluate(memory, x, rows, out);
      return out;
    },
    backward(_x, dOut, rows, dX) {
      batchNormBackward(memory, dOut, rows, gain.gradient, shift.gradient, dX);
    },
  };
}

function layerNormPasses({inputs, epsilon}: LayerNormPlan, tensorOf: TensorOf, batchSize: number): Passes {
  const gain = tensorOf('gain');
  const shift = tensorOf('shift');
  const memory = {
    width: inputs,
    epsilon,
    gain: gain.value,
    shift: shift.value,
    normalized: new Float64Array(batchSize * inputs),
    inverseDeviation: new Float64Array(batchSize),
  };
  const out = new Float64Array(batchSize * inputs);
  const forward = (x: Float64Array, rows: number) => {
    layerNormForward(memory, x, rows, out);
    return out;
  };
  return {
    train: forward,
    evaluate: forward,
    backward(_x, dOut, rows, dX) {
      layerNormBackward(memory, dOut, rows, gain.gradient, shift.gradient, dX);
    },
  };
}

function activationPasses({inputs, activation}: ActivationPlan, batchSize: number): Passes {
  const out = new Float64Array(batchSize * inputs);
  const forward = (x: Float64Array, rows: number) => {
    activationForward(activation, x, rows * inputs, out);
    return out;
  };
  return {
    train: forward,
    evaluate: forward,
    backward(x, dOut, rows, dX) {
      if (dX) activationBackward(activation, x, dOut, rows * inputs, dX);
    },
  };
}
