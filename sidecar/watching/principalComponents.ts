/** A direction of unit length in which rows spread. */
export interface Component {
  /** [width] */
  readonly vector: Float64Array;
  /** Share of the whole variance. */
  readonly share: number;
}

const MOST_ITERATIONS = 300;
const TOLERANCE = 1e-9;

/**
 * The directions of largest variance, by power iteration on the covariance, each found direction taken out of the next.
 * Signs are such that the largest element is positive, so that the same data always look the same.
 * @param inputs [rows × width] row-major @param count ≤ width, else directions of no variance are among them
 */
export function principalComponents(inputs: Float32Array, width: number, count: number) {
  const rows = inputs.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < inputs.length; i++) mean[i % width]! += inputs[i]! / rows;
  let total = 0;
  for (let i = 0; i < inputs.length; i++) total += (inputs[i]! - mean[i % width]!) ** 2;
  const components: Component[] = [];
  while (components.length < count) {
    let vector = normalized(
      without(
        components,
        // Any start will do that is not at right angles to what is sought; no two elements are alike.
        Float64Array.from({length: width}, (_, i) => 1 + 1 / (i + 2)),
      ),
    );
    let variance = 0;
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      const next = without(components, timesCovariance(inputs, mean, vector));
      variance = Math.hypot(...next);
      const unit = normalized(next);
      const change = unit.reduce((sum, value, i) => sum + (value - vector[i]!) ** 2, 0);
      vector = unit;
      if (change < TOLERANCE * TOLERANCE) break;
    }
    components.push({vector: pointed(vector), share: total === 0 ? 0 : variance / total});
  }
  return {mean, components};
}

/** Σ over rows of (x − mean) · ((x − mean) · vector): the covariance but for its divisor. */
function timesCovariance(inputs: Float32Array, mean: Float64Array, vector: Float64Array): Float64Array {
  const width = mean.length;
  const out = new Float64Array(width);
  for (let start = 0; start < inputs.length; start += width) {
    let product = 0;
    for (let i = 0; i < width; i++) product += (inputs[start + i]! - mean[i]!) * vector[i]!;
    for (let i = 0; i < width; i++) out[i]! += (inputs[start + i]! - mean[i]!) * product;
  }
  return out;
}

function without(components: readonly Component[], vector: Float64Array): Float64Array {
  for (const {vector: taken} of components) {
    const product = vector.reduce((sum, value, i) => sum + value * taken[i]!, 0);
    vector = vector.map((value, i) => value - product * taken[i]!);
  }
  return vector;
}

function normalized(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map(value => value / length);
}

function pointed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? vector.map(value => -value) : vector;
}
