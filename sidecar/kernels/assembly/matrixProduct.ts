/**
 * out [rows × columns] = x · matrix (+ bias, then relu), x [rows × inner], matrix [inner × columns] in panels. It is the
 * forward pass, and with the transposed weights the input gradient. `multiplyDense` takes every element of x,
 * `multiplySparse` the lists of `listRows`; each sum runs in order of inner, so both give the same bits.
 *
 * A panel's sums gather in `sums` [rows × panel width] and go from there to the rows of out.
 */
import {panelColumns, panelOffset, panelWidth} from './panels';
import {segmentColumns} from './sparseLists';
import {sumRows} from './sumRows';
import {sumTile, tileRows} from './tiles';

/** Rows of a panel that the dense product goes over at a time: 8 columns of them are 8 KiB, in 16 KiB of cache lines. */
const blockDepth: i32 = 256;

/**
 * @param packed x as `packRows` writes it
 * @param first, last columns of out that are computed, first ≤ column < last: whole panels, so that threads may share
 *   them; a column's bits do not depend on which others are computed
 * @param bias [columns], or 0: none is added
 */
export function multiplyDense(
  packed: usize,
  rows: i32,
  inner: i32,
  matrix: usize,
  columns: i32,
  first: i32,
  last: i32,
  bias: usize,
  isRelu: bool,
  sums: usize,
  out: usize,
): void {
  for (let start = first; start < last; start += panelColumns) {
    const width = panelWidth(start, columns);
    const panel = matrix + panelOffset(start, inner);
    for (let from = 0; from < inner; from += blockDepth) {
      multiplyBlock(packed, rows, inner, from, min(blockDepth, inner - from), panel, width, sums);
    }
    writeSums(sums, rows, columns, start, bias, isRelu, out);
  }
}

/** Adds inner elements from … from + depth of all rows to the sums of one panel. */
export function multiplyBlock(
  packed: usize,
  rows: i32,
  inner: i32,
  from: i32,
  depth: i32,
  panel: usize,
  width: i32,
  sums: usize,
): void {
  const stride = (<usize>width) << 2;
  panel += stride * from;
  for (let j: usize = 0; j < stride; j += 32) {
    let a = packed;
    let c = sums + j;
    for (let row = 0; row < rows; ) {
      const m = tileRows(rows - row);
      sumTile(m, a + ((<usize>from * <usize>m) << 2), panel + j, stride, c, stride, depth, from > 0);
      a += (<usize>inner * <usize>m) << 2;
      c += stride * m;
      row += m;
    }
  }
}

/** @param lists, counts x as `listRows` writes it */
export function multiplySparse(
  lists: usize,
  counts: usize,
  rows: i32,
  inner: i32,
  matrix: usize,
  columns: i32,
  first: i32,
  last: i32,
  bias: usize,
  isRelu: bool,
  sums: usize,
  out: usize,
): void {
  for (let start = first; start < last; start += panelColumns) {
    const width = panelWidth(start, columns);
    const panel = matrix + panelOffset(start, inner);
    let list = lists;
    let count = counts;
    for (let from = 0; from < inner; from += segmentColumns) {
      list = addSegment(list, count, rows, panel, width, sums, from > 0);
      count += (<usize>rows) << 2;
    }
    writeSums(sums, rows, columns, start, bias, isRelu, out);
  }
}

/** Adds the lists of one segment to the sums of one panel. @returns the place of the next segment's lists */
export function addSegment(
  list: usize,
  counts: usize,
  rows: i32,
  panel: usize,
  width: i32,
  sums: usize,
  continues: bool,
): usize {
  for (let row = 0; row < rows; row++) {
    const count = load<i32>(counts);
    sumRows(width, list, count, panel, sums, continues);
    list += (<usize>count) << 3;
    counts += 4;
    sums += (<usize>width) << 2;
  }
  return list;
}

/** The sums of one panel, with bias and relu, to columns start … of out [rows × columns]. */
export function writeSums(
  sums: usize,
  rows: i32,
  columns: i32,
  start: i32,
  bias: usize,
  isRelu: bool,
  out: usize,
): void {
  const step = (<usize>panelWidth(start, columns)) << 2;
  const bytes = (<usize>min(panelColumns, columns - start)) << 2;
  const stride = (<usize>columns) << 2;
  out += (<usize>start) << 2;
  if (bias == 0) {
    for (let row = 0; row < rows; row++) {
      copy(sums, bytes, out);
      sums += step;
      out += stride;
    }
    return;
  }
  bias += (<usize>start) << 2;
  for (let row = 0; row < rows; row++) {
    if (isRelu) copyWithBiasAndRelu(sums, bytes, bias, out);
    else copyWithBias(sums, bytes, bias, out);
    sums += step;
    out += stride;
  }
}

// @ts-ignore: decorator
@inline
function copy(from: usize, bytes: usize, to: usize): void {
  const whole = bytes & ~15;
  let j: usize = 0;
  for (; j < whole; j += 16) v128.store(to + j, v128.load(from + j));
  for (; j < bytes; j += 4) store<f32>(to + j, load<f32>(from + j));
}

// @ts-ignore: decorator
@inline
function copyWithBias(from: usize, bytes: usize, bias: usize, to: usize): void {
  const whole = bytes & ~15;
  let j: usize = 0;
  for (; j < whole; j += 16) v128.store(to + j, f32x4.add(v128.load(from + j), v128.load(bias + j)));
  for (; j < bytes; j += 4) store<f32>(to + j, load<f32>(from + j) + load<f32>(bias + j));
}

// @ts-ignore: decorator
@inline
function copyWithBiasAndRelu(from: usize, bytes: usize, bias: usize, to: usize): void {
  const whole = bytes & ~15;
  const zero = f32x4.splat(0);
  let j: usize = 0;
  for (; j < whole; j += 16) {
    v128.store(to + j, f32x4.max(f32x4.add(v128.load(from + j), v128.load(bias + j)), zero));
  }
  for (; j < bytes; j += 4) store<f32>(to + j, max<f32>(load<f32>(from + j) + load<f32>(bias + j), 0));
}
