/**
 * Losses, their gradients and a network's answers, in float64 from float32 logits: operation for operation the plain
 * engine's. logits and dLogits are [rows × outputs], targets and weights [rows].
 */
import {exp, log, log1p, sigmoid} from './elementary';

// The order is that of `lossCodes` in sidecar/network/wasm/loss.ts.
const binaryCrossEntropy: i32 = 0;
const crossEntropy: i32 = 1;
const meanSquaredError: i32 = 2;
const meanAbsoluteError: i32 = 3;

/** The mean loss Σ w·l / Σ w of a batch; writes its gradient to dLogits. @param powers room for outputs float64 numbers */
export function lossAndGradient(
  code: i32,
  logits: usize,
  targets: usize,
  weights: usize,
  rows: i32,
  outputs: i32,
  powers: usize,
  dLogits: usize,
): f64 {
  let weightSum: f64 = 0;
  for (let row = 0; row < rows; row++) weightSum += <f64>load<f32>(weights + ((<usize>row) << 2));
  let sum: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>load<f32>(weights);
    const target = load<f32>(targets);
    sum += weight * rowLoss(code, logits, target, weight / weightSum, outputs, powers, dLogits);
    weights += 4;
    targets += 4;
    logits += (<usize>outputs) << 2;
    dLogits += (<usize>outputs) << 2;
  }
  return sum / weightSum;
}

/** The loss of one row; writes its gradient, times share. */
function rowLoss(code: i32, logits: usize, target: f32, share: f64, outputs: i32, powers: usize, dLogits: usize): f64 {
  if (code == crossEntropy) return rowCrossEntropy(logits, <i32>target, share, outputs, powers, dLogits);
  const z = <f64>load<f32>(logits);
  const wanted = <f64>target;
  if (code == binaryCrossEntropy) return rowBinaryCrossEntropy(z, wanted, share, dLogits);
  store<f32>(dLogits, <f32>(share * scalarDerivative(code, z, wanted)));
  return scalarLoss(code, z, wanted);
}

/** The loss and the sigmoid of its derivative have the one power in common. */
function rowBinaryCrossEntropy(z: f64, target: f64, share: f64, dLogits: usize): f64 {
  const power = exp(-abs(z));
  const probability = (z >= 0 ? 1 : power) / (1 + power);
  store<f32>(dLogits, <f32>(share * (probability - target)));
  return max<f64>(z, 0) - z * target + log1p(power);
}

function rowCrossEntropy(logits: usize, target: i32, share: f64, outputs: i32, powers: usize, dLogits: usize): f64 {
  const largest = largestOf(logits, outputs);
  const sum = writePowers(logits, largest, outputs, powers);
  for (let j = 0; j < outputs; j++) {
    const probability = load<f64>(powers + ((<usize>j) << 3)) / sum;
    const wanted: f64 = j == target ? 1 : 0;
    store<f32>(dLogits + ((<usize>j) << 2), <f32>(share * (probability - wanted)));
  }
  return log(sum) + largest - <f64>load<f32>(logits + ((<usize>target) << 2));
}

function scalarLoss(code: i32, z: f64, target: f64): f64 {
  const apart = z - target;
  switch (code) {
    case meanSquaredError:
      return apart * apart;
    case meanAbsoluteError:
      return abs(apart);
    default:
      return abs(apart) <= 1 ? 0.5 * apart * apart : abs(apart) - 0.5;
  }
}

function scalarDerivative(code: i32, z: f64, target: f64): f64 {
  const apart = z - target;
  switch (code) {
    case meanSquaredError:
      return 2 * apart;
    case meanAbsoluteError:
      return signOf(apart);
    default:
      return abs(apart) <= 1 ? apart : signOf(apart);
  }
}

/** −1, 0 or 1; NaN of NaN. */
// @ts-ignore: decorator
@inline
function signOf(x: f64): f64 {
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

/** What a network answers, in float64: the probability of class 1, or that of each class, or the value. [rows × outputs] */
export function writeAnswers(code: i32, logits: usize, rows: i32, outputs: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    if (code == crossEntropy) writeSoftmax(logits, outputs, out);
    else {
      const z = <f64>load<f32>(logits);
      store<f64>(out, code == binaryCrossEntropy ? sigmoid(z) : z);
    }
    logits += (<usize>outputs) << 2;
    out += (<usize>outputs) << 3;
  }
}

function writeSoftmax(logits: usize, outputs: i32, out: usize): void {
  const sum = writePowers(logits, largestOf(logits, outputs), outputs, out);
  const end = out + ((<usize>outputs) << 3);
  for (; out < end; out += 8) store<f64>(out, load<f64>(out) / sum);
}

/** powers[j] = e^(logits[j] − largest). @returns their sum */
function writePowers(logits: usize, largest: f64, outputs: i32, powers: usize): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < outputs; j++) {
    const power = exp(<f64>load<f32>(logits + ((<usize>j) << 2)) - largest);
    store<f64>(powers + ((<usize>j) << 3), power);
    sum += power;
  }
  return sum;
}

function largestOf(values: usize, count: i32): f64 {
  let largest = load<f32>(values);
  for (let j = 1; j < count; j++) {
    const value = load<f32>(values + ((<usize>j) << 2));
    if (value > largest) largest = value;
  }
  return <f64>largest;
}
