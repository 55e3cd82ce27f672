/** Statistics of the numbers of a column, in its own units. */
export interface NumberStatistics {
  readonly count: number;
  readonly mean: number;
  /** Of the population: √(Σ (x − mean)² / n). */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
}

/** Statistics that need the numbers sorted, which takes longer than all else that is fitted. */
export interface OrderStatistics {
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  /** The smallest of those that are equally frequent, as in scikit-learn. */
  readonly mostFrequent: number;
}

/**
 * The same bits on every machine: sums run in the order given, the variance is a second pass over the values.
 * @param values at least one, finite, |x| ≤ 3.4e38, so that no square overflows
 * @throws RangeError if there is no value
 */
export function numberStatistics(values: Float64Array): NumberStatistics {
  if (values.length === 0) throw new RangeError('values must hold at least one number, got none');
  let min = values[0]!;
  let max = min;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return {count: values.length, ...meanAndDeviation(values), min, max};
}

/**
 * Quartiles are interpolated linearly, type 7 of Hyndman and Fan (1996), The American Statistician 50(4):361–365.
 * @param values at least one, finite
 * @throws RangeError if there is no value
 */
export function orderStatistics(values: Float64Array): OrderStatistics {
  if (values.length === 0) throw new RangeError('values must hold at least one number, got none');
  const sorted = values.toSorted();
  return {
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    mostFrequent: longestRun(sorted),
  };
}

/** Mean and standard deviation of the population, as scikit-learn's StandardScaler. @param values at least one */
export function meanAndDeviation(values: Float64Array): {mean: number; sd: number} {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return {mean, sd: Math.sqrt(squares / values.length)};
}

/** @param sorted ascending, at least one @param share 0 ≤ share ≤ 1 */
function quantile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

function longestRun(sorted: Float64Array): number {
  let best = sorted[0]!;
  let bestLength = 0;
  let start = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[start]) continue;
    if (i - start > bestLength) {
      best = sorted[start]!;
      bestLength = i - start;
    }
    start = i;
  }
  return best;
}
