import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

/** What it would take to show a difference of the measured size. */
export interface RepeatsNeeded {
  /** Repeats in all, those that were run included; null: no number of repeats would do, since they use the same rows. */
  readonly repeats: number | null;
  /** Times as many rows as there are, at the present repeats; 1 where the present rows do. */
  readonly rows: number;
}

/** The probability with which a true difference of the measured size would then be found. */
export const POWER = 0.8;

/** More than anyone would wait for. */
const MOST_REPEATS = 1000;

/**
 * How many repeats (folds dealt anew) would show a true difference as large as the measured one, with 80 % probability
 * at p < 0.05, if folds go on to scatter as they do. The corrected standard error √((1/J + testRows / trainRows) · s²) does
 * not go to zero with J: below some difference repeats cannot help, only rows can. Their number is an extrapolation: the
 * variance s² of a fold's difference falls with the number of test rows.
 * @param differences of the folds, at least two, not all equal
 * @param repeats that were run
 */
export function repeatsNeeded(
  differences: readonly number[],
  testPerTrain: number,
  repeats: number,
): RepeatsNeeded | null {
  const folds = differences.length;
  const mean = differences.reduce((total, each) => total + each, 0) / folds;
  if (mean === 0) return null;
  const variance = differences.reduce((total, each) => total + (each - mean) * (each - mean), 0) / (folds - 1);
  const foldsPerRepeat = folds / repeats;
  const shortfall = (count: number) => {
    const error = Math.sqrt((1 / count + testPerTrain) * variance);
    return (reach(count - 1) * error) / Math.abs(mean);
  };
  let needed: number | null = null;
  for (let count = 1; count <= MOST_REPEATS && needed === null; count++) {
    const enough = Math.round(count * foldsPerRepeat);
    if (enough >= 2 && shortfall(enough) <= 1) needed = count;
  }
  return {repeats: needed, rows: Math.max(1, shortfall(folds) ** 2)};
}

/** Standard errors that a difference must be away from 0: to be significant, and to be so with the wanted probability. */
function reach(freedom: number): number {
  return studentQuantile(0.975, freedom) + studentQuantile(POWER, freedom);
}
