/**
 * Holm's step-down correction of p values that were computed together: the smallest of m is multiplied by m, the next by
 * m − 1, and so on; none is made smaller than one before it, none exceeds 1. If all null hypotheses are true, the
 * probability that any corrected p is below α is at most α, however the tests depend on each other.
 * @returns in the order of `values`
 * @see Holm 1979, Scandinavian Journal of Statistics 6:65–70
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const corrected = new Array<number>(values.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * values[index]!));
    corrected[index] = largest;
  });
  return corrected;
}
