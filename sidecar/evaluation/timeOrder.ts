/** Splits in which the past trains and the future tests. Rows of equal time always stay on the same side. */

/**
 * Forward chaining: fold i trains on all rows before a border and tests on the rows from there to the next border. The
 * borders are those of scikit-learn's TimeSeriesSplit (test parts of floor(rows / (folds + 1)) rows, the remainder in
 * the first training part), each moved to the nearest place where time moves on.
 * @returns row numbers, ascending
 * @throws RangeError if there are fewer than folds + 1 different times
 */
export function forwardChain(times: Float64Array, folds: number): {train: Uint32Array; test: Uint32Array}[] {
  const {order, borders} = rowsInTime(times);
  if (folds < 1 || borders.length < folds) {
    throw new RangeError(`folds must be from 1 to one less than the ${borders.length + 1} times, got ${folds}`);
  }
  const rows = times.length;
  const testRows = Math.floor(rows / (folds + 1));
  const starts: number[] = [];
  let next = 0;
  for (let fold = 0; fold < folds; fold++) {
    // Each later fold needs a border of its own.
    next = nearest(borders, rows - (folds - fold) * testRows, next, borders.length - (folds - fold));
    starts.push(borders[next]!);
    next++;
  }
  return starts.map((start, fold) => ({
    train: order.slice(0, start).sort(),
    test: order.slice(start, starts[fold + 1] ?? rows).sort(),
  }));
}

/** 1 for the latest rows, about `count` of them, 0 for the others. @throws RangeError if all times are equal */
export function latestShare(times: Float64Array, count: number): Int32Array {
  const {order, borders} = rowsInTime(times);
  if (borders.length === 0) throw new RangeError('times must be at least 2 different ones, got 1');
  const start = borders[nearest(borders, times.length - count, 0, borders.length - 1)]!;
  const out = new Int32Array(times.length);
  for (const row of order.subarray(start)) out[row] = 1;
  return out;
}

/** How many different times there are. */
export function distinctTimes(times: Float64Array): number {
  return rowsInTime(times).borders.length + 1;
}

/** Row numbers from the earliest to the latest, and the places in that order where a new time begins (0 left out). */
function rowsInTime(times: Float64Array): {order: Uint32Array; borders: number[]} {
  const order = Uint32Array.from(Array.from(times.keys()).sort((a, b) => times[a]! - times[b]!));
  const borders: number[] = [];
  for (let at = 1; at < order.length; at++) {
    if (times[order[at]!] !== times[order[at - 1]!]) borders.push(at);
  }
  return {order, borders};
}

/** The index, from first to last, of the border nearest to a place; of two equally near the earlier. */
function nearest(borders: readonly number[], place: number, first: number, last: number): number {
  let best = first;
  for (let index = first + 1; index <= last; index++) {
    if (Math.abs(borders[index]! - place) >= Math.abs(borders[best]! - place)) break;
    best = index;
  }
  return best;
}
