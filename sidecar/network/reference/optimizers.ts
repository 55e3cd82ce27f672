import type {Tensor} from '../engine.ts';
import type {OptimizerPlan} from '../plan.ts';

/** PyTorch's optimizers (version 1.13 and later) on one block of parameters. */
export interface Optimizer {
  /** [steps taken, first moments, second moments]: all it remembers. Optimizers with fewer moments leave them out. */
  readonly state: Float64Array;
  /** One update of the trainable tensors. Weight decay acts on all of them, biases and gains included, as in PyTorch. */
  step(learningRate: number, momentum: number): void;
}

/** @param gradients like the parameters, in the layout of `tensors`; read at each step */
export function createOptimizer(
  plan: OptimizerPlan,
  tensors: readonly Tensor[],
  parameters: Float64Array,
  gradients: Float64Array,
): Optimizer {
  const momentCount = plan.type === 'sgd' || plan.type === 'adagrad' ? 1 : 2;
  const state = new Float64Array(1 + momentCount * parameters.length);
  const first = state.subarray(1, 1 + parameters.length);
  const second = state.subarray(1 + parameters.length);
  const ranges = tensors
    .filter(tensor => tensor.trainable)
    .map(({offset, length}) => ({parameters, gradients, first, second, from: offset, to: offset + length}));

  function step(learningRate: number, momentum: number): void {
    state[0]! += 1;
    for (const range of ranges) updateRange(plan, range, learningRate, momentum, state[0]!);
  }

  return {state, step};
}

/** The elements from ≤ i < to of the parameters, their gradients and what is remembered of them. */
interface UpdateRange {
  readonly parameters: Float64Array;
  readonly gradients: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** @param t number of this step, from 1 */
function updateRange(plan: OptimizerPlan, range: UpdateRange, learningRate: number, momentum: number, t: number): void {
  switch (plan.type) {
    case 'sgd':
      sgdStep(plan, range, learningRate, momentum);
      break;
    case 'adam':
    case 'adamW':
      adamStep(plan, range, learningRate, t);
      break;
    case 'rmsProp':
      rmsPropStep(plan, range, learningRate, momentum);
      break;
    case 'adagrad':
      adagradStep(plan, range, learningRate);
      break;
  }
}

type PlanOf<Type extends OptimizerPlan['type']> = Extract<OptimizerPlan, {readonly type: Type}>;

/**
 * v ← m·v + g, w ← w − lr·v; with Nesterov's momentum w ← w − lr·(g + m·v). From v = 0 the first step has v = g.
 * @see torch.optim.SGD (dampening 0); Sutskever et al., ICML 2013, for nesterov
 */
function sgdStep(
  {nesterov, weightDecay}: PlanOf<'sgd'>,
  range: UpdateRange,
  learningRate: number,
  momentum: number,
): void {
  const {parameters: w, gradients, first: v} = range;
  for (let i = range.from; i < range.to; i++) {
    const g = gradients[i]! + weightDecay * w[i]!;
    v[i] = momentum * v[i]! + g;
    w[i]! -= learningRate * (nesterov ? g + momentum * v[i]! : v[i]!);
  }
}

/**
 * m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², w ← w − lr · m̂ / (√ŝ + ε), m̂ and ŝ corrected for their start at 0. adam
 * adds the weight decay to the gradient, adamW shrinks the weights by 1 − lr · weightDecay.
 * @param t number of this step, from 1
 * @see Kingma and Ba, ICLR 2015, algorithm 1; Loshchilov and Hutter, ICLR 2019, algorithm 2; torch.optim.Adam, AdamW
 */
function adamStep(plan: PlanOf<'adam' | 'adamW'>, range: UpdateRange, learningRate: number, t: number): void {
  const {beta1, beta2, epsilon, weightDecay} = plan;
  const {parameters: w, gradients, first: m, second: s} = range;
  const correction1 = 1 - integerPower(beta1, t);
  const correction2 = Math.sqrt(1 - integerPower(beta2, t));
  for (let i = range.from; i < range.to; i++) {
    let g = gradients[i]!;
    if (plan.type === 'adam') g += weightDecay * w[i]!;
    else w[i]! *= 1 - learningRate * weightDecay;
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    s[i] = beta2 * s[i]! + (1 - beta2) * g * g;
    w[i]! -= ((learningRate / correction1) * m[i]!) / (Math.sqrt(s[i]!) / correction2 + epsilon);
  }
}

/**
 * s ← decay·s + (1 − decay)g², v ← m·v + g / (√s + ε), w ← w − lr·v.
 * @see Tieleman and Hinton, Coursera lecture 6.5, 2012; torch.optim.RMSprop (not centred)
 */
function rmsPropStep(plan: PlanOf<'rmsProp'>, range: UpdateRange, learningRate: number, momentum: number): void {
  const {decay, epsilon, weightDecay} = plan;
  const {parameters: w, gradients, first: v, second: s} = range;
  for (let i = range.from; i < range.to; i++) {
    const g = gradients[i]! + weightDecay * w[i]!;
    s[i] = decay * s[i]! + (1 - decay) * g * g;
    v[i] = momentum * v[i]! + g / (Math.sqrt(s[i]!) + epsilon);
    w[i]! -= learningRate * v[i]!;
  }
}

/**
 * s ← s + g², w ← w − lr · g / (√s + ε).
 * @see Duchi, Hazan, Singer, JMLR 12 (2011) 2121–2159; torch.optim.Adagrad
 */
function adagradStep({epsilon, weightDecay}: PlanOf<'adagrad'>, range: UpdateRange, learningRate: number): void {
  const {parameters: w, gradients, first: s} = range;
  for (let i = range.from; i < range.to; i++) {
    const g = gradients[i]! + weightDecay * w[i]!;
    s[i]! += g * g;
    w[i]! -= (learningRate * g) / (Math.sqrt(s[i]!) + epsilon);
  }
}

/** base^exponent by repeated squaring: unlike Math.pow the same bits everywhere. @param exponent an integer ≥ 0 */
function integerPower(base: number, exponent: number): number {
  let power = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}
