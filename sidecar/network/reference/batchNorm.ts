/** What a batch normalization keeps between its passes, for `width` features and batches of up to `rows` rows. */
export interface BatchNormMemory {
  readonly width: number;
  readonly epsilon: number;
  /** Weight of the newest batch in the running statistics. */
  readonly momentum: number;
  readonly gain: Float64Array;
  readonly shift: Float64Array;
  readonly runningMean: Float64Array;
  readonly runningVariance: Float64Array;
  /** (x − mean) / √(variance + epsilon) of the last training batch, [rows × width]. */
  readonly normalized: Float64Array;
  /** 1 / √(variance + epsilon) of the last training batch, [width]. */
  readonly inverseDeviation: Float64Array;
}

/**
 * Training: out = gain · (x − mean) / √(variance + epsilon) + shift, with mean and biased variance of each feature over
 * the batch. Moves the running statistics toward mean and unbiased variance, as PyTorch does.
 * @param x, out [rows × width]; out may be x
 * @see Ioffe and Szegedy, ICML 2015, algorithm 1; torch.nn.BatchNorm1d
 */
export function batchNormForward(memory: BatchNormMemory, x: Float64Array, rows: number, out: Float64Array): void {
  const {width, epsilon, momentum, gain, shift, runningMean, runningVariance, normalized, inverseDeviation} = memory;
  for (let j = 0; j < width; j++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += x[row * width + j]!;
    const mean = sum / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += (x[row * width + j]! - mean) * (x[row * width + j]! - mean);
    const variance = squares / rows;
    inverseDeviation[j] = 1 / Math.sqrt(variance + epsilon);

    // One row has no unbiased variance (0 / 0). PyTorch refuses such a batch; a last batch of one row is ordinary here,
    // so it counts with its biased variance, which is 0.
    const unbiased = rows > 1 ? squares / (rows - 1) : variance;
    runningMean[j] = (1 - momentum) * runningMean[j]! + momentum * mean;
    runningVariance[j] = (1 - momentum) * runningVariance[j]! + momentum * unbiased;

    for (let row = 0; row < rows; row++) {
      const at = row * width + j;
      normalized[at] = (x[at]! - mean) * inverseDeviation[j]!;
      out[at] = gain[j]! * normalized[at]! + shift[j]!;
    }
  }
}

/** Evaluation: the same with the running statistics. out may be x. */
export function batchNormEvaluate(memory: BatchNormMemory, x: Float64Array, rows: number, out: Float64Array): void {
  const {width, epsilon, gain, shift, runningMean, runningVariance} = memory;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < width; j++) {
      const deviation = Math.sqrt(runningVariance[j]! + epsilon);
      out[row * width + j] = (gain[j]! * (x[row * width + j]! - runningMean[j]!)) / deviation + shift[j]!;
    }
  }
}

/**
 * The gradients after `batchNormForward`; mean and variance depend on every row of the batch:
 * dX = gain / deviation · (dOut − mean(dOut) − normalized · mean(dOut · normalized)).
 * @param dX [rows × width], or null if not needed
 */
export function batchNormBackward(
  {width, gain, normalized, inverseDeviation}: BatchNormMemory,
  dOut: Float64Array,
  rows: number,
  dGain: Float64Array,
  dShift: Float64Array,
  dX: Float64Array | null,
): void {
  for (let j = 0; j < width; j++) {
    let sum = 0;
    let normalizedSum = 0;
    for (let row = 0; row < rows; row++) {
      sum += dOut[row * width + j]!;
      normalizedSum += dOut[row * width + j]! * normalized[row * width + j]!;
    }
    dShift[j] = sum;
    dGain[j] = normalizedSum;
    if (!dX) continue;
    for (let row = 0; row < rows; row++) {
      const at = row * width + j;
      const centred = dOut[at]! - sum / rows - (normalized[at]! * normalizedSum) / rows;
      dX[at] = gain[j]! * inverseDeviation[j]! * centred;
    }
  }
}
