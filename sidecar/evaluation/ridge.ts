import {eachRow, type Inputs} from './eachRow.ts';

/**
 * Ridge regression: the minimum of ½‖w‖² + ½ Σ (y − w·x − b)² over the training rows, the intercept b free. Inputs and
 * target are centred, then the normal equations are solved, in whichever of their two forms is smaller: (XᵀX + I) w = Xᵀy,
 * or w = Xᵀ (XXᵀ + I)⁻¹ y. The identity keeps both positive definite.
 * @param targets [rows]
 * @param train row numbers, at least 1
 * @returns [width + 1]: weights and intercept
 */
export function ridge(inputs: Inputs, width: number, targets: ArrayLike<number>, train: Uint32Array): Float64Array {
  const means = new Float64Array(width);
  let targetMean = 0;
  eachRow(inputs, width, train, (values, at, row) => {
    for (let input = 0; input < width; input++) means[input]! += values[at + input]!;
    targetMean += targets[row]!;
  });
  for (let input = 0; input < width; input++) means[input]! /= train.length;
  targetMean /= train.length;

  const centred = {inputs, width, means, targets, targetMean, train};
  const weights = new Float64Array(width + 1);
  weights.set(width > train.length ? solveByRows(centred) : solveByInputs(centred));
  weights[width] = targetMean;
  for (let input = 0; input < width; input++) weights[width]! -= weights[input]! * means[input]!;
  return weights;
}

interface Centred {
  readonly inputs: Inputs;
  readonly width: number;
  readonly means: Float64Array;
  readonly targets: ArrayLike<number>;
  readonly targetMean: number;
  readonly train: Uint32Array;
}

/** w = Xᵀ (XXᵀ + I)⁻¹ y. There are so few rows that all of them are kept. */
function solveByRows({inputs, width, means, targets, targetMean, train}: Centred): Float64Array {
  const size = train.length;
  const rows = new Float64Array(size * width);
  let done = 0;
  eachRow(inputs, width, train, (values, at) => {
    for (let input = 0; input < width; input++) rows[done++] = values[at + input]! - means[input]!;
  });
  const matrix = new Float64Array(size * size);
  const solution = Float64Array.from(train, row => targets[row]! - targetMean);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let input = 0; input < width; input++) product += rows[i * width + input]! * rows[j * width + input]!;
      matrix[i * size + j] = product + (i === j ? 1 : 0);
    }
  }
  solveInPlace(matrix, solution);
  const weights = new Float64Array(width);
  for (let i = 0; i < size; i++) {
    for (let input = 0; input < width; input++) weights[input]! += solution[i]! * rows[i * width + input]!;
  }
  return weights;
}

/** (XᵀX + I) w = Xᵀy. */
function solveByInputs({inputs, width, means, targets, targetMean, train}: Centred): Float64Array {
  const matrix = new Float64Array(width * width);
  const solution = new Float64Array(width);
  const centred = new Float64Array(width);
  eachRow(inputs, width, train, (values, at, row) => {
    for (let input = 0; input < width; input++) centred[input] = values[at + input]! - means[input]!;
    const target = targets[row]! - targetMean;
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) matrix[i * width + j]! += centred[i]! * centred[j]!;
      solution[i]! += centred[i]! * target;
    }
  });
  for (let i = 0; i < width; i++) matrix[i * width + i]! += 1;
  solveInPlace(matrix, solution);
  return solution;
}

/** Cholesky: A = L·Lᵀ replaces the lower triangle, and the solution of A·x = b replaces b. A is positive definite. */
function solveInPlace(matrix: Float64Array, b: Float64Array): void {
  const size = b.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= matrix[i * size + k]! * matrix[j * size + k]!;
      matrix[i * size + j] = i === j ? Math.sqrt(rest) : rest / matrix[j * size + j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) b[i]! -= matrix[i * size + k]! * b[k]!;
    b[i]! /= matrix[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) b[i]! -= matrix[k * size + i]! * b[k]!;
    b[i]! /= matrix[i * size + i]!;
  }
}
