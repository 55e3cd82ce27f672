/**
 * The one inner loop of sparse products: a sum of rows of a panel,
 *
 *   out[j] (+)= Σ_n value[n] · panel[index[n]][j],   n in order of the list, 0 ≤ j < width.
 *
 * It serves the forward pass, the input gradient and the weight gradient. Each entry of a list is {index: u32,
 * value: f32}. Leaving out a zero changes no bit: a sum that begins at +0 is never −0, so adding ±0 leaves it as it is.
 * One function for each panel width, so that the stride is a shift and all sums stay in registers: with eight vectors
 * of sums an entry's two loads are shared by eight products. Exported only so that they are not inlined (see tiles.ts).
 *
 * With `continues` the sums go on from out, else they begin at +0.
 */
import {multiplyAdd} from './multiplyAdd';

// @ts-ignore: decorator
@inline
export function sumRows(width: i32, list: usize, count: i32, panel: usize, out: usize, continues: bool): void {
  if (width == 32) sumRows32(list, count, panel, out, continues);
  else if (width == 24) sumRows24(list, count, panel, out, continues);
  else if (width == 16) sumRows16(list, count, panel, out, continues);
  else sumRows8(list, count, panel, out, continues);
}

export function sumRows8(list: usize, count: i32, panel: usize, out: usize, continues: bool): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  if (continues) {
    s0 = v128.load(out);
    s1 = v128.load(out, 16);
  }
  const end = list + ((<usize>count) << 3);
  if (count > 0) {
    do {
      const row = panel + ((<usize>load<u32>(list)) << 5);
      const value = v128.load_splat<f32>(list, 4);
      s0 = multiplyAdd(value, v128.load(row), s0);
      s1 = multiplyAdd(value, v128.load(row, 16), s1);
      list += 8;
    } while (list < end);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}

export function sumRows16(list: usize, count: i32, panel: usize, out: usize, continues: bool): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  if (continues) {
    s0 = v128.load(out);
    s1 = v128.load(out, 16);
    s2 = v128.load(out, 32);
    s3 = v128.load(out, 48);
  }
  const end = list + ((<usize>count) << 3);
  if (count > 0) {
    do {
      const row = panel + ((<usize>load<u32>(list)) << 6);
      const value = v128.load_splat<f32>(list, 4);
      s0 = multiplyAdd(value, v128.load(row), s0);
      s1 = multiplyAdd(value, v128.load(row, 16), s1);
      s2 = multiplyAdd(value, v128.load(row, 32), s2);
      s3 = multiplyAdd(value, v128.load(row, 48), s3);
      list += 8;
    } while (list < end);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

export function sumRows24(list: usize, count: i32, panel: usize, out: usize, continues: bool): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  if (continues) {
    s0 = v128.load(out);
    s1 = v128.load(out, 16);
    s2 = v128.load(out, 32);
    s3 = v128.load(out, 48);
    s4 = v128.load(out, 64);
    s5 = v128.load(out, 80);
  }
  const end = list + ((<usize>count) << 3);
  if (count > 0) {
    do {
      const row = panel + <usize>load<u32>(list) * 96;
      const value = v128.load_splat<f32>(list, 4);
      s0 = multiplyAdd(value, v128.load(row), s0);
      s1 = multiplyAdd(value, v128.load(row, 16), s1);
      s2 = multiplyAdd(value, v128.load(row, 32), s2);
      s3 = multiplyAdd(value, v128.load(row, 48), s3);
      s4 = multiplyAdd(value, v128.load(row, 64), s4);
      s5 = multiplyAdd(value, v128.load(row, 80), s5);
      list += 8;
    } while (list < end);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
  v128.store(out, s4, 64);
  v128.store(out, s5, 80);
}

export function sumRows32(list: usize, count: i32, panel: usize, out: usize, continues: bool): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  if (continues) {
    s0 = v128.load(out);
    s1 = v128.load(out, 16);
    s2 = v128.load(out, 32);
    s3 = v128.load(out, 48);
    s4 = v128.load(out, 64);
    s5 = v128.load(out, 80);
    s6 = v128.load(out, 96);
    s7 = v128.load(out, 112);
  }
  const end = list + ((<usize>count) << 3);
  if (count > 0) {
    do {
      const row = panel + ((<usize>load<u32>(list)) << 7);
      const value = v128.load_splat<f32>(list, 4);
      s0 = multiplyAdd(value, v128.load(row), s0);
      s1 = multiplyAdd(value, v128.load(row, 16), s1);
      s2 = multiplyAdd(value, v128.load(row, 32), s2);
      s3 = multiplyAdd(value, v128.load(row, 48), s3);
      s4 = multiplyAdd(value, v128.load(row, 64), s4);
      s5 = multiplyAdd(value, v128.load(row, 80), s5);
      s6 = multiplyAdd(value, v128.load(row, 96), s6);
      s7 = multiplyAdd(value, v128.load(row, 112), s7);
      list += 8;
    } while (list < end);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
  v128.store(out, s4, 64);
  v128.store(out, s5, 80);
  v128.store(out, s6, 96);
  v128.store(out, s7, 112);
}
