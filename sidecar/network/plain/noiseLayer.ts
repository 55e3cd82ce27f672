import {normalQuantile} from '../../kernels/elementary.ts';
import {dropThreshold, maskWord, type RandomKey} from '../../kernels/random.ts';
import type {NoisePlan} from '../plan.ts';
import type {LayerNoise, PlainLayer} from './layer.ts';

/**
 * Dropout and its relatives in training; the identity in evaluation. All of them are factor · x + offset, elementwise,
 * where factor and offset depend on the mask:
 *
 * - dropout: kept x / (1 − rate), dropped 0 (Srivastava et al. 2014, §10);
 * - gaussianDropout: x · N(1, rate / (1 − rate)) (the same, §10);
 * - alphaDropout: A · x + B, dropped A · α′ + B, which keeps mean and variance (Klambauer et al. 2017, §2).
 */
export function noiseLayer(plan: NoisePlan, batchSize: number): PlainLayer {
  const {type, inputs, mask} = plan;
  const factors = new Float32Array(batchSize * inputs);
  const output = new Float32Array(batchSize * inputs);
  let constants = noiseConstants(type, 0);
  let isSilent = true;

  const noise: LayerNoise = {
    draw(key, rate, rows) {
      isSilent = false;
      constants = noiseConstants(type, rate);
      const drawn = mask === 'batch' ? inputs : rows * inputs;
      if (type === 'gaussianDropout') drawGaussian(key, rate, drawn, factors);
      else drawMask(key, rate, drawn, constants.kept, factors);
      if (mask === 'batch') repeatFirstRow(factors, inputs, rows);
    },
    clear() {
      isSilent = true;
    },
    take(values, rate, rows) {
      isSilent = false;
      constants = noiseConstants(type, rate);
      const scale = type === 'gaussianDropout' ? 1 : constants.kept;
      for (let i = 0; i < rows * inputs; i++) factors[i] = values[i]! * scale;
    },
  };

  return {
    output,
    noise,
    train(input, rows) {
      if (isSilent) return output.set(input.subarray(0, rows * inputs));
      multiplyElements(input, factors, rows * inputs, output);
      if (type === 'alphaDropout') addOffsets(factors, constants.offset, constants.dropped, rows * inputs, output);
    },
    evaluate(input, rows) {
      output.set(input.subarray(0, rows * inputs));
    },
    backward(dOutput, rows, dInput) {
      if (!dInput) return;
      if (isSilent) dInput.set(dOutput.subarray(0, rows * inputs));
      else multiplyElements(dOutput, factors, rows * inputs, dInput);
    },
  };
}

/** Every row of values [rows × width] becomes the first. */
export function repeatFirstRow(values: Float32Array, width: number, rows: number): void {
  for (let row = 1; row < rows; row++) values.copyWithin(row * width, 0, width);
}

/** What the elements of a layer are multiplied by and what is added to them, at one rate. */
export interface NoiseConstants {
  /** The factor of an element that is kept, rounded to float32; gaussianDropout draws its own. */
  readonly kept: number;
  /** alphaDropout adds these to elements that are kept and that are dropped. */
  readonly offset: number;
  readonly dropped: number;
}

export function noiseConstants(type: NoisePlan['type'], rate: number): NoiseConstants {
  if (type !== 'alphaDropout') return {kept: Math.fround(1 / (1 - rate)), offset: 0, dropped: 0};
  // A dropped unit takes SELU's negative saturation α′; A and B then restore mean 0 and variance 1.
  const saturation = -1.7580993408473766;
  const factor = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation * saturation));
  const offset = -factor * saturation * rate;
  return {
    kept: Math.fround(factor),
    offset: Math.fround(offset),
    dropped: Math.fround(factor * saturation + offset),
  };
}

/** out[i] = x[i] · factors[i] */
export function multiplyElements(x: Float32Array, factors: Float32Array, length: number, out: Float32Array): void {
  for (let i = 0; i < length; i++) out[i] = x[i]! * factors[i]!;
}

/** out[i] += kept, or dropped where the factor is 0. */
function addOffsets(factors: Float32Array, kept: number, dropped: number, length: number, out: Float32Array): void {
  for (let i = 0; i < length; i++) out[i] = out[i]! + (factors[i]! === 0 ? dropped : kept);
}

/**
 * factors[i] = 0 where element i is dropped, else `kept`. V8 copies `maskWord` into the loop: written out by hand it
 * took the same 3.5 ns an element.
 */
export function drawMask(key: RandomKey, rate: number, length: number, kept: number, factors: Float32Array): void {
  const threshold = dropThreshold(rate);
  for (let i = 0; i < length; i++) factors[i] = maskWord(key, i) < threshold ? 0 : kept;
}

/** factors[i] = 1 + √(rate / (1 − rate)) · Φ⁻¹(u), u the middle of the interval that the mask word stands for. */
function drawGaussian(key: RandomKey, rate: number, length: number, factors: Float32Array): void {
  const deviation = Math.sqrt(rate / (1 - rate));
  for (let i = 0; i < length; i++) {
    factors[i] = 1 + deviation * normalQuantile((maskWord(key, i) + 0.5) / 2 ** 32);
  }
}
