import {foldIn} from '../kernels/random.ts';
import type {EpochPlan, Noise} from './engine.ts';
import {isNoisy, timeOf} from './masks.ts';
import type {LayerNoise} from './plain/layer.ts';
import type {NetworkPlan, NoisyPlan} from './plan.ts';
import {rateAt} from './rateAt.ts';

/** The time of a step of training, by which schedules go. */
export function stepTime({epoch = 0, learningRates}: EpochPlan, step: number): number {
  return timeOf(epoch, step, learningRates.length);
}

/** A layer that is random in training, with its index in `plan.layers`. */
export interface NoisyLayer {
  readonly index: number;
  readonly plan: NoisyPlan;
  readonly noise: LayerNoise;
}

/** @param layers built from `plan.layers`, in their order */
export function noisyLayers(plan: NetworkPlan, layers: ReadonlyArray<{readonly noise?: LayerNoise}>): NoisyLayer[] {
  return layers.flatMap(({noise}, index) => {
    const layer = plan.layers[index]!;
    return noise && isNoisy(layer) ? [{index, plan: layer, noise}] : [];
  });
}

/**
 * Gives every noisy layer its noise for one step: drawn below the keys that engine.ts promises, or as given.
 * @param time `stepTime` of a step of training; null: every layer has its full rate
 */
export function setNoise(
  noisy: readonly NoisyLayer[],
  source: Noise,
  step: number,
  rows: number,
  time: number | null,
): void {
  if (noisy.length === 0) return;
  if (source.kind === 'drawn') {
    const stepKey = foldIn(source.key, step);
    for (const {index, plan, noise} of noisy) {
      const rate = plannedRate(plan, time);
      if (rate === 0) noise.clear(rows);
      else noise.draw(foldIn(stepKey, index), rate, rows);
    }
  } else {
    const given = source.values[step]!;
    for (let i = 0; i < noisy.length; i++) {
      const {plan, noise} = noisy[i]!;
      noise.take(given[i]!, plannedRate(plan, time), rows);
    }
  }
}

/** NaN for concreteDropout, which knows its rate itself. */
function plannedRate(plan: NoisyPlan, time: number | null): number {
  if (plan.type === 'concreteDropout') return Number.NaN;
  return time === null ? plan.rate : rateAt(plan, time);
}
