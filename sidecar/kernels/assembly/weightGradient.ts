/**
 * dWeight = xᵀ · d for one panel of weights [inputs × width], x [rows × inputs], d a panel [rows × width], and at once
 * the update by it: the gradient of 24 inputs is computed, used while it is in the first-level cache, and forgotten.
 * Only when gradients are to be clipped by their norm, which is known when all of them are, are they kept.
 *
 * `learnDense` takes every element of x, `learnSparse` the lists of `listColumns`; each sum runs in order of the rows,
 * so both give the same bits.
 */
import {addPenalties} from './constraints';
import {update} from './optimizers';
import {sumRows} from './sumRows';
import {chunkColumns, stored, sumAll} from './tiles';

let gradientDistance: usize = 0;
let keepsGradients: bool = false;

/** @param distance bytes from a parameter to its gradient @param keeps gradients are kept and weights stay as they are */
export function setGradients(distance: usize, keeps: bool): void {
  gradientDistance = distance;
  keepsGradients = keeps;
}

/**
 * @param x as it is when xStride is the bytes of its rows, or as `packColumns` writes it when xStride is 0
 * @param dStride bytes from one row of d to the next: a panel has `width` columns, but a matrix that d lies in has more
 * @param units of the panel's columns so many are units; the others have no gradient
 * @param gradient room for 24 × width numbers
 * @param sign, slope l1 and 2 · l2 of the penalties
 */
export function learnDense(
  x: usize,
  xStride: usize,
  d: usize,
  dStride: usize,
  rows: i32,
  inputs: i32,
  width: i32,
  units: i32,
  panel: usize,
  sign: f32,
  slope: f32,
  gradient: usize,
): void {
  const stride = (<usize>width) << 2;
  const wide = units <= width - 4 ? stride - 32 : stride;
  const column: usize = xStride ? 4 : (<usize>rows) << 2;
  for (let start = 0; start < inputs; start += chunkColumns) {
    const count = min(chunkColumns, inputs - start);
    const a = x + column * start;
    if (wide) sumAll(count, a, column, xStride, 0, d, dStride, gradient, stride, rows, wide, stored, 0);
    if (wide < stride) sumAll(count, a, column, xStride, 0, d + wide, dStride, gradient + wide, stride, rows, 16, stored, 0);
    learnChunk(panel + stride * start, gradient, count * width, sign, slope);
  }
}

/** @param lists, counts x as `listColumns` writes it */
export function learnSparse(
  lists: usize,
  counts: usize,
  d: usize,
  inputs: i32,
  width: i32,
  panel: usize,
  sign: f32,
  slope: f32,
  gradient: usize,
): void {
  const stride = (<usize>width) << 2;
  for (let start = 0; start < inputs; start += chunkColumns) {
    const count = min(chunkColumns, inputs - start);
    lists = sumChunk(lists, counts + ((<usize>start) << 2), count, d, width, gradient);
    learnChunk(panel + stride * start, gradient, count * width, sign, slope);
  }
}

/** gradient [count × width] of the next `count` inputs. @returns the place of the list behind theirs */
export function sumChunk(lists: usize, counts: usize, count: i32, d: usize, width: i32, gradient: usize): usize {
  for (let input = 0; input < count; input++) {
    const length = load<i32>(counts);
    sumRows(width, lists, length, d, gradient, false);
    lists += (<usize>length) << 3;
    counts += 4;
    gradient += (<usize>width) << 2;
  }
  return lists;
}

function learnChunk(w: usize, gradient: usize, count: i32, sign: f32, slope: f32): void {
  if (sign != 0 || slope != 0) addPenalties(w, gradient, count, sign, slope);
  if (keepsGradients) memory.copy(w + gradientDistance, gradient, (<usize>count) << 2);
  else update(w, gradient, count);
}

/** out[j] = Σ d over the rows, d [rows × columns], in order of the rows. */
export function sumColumns(d: usize, rows: i32, columns: i32, out: usize): void {
  const stride = (<usize>columns) << 2;
  const wholeEnd = (<usize>columns & ~3) << 2;
  let j: usize = 0;
  for (; j < wholeEnd; j += 16) v128.store(out + j, sumFourColumns(d + j, rows, stride));
  for (; j < stride; j += 4) {
    let sum: f32 = 0;
    let at = d + j;
    for (let row = 0; row < rows; row++) {
      sum += load<f32>(at);
      at += stride;
    }
    store<f32>(out + j, sum);
  }
}

function sumFourColumns(d: usize, rows: i32, stride: usize): v128 {
  let sum = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    sum = f32x4.add(sum, v128.load(d));
    d += stride;
  }
  return sum;
}
