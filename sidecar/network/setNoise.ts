import {foldIn} from '../kernels/random.ts';
import type {Noise} from './engine.ts';
import type {LayerNoise} from './plain/layer.ts';

/** A layer that is random in training, with its index in `plan.layers`. */
export interface NoisyLayer {
  readonly index: number;
  readonly noise: LayerNoise;
}

/** Gives every noisy layer its noise for one step: drawn below the keys that engine.ts promises, or as given. */
export function setNoise(noisy: readonly NoisyLayer[], source: Noise, step: number, rows: number): void {
  if (noisy.length === 0) return;
  if (source.kind === 'drawn') {
    const stepKey = foldIn(source.key, step);
    for (const {index, noise} of noisy) noise.draw(foldIn(stepKey, index), rows);
  } else {
    const given = source.values[step]!;
    for (let i = 0; i < noisy.length; i++) noisy[i]!.noise.take(given[i]!, rows);
  }
}
