/**
 * Ridge regression: the minimum of ½‖w‖² + ½ Σ (y − w·x − b)² over the training rows, the intercept b free. Inputs and
 * target are centred, then the normal equations are solved, in whichever of their two forms is smaller: (XᵀX + I) w = Xᵀy,
 * or w = Xᵀ (XXᵀ + I)⁻¹ y. The identity keeps both positive definite.
 * @param inputs [rows × width] row-major
 * @param targets [rows]
 * @param train row numbers, at least 1
 * @returns [width + 1]: weights and intercept
 */
export function ridge(
  inputs: Float32Array,
  width: number,
  targets: ArrayLike<number>,
  train: Uint32Array,
): Float64Array {
  const rows = train.length;
  const means = new Float64Array(width);
  let targetMean = 0;
  for (const row of train) {
    for (let input = 0; input < width; input++) means[input]! += inputs[row * width + input]!;
    targetMean += targets[row]!;
  }
  for (let input = 0; input < width; input++) means[input]! /= rows;
  targetMean /= rows;

  const isWide = width > rows;
  const size = isWide ? rows : width;
  const matrix = new Float64Array(size * size);
  const solution = new Float64Array(size);
  if (isWide) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) matrix[i * size + j] = centredProduct(inputs, width, means, train[i]!, train[j]!);
      solution[i] = targets[train[i]!]! - targetMean;
    }
  } else {
    const centred = new Float64Array(width);
    for (const row of train) {
      for (let input = 0; input < width; input++) centred[input] = inputs[row * width + input]! - means[input]!;
      const target = targets[row]! - targetMean;
      for (let i = 0; i < width; i++) {
        for (let j = 0; j <= i; j++) matrix[i * size + j]! += centred[i]! * centred[j]!;
        solution[i]! += centred[i]! * target;
      }
    }
  }
  for (let i = 0; i < size; i++) matrix[i * size + i]! += 1;
  solveInPlace(matrix, solution);

  const weights = new Float64Array(width + 1);
  if (isWide) {
    train.forEach((row, i) => {
      for (let input = 0; input < width; input++) {
        weights[input]! += solution[i]! * (inputs[row * width + input]! - means[input]!);
      }
    });
  } else {
    weights.set(solution);
  }
  weights[width] = targetMean;
  for (let input = 0; input < width; input++) weights[width]! -= weights[input]! * means[input]!;
  return weights;
}

function centredProduct(inputs: Float32Array, width: number, means: Float64Array, a: number, b: number): number {
  let total = 0;
  for (let input = 0; input < width; input++) {
    total += (inputs[a * width + input]! - means[input]!) * (inputs[b * width + input]! - means[input]!);
  }
  return total;
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
