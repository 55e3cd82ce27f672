/**
 * The innermost loops of dense products: a tile of sums, 8 columns wide, that stays in registers.
 *
 *   c [m × 8] (+)= aᵀ · w,   a [depth × m] packed, w [depth × 8] with row stride wStride, c with row stride cStride
 *
 * Each sum runs in order of depth, so the bits do not depend on m. Strict sums use tiles of 4 rows (8 sums, 2 loads and
 * a temporary product fit 16 registers; 6 rows spill), fused ones 6 rows. They are exported only so that they are not
 * inlined: V8 compiles a small function that is called often well, but leaves a long-running caller in baseline code,
 * and spills when all loops are in one function (18–25 GFLOP/s). As they are, with both operands read in the order of
 * memory, a product of 256 × 256 × 256 runs at about 40 (strict) and 55 GFLOP/s (relaxed) on one Zen 3 core.
 *
 * Strides are in bytes, depth is at least 1. With `continues` the sums go on from c, else they begin at +0.
 */
import {multiplyAdd} from './multiplyAdd';

/** Columns of x whose weight gradient is computed at a time: a multiple of the tiles' 6 and 4 rows. */
export const chunkColumns: i32 = 24;

/** Rows of the next tile when so many are left. One row behind the last may be computed, never more. */
// @ts-ignore: decorator
@inline
export function tileRows(left: i32): i32 {
  left = (left + 1) & ~1;
  if (ASC_FEATURE_RELAXED_SIMD) return left == 4 || left == 8 ? 4 : min(left, 6);
  return min(left, 4);
}

/** The tile of `tileRows` rows. */
// @ts-ignore: decorator
@inline
export function sumTile(
  m: i32,
  a: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  continues: bool,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    if (m == 6) {
      sumTile6(a, w, wStride, c, cStride, depth, continues);
      return;
    }
  }
  if (m == 4) sumTile4(a, w, wStride, c, cStride, depth, continues);
  else sumTile2(a, w, wStride, c, cStride, depth, continues);
}

export function sumTile2(
  a: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  continues: bool,
): void {
  const c1 = c + cStride;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  if (continues) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
  }
  const end = a + ((<usize>depth) << 3);
  do {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    let x = v128.load_splat<f32>(a);
    s00 = multiplyAdd(x, w0, s00);
    s01 = multiplyAdd(x, w1, s01);
    x = v128.load_splat<f32>(a, 4);
    s10 = multiplyAdd(x, w0, s10);
    s11 = multiplyAdd(x, w1, s11);
    w += wStride;
    a += 8;
  } while (a < end);
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
}

export function sumTile4(
  a: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  continues: bool,
): void {
  const c1 = c + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  if (continues) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  const end = a + ((<usize>depth) << 4);
  do {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    let x = v128.load_splat<f32>(a);
    s00 = multiplyAdd(x, w0, s00);
    s01 = multiplyAdd(x, w1, s01);
    x = v128.load_splat<f32>(a, 4);
    s10 = multiplyAdd(x, w0, s10);
    s11 = multiplyAdd(x, w1, s11);
    x = v128.load_splat<f32>(a, 8);
    s20 = multiplyAdd(x, w0, s20);
    s21 = multiplyAdd(x, w1, s21);
    x = v128.load_splat<f32>(a, 12);
    s30 = multiplyAdd(x, w0, s30);
    s31 = multiplyAdd(x, w1, s31);
    w += wStride;
    a += 16;
  } while (a < end);
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

export function sumTile6(
  a: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  continues: bool,
): void {
  const c1 = c + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  const c4 = c3 + cStride;
  const c5 = c4 + cStride;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  let s40 = s00;
  let s41 = s00;
  let s50 = s00;
  let s51 = s00;
  if (continues) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
    s40 = v128.load(c4);
    s41 = v128.load(c4, 16);
    s50 = v128.load(c5);
    s51 = v128.load(c5, 16);
  }
  const end = a + <usize>depth * 24;
  do {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    let x = v128.load_splat<f32>(a);
    s00 = multiplyAdd(x, w0, s00);
    s01 = multiplyAdd(x, w1, s01);
    x = v128.load_splat<f32>(a, 4);
    s10 = multiplyAdd(x, w0, s10);
    s11 = multiplyAdd(x, w1, s11);
    x = v128.load_splat<f32>(a, 8);
    s20 = multiplyAdd(x, w0, s20);
    s21 = multiplyAdd(x, w1, s21);
    x = v128.load_splat<f32>(a, 12);
    s30 = multiplyAdd(x, w0, s30);
    s31 = multiplyAdd(x, w1, s31);
    x = v128.load_splat<f32>(a, 16);
    s40 = multiplyAdd(x, w0, s40);
    s41 = multiplyAdd(x, w1, s41);
    x = v128.load_splat<f32>(a, 20);
    s50 = multiplyAdd(x, w0, s50);
    s51 = multiplyAdd(x, w1, s51);
    w += wStride;
    a += 24;
  } while (a < end);
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  v128.store(c5, s50);
  v128.store(c5, s51, 16);
}
