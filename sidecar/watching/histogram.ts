import type {Histogram} from '../../schemas/protocol.ts';

const BINS = 40;

/** Counts values in equal bins from the smallest to the largest; null if there are none, or one is not finite. */
export function histogramOf(values: ArrayLike<number>): Histogram | null {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) return null;
    if (value < from) from = value;
    if (value > to) to = value;
  }
  if (values.length === 0) return null;
  const counts = new Uint32Array(BINS);
  const scale = to > from ? BINS / (to - from) : 0;
  for (let i = 0; i < values.length; i++) {
    // The largest value closes the last bin.
    counts[Math.min(BINS - 1, Math.floor((values[i]! - from) * scale))]!++;
  }
  return {from, to, counts};
}
