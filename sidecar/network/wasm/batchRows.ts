import type {Kernels} from '../../kernels/wasmKernels.ts';
import type {EpochPlan} from '../engine.ts';
import type {KernelMemory} from './kernelMemory.ts';

/** Brings the inputs of one batch after the other into kernel memory. */
export interface BatchRows {
  /** Called before steps from … to − 1 of an epoch are trained. */
  begin(epoch: EpochPlan, from: number, to: number): void;
  /** Writes rows order[start … start + rows) of the samples to `out` [rows × inputs]. */
  gather(start: number, rows: number, out: number): void;
}

/**
 * Inputs of so many numbers are copied into kernel memory whole when about all of them are to be trained on: gathering
 * rows from outside was a sixteenth of a step of Sonar, and the kernels do it several times as fast.
 */
const LARGEST_COPY = 16_384;
const MOST_COPIED_ROWS = 4096;

export function batchRows(kernels: Kernels, memory: KernelMemory, width: number): BatchRows {
  const copy = memory.reserveFloats(LARGEST_COPY);
  const copiedOrder = memory.reserveFloats(MOST_COPIED_ROWS);
  let inputs: Float32Array = new Float32Array();
  let order: Uint32Array = new Uint32Array();
  let isCopied = false;
  return {
    begin(epoch, from, to) {
      const {batchSize} = epoch;
      ({inputs} = epoch.samples);
      ({order} = epoch);
      const trained = (Math.min(to * batchSize, order.length) - from * batchSize) * width;
      isCopied = inputs.length <= LARGEST_COPY && order.length <= MOST_COPIED_ROWS && trained >= inputs.length / 2;
      if (!isCopied) return;
      memory.float32.set(inputs, copy / 4);
      memory.uint32.set(order, copiedOrder / 4);
    },
    gather(start, rows, out) {
      if (isCopied) kernels.gatherRows(copy, copiedOrder + 4 * start, rows, width, out);
      else gatherRows(inputs, order, start, rows, width, memory.float32, out / 4);
    },
  };
}

/** Copies rows order[start … start + rows) of a matrix [· × width] to out[to …]. */
export function gatherRows(
  matrix: Float32Array,
  order: Uint32Array,
  start: number,
  rows: number,
  width: number,
  out: Float32Array,
  to: number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = order[start + row]! * width;
    for (let j = 0; j < width; j++) out[to + j] = matrix[from + j]!;
    to += width;
  }
}
