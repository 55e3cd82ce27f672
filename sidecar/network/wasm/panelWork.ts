import type {Kernels} from '../../kernels/wasmKernels.ts';
import {panelColumns} from '../../kernels/wasmKernels.ts';
import {panelWidth} from './parameterBlock.ts';

/**
 * What a dense layer does panel by panel. Panels do not depend on each other and each sum lies within one, so it does
 * not matter to the bits which thread does which panel. Addresses are in bytes.
 */

/** out [rows × columns] = x · matrix (+ bias, then relu), matrix [inner × columns] in panels. */
export interface Product {
  isSparse: boolean;
  /** x as `packRows`, or as `listRows` writes it, and then the counts of its lists. */
  operand: number;
  counts: number;
  rows: number;
  inner: number;
  matrix: number;
  columns: number;
  /** Or 0: none. */
  bias: number;
  isRelu: boolean;
  out: number;
}

/** The weight gradient of a layer, and unless gradients are kept the update by it and what follows an update. */
export interface Lesson {
  isSparse: boolean;
  /**
   * The layer's input as it is, with the bytes of its rows as stride; or with stride 0 as `packColumns`, or as
   * `listColumns` writes it, and then the counts of its lists.
   */
  operand: number;
  stride: number;
  counts: number;
  /** The gradient of its output, [rows × units]. */
  dOutput: number;
  rows: number;
  inputs: number;
  units: number;
  weight: number;
  /** l1 and 2 · l2 of the penalties, rounded to float32. */
  sign: number;
  slope: number;
  keepsGradients: boolean;
  /** 0: none. */
  maxNorm: number;
  /** A copy of the weights, transposed, to be kept up to date; 0: none. */
  transposed: number;
}

/** Room that a thread needs for a panel. */
export interface PanelScratch {
  /** The sums of a panel, [batch × 32]. */
  readonly sums: number;
  /** The gradient of a panel's outputs, [batch × 32]. */
  readonly dPanel: number;
  /** The gradient of some inputs' weights, [24 × 32]. */
  readonly gradient: number;
  /** The squares of a panel's columns, [32] in float64. */
  readonly squares: number;
}

/** A matrix of so many numbers stays in the first-level cache whatever the order in which it is read. */
export const LARGEST_UNPACKED = 4096;

/** Columns first … last of a product: whole panels. */
export function multiplyPanels(
  kernels: Kernels,
  {sums}: PanelScratch,
  {isSparse, operand, counts, rows, inner, matrix, columns, bias, isRelu, out}: Product,
  first: number,
  last: number,
): void {
  if (isSparse) {
    kernels.multiplySparse(operand, counts, rows, inner, matrix, columns, first, last, bias, isRelu, sums, out);
  } else {
    kernels.multiplyDense(operand, rows, inner, matrix, columns, first, last, bias, isRelu, sums, out);
  }
}

/** Units first … last of a lesson: whole panels. */
export function learnPanels(
  kernels: Kernels,
  scratch: PanelScratch,
  lesson: Lesson,
  first: number,
  last: number,
): void {
  const {isSparse, operand, stride, counts, dOutput, rows, inputs, units, weight, sign, slope} = lesson;
  const {dPanel, gradient} = scratch;
  for (let start = first; start < last; start += panelColumns) {
    const width = panelWidth(start, units);
    const panel = weight + 4 * start * inputs;
    const left = units - start;
    const isAsItIs = !isSparse && left >= width && rows * units <= LARGEST_UNPACKED;
    const d = isAsItIs ? dOutput + 4 * start : dPanel;
    const dStride = 4 * (isAsItIs ? units : width);
    if (!isAsItIs) kernels.packPanel(dOutput, rows, units, start, dPanel);
    if (isSparse) kernels.learnSparse(operand, counts, d, inputs, width, panel, sign, slope, gradient);
    else kernels.learnDense(operand, stride, d, dStride, rows, inputs, width, left, panel, sign, slope, gradient);
    if (!lesson.keepsGradients) finishPanel(kernels, scratch, lesson, start);
  }
}

/** What follows an update of units first … last by gradients that were kept. */
export function finishPanels(
  kernels: Kernels,
  scratch: PanelScratch,
  lesson: Lesson,
  first: number,
  last: number,
): void {
  for (let start = first; start < last; start += panelColumns) finishPanel(kernels, scratch, lesson, start);
}

function finishPanel(kernels: Kernels, {squares}: PanelScratch, lesson: Lesson, start: number): void {
  const {inputs, units, weight, maxNorm, transposed} = lesson;
  if (maxNorm !== 0) {
    kernels.boundPanelNorms(weight + 4 * start * inputs, inputs, panelWidth(start, units), maxNorm, squares);
  }
  if (transposed) kernels.transposePanel(weight, inputs, units, start, transposed);
}
