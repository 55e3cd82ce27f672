import {studentQuantile} from './studentT.ts';

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
  const suffices = (count: number) => {
    const enough = Math.round(count * foldsPerRepeat);
    return enough >= 2 && shortfall(enough) <= 1;
  };
  return {repeats: smallest(suffices, MOST_REPEATS), rows: Math.max(1, shortfall(folds) ** 2)};
}

/** The smallest number from 1 to `most` that will do, where all larger ones do, too; null: none does. */
function smallest(suffices: (count: number) => boolean, most: number): number | null {
  if (!suffices(most)) return null;
  let tooFew = 0;
  let enough = most;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (suffices(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Standard errors that a difference must be away from 0: to be significant, and to be so with the wanted probability. */
function reach(freedom: number): number {
  return studentQuantile(0.975, freedom) + studentQuantile(POWER, freedom);
}
