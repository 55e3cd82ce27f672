import type {LayerMask} from '../../schemas/protocol.ts';
import {normalQuantile} from '../kernels/elementary.ts';
import {dropThreshold, maskWord, type RandomKey} from '../kernels/random.ts';
import {noiseWidth} from '../network/masks.ts';
import type {DropConnectPlan, NoisePlan} from '../network/plan.ts';

/**
 * What a layer did to the rows of one batch, computed anew from the key of the batch and the layer: the noise that
 * trained, but in bits instead of floats. @param key `noiseKey` of the step and the layer
 */
export function layerMask(layer: NoisePlan | DropConnectPlan, key: RandomKey, rows: number): LayerMask {
  const width = noiseWidth(layer);
  const facts = {layer: layer.name, rate: layer.rate, rows, width};
  // Rows that share a mask repeat the words of the first.
  const period = layer.mask === 'batch' ? width : rows * width;
  return layer.type === 'gaussianDropout'
    ? {...facts, bits: null, multipliers: multipliers(layer.rate, key, rows * width, period)}
    : {...facts, bits: keptBits(layer.rate, key, rows * width, period), multipliers: null};
}

function keptBits(rate: number, key: RandomKey, length: number, period: number): Uint8Array {
  const threshold = dropThreshold(rate);
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (let i = 0; i < length; i++) {
    if (maskWord(key, i % period) >= threshold) bits[i >> 3] = bits[i >> 3]! | (1 << (i & 7));
  }
  return bits;
}

function multipliers(rate: number, key: RandomKey, length: number, period: number): Float32Array {
  const deviation = Math.sqrt(rate / (1 - rate));
  return Float32Array.from(
    {length},
    (_, i) => 1 + deviation * normalQuantile((maskWord(key, i % period) + 0.5) / 2 ** 32),
  );
}
