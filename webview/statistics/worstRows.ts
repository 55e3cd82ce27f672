import type {FoldPredictions} from '../../schemas/protocol.ts';

/** A row that a variant predicted, over all repeats. */
export interface PredictedRow {
  /** One-based line of the data file. */
  readonly line: number;
  readonly actual: number;
  /** Of two classes the probability of the second and of a real target the value, mean over the repeats; else a class. */
  readonly predicted: number;
  /** For classes 1 − the probability of the actual one, for values |predicted − actual|; mean over the repeats. */
  readonly error: number;
}

/** All predicted rows, the worst first. @param classes number of classes; null for a real target */
export function worstRows(folds: readonly FoldPredictions[], classes: number | null): PredictedRow[] {
  const rows = new Map<number, {actual: number; predicted: number; error: number; count: number}>();
  for (const fold of folds) {
    for (let i = 0; i < fold.lines.length; i++) {
      const actual = fold.actual[i]!;
      const {predicted, error} = prediction(fold, i, actual, classes);
      const row = rows.get(fold.lines[i]!) ?? {actual, predicted: 0, error: 0, count: 0};
      // Classes have no mean: of several repeats the last one speaks.
      row.predicted = classes !== null && classes > 2 ? predicted : row.predicted + predicted;
      row.error += error;
      row.count++;
      rows.set(fold.lines[i]!, row);
    }
  }
  return [...rows]
    .map(([line, row]) => ({
      line,
      actual: row.actual,
      predicted: classes !== null && classes > 2 ? row.predicted : row.predicted / row.count,
      error: row.error / row.count,
    }))
    .sort((a, b) => b.error - a.error);
}

function prediction({predictions}: FoldPredictions, i: number, actual: number, classes: number | null) {
  if (classes === null) return {predicted: predictions[i]!, error: Math.abs(predictions[i]! - actual)};
  if (classes === 2) {
    const probability = predictions[i]!;
    return {predicted: probability, error: actual === 1 ? 1 - probability : probability};
  }
  let best = 0;
  for (let each = 1; each < classes; each++) {
    if (predictions[i * classes + each]! > predictions[i * classes + best]!) best = each;
  }
  return {predicted: best, error: 1 - predictions[i * classes + actual]!};
}
