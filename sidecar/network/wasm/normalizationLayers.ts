import type {BatchNormPlan, LayerNormPlan} from '../plan.ts';
import {type LayerSite, reserveOutput, type WasmLayer} from './wasmLayer.ts';

/** gain · (x − mean) / √(variance + epsilon) + shift, by the statistics of each feature over the batch. */
export function batchNormLayer({inputs, momentum, epsilon}: BatchNormPlan, site: LayerSite): WasmLayer {
  const {kernels} = site;
  const {gain, shift, normalized, sums, output} = normalizationParts(inputs, site);
  const runningMean = site.placeOf('runningMean').address;
  const runningVariance = site.placeOf('runningVariance').address;
  const inverses = site.memory.reserveDoubles(inputs);

  return {
    output,
    train(input, rows) {
      kernels.normalizeBatch(
        input,
        rows,
        inputs,
        momentum,
        epsilon,
        runningMean,
        runningVariance,
        inverses,
        normalized,
      );
      kernels.scaleAndShift(normalized, rows, inputs, gain.address, shift.address, output);
    },
    evaluate(input, rows) {
      kernels.normalizeByRunning(input, rows, inputs, epsilon, runningMean, runningVariance, normalized);
      kernels.scaleAndShift(normalized, rows, inputs, gain.address, shift.address, output);
    },
    backward(dOutput, rows, dInput) {
      kernels.sumNormalizationGradients(dOutput, normalized, rows, inputs, sums, gain.gradient, shift.gradient);
      if (!dInput) return;
      kernels.batchNormInputGradient(dOutput, normalized, rows, inputs, gain.address, inverses, sums, dInput);
    },
  };
}

/** The same by the statistics of each row over its features. */
export function layerNormLayer({inputs, epsilon}: LayerNormPlan, site: LayerSite): WasmLayer {
  const {kernels} = site;
  const {gain, shift, normalized, sums, output} = normalizationParts(inputs, site);
  const inverses = site.memory.reserveDoubles(site.batchSize);

  function train(input: number, rows: number): void {
    kernels.normalizeRows(input, rows, inputs, epsilon, inverses, normalized);
    kernels.scaleAndShift(normalized, rows, inputs, gain.address, shift.address, output);
  }

  return {
    output,
    train,
    evaluate: train,
    backward(dOutput, rows, dInput) {
      kernels.sumNormalizationGradients(dOutput, normalized, rows, inputs, sums, gain.gradient, shift.gradient);
      if (dInput) kernels.layerNormInputGradient(dOutput, normalized, rows, inputs, gain.address, inverses, dInput);
    },
  };
}

function normalizationParts(inputs: number, site: LayerSite) {
  return {
    gain: site.placeOf('gain'),
    shift: site.placeOf('shift'),
    /** (x − mean) / √(variance + epsilon), [batch × inputs]. */
    normalized: site.memory.reserveFloats(site.batchSize * inputs),
    /** Gradients of gain and shift before they are rounded, [2 × inputs] in float64. */
    sums: site.memory.reserveDoubles(2 * inputs),
    output: reserveOutput(site, inputs),
  };
}
