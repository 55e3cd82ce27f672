import type {Activation, DropConnectPlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import {addBias, multiply, transpose} from './denseLayer.ts';
import type {ParameterOf, PlainLayer} from './layer.ts';
import {drawMask, repeatFirstRow} from './noiseLayer.ts';
import {createTerms} from './sumRows.ts';

const round = Math.fround;

/**
 * a(((M ⊙ W) x) / (1 − rate) + b): each row of the batch has its own mask M of weights (Wan et al. 2013). In
 * evaluation a(W x + b). The masks are kept for the backward pass, [batch × units × inputs].
 */
export function dropConnectLayer(
  plan: DropConnectPlan,
  activation: Activation,
  parameterOf: ParameterOf,
  batchSize: number,
): PlainLayer {
  const {inputs, units, mask} = plan;
  const weight = parameterOf('weight');
  const bias = parameterOf('bias');
  const weightCount = units * inputs;
  const transposed = new Float32Array(weightCount);
  const kept = new Float32Array(batchSize * weightCount);
  const z = new Float32Array(batchSize * units);
  const output = activation === 'linear' ? z : new Float32Array(batchSize * units);
  const terms = createTerms(inputs);
  let scale = 1;
  let lastInput: Float32Array = z;

  return {
    output,
    noise: {
      draw(key, rate, rows) {
        scale = Math.fround(1 / (1 - rate));
        drawMask(key, rate, mask === 'batch' ? weightCount : rows * weightCount, 1, kept);
        if (mask === 'batch') repeatFirstRow(kept, weightCount, rows);
      },
      clear(rows) {
        scale = 1;
        kept.fill(1, 0, rows * weightCount);
      },
      take(values, rate, rows) {
        scale = Math.fround(1 / (1 - rate));
        for (let i = 0; i < rows * weightCount; i++) kept[i] = values[i]!;
      },
    },
    train(input, rows) {
      lastInput = input;
      multiplyMasked(input, rows, inputs, weight.value, units, kept, scale, z);
      addBias(z, bias.value, rows);
      activate(activation, z, output, rows * units);
    },
    evaluate(input, rows) {
      multiply(input, rows, inputs, transposed, units, z, terms);
      addBias(z, bias.value, rows);
      activate(activation, z, output, rows * units);
    },
    backward(dOutput, rows, dInput) {
      multiplyByDerivative(activation, z, output, dOutput, rows * units);
      writeBiasGradient(dOutput, rows, bias.gradient);
      for (let i = 0; i < rows * units; i++) dOutput[i] = dOutput[i]! * scale;
      writeWeightGradient(dOutput, rows, units, lastInput, inputs, kept, weight.gradient);
      if (dInput) writeInputGradient(dOutput, rows, units, weight.value, inputs, kept, dInput);
    },
    refresh() {
      transpose(weight.value, units, inputs, transposed);
    },
  };
}

/** z [rows × units] = scale · (M ⊙ W) x, each row of x [rows × inputs] with its own mask. */
function multiplyMasked(
  x: Float32Array,
  rows: number,
  inputs: number,
  weight: Float32Array,
  units: number,
  kept: Float32Array,
  scale: number,
  z: Float32Array,
): void {
  let mask = 0;
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      let sum = 0;
      for (let k = 0; k < inputs; k++) {
        if (kept[mask]! !== 0) sum = round(sum + round(x[row * inputs + k]! * weight[unit * inputs + k]!));
        mask++;
      }
      z[row * units + unit] = sum * scale;
    }
  }
}

function writeBiasGradient(dZ: Float32Array, rows: number, dBias: Float32Array): void {
  const units = dBias.length;
  dBias.fill(0);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) dBias[unit] = dBias[unit]! + dZ[row * units + unit]!;
  }
}

/** dWeight [units × inputs] = Σ over the rows of M ⊙ (d xᵀ). */
function writeWeightGradient(
  d: Float32Array,
  rows: number,
  units: number,
  x: Float32Array,
  inputs: number,
  kept: Float32Array,
  dWeight: Float32Array,
): void {
  dWeight.fill(0);
  let mask = 0;
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const dSum = d[row * units + unit]!;
      for (let k = 0; k < inputs; k++) {
        const at = unit * inputs + k;
        if (kept[mask]! !== 0) dWeight[at] = dWeight[at]! + round(dSum * x[row * inputs + k]!);
        mask++;
      }
    }
  }
}

/** dX [rows × inputs] = d (M ⊙ W). */
function writeInputGradient(
  d: Float32Array,
  rows: number,
  units: number,
  weight: Float32Array,
  inputs: number,
  kept: Float32Array,
  dX: Float32Array,
): void {
  dX.fill(0, 0, rows * inputs);
  let mask = 0;
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const dSum = d[row * units + unit]!;
      for (let k = 0; k < inputs; k++) {
        const at = row * inputs + k;
        if (kept[mask]! !== 0) dX[at] = dX[at]! + round(dSum * weight[unit * inputs + k]!);
        mask++;
      }
    }
  }
}
