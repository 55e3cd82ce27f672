import {panelColumns} from '../../kernels/wasmKernels.ts';
import type {Tensor, TensorName} from '../engine.ts';
import type {NetworkPlan} from '../plan.ts';
import type {KernelMemory} from './kernelMemory.ts';

/** Where a tensor lies in kernel memory. */
export interface Place {
  readonly tensor: Tensor;
  readonly address: number;
  /** The address of its gradient. */
  readonly gradient: number;
  /** Weights of dense layers lie transposed, [inputs × units], in panels of 32 units; all else as the tensor says. */
  readonly isPanels: boolean;
}

/** The place of the tensor named so, of one layer. */
export type PlaceOf = (name: TensorName) => Place;

/**
 * The parameters of a network in kernel memory, and three blocks of the same layout behind them: the two numbers that
 * an optimizer may remember of each parameter, and its gradient. In a block come first the weights of dense layers,
 * then all other trained tensors, then the running statistics, which no gradient moves.
 */
export interface ParameterBlock {
  readonly places: readonly Place[];
  /** Bytes from a parameter to what is remembered of it first, then second, then to its gradient. */
  readonly distance: number;
  readonly gradientDistance: number;
  /** All trained parameters, and of these the ones that no dense layer learns itself. Counts are multiples of 4. */
  readonly trained: Run;
  readonly others: Run;
  /** The running statistics. */
  readonly untrained: Run;
  /** Copies a block to or from the layout of `tensors`. @param blockOffset 0, or a multiple of `distance` */
  read(blockOffset: number, out: Float64Array, outStart: number): void;
  write(blockOffset: number, values: ArrayLike<number>, start: number): void;
}

export interface Run {
  readonly address: number;
  readonly count: number;
}

export function layOutParameters(plan: NetworkPlan, tensors: readonly Tensor[], memory: KernelMemory): ParameterBlock {
  const isPanels = (tensor: Tensor) => tensor.name === 'weight' && plan.layers[tensor.layer]!.type === 'dense';
  const weights = tensors.filter(isPanels);
  const others = tensors.filter(tensor => tensor.trainable && !isPanels(tensor));
  const untrained = tensors.filter(tensor => !tensor.trainable);

  let count = 0;
  const offsets = new Map<Tensor, number>();
  const place = (group: readonly Tensor[], lengthOf: (tensor: Tensor) => number) => {
    const start = count;
    for (const tensor of group) {
      offsets.set(tensor, 4 * count);
      count += lengthOf(tensor);
    }
    count = Math.ceil(count / 4) * 4;
    return {start, count: count - start};
  };
  const weightRun = place(weights, ({shape}) => Math.ceil(shape[0]! / 8) * 8 * shape[1]!);
  const otherRun = place(others, ({length}) => length);
  const untrainedRun = place(untrained, ({length}) => length);

  const distance = 4 * Math.ceil(count / 16) * 16;
  const gradientDistance = 3 * distance;
  const address = memory.reserveFloats(distance);
  const places = tensors.map(tensor => {
    const at = address + offsets.get(tensor)!;
    return {tensor, address: at, gradient: at + gradientDistance, isPanels: isPanels(tensor)};
  });
  return {
    places,
    distance,
    gradientDistance,
    trained: {address, count: weightRun.count + otherRun.count},
    others: {address: address + 4 * otherRun.start, count: otherRun.count},
    untrained: {address: address + 4 * untrainedRun.start, count: untrainedRun.count},
    read(blockOffset, out, outStart) {
      for (const {tensor, address: at, isPanels: inPanels} of places) {
        const from = (at + blockOffset) / 4;
        const to = outStart + tensor.offset;
        if (inPanels) readPanels(memory.float32, from, tensor.shape[0]!, tensor.shape[1]!, out, to);
        else for (let i = 0; i < tensor.length; i++) out[to + i] = memory.float32[from + i]!;
      }
    },
    write(blockOffset, values, start) {
      for (const {tensor, address: at, isPanels: inPanels} of places) {
        const to = (at + blockOffset) / 4;
        const from = start + tensor.offset;
        if (inPanels) writePanels(values, from, tensor.shape[0]!, tensor.shape[1]!, memory.float32, to);
        else for (let i = 0; i < tensor.length; i++) memory.float32[to + i] = values[from + i]!;
      }
    },
  };
}

/** Width of the panel that begins with unit `start`. */
export function panelWidth(start: number, units: number): number {
  return Math.min(panelColumns, Math.ceil((units - start) / 8) * 8);
}

function readPanels(
  block: Float32Array,
  from: number,
  units: number,
  inputs: number,
  out: Float64Array,
  to: number,
): void {
  for (let unit = 0; unit < units; unit++) {
    const start = unit - (unit % panelColumns);
    const width = panelWidth(start, units);
    let at = from + start * inputs + (unit - start);
    for (let k = 0; k < inputs; k++) {
      out[to + unit * inputs + k] = block[at]!;
      at += width;
    }
  }
}

function writePanels(
  values: ArrayLike<number>,
  from: number,
  units: number,
  inputs: number,
  block: Float32Array,
  to: number,
): void {
  for (let unit = 0; unit < units; unit++) {
    const start = unit - (unit % panelColumns);
    const width = panelWidth(start, units);
    let at = to + start * inputs + (unit - start);
    for (let k = 0; k < inputs; k++) {
      block[at] = values[from + unit * inputs + k]!;
      at += width;
    }
  }
}
