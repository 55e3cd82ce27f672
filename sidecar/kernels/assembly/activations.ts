/**
 * Activation functions and their derivatives: in float64 and rounded once to float32, as in the plain engine. Relu and
 * linear need no float64 and have their own kernels; relu's value is part of the matrix product.
 */
import {erf, exp, expm1, sigmoid, softplus, tanh} from './elementary';

// The order is that of `activationCodes` in sidecar/network/wasm/activations.ts.
const leakyRelu: i32 = 0;
const elu: i32 = 1;
const selu: i32 = 2;
const gelu: i32 = 3;
const silu: i32 = 4;
const tanhCode: i32 = 5;
const sigmoidCode: i32 = 6;

const leakySlope: f64 = 0.01;
const seluScale: f64 = 1.0507009873554805;
const seluAlpha: f64 = 1.6732632423543772;
const inverseRootTwo: f64 = 0.7071067811865476;
const inverseRootTwoPi: f64 = 0.3989422804014327;

/** out[i] = a(z[i]); out may be z. */
export function activate(code: i32, z: usize, out: usize, count: i32): void {
  const end = z + ((<usize>count) << 2);
  for (; z < end; z += 4) {
    store<f32>(out, <f32>activation(code, <f64>load<f32>(z)));
    out += 4;
  }
}

/** d[i] ← d[i] · a′(z[i]), where y = a(z). */
export function multiplyByDerivative(code: i32, z: usize, y: usize, d: usize, count: i32): void {
  const end = (<usize>count) << 2;
  for (let i: usize = 0; i < end; i += 4) {
    const slope = <f32>derivative(code, <f64>load<f32>(z + i), <f64>load<f32>(y + i));
    store<f32>(d + i, load<f32>(d + i) * slope);
  }
}

/** out[i] = max(z[i], 0); NaN stays. */
export function relu(z: usize, out: usize, count: i32): void {
  const wholeEnd = (<usize>count & ~3) << 2;
  const end = (<usize>count) << 2;
  const zero = f32x4.splat(0);
  let i: usize = 0;
  for (; i < wholeEnd; i += 16) v128.store(out + i, f32x4.max(v128.load(z + i), zero));
  for (; i < end; i += 4) store<f32>(out + i, max<f32>(load<f32>(z + i), 0));
}

/** d[i] ← 0 where y[i] = relu(z[i]) is 0: at the corner the left derivative counts, as in PyTorch. */
export function multiplyByReluDerivative(y: usize, d: usize, count: i32): void {
  const wholeEnd = (<usize>count & ~3) << 2;
  const end = (<usize>count) << 2;
  const zero = f32x4.splat(0);
  let i: usize = 0;
  for (; i < wholeEnd; i += 16) v128.store(d + i, v128.and(v128.load(d + i), f32x4.gt(v128.load(y + i), zero)));
  for (; i < end; i += 4) if (!(load<f32>(y + i) > 0)) store<f32>(d + i, 0);
}

function activation(code: i32, z: f64): f64 {
  switch (code) {
    case leakyRelu:
      return z > 0 ? z : leakySlope * z;
    case elu:
      return z > 0 ? z : expm1(z);
    case selu:
      return seluScale * (z > 0 ? z : seluAlpha * expm1(z));
    case gelu:
      return z * normalShareBelow(z);
    case silu:
      return z * sigmoid(z);
    case tanhCode:
      return tanh(z);
    case sigmoidCode:
      return sigmoid(z);
    default:
      return softplus(z);
  }
}

function derivative(code: i32, z: f64, y: f64): f64 {
  switch (code) {
    case leakyRelu:
      return z > 0 ? 1 : leakySlope;
    case elu:
      return z > 0 ? 1 : exp(z);
    case selu:
      return seluScale * (z > 0 ? 1 : seluAlpha * exp(z));
    case gelu:
      return normalShareBelow(z) + z * inverseRootTwoPi * exp(-0.5 * z * z);
    case silu: {
      const share = sigmoid(z);
      return share * (1 + z * (1 - share));
    }
    case tanhCode:
      return 1 - y * y;
    case sigmoidCode:
      return y * (1 - y);
    default:
      return sigmoid(z);
  }
}

/** The distribution function of the standard normal distribution. */
function normalShareBelow(z: f64): f64 {
  return 0.5 * (1 + erf(z * inverseRootTwo));
}
