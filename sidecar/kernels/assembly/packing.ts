/**
 * Copies that bring operands into the order in which the inner loops read them. Each is one pass over a matrix that
 * is then multiplied hundreds of times: together about 2 % of a step, and every layer may keep plain row-major rows.
 */
import {panelOffset, panelWidth} from './panels';
import {chunkColumns, tileRows} from './tiles';

/**
 * out [count × width] ← rows order[0 … count) of a matrix [· × width]. Whole vectors are copied: up to three numbers
 * behind the end of both are touched.
 */
export function gatherRows(matrix: usize, order: usize, count: i32, width: i32, out: usize): void {
  const bytes = (<usize>width) << 2;
  const end = order + ((<usize>count) << 2);
  for (; order < end; order += 4) {
    const row = matrix + bytes * <usize>load<u32>(order);
    for (let j: usize = 0; j < bytes; j += 16) v128.store(out + j, v128.load(row + j));
    out += bytes;
  }
}

/**
 * Rows for `sumAll`: x [rows × inner] → blocks of m = `tileRows` rows, each [inner × m], one behind the other, so that
 * the block of row r begins at out + r · inner. A row behind the last is read, and what it gives is never used.
 */
export function packRows(x: usize, rows: i32, inner: i32, out: usize): void {
  const stride = (<usize>inner) << 2;
  for (let row = 0; row < rows; ) {
    const m = tileRows(rows - row);
    if (m >= 4) interleave4(x, stride, inner, out, m);
    else interleave2(x, stride, inner, out, m);
    if (m == 6) interleave2(x + (stride << 2), stride, inner, out + 16, m);
    x += stride * m;
    out += stride * m;
    row += m;
  }
}

/** out[k · m + i] = x[i · stride + k], 0 ≤ i < 4, by 4 × 4 transpositions. */
export function interleave4(x: usize, stride: usize, inner: i32, out: usize, m: i32): void {
  const x1 = x + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  const step = (<usize>m) << 2;
  const end = (<usize>inner) << 2;
  let k: usize = 0;
  for (; k + 16 <= end; k += 16) {
    const a = v128.load(x + k);
    const b = v128.load(x1 + k);
    const c = v128.load(x2 + k);
    const d = v128.load(x3 + k);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    v128.store(out, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(out + step, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    out += step << 1;
    v128.store(out, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
    v128.store(out + step, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
    out += step << 1;
  }
  for (; k < end; k += 4) {
    store<f32>(out, load<f32>(x + k));
    store<f32>(out, load<f32>(x1 + k), 4);
    store<f32>(out, load<f32>(x2 + k), 8);
    store<f32>(out, load<f32>(x3 + k), 12);
    out += step;
  }
}

/** The same for two rows. */
export function interleave2(x: usize, stride: usize, inner: i32, out: usize, m: i32): void {
  const x1 = x + stride;
  const step = (<usize>m) << 2;
  const end = (<usize>inner) << 2;
  for (let k: usize = 0; k < end; k += 4) {
    store<f32>(out, load<f32>(x + k));
    store<f32>(out, load<f32>(x1 + k), 4);
    out += step;
  }
}

/**
 * Columns for `sumAll`: x [rows × columns] → blocks of m = `tileRows` columns, each [rows × m]; the block of column k
 * begins at out + k · rows. Tiles begin anew every 24 columns, as in weightGradient.ts. Up to one number behind the end
 * of x is read.
 */
export function packColumns(x: usize, rows: i32, columns: i32, out: usize): void {
  for (let column = 0; column < columns; ) {
    const m = tileRows(min(chunkColumns - (column % chunkColumns), columns - column));
    copyColumns(x + ((<usize>column) << 2), rows, (<usize>columns) << 2, m, out + ((<usize>column * <usize>rows) << 2));
    column += m;
  }
}

/** out [rows × m] ← m neighbouring columns of a matrix with the given row stride. */
export function copyColumns(x: usize, rows: i32, stride: usize, m: i32, out: usize): void {
  if (m == 6) {
    for (let row = 0; row < rows; row++) {
      v128.store(out, v128.load(x));
      store<u64>(out, load<u64>(x, 16), 16);
      x += stride;
      out += 24;
    }
  } else if (m == 4) {
    for (let row = 0; row < rows; row++) {
      v128.store(out, v128.load(x));
      x += stride;
      out += 16;
    }
  } else {
    for (let row = 0; row < rows; row++) {
      store<u64>(out, load<u64>(x));
      x += stride;
      out += 8;
    }
  }
}

/** out [rows × width] ← columns start … start + width of x [rows × columns], 0 behind the last column. */
export function packPanel(x: usize, rows: i32, columns: i32, start: i32, out: usize): void {
  const width = panelWidth(start, columns);
  const step = (<usize>width) << 2;
  const stride = (<usize>columns) << 2;
  const whole = min(width, columns - start) & ~3;
  const bytes = (<usize>whole) << 2;
  x += (<usize>start) << 2;
  if (columns - start >= width) {
    for (let row = 0; row < rows; row++) {
      for (let j: usize = 0; j < step; j += 16) v128.store(out + j, v128.load(x + j));
      x += stride;
      out += step;
    }
    return;
  }
  const end = (<usize>(columns - start)) << 2;
  for (let row = 0; row < rows; row++) {
    let j: usize = 0;
    for (; j < bytes; j += 16) v128.store(out + j, v128.load(x + j));
    for (; j < end; j += 4) store<f32>(out + j, load<f32>(x + j));
    for (; j < step; j += 4) store<f32>(out + j, 0);
    x += stride;
    out += step;
  }
}

/**
 * Columns start … of the matrix in panels [inner × columns], written as rows of the panels of its transpose
 * [columns × inner]. A padding column has no row there.
 */
export function transposePanel(matrix: usize, inner: i32, columns: i32, start: i32, transposed: usize): void {
  const width = panelWidth(start, columns);
  const count = min(width, columns - start);
  const rowBytes = (<usize>width) << 2;
  const panel = matrix + panelOffset(start, inner);
  for (let to = 0; to < inner; to += 32) {
    const toWidth = panelWidth(to, inner);
    const out = transposed + panelOffset(to, columns) + ((<usize>start * <usize>toWidth) << 2);
    transposeBlock(panel + rowBytes * to, rowBytes, min(32, inner - to), count, out, (<usize>toWidth) << 2);
  }
}

/** out [columns × rows] ← block [rows × columns]ᵀ. Strides in bytes. */
export function transposeBlock(
  block: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  out: usize,
  outStride: usize,
): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let row = 0; row < wholeRows; row += 4) {
    let from = block + stride * row;
    let to = out + ((<usize>row) << 2);
    for (let column = 0; column < wholeColumns; column += 4) {
      const a = v128.load(from);
      const b = v128.load(from + stride);
      const c = v128.load(from + stride * 2);
      const d = v128.load(from + stride * 3);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
      v128.store(to + outStride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      v128.store(to + outStride * 2, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
      v128.store(to + outStride * 3, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
      from += 16;
      to += outStride << 2;
    }
    for (let column = wholeColumns; column < columns; column++) {
      for (let i = 0; i < 4; i++) {
        store<f32>(to + ((<usize>i) << 2), load<f32>(from + stride * i));
      }
      from += 4;
      to += outStride;
    }
  }
  for (let row = wholeRows; row < rows; row++) {
    let from = block + stride * row;
    let to = out + ((<usize>row) << 2);
    for (let column = 0; column < columns; column++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += outStride;
    }
  }
}
