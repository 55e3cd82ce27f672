import {chunkColumns, panelColumns, segmentColumns} from '../../kernels/wasmKernels.ts';
import type {Activation, DensePlan} from '../plan.ts';
import {activate, multiplyByDerivative} from './activations.ts';
import type {KernelMemory} from './kernelMemory.ts';
import {LARGEST_UNPACKED, type Lesson, type PanelScratch, type Product} from './panelWork.ts';
import {blankLesson, blankProduct} from './teamBoard.ts';
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
  /** What the layer before adds to l2 in this step, if it does. */
  readonly penaltyBefore: (() => number) | undefined;
}

/** a(W x + b), and its gradients dW = dZᵀ X, db = Σ dZ, dX = dZ W. */
export function denseLayer(
  plan: DensePlan,
  {activation, needsInputGradient, keepsGradients, dispatch, penaltyBefore}: DenseOptions,
  site: LayerSite,
  scratch: DenseScratch,
): WasmLayer {
  const {inputs, units} = plan;
  const {kernels, team} = site;
  const weight = site.placeOf('weight').address;
  const bias = site.placeOf('bias');
  const transposed = needsInputGradient ? site.memory.reserveFloats(Math.ceil(inputs / 8) * 8 * units) : 0;
  const isRelu = activation === 'relu';
  const output = reserveOutput(site, units);
  const z = activation === 'linear' || isRelu ? output : reserveOutput(site, units);
  const {counts} = scratch;
  const forward: Product = {
    ...blankProduct(),
    ...{counts, inner: inputs, matrix: weight, columns: units, bias: bias.address, isRelu, out: z},
  };
  const toInput: Product = {...blankProduct(), counts, inner: units, matrix: transposed, columns: inputs};
  const lesson: Lesson = {
    ...blankLesson(),
    ...{counts, inputs, units, weight, keepsGradients, transposed},
    sign: Math.fround(plan.l1),
    slope: Math.fround(2 * plan.l2),
    maxNorm: plan.maxNorm ?? 0,
  };
  // Of a narrow layer no share of zeros is large enough.
  const isInputCounted = Math.max(sparseProductDensity(units), sparseGradientDensity(units)) > 0;
  const isGradientCounted = sparseProductDensity(inputs) > 0;
  let lastInput = 0;
  let inputDensity = 1;

  function evaluate(input: number, rows: number): void {
    if (isInputCounted) inputDensity = kernels.countNonZeros(input, rows * inputs) / (rows * inputs);
    multiply(site, scratch, goesSparse(dispatch, inputDensity, sparseProductDensity(units)), input, rows, forward);
    if (!isRelu) activate(kernels, activation, z, output, rows * units);
  }

  function learn(dOutput: number, rows: number): void {
    const {packed, lists} = scratch;
    lesson.isSparse = goesSparse(dispatch, inputDensity, sparseGradientDensity(units));
    const isAsItIs = !lesson.isSparse && rows * inputs <= LARGEST_UNPACKED;
    lesson.operand = isAsItIs ? lastInput : lesson.isSparse ? lists : packed;
    lesson.stride = isAsItIs ? 4 * inputs : 0;
    if (penaltyBefore) lesson.slope = Math.fround(2 * (plan.l2 + penaltyBefore()));
    lesson.dOutput = dOutput;
    lesson.rows = rows;
    if (lesson.isSparse) kernels.listColumns(lastInput, rows, inputs, packed, lists, counts);
    else if (!isAsItIs) kernels.packColumns(lastInput, rows, inputs, packed);
    team.learn(lesson);
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
        const density = isGradientCounted ? kernels.countNonZeros(dOutput, rows * units) / (rows * units) : 1;
        toInput.out = dInput;
        multiply(site, scratch, goesSparse(dispatch, density, sparseProductDensity(inputs)), dOutput, rows, toInput);
      }
      learn(dOutput, rows);
    },
    afterUpdate() {
      if (keepsGradients) team.finish(lesson);
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

/** Brings x [rows × inner] into the order that a product reads, and does the product. */
function multiply(
  {kernels, team}: LayerSite,
  {packed, lists, counts}: DenseScratch,
  isSparse: boolean,
  x: number,
  rows: number,
  product: Product,
): void {
  product.isSparse = isSparse;
  product.operand = isSparse ? lists : packed;
  product.rows = rows;
  if (isSparse) kernels.listRows(x, rows, product.inner, lists, counts);
  else kernels.packRows(x, rows, product.inner, packed);
  team.multiply(product);
}

/** Room that all dense layers use in turn. */
export interface DenseScratch {
  /** An operand in the order in which dense products read it. */
  readonly packed: number;
  /** Lists of nonzero elements, and their lengths. */
  readonly lists: number;
  readonly counts: number;
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
  };
}

export function reservePanelScratch(batchSize: number, memory: KernelMemory): PanelScratch {
  return {
    sums: memory.reserveFloats((batchSize + 1) * panelColumns),
    dPanel: memory.reserveFloats(batchSize * panelColumns),
    gradient: memory.reserveFloats((chunkColumns + 1) * panelColumns),
    squares: memory.reserveDoubles(panelColumns),
  };
}
