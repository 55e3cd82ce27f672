import {log, log1p, normalQuantile} from '../kernels/elementary.ts';
import {dropThreshold, foldIn, maskWord, type RandomKey} from '../kernels/random.ts';
import type {DropConnectPlan, LayerPlan, NetworkPlan, NoisePlan, NoisyPlan} from './plan.ts';
import {rateAt} from './rateAt.ts';

/**
 * The noise of one layer for a batch, row by row: 1 = kept, 0 = dropped; for gaussianDropout the multiplier; for
 * concreteDropout log(u / (1 − u)) of uniform u, which with the rate that is learned decides how far a unit is dropped. It is
 * a function of the key alone, so the masks shown are the masks that trained.
 * @param layer as it is at the time, see `layerAt`
 * @param key `noiseKey` of the step and the layer
 * @param out [rows × noiseWidth(layer)] is written, anything behind it is left alone
 */
export function layerNoise(layer: NoisyPlan, key: RandomKey, rows: number, out: Float64Array): void {
  const width = noiseWidth(layer);
  if (layer.type === 'concreteDropout') {
    writeLogisticNoise(key, rows * width, out);
    return;
  }
  const drawn = layer.mask === 'batch' ? width : rows * width;
  if (layer.type === 'gaussianDropout') writeMultipliers(layer.rate, key, drawn, out);
  else writeMask(layer.rate, key, drawn, out);
  for (let i = drawn; i < rows * width; i++) out[i] = out[i - width]!;
}

/** A layer of noise with the rate that its schedule gives it. @param time epochs since the training began, see `rateAt` */
export function layerAt<Layer extends NoisePlan | DropConnectPlan>(layer: Layer, time: number): Layer {
  return layer.schedule ? {...layer, rate: rateAt(layer, time)} : layer;
}

/** The plan with the rates of the last epoch: what a trained network drops when it is sampled. @param epochs trained */
export function planAtEnd(plan: NetworkPlan, epochs: number): NetworkPlan {
  const layers = plan.layers.map(layer => {
    if (!hasPlannedNoise(layer)) return layer;
    const {schedule: _, ...atEnd} = layerAt(layer, Math.max(0, epochs - 1));
    return atEnd as LayerPlan;
  });
  return {...plan, layers};
}

/** The time of a step. @param epoch, step from 0 @param steps of an epoch */
export function timeOf(epoch: number, step: number, steps: number): number {
  return epoch + step / steps;
}

/** Where the noise of a layer lies in a step. @param layer its index in `plan.layers` */
export function noiseKey(key: RandomKey, step: number, layer: number): RandomKey {
  return foldIn(foldIn(key, step), layer);
}

/** Whether a layer is random in training. */
export function isNoisy(layer: LayerPlan): layer is NoisyPlan {
  return 'rate' in layer || layer.type === 'concreteDropout';
}

/** Whether what a layer drops follows from its plan and the time alone; the rate of concreteDropout is learned. */
export function hasPlannedNoise(layer: LayerPlan): layer is NoisePlan | DropConnectPlan {
  return 'rate' in layer;
}

/** Random numbers for each row: one for each unit, or for dropConnect one for each weight, [units × inputs]. */
export function noiseWidth(layer: NoisyPlan): number {
  return layer.type === 'dropConnect' ? layer.units * layer.inputs : layer.inputs;
}

function writeMask(rate: number, key: RandomKey, length: number, out: Float64Array): void {
  const threshold = dropThreshold(rate);
  for (let i = 0; i < length; i++) out[i] = maskWord(key, i) < threshold ? 0 : 1;
}

/** N(1, rate / (1 − rate)) by inversion; half a step is added to the word, so that no multiplier is infinite. */
function writeMultipliers(rate: number, key: RandomKey, length: number, out: Float64Array): void {
  const deviation = Math.sqrt(rate / (1 - rate));
  for (let i = 0; i < length; i++) out[i] = 1 + deviation * normalQuantile((maskWord(key, i) + 0.5) / 2 ** 32);
}

/** log(u / (1 − u)), u the middle of the interval that the mask word stands for. */
function writeLogisticNoise(key: RandomKey, length: number, out: Float64Array): void {
  for (let i = 0; i < length; i++) out[i] = logisticNoise(maskWord(key, i));
}

/** The logistic distribution, by inversion. @param word uniform, of 32 bits */
export function logisticNoise(word: number): number {
  const u = (word + 0.5) / 2 ** 32;
  return log(u) - log1p(-u);
}
