import type {Activation, DensePlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import type {ParameterOf, PlainLayer} from './layer.ts';
import {collectTerms, createTerms, sumRows, sumTerms, type Terms} from './sumRows.ts';

/** a(W x + b), and its gradients dW = dZᵀ X, db = Σ dZ, dX = dZ W. */
export function denseLayer(
  plan: DensePlan,
  activation: Activation,
  parameterOf: ParameterOf,
  batchSize: number,
): PlainLayer {
  const {inputs, units} = plan;
  const weight = parameterOf('weight');
  const bias = parameterOf('bias');
  const transposed = new Float32Array(inputs * units);
  const z = new Float32Array(batchSize * units);
  const output = activation === 'linear' ? z : new Float32Array(batchSize * units);
  const terms = createTerms(Math.max(inputs, units, batchSize));
  let lastInput: Float32Array = z;

  function evaluate(input: Float32Array, rows: number): void {
    multiply(input, rows, inputs, transposed, units, z, terms);
    addBias(z, bias.value, rows);
    activate(activation, z, output, rows * units);
  }

  return {
    output,
    evaluate,
    train(input, rows) {
      lastInput = input;
      evaluate(input, rows);
    },
    backward(dOutput, rows, dInput) {
      multiplyByDerivative(activation, z, output, dOutput, rows * units);
      writeWeightGradient(dOutput, rows, units, lastInput, inputs, weight.gradient, bias.gradient, terms);
      if (dInput) multiply(dOutput, rows, units, weight.value, inputs, dInput, terms);
    },
    refresh() {
      transpose(weight.value, units, inputs, transposed);
    },
  };
}

// The loops are functions of the file, not of the layer: closures would be compiled anew for every network.

/** out [rows × columns] = left · right, left [rows × inner], right [inner × columns]. */
export function multiply(
  left: Float32Array,
  rows: number,
  inner: number,
  right: Float32Array,
  columns: number,
  out: Float32Array,
  terms: Terms,
): void {
  for (let row = 0; row < rows; row++) {
    collectTerms(left, row * inner, 1, inner, columns, terms);
    sumRows(terms, right, out, row * columns, columns);
  }
}

/** dWeight [units × inputs] = dZᵀ · input, dBias [units] = Σ dZ over the rows; dZ [rows × units], input [rows × inputs]. */
function writeWeightGradient(
  dZ: Float32Array,
  rows: number,
  units: number,
  input: Float32Array,
  inputs: number,
  dWeight: Float32Array,
  dBias: Float32Array,
  terms: Terms,
): void {
  // A unit that was dropped or inactive has dZ = 0: most of the sparsity is on this side.
  for (let unit = 0; unit < units; unit++) {
    collectTerms(dZ, unit, units, rows, inputs, terms);
    sumRows(terms, input, dWeight, unit * inputs, inputs);
    dBias[unit] = sumTerms(terms);
  }
}

/** The bias comes last, after the sum of the products, as the last row of an augmented weight matrix would. */
export function addBias(z: Float32Array, bias: Float32Array, rows: number): void {
  const units = bias.length;
  for (let row = 0; row < rows; row++) {
    const start = row * units;
    for (let unit = 0; unit < units; unit++) z[start + unit] = z[start + unit]! + bias[unit]!;
  }
}

/** out [columns × rows] = matrixᵀ, matrix [rows × columns]. */
export function transpose(matrix: Float32Array, rows: number, columns: number, out: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let to = row;
    for (let column = 0; column < columns; column++) {
      out[to] = matrix[start + column]!;
      to += rows;
    }
  }
}
