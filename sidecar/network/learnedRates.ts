import {sigmoid} from '../kernels/elementary.ts';
import type {NetworkPlan} from './plan.ts';
import {tensorLayout} from './tensors.ts';

/** The rate that each layer of concrete dropout has learned, by its name. @param parameters the block of all tensors */
export function learnedRates(plan: NetworkPlan, parameters: ArrayLike<number>): Record<string, number> {
  const logits = tensorLayout(plan).filter(({name}) => name === 'logit');
  return Object.fromEntries(logits.map(({layerName, offset}) => [layerName, sigmoid(parameters[offset]!)]));
}
