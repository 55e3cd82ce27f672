import type {BatchNormPlan, LayerNormPlan} from '../plan.ts';
import type {Parameter, ParameterOf, PlainLayer} from './layer.ts';

/**
 * gain · (x − mean) / √(variance + epsilon) + shift, over the rows of the batch for each feature (Ioffe and Szegedy
 * 2015) or over the features of each row (Ba, Kiros, Hinton 2016). Means and variances are summed in float64, in
 * order, and rounded once: they are few, and a variance is a small difference of large numbers.
 */
export function batchNormLayer(plan: BatchNormPlan, parameterOf: ParameterOf, batchSize: number): PlainLayer {
  const {inputs, momentum, epsilon} = plan;
  const parts = normalizationParts(parameterOf, batchSize, inputs);
  const {gain, shift, normalized, output} = parts;
  const runningMean = parameterOf('runningMean').value;
  const runningVariance = parameterOf('runningVariance').value;
  const inverseDeviation = new Float64Array(inputs);

  return {
    output,
    train(input, rows) {
      for (let j = 0; j < inputs; j++) {
        const {mean, variance} = statistics(input, j, inputs, rows, parts);
        inverseDeviation[j] = 1 / Math.sqrt(variance + epsilon);
        for (let row = 0; row < rows; row++) {
          const at = row * inputs + j;
          normalized[at] = (input[at]! - mean) * inverseDeviation[j]!;
        }
        runningMean[j] = (1 - momentum) * runningMean[j]! + momentum * mean;
        // The running variance is the unbiased one, as in PyTorch; a batch of one row has none and counts as it is.
        const unbiased = rows > 1 ? (variance * rows) / (rows - 1) : variance;
        runningVariance[j] = (1 - momentum) * runningVariance[j]! + momentum * unbiased;
      }
      scaleAndShift(parts, rows);
    },
    evaluate(input, rows) {
      for (let j = 0; j < inputs; j++) {
        const inverse = 1 / Math.sqrt(runningVariance[j]! + epsilon);
        for (let row = 0; row < rows; row++) {
          const at = row * inputs + j;
          normalized[at] = (input[at]! - runningMean[j]!) * inverse;
        }
      }
      scaleAndShift(parts, rows);
    },
    backward(dOutput, rows, dInput) {
      for (let j = 0; j < inputs; j++) {
        let dShift = 0;
        let dGain = 0;
        for (let row = 0; row < rows; row++) {
          const at = row * inputs + j;
          dShift += dOutput[at]!;
          dGain += dOutput[at]! * normalized[at]!;
        }
        shift.gradient[j] = dShift;
        gain.gradient[j] = dGain;
        if (!dInput) continue;
        const factor = (gain.value[j]! * inverseDeviation[j]!) / rows;
        for (let row = 0; row < rows; row++) {
          const at = row * inputs + j;
          dInput[at] = factor * (rows * dOutput[at]! - dShift - normalized[at]! * dGain);
        }
      }
    },
  };
}

export function layerNormLayer(plan: LayerNormPlan, parameterOf: ParameterOf, batchSize: number): PlainLayer {
  const {inputs, epsilon} = plan;
  const parts = normalizationParts(parameterOf, batchSize, inputs);
  const {gain, shift, normalized, output} = parts;
  const inverseDeviation = new Float64Array(batchSize);

  function train(input: Float32Array, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const start = row * inputs;
      const {mean, variance} = statistics(input, start, 1, inputs, parts);
      inverseDeviation[row] = 1 / Math.sqrt(variance + epsilon);
      for (let j = 0; j < inputs; j++) normalized[start + j] = (input[start + j]! - mean) * inverseDeviation[row]!;
    }
    scaleAndShift(parts, rows);
  }

  return {
    output,
    train,
    evaluate: train,
    backward(dOutput, rows, dInput) {
      for (let j = 0; j < inputs; j++) {
        let dShift = 0;
        let dGain = 0;
        for (let row = 0; row < rows; row++) {
          dShift += dOutput[row * inputs + j]!;
          dGain += dOutput[row * inputs + j]! * normalized[row * inputs + j]!;
        }
        shift.gradient[j] = dShift;
        gain.gradient[j] = dGain;
      }
      if (!dInput) return;
      for (let row = 0; row < rows; row++) {
        const start = row * inputs;
        let sum = 0;
        let sumNormalized = 0;
        for (let j = 0; j < inputs; j++) {
          const dNormalized = dOutput[start + j]! * gain.value[j]!;
          sum += dNormalized;
          sumNormalized += dNormalized * normalized[start + j]!;
        }
        const factor = inverseDeviation[row]! / inputs;
        for (let j = 0; j < inputs; j++) {
          const dNormalized = dOutput[start + j]! * gain.value[j]!;
          dInput[start + j] = factor * (inputs * dNormalized - sum - normalized[start + j]! * sumNormalized);
        }
      }
    },
  };
}

interface NormalizationParts {
  readonly gain: Parameter;
  readonly shift: Parameter;
  /** (x − mean) / √(variance + epsilon), [batch × inputs]. */
  readonly normalized: Float32Array;
  readonly output: Float32Array;
  /** What `statistics` found last; kept here so that a step allocates nothing. */
  mean: number;
  variance: number;
}

function normalizationParts(parameterOf: ParameterOf, batchSize: number, inputs: number): NormalizationParts {
  return {
    gain: parameterOf('gain'),
    shift: parameterOf('shift'),
    normalized: new Float32Array(batchSize * inputs),
    output: new Float32Array(batchSize * inputs),
    mean: 0,
    variance: 0,
  };
}

/** Mean and biased variance of x[first + i · stride], 0 ≤ i < count, in two passes. */
function statistics(
  x: Float32Array,
  first: number,
  stride: number,
  count: number,
  parts: NormalizationParts,
): {mean: number; variance: number} {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[first + i * stride]!;
  parts.mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const apart = x[first + i * stride]! - parts.mean;
    squares += apart * apart;
  }
  parts.variance = squares / count;
  return parts;
}

function scaleAndShift({gain, shift, normalized, output}: NormalizationParts, rows: number): void {
  const inputs = gain.value.length;
  for (let row = 0; row < rows; row++) {
    const start = row * inputs;
    for (let j = 0; j < inputs; j++) {
      output[start + j] = Math.fround(gain.value[j]! * normalized[start + j]!) + shift.value[j]!;
    }
  }
}
