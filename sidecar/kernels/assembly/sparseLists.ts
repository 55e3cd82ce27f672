/**
 * Lists of the elements of a matrix that are not 0, as `sumRows` reads them: {index: u32, value: f32} each. Entries are
 * written always and kept by moving on: a branch that half of the elements take would be mispredicted too often. Lists
 * lie one behind the other in the order in which they are read, so that the processor fetches them ahead: a seventh of
 * a step of 784-800-800-10 was saved over lists at fixed places (bench/engines.ts).
 */

import {transposeBlock} from './packing';

/** How many of the numbers are not 0 (NaN is not). */
export function countNonZeros(x: usize, count: i32): i32 {
  const zero = f32x4.splat(0);
  const vectorEnd = x + ((<usize>count & ~3) << 2);
  const end = x + ((<usize>count) << 2);
  let counts = i32x4.splat(0);
  // True is −1 in each lane.
  for (; x < vectorEnd; x += 16) counts = i32x4.sub(counts, f32x4.ne(v128.load(x), zero));
  let sum =
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3);
  for (; x < end; x += 4) sum += i32(load<f32>(x) != 0);
  return sum;
}

/**
 * Columns that one segment of a row's list covers: so many rows of a 32-wide panel are 24 KiB and stay in the
 * first-level cache while the segments of all rows go over them.
 */
export const segmentColumns: i32 = 192;

/**
 * One list for each segment of each row of x [rows × columns], indices are columns: the first segments of all rows,
 * then the second ones, one list behind the other as a product reads them. counts[segment · rows + row] is the length
 * of a list.
 */
export function listRows(x: usize, rows: i32, columns: i32, lists: usize, counts: usize): void {
  for (let start = 0; start < columns; start += segmentColumns) {
    const stop = min(columns, start + segmentColumns);
    let row = x;
    for (let i = 0; i < rows; i++) {
      const end = listRun(row, start, stop, lists);
      store<i32>(counts, <i32>((end - lists) >> 3));
      lists = end;
      counts += 4;
      row += (<usize>columns) << 2;
    }
  }
}

/** Lists x[start … stop) at `entry`. @returns the place behind the last entry, where one more may have been written */
export function listRun(x: usize, start: i32, stop: i32, entry: usize): usize {
  for (let column = start; column < stop; column++) {
    const value = load<f32>(x + ((<usize>column) << 2));
    store<i32>(entry, column);
    store<f32>(entry, value, 4);
    entry += (<usize>(value != 0)) << 3;
  }
  return entry;
}

/**
 * One list for each column of x [rows × columns], indices are rows, one list behind the other; counts[column] is
 * its length. Columns are first brought together: going through x by rows, with a list open for each column, took four
 * times as long.
 * @param turned room for 32 · rows numbers
 */
export function listColumns(x: usize, rows: i32, columns: i32, turned: usize, lists: usize, counts: usize): void {
  const stride = (<usize>columns) << 2;
  for (let start = 0; start < columns; start += 32) {
    const width = min(32, columns - start);
    transposeBlock(x + ((<usize>start) << 2), stride, rows, width, turned, (<usize>rows) << 2);
    for (let j = 0; j < width; j++) {
      const end = listRun(turned + ((<usize>j * <usize>rows) << 2), 0, rows, lists);
      store<i32>(counts, <i32>((end - lists) >> 3));
      lists = end;
      counts += 4;
    }
  }
}
