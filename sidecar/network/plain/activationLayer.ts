import type {ActivationPlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import type {PlainLayer} from './layer.ts';

/** An activation on its own, for example after a normalization. */
export function activationLayer(plan: ActivationPlan, batchSize: number): PlainLayer {
  const {inputs, activation} = plan;
  const output = new Float32Array(batchSize * inputs);
  let lastInput: Float32Array = output;

  function train(input: Float32Array, rows: number): void {
    lastInput = input;
    if (activation === 'linear') output.set(input.subarray(0, rows * inputs));
    else activate(activation, input, output, rows * inputs);
  }

  return {
    output,
    train,
    evaluate: train,
    backward(dOutput, rows, dInput) {
      multiplyByDerivative(activation, lastInput, output, dOutput, rows * inputs);
      dInput?.set(dOutput.subarray(0, rows * inputs));
    },
  };
}
