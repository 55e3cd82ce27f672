import {exp, sigmoid} from '../../kernels/elementary.ts';
import {maskWord} from '../../kernels/random.ts';
import {type ConcretePenalties, logitPenaltyGradient} from '../concretePenalties.ts';
import {logisticNoise} from '../masks.ts';
import type {ConcreteDropoutPlan} from '../plan.ts';
import {squaresOfRows} from './constraints.ts';
import type {Parameter, PlainLayer} from './layer.ts';
import {multiplyElements} from './noiseLayer.ts';

/** What stands behind a layer of concrete dropout: the weights that its penalty holds small, [units × inputs]. */
export interface WeightsBehind {
  readonly weight: Float32Array;
  readonly inputs: number;
}

/** Dropout whose rate is learned: the formulas are in reference/concreteDropout.ts and concretePenalties.ts. */
export function concreteDropoutLayer(
  {inputs, temperature}: ConcreteDropoutPlan,
  penalties: ConcretePenalties,
  logit: Parameter,
  behind: WeightsBehind,
  batchSize: number,
): PlainLayer {
  const noise = new Float32Array(batchSize * inputs);
  const z = new Float32Array(batchSize * inputs);
  const factors = new Float32Array(batchSize * inputs);
  const output = new Float32Array(batchSize * inputs);

  return {
    output,
    noise: {
      draw(key, _rate, rows) {
        for (let i = 0; i < rows * inputs; i++) noise[i] = logisticNoise(maskWord(key, i));
      },
      clear() {
        throw new Error('concrete dropout has a rate of its own');
      },
      take(values, _rate, rows) {
        for (let i = 0; i < rows * inputs; i++) noise[i] = values[i]!;
      },
    },
    train(input, rows) {
      writeFactors(noise, logit.value[0]!, temperature, rows * inputs, z, factors);
      multiplyElements(input, factors, rows * inputs, output);
    },
    evaluate(input, rows) {
      output.set(input.subarray(0, rows * inputs));
    },
    backward(dOutput, rows, dInput) {
      const value = logit.value[0]!;
      const rate = sigmoid(value);
      const slope = logitGradient(dOutput, output, z, rate, temperature, rows * inputs);
      const squares = squaresOfRows(behind.weight, behind.inputs);
      logit.gradient[0] = slope + logitPenaltyGradient(penalties, value, rate, squares);
      if (dInput) multiplyElements(dOutput, factors, rows * inputs, dInput);
    },
    penaltyBehind: () => penalties.weights / (1 - sigmoid(logit.value[0]!)),
  };
}

/** z = σ((logit + noise) / t), factors = (1 − z) / (1 − p): in float64, and rounded once. */
function writeFactors(
  noise: Float32Array,
  logit: number,
  temperature: number,
  length: number,
  z: Float32Array,
  factors: Float32Array,
): void {
  const scale = 1 + exp(logit);
  for (let i = 0; i < length; i++) {
    const dropped = sigmoid((logit + noise[i]!) / temperature);
    z[i] = dropped;
    factors[i] = (1 - dropped) * scale;
  }
}

/** Σ dOut · out · (p − z / t), in float64. */
function logitGradient(
  dOut: Float32Array,
  out: Float32Array,
  z: Float32Array,
  rate: number,
  temperature: number,
  length: number,
): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += dOut[i]! * out[i]! * (rate - z[i]! / temperature);
  return sum;
}
