/** What a layer normalization keeps between its passes, for `width` features and batches of up to `rows` rows. */
export interface LayerNormMemory {
  readonly width: number;
  readonly epsilon: number;
  readonly gain: Float64Array;
  readonly shift: Float64Array;
  /** (x − mean) / √(variance + epsilon), [rows × width]. */
  readonly normalized: Float64Array;
  /** 1 / √(variance + epsilon), [rows]. */
  readonly inverseDeviation: Float64Array;
}

/**
 * out = gain · (x − mean) / √(variance + epsilon) + shift, with mean and biased variance over the features of each row;
 * the same in training and in evaluation.
 * @param x, out [rows × width]; out may be x
 * @see Ba, Kiros, Hinton 2016, arXiv 1607.06450, eq. 4; torch.nn.LayerNorm
 */
export function layerNormForward(memory: LayerNormMemory, x: Float64Array, rows: number, out: Float64Array): void {
  const {width, epsilon, gain, shift, normalized, inverseDeviation} = memory;
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let sum = 0;
    for (let j = 0; j < width; j++) sum += x[start + j]!;
    const mean = sum / width;
    let squares = 0;
    for (let j = 0; j < width; j++) squares += (x[start + j]! - mean) * (x[start + j]! - mean);
    inverseDeviation[row] = 1 / Math.sqrt(squares / width + epsilon);
    for (let j = 0; j < width; j++) {
      normalized[start + j] = (x[start + j]! - mean) * inverseDeviation[row]!;
      out[start + j] = gain[j]! * normalized[start + j]! + shift[j]!;
    }
  }
}

/**
 * With d = gain · dOut: dX = (d − mean(d) − normalized · mean(d · normalized)) / deviation, means over the features.
 * @param dX [rows × width], or null if not needed
 */
export function layerNormBackward(
  {width, gain, normalized, inverseDeviation}: LayerNormMemory,
  dOut: Float64Array,
  rows: number,
  dGain: Float64Array,
  dShift: Float64Array,
  dX: Float64Array | null,
): void {
  dGain.fill(0);
  dShift.fill(0);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let sum = 0;
    let normalizedSum = 0;
    for (let j = 0; j < width; j++) {
      dShift[j]! += dOut[start + j]!;
      dGain[j]! += dOut[start + j]! * normalized[start + j]!;
      sum += gain[j]! * dOut[start + j]!;
      normalizedSum += gain[j]! * dOut[start + j]! * normalized[start + j]!;
    }
    if (!dX) continue;
    for (let j = 0; j < width; j++) {
      const d = gain[j]! * dOut[start + j]!;
      dX[start + j] = inverseDeviation[row]! * (d - sum / width - (normalized[start + j]! * normalizedSum) / width);
    }
  }
}
