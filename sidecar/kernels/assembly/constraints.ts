/**
 * What is done to gradients before an update and to weights after it. Squares are summed in float64, in the order of
 * the plain engine: along a unit's weights, then over the units.
 */
import {panelColumns, panelOffset, panelWidth} from './panels';

/** g += sign · sgn(w) + slope · w, the gradient of l1 · Σ|w| + l2 · Σw², for any count. */
export function addPenalties(w: usize, g: usize, count: i32, sign: f32, slope: f32): void {
  const wholeEnd = (<usize>count & ~3) << 2;
  const end = (<usize>count) << 2;
  const size = f32x4.splat(sign);
  const zero = f32x4.splat(0);
  const signBit = f32x4.splat(-0.0);
  const factor = f32x4.splat(slope);
  let i: usize = 0;
  for (; i < wholeEnd; i += 16) {
    const weight = v128.load(w + i);
    const signed = v128.or(v128.and(size, f32x4.ne(weight, zero)), v128.and(signBit, weight));
    v128.store(g + i, f32x4.add(v128.load(g + i), f32x4.add(signed, f32x4.mul(factor, weight))));
  }
  for (; i < end; i += 4) {
    const weight = load<f32>(w + i);
    const signed = copysign<f32>(weight != 0 ? sign : 0, weight);
    store<f32>(g + i, load<f32>(g + i) + (signed + slope * weight));
  }
}

/** sum + Σ x² over rows [rows × columns]: each row's squares, then the rows, in order. */
export function addSquaresOfRows(sum: f64, x: usize, rows: i32, columns: i32): f64 {
  for (let row = 0; row < rows; row++) {
    sum += squaresOfRow(x, columns);
    x += (<usize>columns) << 2;
  }
  return sum;
}

export function squaresOfRow(x: usize, columns: i32): f64 {
  const end = x + ((<usize>columns) << 2);
  let squares: f64 = 0;
  for (; x < end; x += 4) {
    const value = <f64>load<f32>(x);
    squares += value * value;
  }
  return squares;
}

/**
 * The same for a matrix in panels [inner × columns], whose columns are the rows meant.
 * @param squares room for 32 float64 numbers
 */
export function addSquaresOfPanels(sum: f64, matrix: usize, inner: i32, columns: i32, squares: usize): f64 {
  for (let start = 0; start < columns; start += panelColumns) {
    const width = panelWidth(start, columns);
    writeSquaresOfColumns(matrix + panelOffset(start, inner), inner, width, squares);
    for (let j = 0; j < min(width, columns - start); j++) sum += load<f64>(squares + ((<usize>j) << 3));
  }
  return sum;
}

/** squares[j] = Σ x² of each column of a panel [inner × width], in float64. */
export function writeSquaresOfColumns(panel: usize, inner: i32, width: i32, squares: usize): void {
  for (let j = 0; j < width; j += 8) {
    writeSquaresOfEightColumns(panel + ((<usize>j) << 2), inner, (<usize>width) << 2, squares + ((<usize>j) << 3));
  }
}

/** Eight at a time: one alone would wait for its own additions. */
export function writeSquaresOfEightColumns(x: usize, inner: i32, stride: usize, squares: usize): void {
  let sum01 = f64x2.splat(0);
  let sum23 = sum01;
  let sum45 = sum01;
  let sum67 = sum01;
  for (let k = 0; k < inner; k++) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    sum01 = addTwoSquares(sum01, low);
    sum23 = addTwoSquares(sum23, v128.shuffle<f32>(low, low, 2, 3, 2, 3));
    sum45 = addTwoSquares(sum45, high);
    sum67 = addTwoSquares(sum67, v128.shuffle<f32>(high, high, 2, 3, 2, 3));
    x += stride;
  }
  v128.store(squares, sum01);
  v128.store(squares, sum23, 16);
  v128.store(squares, sum45, 32);
  v128.store(squares, sum67, 48);
}

// @ts-ignore: decorator
@inline
function addTwoSquares(sums: v128, values: v128): v128 {
  const two = f64x2.promote_low_f32x4(values);
  return f64x2.add(sums, f64x2.mul(two, two));
}

/** x[i] ← factor · x[i], for any count. */
export function scale(x: usize, count: i32, factor: f32): void {
  const wholeEnd = x + ((<usize>count & ~3) << 2);
  const end = x + ((<usize>count) << 2);
  const f = f32x4.splat(factor);
  for (; x < wholeEnd; x += 16) v128.store(x, f32x4.mul(v128.load(x), f));
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) * factor);
}

/** Scales each row of weight [units × inputs] whose L2 norm is above maxNorm back to it. */
export function boundRowNorms(weight: usize, units: i32, inputs: i32, maxNorm: f64): void {
  for (let unit = 0; unit < units; unit++) {
    const norm = sqrt(squaresOfRow(weight, inputs));
    if (!(norm <= maxNorm)) scale(weight, inputs, <f32>(maxNorm / norm));
    weight += (<usize>inputs) << 2;
  }
}

/**
 * The same for one panel [inputs × width], whose columns are the units.
 * @param squares room for 32 float64 numbers
 */
export function boundPanelNorms(panel: usize, inputs: i32, width: i32, maxNorm: f64, squares: usize): void {
  writeSquaresOfColumns(panel, inputs, width, squares);
  for (let j = 0; j < width; j++) {
    const norm = sqrt(load<f64>(squares + ((<usize>j) << 3)));
    if (!(norm <= maxNorm)) scaleColumn(panel + ((<usize>j) << 2), inputs, (<usize>width) << 2, <f32>(maxNorm / norm));
  }
}

export function scaleColumn(x: usize, inner: i32, stride: usize, factor: f32): void {
  for (let k = 0; k < inner; k++) {
    store<f32>(x, load<f32>(x) * factor);
    x += stride;
  }
}
