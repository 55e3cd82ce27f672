/** Whether probabilities mean what they say. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean of what was predicted, and share that came true. */
  readonly predicted: number;
  readonly observed: number;
}

/** Rows in equal bins of the probability of class 1; empty bins are left out. */
export function calibrationBins(
  probabilities: ArrayLike<number>,
  actual: ArrayLike<number>,
  count = 10,
): CalibrationBin[] {
  const rows = new Uint32Array(count);
  const predicted = new Float64Array(count);
  const observed = new Float64Array(count);
  for (let row = 0; row < probabilities.length; row++) {
    const bin = Math.min(count - 1, Math.floor(probabilities[row]! * count));
    rows[bin]!++;
    predicted[bin]! += probabilities[row]!;
    observed[bin]! += Number(actual[row] === 1);
  }
  return Array.from({length: count}, (_, bin) => ({
    from: bin / count,
    to: (bin + 1) / count,
    rows: rows[bin]!,
    predicted: predicted[bin]! / rows[bin]!,
    observed: observed[bin]! / rows[bin]!,
  })).filter(bin => bin.rows > 0);
}
