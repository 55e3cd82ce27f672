/**
 * PyTorch's update rules, elementwise over a run of parameters: the same operations in the same order as the plain
 * engine's optimizers, four at a time. What is remembered of a parameter that gets no gradient decays for ever; below
 * 1e-30 it becomes 0, because denormal numbers are many times slower on some processors.
 *
 * Parameters w, what the optimizer remembers of them (first, second) and their gradients are blocks of one layout: the
 * same number of bytes apart everywhere. Counts are multiples of 4.
 */
import {multiplyAdd} from './multiplyAdd';

const sgd: i32 = 0;
const adam: i32 = 1;
const adamW: i32 = 2;
const rmsProp: i32 = 3;

let kind: i32 = sgd;
let isNesterov: bool = false;
let weightDecay: f32 = 0;
let beta1: f32 = 0;
let beta2: f32 = 0;
let rest1: f32 = 0;
let rest2: f32 = 0;
let epsilon: f32 = 0;
let firstDistance: usize = 0;
let secondDistance: usize = 0;
let learningRate: f32 = 0;
let momentum: f32 = 0;
let correction: f32 = 1;
let shrink: f32 = 1;
let hasFiniteParameters: bool = true;

/** @param distance bytes from a parameter to what is remembered of it, and from there to the second such number */
export function setOptimizer(
  newKind: i32,
  newIsNesterov: bool,
  newWeightDecay: f32,
  newBeta1: f32,
  newRest1: f32,
  newBeta2: f32,
  newRest2: f32,
  newEpsilon: f32,
  distance: usize,
): void {
  kind = newKind;
  isNesterov = newIsNesterov;
  weightDecay = newWeightDecay;
  beta1 = newBeta1;
  rest1 = newRest1;
  beta2 = newBeta2;
  rest2 = newRest2;
  epsilon = newEpsilon;
  firstDistance = distance;
  secondDistance = distance << 1;
}

/**
 * What is the same for all parameters of a step.
 * @param rate adam: learning rate / (1 − beta1^t)
 * @param newCorrection adam: √(1 − beta2^t)
 * @param newShrink adamW: 1 − learning rate · weight decay
 */
export function beginUpdate(rate: f32, newMomentum: f32, newCorrection: f32, newShrink: f32): void {
  learningRate = rate;
  momentum = newMomentum;
  correction = newCorrection;
  shrink = newShrink;
  hasFiniteParameters = true;
}

/** Whether all parameters updated since `beginUpdate` are finite. */
export function isFiniteSoFar(): bool {
  return hasFiniteParameters;
}

/** w [count] ← updated by its gradient g [count], which is overwritten. */
export function update(w: usize, g: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  if (weightDecay != 0 && kind != adamW) addMultiple(g, weightDecay, w, bytes);
  if (kind == sgd) updateSgd(w, g, bytes);
  else if (kind == adam || kind == adamW) updateAdam(w, g, bytes);
  else if (kind == rmsProp) updateRmsProp(w, g, bytes);
  else updateAdagrad(w, g, bytes);
}

/** target ← target + factor · x */
export function addMultiple(target: usize, factor: f32, x: usize, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(target + i, multiplyAdd(f, v128.load(x + i), v128.load(target + i)));
  }
}

/** v ← m·v + g; w ← w − lr·v, or with Nesterov's look ahead w ← w − lr·(g + m·v). */
export function updateSgd(w: usize, g: usize, bytes: usize): void {
  if (isNesterov) updateNesterov(w, g, bytes);
  else updateHeavyBall(w, g, bytes);
}

/** Two vectors at a time: the loop itself would cost as much as a tenth of the update of a small network. */
function updateHeavyBall(w: usize, g: usize, bytes: usize): void {
  const distance = firstDistance;
  const m = f32x4.splat(momentum);
  const rate = f32x4.splat(-learningRate);
  const bits = v128.load32_splat(magnitudeBits);
  const tiny = v128.load32_splat(smallest);
  let sum = f32x4.splat(0);
  let sum2 = sum;
  const start = w;
  const end = w + bytes;
  const pairsEnd = w + (bytes & ~31);
  for (; w < pairsEnd; w += 32) {
    const v = w + distance;
    const velocity = flushed(multiplyAdd(m, v128.load(v), v128.load(g)), bits, tiny);
    const velocity2 = flushed(multiplyAdd(m, v128.load(v, 16), v128.load(g, 16)), bits, tiny);
    v128.store(v, velocity);
    v128.store(v, velocity2, 16);
    const weight = multiplyAdd(rate, velocity, v128.load(w));
    const weight2 = multiplyAdd(rate, velocity2, v128.load(w, 16));
    v128.store(w, weight);
    v128.store(w, weight2, 16);
    sum = f32x4.add(sum, weight);
    sum2 = f32x4.add(sum2, weight2);
    g += 32;
  }
  if (w < end) {
    const v = w + distance;
    const velocity = flushed(multiplyAdd(m, v128.load(v), v128.load(g)), bits, tiny);
    v128.store(v, velocity);
    const weight = multiplyAdd(rate, velocity, v128.load(w));
    v128.store(w, weight);
    sum = f32x4.add(sum, weight);
  }
  seeFinite(f32x4.add(sum, sum2), start, bytes);
}

function updateNesterov(w: usize, g: usize, bytes: usize): void {
  const v = w + firstDistance;
  const m = f32x4.splat(momentum);
  const rate = f32x4.splat(-learningRate);
  const bits = v128.load32_splat(magnitudeBits);
  const tiny = v128.load32_splat(smallest);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const gradient = v128.load(g + i);
    const velocity = flushed(multiplyAdd(m, v128.load(v + i), gradient), bits, tiny);
    v128.store(v + i, velocity);
    const weight = multiplyAdd(rate, multiplyAdd(m, velocity, gradient), v128.load(w + i));
    v128.store(w + i, weight);
    sum = f32x4.add(sum, weight);
  }
  seeFinite(sum, w, bytes);
}

/** Kingma and Ba 2015; adamW decays the weights apart from the gradient (Loshchilov and Hutter 2019). */
export function updateAdam(w: usize, g: usize, bytes: usize): void {
  const m = w + firstDistance;
  const s = w + secondDistance;
  const b1 = f32x4.splat(beta1);
  const r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2);
  const r2 = f32x4.splat(rest2);
  const e = f32x4.splat(epsilon);
  const c = f32x4.splat(correction);
  const rate = f32x4.splat(-learningRate);
  const factor = f32x4.splat(shrink);
  const bits = v128.load32_splat(magnitudeBits);
  const tiny = v128.load32_splat(smallest);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const gradient = v128.load(g + i);
    const mean = flushed(multiplyAdd(b1, v128.load(m + i), f32x4.mul(r1, gradient)), bits, tiny);
    v128.store(m + i, mean);
    const square = flushed(multiplyAdd(b2, v128.load(s + i), f32x4.mul(r2, f32x4.mul(gradient, gradient))), bits, tiny);
    v128.store(s + i, square);
    const direction = f32x4.div(mean, f32x4.add(f32x4.div(f32x4.sqrt(square), c), e));
    let weight = v128.load(w + i);
    if (kind == adamW) weight = f32x4.mul(weight, factor);
    weight = multiplyAdd(rate, direction, weight);
    v128.store(w + i, weight);
    sum = f32x4.add(sum, weight);
  }
  seeFinite(sum, w, bytes);
}

/** s ← decay·s + (1 − decay)·g²; v ← m·v + g / (√s + epsilon); w ← w − lr·v. Tieleman and Hinton 2012. */
export function updateRmsProp(w: usize, g: usize, bytes: usize): void {
  const s = w + firstDistance;
  const v = w + secondDistance;
  const past = f32x4.splat(beta2);
  const rest = f32x4.splat(rest2);
  const e = f32x4.splat(epsilon);
  const m = f32x4.splat(momentum);
  const rate = f32x4.splat(-learningRate);
  const bits = v128.load32_splat(magnitudeBits);
  const tiny = v128.load32_splat(smallest);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const gradient = v128.load(g + i);
    const square = flushed(multiplyAdd(past, v128.load(s + i), f32x4.mul(rest, f32x4.mul(gradient, gradient))), bits, tiny);
    v128.store(s + i, square);
    const direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), e));
    const velocity = flushed(multiplyAdd(m, v128.load(v + i), direction), bits, tiny);
    v128.store(v + i, velocity);
    const weight = multiplyAdd(rate, velocity, v128.load(w + i));
    v128.store(w + i, weight);
    sum = f32x4.add(sum, weight);
  }
  seeFinite(sum, w, bytes);
}

/** s ← s + g²; w ← w − lr·g / (√s + epsilon). Duchi, Hazan, Singer 2011. */
export function updateAdagrad(w: usize, g: usize, bytes: usize): void {
  const s = w + firstDistance;
  const e = f32x4.splat(epsilon);
  const rate = f32x4.splat(-learningRate);
  const bits = v128.load32_splat(magnitudeBits);
  const tiny = v128.load32_splat(smallest);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const gradient = v128.load(g + i);
    const square = flushed(multiplyAdd(gradient, gradient, v128.load(s + i)), bits, tiny);
    v128.store(s + i, square);
    const direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), e));
    const weight = multiplyAdd(rate, direction, v128.load(w + i));
    v128.store(w + i, weight);
    sum = f32x4.add(sum, weight);
  }
  seeFinite(sum, w, bytes);
}

/**
 * The bits of a number without its sign, and 1e-30. Loops load them before they begin: V8 makes constants anew each time
 * they are used, which cost a fifth of an update.
 */
const magnitudeBits = memory.data<u32>([0x7fffffff]);
const smallest = memory.data<f32>([1e-30]);

/** |v| < tiny becomes 0; NaN stays. */
// @ts-ignore: decorator
@inline
function flushed(v: v128, bits: v128, tiny: v128): v128 {
  return v128.andnot(v, f32x4.lt(v128.and(v, bits), tiny));
}

/**
 * @param sum of the updated w: one that is infinite or NaN makes it so, and then sum − sum is NaN. Finite ones may do it
 * too, where together they exceed float32, so that each is looked at before they are called so
 */
// @ts-ignore: decorator
@inline
function seeFinite(sum: v128, w: usize, bytes: usize): void {
  if (v128.any_true(f32x4.sub(sum, sum)) && !areFinite(w, bytes)) hasFiniteParameters = false;
}

function areFinite(w: usize, bytes: usize): bool {
  let differences = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const weight = v128.load(w + i);
    differences = v128.or(differences, f32x4.sub(weight, weight));
  }
  return !v128.any_true(differences);
}
