/** What a classifier of two classes does at every threshold. */

export interface RankedRows {
  /** Probability of class 1 of each row. */
  readonly scores: ArrayLike<number>;
  /** Class of each row, 0 or 1. */
  readonly actual: ArrayLike<number>;
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** Counts at each distinct threshold, from the highest score down. */
function counts({scores, actual}: RankedRows): {truePositives: number; falsePositives: number}[] {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const points = [{truePositives: 0, falsePositives: 0}];
  let [truePositives, falsePositives] = [0, 0];
  order.forEach((row, i) => {
    if (actual[row] === 1) truePositives++;
    else falsePositives++;
    // Rows of equal score pass the threshold together.
    if (i + 1 < order.length && scores[order[i + 1]!] === scores[row]) return;
    points.push({truePositives, falsePositives});
  });
  return points;
}

/** Share of the negatives taken for positive (x), and of the positives found (y). Null if a class has no row. */
export function rocCurve(rows: RankedRows): CurvePoint[] | null {
  const points = counts(rows);
  const {truePositives: positives, falsePositives: negatives} = points.at(-1)!;
  if (positives === 0 || negatives === 0) return null;
  return points.map(point => ({x: point.falsePositives / negatives, y: point.truePositives / positives}));
}

/** Recall (x) and precision (y). Null if there is no positive row. */
export function precisionRecall(rows: RankedRows): CurvePoint[] | null {
  const points = counts(rows).slice(1);
  const positives = points.at(-1)?.truePositives ?? 0;
  if (positives === 0) return null;
  const curve = points.map(({truePositives, falsePositives}) => ({
    x: truePositives / positives,
    y: truePositives / (truePositives + falsePositives),
  }));
  // The curve begins where nothing is recalled, with the precision of the surest rows.
  return [{x: 0, y: curve[0]!.y}, ...curve];
}

/** Area under a curve of points that are sorted by x, by trapezoids. */
export function area(curve: readonly CurvePoint[]): number {
  let sum = 0;
  for (let i = 1; i < curve.length; i++) {
    sum += ((curve[i]!.x - curve[i - 1]!.x) * (curve[i]!.y + curve[i - 1]!.y)) / 2;
  }
  return sum;
}

export interface CurveBand {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Mean of the curves of all folds at some x, and one standard deviation around it. */
export function curveBand(curves: readonly CurvePoint[][], points = 50): CurveBand[] {
  return Array.from({length: points + 1}, (_, i) => {
    const x = i / points;
    const values = curves.map(curve => heightAt(curve, x));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const sd = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
    return {x, mean, low: Math.max(0, mean - sd), high: Math.min(1, mean + sd)};
  });
}

/** Of a curve that rises vertically at x, the top: what is reached there. */
function heightAt(curve: readonly CurvePoint[], x: number): number {
  let next = 0;
  while (next < curve.length && curve[next]!.x <= x) next++;
  if (next === 0) return curve[0]!.y;
  const before = curve[next - 1]!;
  const after = curve[next];
  if (!after || before.x === x) return before.y;
  return before.y + ((after.y - before.y) * (x - before.x)) / (after.x - before.x);
}
