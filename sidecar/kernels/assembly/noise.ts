/**
 * The random factors of dropout and its relatives, and their products. The word of element i below a key is that of
 * `maskWord` in sidecar/kernels/random.ts, four at a time; i is the logical index row · units + unit, so a mask does not
 * depend on any layout.
 */
import {exp, log, log1p, normalQuantile, sigmoid} from './elementary';

/** factors[i] = 0 where word i is at most lastDropped, else kept. For any count; up to 3 more are written. */
export function drawMask(low: u32, high: u32, lastDropped: u32, kept: f32, count: i32, factors: usize): void {
  const end = factors + ((<usize>count) << 2);
  const highs = i32x4.splat(high);
  const last = i32x4.splat(lastDropped);
  const factor = f32x4.splat(kept);
  let index = i32x4.add(i32x4.splat(low), i32x4(0, 1, 2, 3));
  for (; factors < end; factors += 16) {
    const word = mixFour(v128.xor(mixFour(index), highs));
    v128.store(factors, v128.andnot(factor, i32x4.le_u(word, last)));
    index = i32x4.add(index, i32x4.splat(4));
  }
}

/** factors[i] = value, for any count; up to 3 more are written. */
export function fill(factors: usize, value: f32, count: i32): void {
  const end = factors + ((<usize>count) << 2);
  for (; factors < end; factors += 16) v128.store(factors, f32x4.splat(value));
}

/** factors[i] = 1 + deviation · Φ⁻¹(u), u the middle of the interval that word i stands for. */
export function drawGaussian(low: u32, high: u32, deviation: f64, count: i32, factors: usize): void {
  for (let i = 0; i < count; i++) {
    const word = mix(mix(<u32>i + low) ^ high);
    const factor = 1 + deviation * normalQuantile((<f64>word + 0.5) / 4294967296.0);
    store<f32>(factors + ((<usize>i) << 2), <f32>factor);
  }
}

/** noise[i] = log(u / (1 − u)), u the middle of the interval that word i stands for. */
export function drawLogistic(low: u32, high: u32, count: i32, noise: usize): void {
  for (let i = 0; i < count; i++) {
    const word = mix(mix(<u32>i + low) ^ high);
    const u = (<f64>word + 0.5) / 4294967296.0;
    store<f32>(noise + ((<usize>i) << 2), <f32>(log(u) - log1p(-u)));
  }
}

/**
 * Concrete dropout with the rate p = σ(logit): z[i] = σ((logit + noise[i]) / temperature), the degree to which a unit is
 * dropped, and factors[i] = (1 − z[i]) / (1 − p).
 */
export function writeConcreteFactors(
  noise: usize,
  logit: f64,
  temperature: f64,
  count: i32,
  z: usize,
  factors: usize,
): void {
  const scale = 1 + exp(logit);
  const end = (<usize>count) << 2;
  for (let i: usize = 0; i < end; i += 4) {
    const dropped = sigmoid((logit + <f64>load<f32>(noise + i)) / temperature);
    store<f32>(z + i, <f32>dropped);
    store<f32>(factors + i, <f32>((1 - dropped) * scale));
  }
}

/** Σ d · out · (rate − z / temperature), in float64: the gradient of the logit, out the layer's output, d its gradient. */
export function concreteLogitGradient(
  d: usize,
  out: usize,
  z: usize,
  rate: f64,
  temperature: f64,
  count: i32,
): f64 {
  const end = (<usize>count) << 2;
  let sum: f64 = 0;
  for (let i: usize = 0; i < end; i += 4) {
    sum += <f64>load<f32>(d + i) * <f64>load<f32>(out + i) * (rate - <f64>load<f32>(z + i) / temperature);
  }
  return sum;
}

/** out[i] = x[i] · factors[i], for any count. */
export function multiplyElements(x: usize, factors: usize, count: i32, out: usize): void {
  const wholeEnd = (<usize>count & ~3) << 2;
  const end = (<usize>count) << 2;
  let i: usize = 0;
  for (; i < wholeEnd; i += 16) v128.store(out + i, f32x4.mul(v128.load(x + i), v128.load(factors + i)));
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(x + i) * load<f32>(factors + i));
}

/** out[i] += kept, or dropped where the factor is 0. */
export function addOffsets(factors: usize, kept: f32, dropped: f32, count: i32, out: usize): void {
  const end = (<usize>count) << 2;
  for (let i: usize = 0; i < end; i += 4) {
    store<f32>(out + i, load<f32>(out + i) + (load<f32>(factors + i) == 0 ? dropped : kept));
  }
}

// @ts-ignore: decorator
@inline
function mixFour(word: v128): v128 {
  word = v128.xor(word, i32x4.shr_u(word, 16));
  word = i32x4.mul(word, i32x4.splat(0x21f0aaad));
  word = v128.xor(word, i32x4.shr_u(word, 15));
  word = i32x4.mul(word, i32x4.splat(0xd35a2d97));
  return v128.xor(word, i32x4.shr_u(word, 15));
}

// @ts-ignore: decorator
@inline
function mix(word: u32): u32 {
  word ^= word >>> 16;
  word *= 0x21f0aaad;
  word ^= word >>> 15;
  word *= 0xd35a2d97;
  return word ^ (word >>> 15);
}
