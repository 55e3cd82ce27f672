import {chunkColumns, type Kernels, panelColumns, segmentColumns} from '../../kernels/wasmKernels.ts';
import type {Activation, DensePlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import type {KernelMemory} from './kernelMemory.ts';
import {panelWidth} from './parameterBlock.ts';
import {type LayerSite, reserveOutput, type WasmLayer} from './wasmLayer.ts';

/**
 * Below these shares of nonzero elements a product goes over lists of them instead of all: making a list costs as much
 * as about 24 columns of products, and an entry of a list costs more than an element of a tile. Both ways give the same
 * bits, so the choice is made anew for each product. Measured from 30 to 800 columns; around the thresholds both ways
 * are within a tenth of each other.
 */
const sparseProductDensity = (columns: number) => 0.7 - 24 / columns;
const sparseGradientDensity = (columns: number) => 0.6 - 24 / columns;

/** Which way products go: by the measured share of zeros, or, to hold one way to the other, always the same. */
export type Dispatch = 'measured' | 'dense' | 'sparse';

export interface DenseOptions {
  readonly activation: Activation;
  /** Nothing below the first layer with parameters needs a gradient, nor the transposed weights for it. */
  readonly needsInputGradient: boolean;
  /**
   * Whether gradients are only kept, because all of them together decide how they are scaled. Otherwise `backward`
   * updates the weights at once, panel by panel, while their gradients are in the cache.
   */
  readonly keepsGradients: boolean;
  readonly dispatch: Dispatch;
}

/** a(W x + b), and its gradients dW = dZᵀ X, db = Σ dZ, dX = dZ W. */
export function denseLayer(
  plan: DensePlan,
  {activation, needsInputGradient, keepsGradients, dispatch}: DenseOptions,
  site: LayerSite,
  scratch: DenseScratch,
): WasmLayer {
  const {inputs, units, maxNorm} = plan;
  const {kernels} = site;
  const weight = site.placeOf('weight').address;
  const bias = site.placeOf('bias');
  const sign = Math.fround(plan.l1);
  const slope = Math.fround(2 * plan.l2);
  const transposed = needsInputGradient ? site.memory.reserveFloats(Math.ceil(inputs / 8) * 8 * units) : 0;
  const isRelu = activation === 'relu';
  const output = reserveOutput(site, units);
  const z = activation === 'linear' || isRelu ? output : reserveOutput(site, units);
  let lastInput = 0;
  let inputDensity = 1;

  function evaluate(input: number, rows: number): void {
    inputDensity = kernels.countNonZeros(input, rows * inputs) / (rows * inputs);
    const isSparse = goesSparse(dispatch, inputDensity, sparseProductDensity(units));
    multiply(kernels, scratch, isSparse, input, rows, inputs, weight, units, bias.address, isRelu, z);
    if (!isRelu) activate(kernels, activation, z, output, rows * units);
  }

  function learn(dOutput: number, rows: number): void {
    const isSparse = goesSparse(dispatch, inputDensity, sparseGradientDensity(units));
    if (isSparse) kernels.listColumns(lastInput, rows, inputs, scratch.packed, scratch.lists, scratch.counts);
    else kernels.packColumns(lastInput, rows, inputs, scratch.packed);
    for (let start = 0; start < units; start += panelColumns) {
      const width = panelWidth(start, units);
      const panel = weight + 4 * start * inputs;
      const {lists, counts, packed, dPanel, gradient} = scratch;
      kernels.packPanel(dOutput, rows, units, start, dPanel);
      if (isSparse) {
        kernels.learnSparse(lists, counts, dPanel, inputs, width, panel, sign, slope, gradient);
      } else {
        kernels.learnDense(packed, dPanel, rows, inputs, width, panel, sign, slope, gradient);
      }
      if (!keepsGradients) finishPanel(start);
    }
  }

  /** What follows an update of the weights. */
  function finishPanel(start: number): void {
    if (maxNorm !== null) {
      kernels.boundPanelNorms(weight + 4 * start * inputs, inputs, panelWidth(start, units), maxNorm, scratch.squares);
    }
    if (transposed) kernels.transposePanel(weight, inputs, units, start, transposed);
  }

  return {
    output,
    evaluate,
    train(input, rows) {
      lastInput = input;
      evaluate(input, rows);
    },
    backward(dOutput, rows, dInput) {
      multiplyByDerivative(kernels, activation, z, output, dOutput, rows * units);
      kernels.sumColumns(dOutput, rows, units, bias.gradient);
      if (dInput) {
        const density = kernels.countNonZeros(dOutput, rows * units) / (rows * units);
        const isSparse = goesSparse(dispatch, density, sparseProductDensity(inputs));
        multiply(kernels, scratch, isSparse, dOutput, rows, units, transposed, inputs, 0, false, dInput);
      }
      learn(dOutput, rows);
    },
    afterUpdate() {
      if (keepsGradients) for (let start = 0; start < units; start += panelColumns) finishPanel(start);
    },
    refresh() {
      if (!transposed) return;
      for (let start = 0; start < units; start += panelColumns) {
        kernels.transposePanel(weight, inputs, units, start, transposed);
      }
    },
  };
}

function goesSparse(dispatch: Dispatch, density: number, threshold: number): boolean {
  return dispatch === 'measured' ? density < threshold : dispatch === 'sparse';
}

/** out [rows × columns] = x · matrix + bias, then relu if asked for; x [rows × inner], matrix in panels. */
function multiply(
  kernels: Kernels,
  {packed, lists, counts, sums}: DenseScratch,
  isSparse: boolean,
  x: number,
  rows: number,
  inner: number,
  matrix: number,
  columns: number,
  bias: number,
  isRelu: boolean,
  out: number,
): void {
  if (isSparse) {
    kernels.listRows(x, rows, inner, lists, counts);
    kernels.multiplySparse(lists, counts, rows, inner, matrix, columns, bias, isRelu, sums, out);
  } else {
    kernels.packRows(x, rows, inner, packed);
    kernels.multiplyDense(packed, rows, inner, matrix, columns, bias, isRelu, sums, out);
  }
}

/** Room that all dense layers use in turn. */
export interface DenseScratch {
  /** An operand in the order in which dense products read it. */
  readonly packed: number;
  /** Lists of nonzero elements, and their lengths. */
  readonly lists: number;
  readonly counts: number;
  /** The sums of a panel, [batch × 32]. */
  readonly sums: number;
  /** The gradient of a panel's outputs, [batch × 32]. */
  readonly dPanel: number;
  /** The gradient of some inputs' weights, [24 × 32]. */
  readonly gradient: number;
  /** The squares of a panel's columns, [32] in float64. */
  readonly squares: number;
}

export function reserveDenseScratch(
  layers: readonly DensePlan[],
  batchSize: number,
  memory: KernelMemory,
): DenseScratch {
  const widest = Math.max(1, ...layers.flatMap(({inputs, units}) => [inputs, units]));
  const segments = Math.ceil(widest / segmentColumns);
  // Tiles round rows and columns up to the next even number.
  return {
    packed: memory.reserveFloats((batchSize + 1) * Math.max(widest + 1, 32)),
    lists: memory.reserveFloats(2 * batchSize * widest),
    counts: memory.reserveFloats(Math.max(widest, batchSize * segments)),
    sums: memory.reserveFloats((batchSize + 1) * panelColumns),
    dPanel: memory.reserveFloats(batchSize * panelColumns),
    gradient: memory.reserveFloats((chunkColumns + 1) * panelColumns),
    squares: memory.reserveDoubles(panelColumns),
  };
}
