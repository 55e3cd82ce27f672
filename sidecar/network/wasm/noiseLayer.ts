import {dropThreshold, type RandomKey} from '../../kernels/random.ts';
import type {Kernels} from '../../kernels/wasmKernels.ts';
import {noiseConstants} from '../plain/noiseLayer.ts';
import type {NoisePlan} from '../plan.ts';
import {copyFloats} from './activationLayer.ts';
import {type LayerSite, reserveOutput, type WasmLayer} from './wasmLayer.ts';

/** Dropout and its relatives, as in the plain engine: factor · x + offset, elementwise. */
export function noiseLayer({type, inputs, mask}: NoisePlan, site: LayerSite): WasmLayer {
  const {kernels, memory, batchSize} = site;
  const factors = memory.reserveFloats(batchSize * inputs);
  const buffer = reserveOutput(site, inputs);
  let output = buffer;
  let constants = noiseConstants(type, 0);
  // Without noise the layer gives its input as it is: the baseline of a cross-validation often has layers of rate 0.
  let isSilent = true;

  return {
    get output() {
      return output;
    },
    noise: {
      draw(key, rate, rows) {
        isSilent = false;
        constants = noiseConstants(type, rate);
        const drawn = mask === 'batch' ? inputs : rows * inputs;
        if (type === 'gaussianDropout') {
          kernels.drawGaussian(key.low, key.high, Math.sqrt(rate / (1 - rate)), drawn, factors);
        } else drawMask(kernels, key, rate, constants.kept, drawn, factors);
        if (mask === 'batch') repeatFirstRow(memory.float32, factors, inputs, rows);
      },
      clear() {
        isSilent = true;
      },
      take(values, rate, rows) {
        isSilent = false;
        constants = noiseConstants(type, rate);
        const scale = type === 'gaussianDropout' ? 1 : constants.kept;
        for (let i = 0; i < rows * inputs; i++) memory.float32[factors / 4 + i] = values[i]! * scale;
      },
    },
    train(input, rows) {
      output = isSilent ? input : buffer;
      if (isSilent) return;
      kernels.multiplyElements(input, factors, rows * inputs, buffer);
      if (type === 'alphaDropout') {
        kernels.addOffsets(factors, constants.offset, constants.dropped, rows * inputs, buffer);
      }
    },
    evaluate(input) {
      output = input;
    },
    backward(dOutput, rows, dInput) {
      if (!dInput) return;
      if (isSilent) copyFloats(memory.float32, dOutput, rows * inputs, dInput);
      else kernels.multiplyElements(dOutput, factors, rows * inputs, dInput);
    },
  };
}

/** Every row of the matrix [rows × width] becomes the first. */
export function repeatFirstRow(float32: Float32Array, matrix: number, width: number, rows: number): void {
  for (let row = 1; row < rows; row++) copyFloats(float32, matrix, width, matrix + 4 * row * width);
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
