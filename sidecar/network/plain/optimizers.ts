import type {OptimizerPlan} from '../plan.ts';

/** Changes parameters by their gradients and remembers what it needs for the next step. */
export interface PlainOptimizer {
  /** One update. The gradients may be overwritten. */
  update(parameters: Float32Array, gradients: Float32Array, learningRate: number, momentum: number): void;
  /** All that is remembered. */
  read(): Float64Array;
  /** @throws RangeError if the length is not that of `read` */
  write(state: Float64Array): void;
}

/**
 * PyTorch's update rules in float32: every product, quotient, root and sum is rounded, as in float32 vectors. Factors
 * that are the same for all parameters (learning rate, bias corrections) are computed in float64 and rounded once;
 * 1 − 0.999 alone would lose four digits in float32.
 *
 * What an optimizer remembers of a parameter without gradients decays geometrically and would stay among the
 * denormal numbers for ever, where some processors are many times slower. So |v| < 1e-30 becomes 0: far
 * below what can move a weight, for √1e-30 = 1e-15 is also nothing beside every usual epsilon.
 *
 * @param trainable blocks of the parameters that are trained; the others are left alone
 */
export function createOptimizer(
  plan: OptimizerPlan,
  parameterCount: number,
  trainable: readonly Range[],
): PlainOptimizer {
  switch (plan.type) {
    case 'sgd':
      return sgd(plan, parameterCount, trainable);
    case 'adam':
    case 'adamW':
      return adam(plan, parameterCount, trainable);
    case 'rmsProp':
      return rmsProp(plan, parameterCount, trainable);
    case 'adagrad':
      return adagrad(plan, parameterCount, trainable);
  }
}

/** From `start` to `end`, exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const round = Math.fround;
const negligible = 1e-30;

type PlanOf<T extends OptimizerPlan['type']> = Extract<OptimizerPlan, {readonly type: T}>;

/** v ← m·v + g; w ← w − lr·v, or with Nesterov's look ahead w ← w − lr·(g + m·v). */
function sgd(plan: PlanOf<'sgd'>, parameterCount: number, trainable: readonly Range[]): PlainOptimizer {
  const velocity = new Float32Array(parameterCount);
  const decay = round(plan.weightDecay);
  return {
    ...stateOf([velocity]),
    update(w, g, learningRate, momentum) {
      const rate = round(learningRate);
      const m = round(momentum);
      const direction = plan.nesterov ? g : velocity;
      for (const {start, end} of trainable) {
        if (decay !== 0) addMultiple(g, decay, w, start, end);
        addToMean(velocity, m, 1, g, start, end);
        if (plan.nesterov) addMultiple(g, m, velocity, start, end);
        addMultiple(w, -rate, direction, start, end);
      }
    },
  };
}

/** Kingma and Ba 2015; adamW decays the weights apart from the gradient (Loshchilov and Hutter 2019). */
function adam(plan: PlanOf<'adam' | 'adamW'>, parameterCount: number, trainable: readonly Range[]): PlainOptimizer {
  const mean = new Float32Array(parameterCount);
  const square = new Float32Array(parameterCount);
  /** beta1^t and beta2^t. */
  const powers = Float64Array.of(1, 1);
  const decay = round(plan.weightDecay);
  const beta1 = round(plan.beta1);
  const beta2 = round(plan.beta2);
  const rest1 = round(1 - plan.beta1);
  const rest2 = round(1 - plan.beta2);
  const epsilon = round(plan.epsilon);
  return {
    ...stateOf([powers, mean, square]),
    update(w, g, learningRate) {
      powers[0] = powers[0]! * plan.beta1;
      powers[1] = powers[1]! * plan.beta2;
      const stepSize = round(learningRate / (1 - powers[0]));
      const correction = round(Math.sqrt(1 - powers[1]));
      const shrink = round(1 - learningRate * plan.weightDecay);
      for (const {start, end} of trainable) {
        if (plan.type === 'adamW') scale(w, shrink, start, end);
        else if (decay !== 0) addMultiple(g, decay, w, start, end);
        addToMean(mean, beta1, rest1, g, start, end);
        addSquares(square, beta2, rest2, g, start, end);
        divideByDeviation(mean, square, correction, epsilon, start, end, g);
        addMultiple(w, -stepSize, g, start, end);
      }
    },
  };
}

/** s ← decay·s + (1 − decay)·g²; v ← m·v + g / (√s + epsilon); w ← w − lr·v. Tieleman and Hinton 2012. */
function rmsProp(plan: PlanOf<'rmsProp'>, parameterCount: number, trainable: readonly Range[]): PlainOptimizer {
  const square = new Float32Array(parameterCount);
  const velocity = new Float32Array(parameterCount);
  const decay = round(plan.weightDecay);
  const past = round(plan.decay);
  const rest = round(1 - plan.decay);
  const epsilon = round(plan.epsilon);
  return {
    ...stateOf([square, velocity]),
    update(w, g, learningRate, momentum) {
      const rate = round(learningRate);
      const m = round(momentum);
      for (const {start, end} of trainable) {
        if (decay !== 0) addMultiple(g, decay, w, start, end);
        addSquares(square, past, rest, g, start, end);
        divideByDeviation(g, square, 1, epsilon, start, end, g);
        addToMean(velocity, m, 1, g, start, end);
        addMultiple(w, -rate, velocity, start, end);
      }
    },
  };
}

/** s ← s + g²; w ← w − lr·g / (√s + epsilon). Duchi, Hazan, Singer 2011. */
function adagrad(plan: PlanOf<'adagrad'>, parameterCount: number, trainable: readonly Range[]): PlainOptimizer {
  const square = new Float32Array(parameterCount);
  const decay = round(plan.weightDecay);
  const epsilon = round(plan.epsilon);
  return {
    ...stateOf([square]),
    update(w, g, learningRate) {
      const rate = round(learningRate);
      for (const {start, end} of trainable) {
        if (decay !== 0) addMultiple(g, decay, w, start, end);
        addSquares(square, 1, 1, g, start, end);
        divideByDeviation(g, square, 1, epsilon, start, end, g);
        addMultiple(w, -rate, g, start, end);
      }
    },
  };
}

// The loops, over start ≤ i < end. They are functions of the file, compiled once for all networks. Two of them are
// longer than they need be: V8 copies a short function into its caller, and a caller that runs once a step is compiled
// well only after thousands of steps (before: 340 µs, later 72 µs an update of 5,521 parameters; now 26 µs).

/** target ← target + factor · x */
function addMultiple(target: Float32Array, factor: number, x: Float32Array, start: number, end: number): void {
  let i = start;
  for (; i + 4 <= end; i += 4) {
    target[i] = target[i]! + round(factor * x[i]!);
    target[i + 1] = target[i + 1]! + round(factor * x[i + 1]!);
    target[i + 2] = target[i + 2]! + round(factor * x[i + 2]!);
    target[i + 3] = target[i + 3]! + round(factor * x[i + 3]!);
  }
  for (; i < end; i++) target[i] = target[i]! + round(factor * x[i]!);
}

function scale(target: Float32Array, factor: number, start: number, end: number): void {
  for (let i = start; i < end; i++) target[i] = target[i]! * factor;
}

/** mean ← past · mean + rest · x */
function addToMean(mean: Float32Array, past: number, rest: number, x: Float32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) mean[i] = round(past * mean[i]!) + round(rest * x[i]!);
  for (let i = start; i < end; i++) if (Math.abs(mean[i]!) < negligible) mean[i] = 0;
}

/** mean ← past · mean + rest · x² */
function addSquares(mean: Float32Array, past: number, rest: number, x: Float32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) mean[i] = round(past * mean[i]!) + round(rest * round(x[i]! * x[i]!));
  for (let i = start; i < end; i++) if (Math.abs(mean[i]!) < negligible) mean[i] = 0;
}

/** out = x / (√square / correction + epsilon); out may be x. */
function divideByDeviation(
  x: Float32Array,
  square: Float32Array,
  correction: number,
  epsilon: number,
  start: number,
  end: number,
  out: Float32Array,
): void {
  for (let i = start; i < end; i++) {
    out[i] = x[i]! / round(round(round(Math.sqrt(square[i]!)) / correction) + epsilon);
  }
}

/** Reads and writes the given arrays one after the other. */
function stateOf(arrays: ReadonlyArray<Float32Array | Float64Array>): Pick<PlainOptimizer, 'read' | 'write'> {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  return {
    read() {
      const state = new Float64Array(length);
      let offset = 0;
      for (const array of arrays) {
        state.set(array, offset);
        offset += array.length;
      }
      return state;
    },
    write(state) {
      if (state.length !== length) {
        throw new RangeError(`optimizer state must be ${length} numbers, got ${state.length}`);
      }
      let offset = 0;
      for (const array of arrays) {
        array.set(state.subarray(offset, offset + array.length));
        offset += array.length;
      }
    },
  };
}
