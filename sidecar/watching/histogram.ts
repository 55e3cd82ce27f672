import type {Histogram} from '../../schemas/protocol.ts';

const BINS = 40;
/** Of more values than this, evenly spaced ones are counted: a picture of 40 bins shows no difference. */
const MOST_VALUES = 8192;

/** Counts values in equal bins from the smallest to the largest; null if there are none, or one is not finite. */
export function histogramOf(values: Float32Array | Float64Array): Histogram | null {
  // Not a multiple of a layer's width, which would always meet the same units.
  const step = oddAtLeast(values.length / MOST_VALUES);
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i += step) {
    const value = values[i]!;
    if (!Number.isFinite(value)) return null;
    if (value < from) from = value;
    if (value > to) to = value;
  }
  if (values.length === 0) return null;
  const counts = new Uint32Array(BINS);
  const scale = to > from ? BINS / (to - from) : 0;
  for (let i = 0; i < values.length; i += step) {
    // The largest value closes the last bin.
    counts[Math.min(BINS - 1, Math.floor((values[i]! - from) * scale))]!++;
  }
  return {from, to, counts};
}

function oddAtLeast(value: number): number {
  const whole = Math.ceil(value);
  return whole % 2 === 1 ? whole : whole + 1;
}
