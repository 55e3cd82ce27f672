import {median} from '../comparison/statistics.ts';

/** How often one way takes as long as another: the median of the pairs, and between which ratios they lie. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Measures two ways in turns: whoever is first of a pair has the warmer or the cooler machine. */
export async function inPairs<T>(
  count: number,
  measure: (way: 'with' | 'without') => Promise<T>,
): Promise<{with: T; without: T}[]> {
  const pairs: {with: T; without: T}[] = [];
  for (let i = 0; i < count; i++) {
    const [first, second] = i % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    const measured = {[first]: await measure(first), [second]: await measure(second)};
    pairs.push(measured as {with: T; without: T});
  }
  return pairs;
}

export function ratioOf<T>(pairs: readonly {with: T; without: T}[], value: (one: T) => number): Ratio {
  const ratios = pairs.map(pair => value(pair.with) / value(pair.without));
  return {median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios)};
}
