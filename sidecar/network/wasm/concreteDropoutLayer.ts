import {sigmoid} from '../../kernels/elementary.ts';
import {type ConcretePenalties, logitPenaltyGradient} from '../concretePenalties.ts';
import type {ConcreteDropoutPlan} from '../plan.ts';
import type {LayerSite, WasmLayer} from './wasmLayer.ts';
import {reserveOutput} from './wasmLayer.ts';

/** What stands behind a layer of concrete dropout: the weights that its penalty holds small, in panels. */
export interface WeightsBehind {
  readonly weight: number;
  readonly inputs: number;
  readonly units: number;
}

/** Dropout whose rate is learned, as in the plain engine. @param squares room for 32 float64 numbers */
export function concreteDropoutLayer(
  {inputs, temperature}: ConcreteDropoutPlan,
  penalties: ConcretePenalties,
  behind: WeightsBehind,
  site: LayerSite,
  squares: number,
): WasmLayer {
  const {kernels, memory, batchSize} = site;
  const logit = site.placeOf('logit');
  const noise = memory.reserveFloats(batchSize * inputs);
  const z = memory.reserveFloats(batchSize * inputs);
  const factors = memory.reserveFloats(batchSize * inputs);
  const buffer = reserveOutput(site, inputs);
  let output = buffer;
  const logitValue = () => memory.float32[logit.address / 4]!;
  /** What the penalty adds to the gradient of the logit: the weights behind have been updated when `backward` comes. */
  let penalty = 0;

  return {
    get output() {
      return output;
    },
    noise: {
      draw(key, _rate, rows) {
        kernels.drawLogistic(key.low, key.high, rows * inputs, noise);
      },
      clear() {
        throw new Error('concrete dropout has a rate of its own');
      },
      take(values, _rate, rows) {
        for (let i = 0; i < rows * inputs; i++) memory.float32[noise / 4 + i] = values[i]!;
      },
    },
    train(input, rows) {
      output = buffer;
      const value = logitValue();
      const norm = kernels.addSquaresOfPanels(0, behind.weight, behind.inputs, behind.units, squares);
      penalty = logitPenaltyGradient(penalties, value, sigmoid(value), norm);
      kernels.writeConcreteFactors(noise, value, temperature, rows * inputs, z, factors);
      kernels.multiplyElements(input, factors, rows * inputs, output);
    },
    evaluate(input) {
      output = input;
    },
    backward(dOutput, rows, dInput) {
      const rate = sigmoid(logitValue());
      const slope = kernels.concreteLogitGradient(dOutput, output, z, rate, temperature, rows * inputs);
      memory.float32[logit.gradient / 4] = slope + penalty;
      if (dInput) kernels.multiplyElements(dOutput, factors, rows * inputs, dInput);
    },
    penaltyBehind: () => penalties.weights / (1 - sigmoid(logitValue())),
  };
}
