import type {ActivationPlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import {type LayerSite, reserveOutput, type WasmLayer} from './wasmLayer.ts';

/** An activation on its own, for example after a normalization. */
export function activationLayer({inputs, activation}: ActivationPlan, site: LayerSite): WasmLayer {
  const {kernels, memory} = site;
  const output = reserveOutput(site, inputs);
  let lastInput = 0;

  function train(input: number, rows: number): void {
    lastInput = input;
    if (activation === 'linear') copyFloats(memory.float32, input, rows * inputs, output);
    else activate(kernels, activation, input, output, rows * inputs);
  }

  return {
    output,
    train,
    evaluate: train,
    backward(dOutput, rows, dInput) {
      multiplyByDerivative(kernels, activation, lastInput, output, dOutput, rows * inputs);
      if (dInput) copyFloats(memory.float32, dOutput, rows * inputs, dInput);
    },
  };
}

export function copyFloats(float32: Float32Array, from: number, count: number, to: number): void {
  float32.copyWithin(to / 4, from / 4, from / 4 + count);
}
