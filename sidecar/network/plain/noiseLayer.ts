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
  const {type, inputs, rate} = plan;
  const factors = new Float32Array(batchSize * inputs);
  const output = new Float32Array(batchSize * inputs);
  const alpha = alphaConstants(rate);
  const keptFactor = Math.fround(type === 'alphaDropout' ? alpha.factor : 1 / (1 - rate));

  const noise: LayerNoise = {
    draw(key, rows) {
      if (type === 'gaussianDropout') drawGaussian(key, rate, rows * inputs, factors);
      else drawMask(key, rate, rows * inputs, keptFactor, factors);
    },
    take(values, rows) {
      const scale = type === 'gaussianDropout' ? 1 : keptFactor;
      for (let i = 0; i < rows * inputs; i++) factors[i] = values[i]! * scale;
    },
  };

  return {
    output,
    noise,
    train(input, rows) {
      multiplyElements(input, factors, rows * inputs, output);
      if (type === 'alphaDropout') addOffsets(factors, alpha.offset, alpha.dropped, rows * inputs, output);
    },
    evaluate(input, rows) {
      output.set(input.subarray(0, rows * inputs));
    },
    backward(dOutput, rows, dInput) {
      if (dInput) multiplyElements(dOutput, factors, rows * inputs, dInput);
    },
  };
}

/** out[i] = x[i] · factors[i] */
function multiplyElements(x: Float32Array, factors: Float32Array, length: number, out: Float32Array): void {
  for (let i = 0; i < length; i++) out[i] = x[i]! * factors[i]!;
}

/** out[i] += kept, or dropped where the factor is 0. */
function addOffsets(factors: Float32Array, kept: number, dropped: number, length: number, out: Float32Array): void {
  for (let i = 0; i < length; i++) out[i] = out[i]! + (factors[i]! === 0 ? dropped : kept);
}

/** A dropped unit takes SELU's negative saturation α′; A and B then restore mean 0 and variance 1. */
export function alphaConstants(rate: number): {factor: number; offset: number; dropped: number} {
  const saturation = -1.7580993408473766;
  const factor = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation * saturation));
  const offset = -factor * saturation * rate;
  return {factor, offset: Math.fround(offset), dropped: Math.fround(factor * saturation + offset)};
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
