/** @throws RangeError if there are none */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('values must hold at least one number, got none');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Where the median of what the values are drawn from lies, with at least 95 % confidence: between two of the values, counted
 * off by the binomial distribution of how many lie below it. Nothing is assumed of how they scatter. Fewer than 6
 * values hold no such interval: then from the least to the largest.
 * @throws RangeError if there are none
 */
export function medianInterval(values: readonly number[]): readonly [low: number, high: number] {
  if (values.length === 0) throw new RangeError('values must hold at least one number, got none');
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let left = 0;
  // P(no value, one, two … lie below the median): each n choose k times 2^-n, which is 0 from 1,075 values on if it is no logarithm.
  let chance = -n * Math.LN2;
  let below = Math.exp(chance);
  for (;;) {
    chance += Math.log((n - left) / (left + 1));
    below += Math.exp(chance);
    if (below > 0.025) break;
    left++;
  }
  return [sorted[left]!, sorted[n - 1 - left]!];
}
