import type {KernelInstance} from '../../kernels/wasmKernels.ts';
import type {LayerNoise} from '../plain/layer.ts';
import type {KernelMemory} from './kernelMemory.ts';
import type {PlaceOf} from './parameterBlock.ts';
import type {Team} from './team.ts';

/**
 * A layer at work in kernel memory. What it is given and what it gives are addresses of matrices [rows × width],
 * row-major without gaps; buffers have room for one row more, which dense products read and do not use.
 */
export interface WasmLayer {
  /** Where the last pass left its result. */
  readonly output: number;
  /** The pass of a training step. The input must stay as it is until `backward`. */
  train(input: number, rows: number): void;
  /** The pass without noise, on running statistics. */
  evaluate(input: number, rows: number): void;
  /**
   * Writes the gradients of the layer's vectors, learns from those of its weights (see `denseLayer`), and writes that
   * of its input to `dInput` unless that is 0. @param dOutput gradient of the output; the layer may overwrite it
   */
  backward(dOutput: number, rows: number, dInput: number): void;
  /** Called when the step has updated all parameters that `backward` left as they were. */
  afterUpdate?(): void;
  /** Called when the parameters were replaced. */
  refresh?(): void;
  /** Only concrete dropout has it: what its penalty adds to the l2 of the layer behind, in this step. */
  penaltyBehind?(): number;
  /** Only layers with noise have it; it sets the noise of the next training pass. */
  readonly noise?: LayerNoise;
}

/** What a layer is built from. */
export interface LayerSite {
  readonly kernels: KernelInstance['kernels'];
  readonly memory: KernelMemory;
  readonly team: Team;
  readonly batchSize: number;
  /** The tensor named so, of the layer being built. */
  readonly placeOf: PlaceOf;
}

/** Room for what a layer gives, and one row more. */
export function reserveOutput({memory, batchSize}: LayerSite, width: number): number {
  return memory.reserveFloats((batchSize + 1) * width);
}
