import {summarize} from './metrics.ts';

/** How far a cross-validated mean moves when the folds are dealt anew and the networks start anew. */
export interface SeedNoise {
  readonly repeats: number;
  /** Sample standard deviation of the repeats' means. */
  readonly sd: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of each repeat is what someone would have reported who ran the experiment once, with another seed.
 * @param values of the folds, with the repeat that each belongs to; null where a fold has none
 * @returns null with fewer than two repeats that have a value: one run says nothing of it
 */
export function seedNoise(
  values: ReadonlyArray<{readonly repeat: number; readonly value: number | null}>,
): SeedNoise | null {
  const numbers = [...new Set(values.map(({repeat}) => repeat))];
  const means = numbers
    .map(number => summarize(values.filter(({repeat}) => repeat === number).map(({value}) => value)).mean)
    .filter(mean => mean !== null);
  const {sd} = summarize(means);
  if (sd === null) return null;
  return {repeats: means.length, sd, low: Math.min(...means), high: Math.max(...means)};
}
