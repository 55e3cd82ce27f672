import type {Kernels} from '../../kernels/wasmKernels.ts';
import type {OptimizerPlan} from '../plan.ts';
import type {ParameterBlock} from './parameterBlock.ts';

/** The optimizer of a network in kernel memory. The rules themselves are in assembly/optimizers.ts. */
export interface WasmOptimizer {
  /** Prepares the kernels for the updates of one step. */
  beginStep(learningRate: number, momentum: number): void;
  /** All that is remembered, in the layout of the plain engine, so that either goes on where the other stopped. */
  read(): Float64Array;
  /** @throws RangeError if the length is not that of `read` */
  write(state: Float64Array): void;
}

/** The kernels' numbers of the optimizers. */
const optimizerCodes = {
  sgd: 0,
  adam: 1,
  adamW: 2,
  rmsProp: 3,
  adagrad: 4,
} as const satisfies {readonly [T in OptimizerPlan['type']]: number};

const round = Math.fround;

/** The arguments of `setOptimizer`: they belong to the kernels of each thread. */
export type OptimizerSettings = Parameters<Kernels['setOptimizer']>;

export function optimizerSettings(plan: OptimizerPlan, block: ParameterBlock): OptimizerSettings {
  const {beta1, beta2} = betas(plan);
  return [
    optimizerCodes[plan.type],
    plan.type === 'sgd' && plan.nesterov,
    round(plan.weightDecay),
    round(beta1),
    round(1 - beta1),
    round(beta2),
    round(1 - beta2),
    round('epsilon' in plan ? plan.epsilon : 0),
    block.distance,
  ];
}

function betas(plan: OptimizerPlan): {beta1: number; beta2: number} {
  if ('beta1' in plan) return plan;
  return {beta1: 0, beta2: plan.type === 'rmsProp' ? plan.decay : 0};
}

/** @param beginUpdate that of the team, which tells all kernels */
export function createOptimizer(
  plan: OptimizerPlan,
  beginUpdate: Kernels['beginUpdate'],
  block: ParameterBlock,
  parameterCount: number,
): WasmOptimizer {
  const isAdam = plan.type === 'adam' || plan.type === 'adamW';
  const {beta1, beta2} = betas(plan);
  /** beta1^t and beta2^t, in float64: 1 − 0.999 alone would lose four digits in float32. Only adam has them. */
  const powers = new Float64Array(isAdam ? 2 : 0).fill(1);
  const remembered = isAdam || plan.type === 'rmsProp' ? 2 : 1;
  const length = powers.length + remembered * parameterCount;

  return {
    beginStep(learningRate, momentum) {
      if (!isAdam) return beginUpdate(round(learningRate), round(momentum), 1, 1);
      powers[0] = powers[0]! * beta1;
      powers[1] = powers[1]! * beta2;
      const shrink = round(1 - learningRate * plan.weightDecay);
      const correction = round(Math.sqrt(1 - powers[1]));
      beginUpdate(round(learningRate / (1 - powers[0])), 0, correction, shrink);
    },
    read() {
      const state = new Float64Array(length);
      state.set(powers);
      for (let i = 0; i < remembered; i++) {
        block.read((i + 1) * block.distance, state, powers.length + i * parameterCount);
      }
      return state;
    },
    write(state) {
      if (state.length !== length)
        throw new RangeError(`optimizer state must be ${length} numbers, got ${state.length}`);
      powers.set(state.subarray(0, powers.length));
      for (let i = 0; i < remembered; i++) {
        block.write((i + 1) * block.distance, state, powers.length + i * parameterCount);
      }
    },
  };
}
