/**
 * out [rows × columns] = x · matrix (+ bias, then relu), x [rows × inner], matrix [inner × columns] in panels. It is the
 * forward pass, and with the transposed weights the input gradient. `multiplyDense` takes every element of x,
 * `multiplySparse` the lists of `listRows`; each sum runs in order of inner, so both give the same bits.
 *
 * Sums that are not complete, or that a tile can't write to the rows of out, gather in `sums` [rows × panel width].
 */
import {panelColumns, panelOffset, panelWidth} from './panels';
import {segmentColumns} from './sparseLists';
import {sumRows} from './sumRows';
import {continued, rectified, stored, sumAll} from './tiles';

/** Rows of a panel that the dense product goes over at a time: 8 columns of them are 8 KiB, in 16 KiB of cache lines. */
const blockDepth: i32 = 256;

/** Of a panel with so few bytes all columns stay in the first-level cache, so tiles go over them row by row. */
const smallPanel: usize = 16_384;

/**
 * @param packed x as `packRows` writes it
 * @param first, last columns of out that are computed, first ≤ column < last: whole panels, so that threads may share
 *   them; a column's bits do not depend on which others are computed
 * @param bias [columns], or 0: none is added
 * @param out a row behind the last may be written
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
    const panel = matrix + panelOffset(start, inner);
    if (inner <= blockDepth) multiplyShallow(packed, rows, inner, panel, columns, start, bias, isRelu, sums, out);
    else multiplyDeep(packed, rows, inner, panel, columns, start, bias, isRelu, sums, out);
  }
}

/** One panel, its blocks one after the other by way of the sums. */
function multiplyDeep(
  packed: usize,
  rows: i32,
  inner: i32,
  panel: usize,
  columns: i32,
  start: i32,
  bias: usize,
  isRelu: bool,
  sums: usize,
  out: usize,
): void {
  const stride = (<usize>panelWidth(start, columns)) << 2;
  for (let from = 0; from < inner; from += blockDepth) {
    const depth = min(blockDepth, inner - from);
    const block = panel + stride * from;
    multiplyBlock(packed, rows, inner, from, depth, block, stride, stride, sums, stride, from > 0 ? continued : stored, 0);
  }
  writeSums(sums, rows, columns, start, bias, isRelu, out);
}

/** One panel of a single block: straight to out, but for the last columns when they are fewer than a tile's eight. */
function multiplyShallow(
  packed: usize,
  rows: i32,
  inner: i32,
  panel: usize,
  columns: i32,
  start: i32,
  bias: usize,
  isRelu: bool,
  sums: usize,
  out: usize,
): void {
  const stride = (<usize>panelWidth(start, columns)) << 2;
  const at = (<usize>start) << 2;
  const left = min(panelColumns, columns - start);
  const whole = left & ~7;
  const bytes = (<usize>whole) << 2;
  const fate = isRelu ? rectified : stored;
  const outStride = (<usize>columns) << 2;
  multiplyBlock(packed, rows, inner, 0, inner, panel, stride, bytes, out + at, outStride, fate, bias ? bias + at : 0);
  if (whole == left) return;
  const last: usize = left - whole <= 4 ? 16 : 32;
  sumAll(rows, packed, (<usize>inner) << 2, 0, 0, panel + bytes, stride, sums, 32, inner, last, stored, 0);
  writeSums(sums, rows, columns, start + whole, bias, isRelu, out);
}

/** Inner elements from … from + depth of all rows times a block [depth × columns] of a panel, whose columns are `bytes`. */
export function multiplyBlock(
  packed: usize,
  rows: i32,
  inner: i32,
  from: i32,
  depth: i32,
  block: usize,
  stride: usize,
  bytes: usize,
  out: usize,
  outStride: usize,
  fate: i32,
  bias: usize,
): void {
  const step = stride * depth <= smallPanel ? bytes : 32;
  const aRow = (<usize>inner) << 2;
  for (let j: usize = 0; j < bytes; j += step) {
    sumAll(rows, packed, aRow, 0, from, block + j, stride, out + j, outStride, depth, step, fate, bias);
    if (bias) bias += step;
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
    v128.store(to + j, f32x4.pmax(f32x4.add(v128.load(from + j), v128.load(bias + j)), zero));
  }
  for (; j < bytes; j += 4) store<f32>(to + j, max<f32>(load<f32>(from + j) + load<f32>(bias + j), 0));
}
