/**
 * The innermost loops of dense products: tiles of sums, 8 columns wide, that stay in registers.
 *
 *   c [m × columns] (+)= aᵀ · w,   a [depth × m], w [depth × columns], each with a row stride of its own
 *
 * and so on for `tiles` tiles one below the other, whose a begin `aStep` bytes apart. Calls for one tile each took 4 % of
 * a step of Sonar.
 *
 * Each sum runs in order of depth, so the bits do not depend on m. Strict sums use tiles of 4 rows (8 sums, 2 loads and
 * a temporary product fit 16 registers; 6 rows spill), fused ones 6 rows. They are exported only so that they are not
 * inlined: V8 compiles a small function that is called often well, but leaves a long-running caller in baseline code,
 * and spills when all loops are in one function (18–25 GFLOP/s). It unrolls the innermost loop itself; unrolled here it
 * ran a quarter slower. With both operands read in the order of memory, a product of 256 × 256 × 256 runs at about 40
 * (strict) and 55 GFLOP/s (relaxed) on one Zen 3 core.
 *
 * Strides are in bytes, depth is at least 1; `bytes` are those of the columns, a multiple of 32, at least 32. What
 * becomes of the sums is told by `fate`; a bias [columns], unless it is 0, is added to them at their end.
 */
import {multiplyAdd} from './multiplyAdd';

/** Sums begin at +0 and are stored. */
export const stored: i32 = 0;
/** They go on from what c holds. */
export const continued: i32 = 1;
/** They begin at +0; relu is taken of them. */
export const rectified: i32 = 2;

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

/**
 * All rows of c, as many equal tiles at a time as there are one below the other.
 * @param aRow the tile whose first row is r begins at a + aRow · r
 * @param aStride that of a; 0: the numbers of a tile's rows, which lie side by side
 * @param from so many steps of depth are left out at the beginning of each tile of a
 * @param bytes 16: only four columns; zeros are written behind them
 */
// @ts-ignore: decorator
@inline
export function sumAll(
  rows: i32,
  a: usize,
  aRow: usize,
  aStride: usize,
  from: i32,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  bytes: usize,
  fate: i32,
  bias: usize,
): void {
  for (let row = 0; row < rows; ) {
    const m = tileRows(rows - row);
    const tiles = equalTiles(rows - row);
    const stride = aStride ? aStride : (<usize>m) << 2;
    const tile = a + aRow * row + stride * from;
    sumTiles(m, tiles, tile, aRow * m, stride, w, wStride, c + cStride * row, cStride, depth, bytes, fate, bias);
    row += m * tiles;
  }
}

/** How many of the next tiles have as many rows as the first of them, when so many rows are left: at least 1. */
export function equalTiles(left: i32): i32 {
  const m = tileRows(left);
  let tiles = 0;
  for (; left > 0 && tileRows(left) == m; left -= m) tiles++;
  return tiles;
}

// @ts-ignore: decorator
@inline
function sumTiles(
  m: i32,
  tiles: i32,
  a: usize,
  aStep: usize,
  aStride: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  bytes: usize,
  fate: i32,
  bias: usize,
): void {
  if (bytes == 16) {
    if (m == 4) {
      sumNarrowTiles4(tiles, a, aStep, aStride, w, wStride, c, cStride, depth);
      return;
    }
    bytes = 32;
  }
  if (ASC_FEATURE_RELAXED_SIMD) {
    if (m == 6) {
      sumTiles6(tiles, a, aStep, aStride, w, wStride, c, cStride, depth, bytes, fate, bias);
      return;
    }
  }
  if (m == 4) sumTiles4(tiles, a, aStep, aStride, w, wStride, c, cStride, depth, bytes, fate, bias);
  else sumTiles2(tiles, a, aStep, aStride, w, wStride, c, cStride, depth, bytes, fate, bias);
}

export function sumTiles2(
  tiles: i32,
  a: usize,
  aStep: usize,
  aStride: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  bytes: usize,
  fate: i32,
  bias: usize,
): void {
  for (; tiles > 0; tiles--) {
    const last = a + aStride * depth;
    for (let j: usize = 0; j < bytes; j += 32) {
      const c0 = c + j;
      const c1 = c0 + cStride;
      let s00 = f32x4.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      if (fate == continued) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
        s10 = v128.load(c1);
        s11 = v128.load(c1, 16);
      }
      let x = a;
      let row = w + j;
      do {
        const w0 = v128.load(row);
        const w1 = v128.load(row, 16);
        let value = v128.load32_splat(x);
        s00 = multiplyAdd(value, w0, s00);
        s01 = multiplyAdd(value, w1, s01);
        value = v128.load32_splat(x, 4);
        s10 = multiplyAdd(value, w0, s10);
        s11 = multiplyAdd(value, w1, s11);
        x += aStride;
        row += wStride;
      } while (x < last);
      if (bias) {
        const b0 = v128.load(bias + j);
        const b1 = v128.load(bias + j, 16);
        s00 = f32x4.add(s00, b0);
        s01 = f32x4.add(s01, b1);
        s10 = f32x4.add(s10, b0);
        s11 = f32x4.add(s11, b1);
      }
      if (fate == rectified) {
        const zero = f32x4.splat(0);
        s00 = f32x4.pmax(s00, zero);
        s01 = f32x4.pmax(s01, zero);
        s10 = f32x4.pmax(s10, zero);
        s11 = f32x4.pmax(s11, zero);
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
    }
    a += aStep;
    c += cStride * 2;
  }
}

export function sumTiles4(
  tiles: i32,
  a: usize,
  aStep: usize,
  aStride: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  bytes: usize,
  fate: i32,
  bias: usize,
): void {
  for (; tiles > 0; tiles--) {
    const last = a + aStride * depth;
    for (let j: usize = 0; j < bytes; j += 32) {
      const c0 = c + j;
      const c1 = c0 + cStride;
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
      if (fate == continued) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
        s10 = v128.load(c1);
        s11 = v128.load(c1, 16);
        s20 = v128.load(c2);
        s21 = v128.load(c2, 16);
        s30 = v128.load(c3);
        s31 = v128.load(c3, 16);
      }
      let x = a;
      let row = w + j;
      do {
        const w0 = v128.load(row);
        const w1 = v128.load(row, 16);
        let value = v128.load32_splat(x);
        s00 = multiplyAdd(value, w0, s00);
        s01 = multiplyAdd(value, w1, s01);
        value = v128.load32_splat(x, 4);
        s10 = multiplyAdd(value, w0, s10);
        s11 = multiplyAdd(value, w1, s11);
        value = v128.load32_splat(x, 8);
        s20 = multiplyAdd(value, w0, s20);
        s21 = multiplyAdd(value, w1, s21);
        value = v128.load32_splat(x, 12);
        s30 = multiplyAdd(value, w0, s30);
        s31 = multiplyAdd(value, w1, s31);
        x += aStride;
        row += wStride;
      } while (x < last);
      if (bias) {
        const b0 = v128.load(bias + j);
        const b1 = v128.load(bias + j, 16);
        s00 = f32x4.add(s00, b0);
        s01 = f32x4.add(s01, b1);
        s10 = f32x4.add(s10, b0);
        s11 = f32x4.add(s11, b1);
        s20 = f32x4.add(s20, b0);
        s21 = f32x4.add(s21, b1);
        s30 = f32x4.add(s30, b0);
        s31 = f32x4.add(s31, b1);
      }
      if (fate == rectified) {
        const zero = f32x4.splat(0);
        s00 = f32x4.pmax(s00, zero);
        s01 = f32x4.pmax(s01, zero);
        s10 = f32x4.pmax(s10, zero);
        s11 = f32x4.pmax(s11, zero);
        s20 = f32x4.pmax(s20, zero);
        s21 = f32x4.pmax(s21, zero);
        s30 = f32x4.pmax(s30, zero);
        s31 = f32x4.pmax(s31, zero);
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
      v128.store(c2, s20);
      v128.store(c2, s21, 16);
      v128.store(c3, s30);
      v128.store(c3, s31, 16);
    }
    a += aStep;
    c += cStride * 4;
  }
}

/**
 * Four columns of the tile of four rows; zeros are written behind them. One alone would wait for its own additions, but
 * a processor begins the next one meanwhile.
 */
export function sumNarrowTiles4(
  tiles: i32,
  a: usize,
  aStep: usize,
  aStride: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
): void {
  const zero = f32x4.splat(0);
  for (; tiles > 0; tiles--) {
    const c1 = c + cStride;
    const c2 = c1 + cStride;
    const c3 = c2 + cStride;
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    const last = a + aStride * depth;
    let x = a;
    let row = w;
    do {
      const w0 = v128.load(row);
      s0 = multiplyAdd(v128.load32_splat(x), w0, s0);
      s1 = multiplyAdd(v128.load32_splat(x, 4), w0, s1);
      s2 = multiplyAdd(v128.load32_splat(x, 8), w0, s2);
      s3 = multiplyAdd(v128.load32_splat(x, 12), w0, s3);
      row += wStride;
      x += aStride;
    } while (x < last);
    v128.store(c, s0);
    v128.store(c, zero, 16);
    v128.store(c1, s1);
    v128.store(c1, zero, 16);
    v128.store(c2, s2);
    v128.store(c2, zero, 16);
    v128.store(c3, s3);
    v128.store(c3, zero, 16);
    a += aStep;
    c += cStride * 4;
  }
}

export function sumTiles6(
  tiles: i32,
  a: usize,
  aStep: usize,
  aStride: usize,
  w: usize,
  wStride: usize,
  c: usize,
  cStride: usize,
  depth: i32,
  bytes: usize,
  fate: i32,
  bias: usize,
): void {
  for (; tiles > 0; tiles--) {
    const last = a + aStride * depth;
    for (let j: usize = 0; j < bytes; j += 32) {
      const c0 = c + j;
      const c1 = c0 + cStride;
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
      if (fate == continued) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
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
      let x = a;
      let row = w + j;
      do {
        const w0 = v128.load(row);
        const w1 = v128.load(row, 16);
        let value = v128.load32_splat(x);
        s00 = multiplyAdd(value, w0, s00);
        s01 = multiplyAdd(value, w1, s01);
        value = v128.load32_splat(x, 4);
        s10 = multiplyAdd(value, w0, s10);
        s11 = multiplyAdd(value, w1, s11);
        value = v128.load32_splat(x, 8);
        s20 = multiplyAdd(value, w0, s20);
        s21 = multiplyAdd(value, w1, s21);
        value = v128.load32_splat(x, 12);
        s30 = multiplyAdd(value, w0, s30);
        s31 = multiplyAdd(value, w1, s31);
        value = v128.load32_splat(x, 16);
        s40 = multiplyAdd(value, w0, s40);
        s41 = multiplyAdd(value, w1, s41);
        value = v128.load32_splat(x, 20);
        s50 = multiplyAdd(value, w0, s50);
        s51 = multiplyAdd(value, w1, s51);
        x += aStride;
        row += wStride;
      } while (x < last);
      if (bias) {
        const b0 = v128.load(bias + j);
        const b1 = v128.load(bias + j, 16);
        s00 = f32x4.add(s00, b0);
        s01 = f32x4.add(s01, b1);
        s10 = f32x4.add(s10, b0);
        s11 = f32x4.add(s11, b1);
        s20 = f32x4.add(s20, b0);
        s21 = f32x4.add(s21, b1);
        s30 = f32x4.add(s30, b0);
        s31 = f32x4.add(s31, b1);
        s40 = f32x4.add(s40, b0);
        s41 = f32x4.add(s41, b1);
        s50 = f32x4.add(s50, b0);
        s51 = f32x4.add(s51, b1);
      }
      if (fate == rectified) {
        const zero = f32x4.splat(0);
        s00 = f32x4.pmax(s00, zero);
        s01 = f32x4.pmax(s01, zero);
        s10 = f32x4.pmax(s10, zero);
        s11 = f32x4.pmax(s11, zero);
        s20 = f32x4.pmax(s20, zero);
        s21 = f32x4.pmax(s21, zero);
        s30 = f32x4.pmax(s30, zero);
        s31 = f32x4.pmax(s31, zero);
        s40 = f32x4.pmax(s40, zero);
        s41 = f32x4.pmax(s41, zero);
        s50 = f32x4.pmax(s50, zero);
        s51 = f32x4.pmax(s51, zero);
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
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
    a += aStep;
    c += cStride * 6;
  }
}
