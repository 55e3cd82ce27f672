import {median, medianInterval} from '../comparison/statistics.ts';

/** How many times as long one way takes as the other: the median of the pairs, and where it lies with 95 % confidence. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

export type Way = 'with' | 'without';
export type Pair<T> = {readonly [W in Way]: T};

/** Measures two ways in turns: whoever is first of a pair has the warmer or the cooler machine. */
export async function inPairs<T>(count: number, measure: (way: Way) => Promise<T>): Promise<Pair<T>[]> {
  const pairs: Pair<T>[] = [];
  for (let i = 0; i < count; i++) {
    const [first, second] = i % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    const measured = {[first]: await measure(first), [second]: await measure(second)};
    pairs.push(measured as Pair<T>);
  }
  return pairs;
}

export function ratioOf<T>(pairs: readonly Pair<T>[], value: (one: T) => number): Ratio {
  const ratios = pairs.map(pair => value(pair.with) / value(pair.without));
  const [low, high] = medianInterval(ratios);
  return {median: median(ratios), low, high, pairs: pairs.length};
}
