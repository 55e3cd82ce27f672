import {dropThreshold, type RandomKey} from '../../kernels/random.ts';
import type {Kernels} from '../../kernels/wasmKernels.ts';
import {alphaConstants} from '../plain/noiseLayer.ts';
import type {NoisePlan} from '../plan.ts';
import {copyFloats} from './activationLayer.ts';
import {type LayerSite, reserveOutput, type WasmLayer} from './wasmLayer.ts';

/** Dropout and its relatives, as in the plain engine: factor · x + offset, elementwise. */
export function noiseLayer({type, inputs, rate}: NoisePlan, site: LayerSite): WasmLayer {
  const {kernels, memory, batchSize} = site;
  const factors = memory.reserveFloats(batchSize * inputs);
  const output = reserveOutput(site, inputs);
  const alpha = alphaConstants(rate);
  const keptFactor = Math.fround(type === 'alphaDropout' ? alpha.factor : 1 / (1 - rate));
  const deviation = Math.sqrt(rate / (1 - rate));

  return {
    output,
    noise: {
      draw(key, rows) {
        const count = rows * inputs;
        if (type === 'gaussianDropout') kernels.drawGaussian(key.low, key.high, deviation, count, factors);
        else drawMask(kernels, key, rate, keptFactor, count, factors);
      },
      take(values, rows) {
        const scale = type === 'gaussianDropout' ? 1 : keptFactor;
        for (let i = 0; i < rows * inputs; i++) memory.float32[factors / 4 + i] = values[i]! * scale;
      },
    },
    train(input, rows) {
      kernels.multiplyElements(input, factors, rows * inputs, output);
      if (type === 'alphaDropout') kernels.addOffsets(factors, alpha.offset, alpha.dropped, rows * inputs, output);
    },
    evaluate(input, rows) {
      copyFloats(memory.float32, input, rows * inputs, output);
    },
    backward(dOutput, rows, dInput) {
      if (dInput) kernels.multiplyElements(dOutput, factors, rows * inputs, dInput);
    },
  };
}

/** factors[i] = 0 where the mask word of element i is below the threshold, else `kept`. */
export function drawMask(
  kernels: Kernels,
  key: RandomKey,
  rate: number,
  kept: number,
  count: number,
  factors: number,
): void {
  const threshold = dropThreshold(rate);
  // The kernel compares with the last word that is dropped: a threshold of 2^32 is no 32-bit number.
  if (threshold === 0) kernels.fill(factors, kept, count);
  else kernels.drawMask(key.low, key.high, threshold - 1, kept, count, factors);
}
