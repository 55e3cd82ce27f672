import {exp, log} from '../kernels/elementary.ts';

/** A range test: the mean loss of each step, at learning rates that grow from step to step. */
export interface RangeTest {
  /** Ascending. */
  readonly learningRates: Float64Array;
  /** Dropout active; NaN from the step on at which training broke down. */
  readonly losses: Float64Array;
}

export interface LearningRateChoice {
  /** What to begin with. */
  readonly learningRate: number;
  /** Where the smoothed loss is lowest: from about here on steps are too large. */
  readonly lowest: number;
  /** The first learning rate at which the loss is far above its lowest, or no number; null: none of those tried. */
  readonly ruinous: number | null;
  /** The losses, smoothed: one for each step. */
  readonly smoothed: Float64Array;
}

/** `count` learning rates from `from` to `to`, each the same multiple of the one before. */
export function learningRateSteps(from: number, to: number, count: number): Float64Array {
  return Float64Array.from({length: count}, (_, i) => exp(log(from) + (i / (count - 1)) * (log(to) - log(from))));
}

/**
 * Reads a range test: the learning rate to begin with is a tenth of the one at which the smoothed loss is lowest. There the
 * loss falls already, and a test of a few epochs sees less of the harm of large steps than a whole training. Smoothing is
 * the running mean of past losses with the weight 0.9, corrected for its start.
 * @returns null where the loss was no number from the first step on
 * @see Smith 2017, "Cyclical learning rates for training neural networks", WACV, 464–472, §3.3 (the test)
 */
export function chooseLearningRate({learningRates, losses}: RangeTest): LearningRateChoice | null {
  const smoothed = new Float64Array(losses.length).fill(Number.NaN);
  let mean = 0;
  let lowest = 0;
  for (let step = 0; step < losses.length && Number.isFinite(losses[step]); step++) {
    mean = SMOOTHING * mean + (1 - SMOOTHING) * losses[step]!;
    smoothed[step] = mean / (1 - SMOOTHING ** (step + 1));
    if (smoothed[step]! < smoothed[lowest]!) lowest = step;
  }
  if (Number.isNaN(smoothed[0])) return null;
  const ruinous = smoothed.findIndex((loss, step) => step > lowest && !(loss < 2 * smoothed[0]!));
  return {
    learningRate: Number((learningRates[lowest]! / SAFETY).toPrecision(1)),
    lowest: learningRates[lowest]!,
    ruinous: ruinous === -1 ? null : learningRates[ruinous]!,
    smoothed,
  };
}

const SMOOTHING = 0.9;
const SAFETY = 10;
