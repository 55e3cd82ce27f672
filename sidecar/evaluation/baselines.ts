/**
 * What a network must beat: the prediction without any inputs, and the linear model. Predictions have the layout of
 * `metrics.ts`: for two classes the probability of class 1 for each test row, for more [test rows × classes], for a real
 * target its values.
 */
import {exp, log, log1p, sigmoid} from '../kernels/elementary.ts';
import {eachRow, type Inputs} from './eachRow.ts';
import {minimize} from './lbfgs.ts';
import {ridge} from './ridge.ts';

/** Rows as a baseline reads them. */
export interface BaselineData {
  /** Encoded, and scaled on the training rows. */
  readonly inputs: Inputs;
  readonly width: number;
  /** [rows]: class index, or a real. */
  readonly targets: ArrayLike<number>;
  /** Number of classes, ≥ 2; null: the target is real. */
  readonly classes: number | null;
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Predicts, for every test row, the share of each class in the training rows, so that its accuracy is that of always
 * naming the majority (of two equally frequent ones, the first).
 */
export function majorityBaseline(
  targets: ArrayLike<number>,
  classes: number,
  train: Uint32Array,
  test: Uint32Array,
): Float64Array {
  const counts = new Float64Array(classes);
  for (const row of train) counts[targets[row]!]!++;
  const shares = counts.map(count => count / train.length);
  const predicted = classes === 2 ? shares.subarray(1) : shares;
  return Float64Array.from({length: test.length * predicted.length}, (_, at) => predicted[at % predicted.length]!);
}

/** Predicts, for every test row, the mean of the training rows: r2 is about 0. */
export function meanBaseline(targets: ArrayLike<number>, train: Uint32Array, test: Uint32Array): Float64Array {
  let total = 0;
  for (const row of train) total += targets[row]!;
  return new Float64Array(test.length).fill(total / train.length);
}

/**
 * Logistic, multinomial or ridge regression with scikit-learn's default penalty: ½‖w‖² + C · Σ loss with C = 1, the
 * intercept free; for a real target the loss is ½(y − ŷ)², so that it is Ridge with alpha = 1.
 * @throws RangeError if inputs are not [rows × width]
 */
export function linearBaseline(data: BaselineData): Float64Array {
  const {inputs, width, targets, classes, train, test} = data;
  if (typeof inputs !== 'function' && inputs.length !== targets.length * width) {
    throw new RangeError(`inputs must be of length ${targets.length * width}, got ${inputs.length}`);
  }
  if (classes === null) return linearValues(ridge(inputs, width, targets, train), inputs, width, test);
  const outputs = classes === 2 ? 1 : classes;
  const weights = fitClassifier(data, outputs);
  const predicted = new Float64Array(test.length * outputs);
  const logits = new Float64Array(outputs);
  let done = 0;
  eachRow(inputs, width, test, (values, at) => {
    linear(weights, values, width, at, logits);
    if (outputs === 1) logits[0] = sigmoid(logits[0]!);
    else softmax(logits);
    predicted.set(logits, done++ * outputs);
  });
  return predicted;
}

/**
 * Weights of the logistic (outputs 1) or multinomial (outputs = classes) model, [outputs × (width + 1)], of each output
 * the inputs' weights and then the intercept. The penalised gradient is 0 to 1e-5 for each row, or 100 iterations are over.
 */
export function fitClassifier(data: BaselineData, outputs: number): Float64Array {
  const weights = new Float64Array(outputs * (data.width + 1));
  minimize(classifierObjective(data, outputs), weights, {iterations: 100, tolerance: 1e-5});
  return weights;
}

/** (½‖w‖² + Σ cross-entropy) / training rows, and its gradient. */
export function classifierObjective(
  {inputs, width, targets, train}: BaselineData,
  outputs: number,
): (weights: Float64Array, gradient: Float64Array) => number {
  const logits = new Float64Array(outputs);
  return (weights, gradient) => {
    gradient.fill(0);
    let total = 0;
    eachRow(inputs, width, train, (values, at, row) => {
      linear(weights, values, width, at, logits);
      total += outputs === 1 ? logisticLoss(logits, targets[row]!) : softmaxLoss(logits, targets[row]!);
      for (let output = 0; output < outputs; output++) {
        const dLogit = logits[output]!;
        const start = output * (width + 1);
        for (let input = 0; input < width; input++) gradient[start + input]! += dLogit * values[at + input]!;
        gradient[start + width]! += dLogit;
      }
    });
    for (let output = 0; output < outputs; output++) {
      const start = output * (width + 1);
      for (let at = start; at < start + width; at++) {
        total += (weights[at]! * weights[at]!) / 2;
        gradient[at]! += weights[at]!;
      }
    }
    for (let at = 0; at < gradient.length; at++) gradient[at]! /= train.length;
    return total / train.length;
  };
}

/** out[o] = weights of o · inputs from `at` + intercept of o. */
function linear(weights: Float64Array, inputs: Float32Array, width: number, at: number, out: Float64Array): void {
  for (let output = 0; output < out.length; output++) {
    const start = output * (width + 1);
    let total = weights[start + width]!;
    for (let input = 0; input < width; input++) total += weights[start + input]! * inputs[at + input]!;
    out[output] = total;
  }
}

function linearValues(weights: Float64Array, inputs: Inputs, width: number, rows: Uint32Array): Float64Array {
  const out = new Float64Array(1);
  const values = new Float64Array(rows.length);
  let done = 0;
  eachRow(inputs, width, rows, (block, at) => {
    linear(weights, block, width, at, out);
    values[done++] = out[0]!;
  });
  return values;
}

/** Cross-entropy of one logit, which is replaced by its derivative. */
function logisticLoss(logits: Float64Array, target: number): number {
  const logit = logits[0]!;
  logits[0] = sigmoid(logit) - target;
  // ln(1 + e^z) − y·z without overflow.
  return Math.max(logit, 0) + log1p(exp(-Math.abs(logit))) - target * logit;
}

/** Cross-entropy of the logits, which are replaced by their derivatives. */
function softmaxLoss(logits: Float64Array, target: number): number {
  const logit = logits[target]!;
  const logSum = softmax(logits);
  logits[target]! -= 1;
  return logSum - logit;
}

/** Replaces logits by probabilities. @returns ln Σ e^logit */
function softmax(logits: Float64Array): number {
  let largest = logits[0]!;
  for (let each = 1; each < logits.length; each++) largest = Math.max(largest, logits[each]!);
  let total = 0;
  for (let each = 0; each < logits.length; each++) {
    logits[each] = exp(logits[each]! - largest);
    total += logits[each]!;
  }
  for (let each = 0; each < logits.length; each++) logits[each]! /= total;
  return largest + log(total);
}
