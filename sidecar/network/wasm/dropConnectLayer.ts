import type {Activation, DropConnectPlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import {drawMask, repeatFirstRow} from './noiseLayer.ts';
import {type LayerSite, reserveOutput, type WasmLayer} from './wasmLayer.ts';

/**
 * a(((M ⊙ W) x) / (1 − rate) + b), each row of the batch with its own mask M of weights; a(W x + b) in evaluation. The
 * masks are kept for the backward pass, [batch × units × inputs].
 */
export function dropConnectLayer(plan: DropConnectPlan, activation: Activation, site: LayerSite): WasmLayer {
  const {inputs, units, mask} = plan;
  const {kernels, memory, batchSize} = site;
  const weight = site.placeOf('weight');
  const bias = site.placeOf('bias');
  const weightCount = units * inputs;
  const kept = memory.reserveFloats(batchSize * weightCount);
  const z = reserveOutput(site, units);
  const output = activation === 'linear' ? z : reserveOutput(site, units);
  let scale = 1;
  let lastInput = 0;

  function multiply(input: number, rows: number, factor: number): void {
    kernels.multiplyMasked(input, rows, inputs, weight.address, units, kept, factor, z);
    kernels.addBias(z, rows, units, bias.address);
    activate(kernels, activation, z, output, rows * units);
  }

  return {
    output,
    noise: {
      draw(key, rate, rows) {
        scale = Math.fround(1 / (1 - rate));
        drawMask(kernels, key, rate, 1, mask === 'batch' ? weightCount : rows * weightCount, kept);
        if (mask === 'batch') repeatFirstRow(memory.float32, kept, weightCount, rows);
      },
      clear(rows) {
        scale = 1;
        kernels.fill(kept, 1, rows * weightCount);
      },
      take(values, rate, rows) {
        scale = Math.fround(1 / (1 - rate));
        for (let i = 0; i < rows * weightCount; i++) memory.float32[kept / 4 + i] = values[i]!;
      },
    },
    train(input, rows) {
      lastInput = input;
      multiply(input, rows, scale);
    },
    evaluate(input, rows) {
      // Every training pass is given its masks anew.
      kernels.fill(kept, 1, rows * weightCount);
      multiply(input, rows, 1);
    },
    backward(dOutput, rows, dInput) {
      multiplyByDerivative(kernels, activation, z, output, dOutput, rows * units);
      kernels.sumColumns(dOutput, rows, units, bias.gradient);
      kernels.scale(dOutput, rows * units, scale);
      kernels.maskedWeightGradient(dOutput, rows, units, lastInput, inputs, kept, weight.gradient);
      if (dInput) kernels.maskedInputGradient(dOutput, rows, units, weight.address, inputs, kept, dInput);
      if (plan.l1 !== 0 || plan.l2 !== 0) {
        kernels.addPenalties(
          weight.address,
          weight.gradient,
          weightCount,
          Math.fround(plan.l1),
          Math.fround(2 * plan.l2),
        );
      }
    },
    afterUpdate() {
      if (plan.maxNorm !== null) kernels.boundRowNorms(weight.address, units, inputs, plan.maxNorm);
    },
  };
}
