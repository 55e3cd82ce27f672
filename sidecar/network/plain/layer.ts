import type {RandomKey} from '../../kernels/random.ts';
import type {TensorName} from '../engine.ts';

/**
 * A layer at work. Matrices are row-major, [rows × width] with rows up to the batch size; the buffers live as long
 * as the layer, so that nothing is allocated in a step.
 */
export interface PlainLayer {
  /** What the last pass gave, [batch × width]. */
  readonly output: Float32Array;
  /** The pass of a training step. `input` must stay as it is until `backward`. */
  train(input: Float32Array, rows: number): void;
  /** The pass without noise, on running statistics. */
  evaluate(input: Float32Array, rows: number): void;
  /**
   * Writes the gradients of the layer's parameters, and that of its input to `dInput` [rows × inputs] unless null.
   * @param dOutput gradient of the output, [rows × width]; the layer may overwrite it
   */
  backward(dOutput: Float32Array, rows: number, dInput: Float32Array | null): void;
  /** Called when the parameters have changed. */
  refresh?(): void;
  /** Only concrete dropout has it: what its penalty adds to the l2 of the layer behind, in this step. */
  penaltyBehind?(): number;
  /** Only layers with noise have it; it sets the noise of the next training pass. */
  readonly noise?: LayerNoise;
}

export interface LayerNoise {
  /** Draws the noise of a batch from the words below `key`. @param rate of this step, 0 < rate < 1 */
  draw(key: RandomKey, rate: number, rows: number): void;
  /** What rate 0 would draw, without the words and their key: that costs as much as a small layer. */
  clear(rows: number): void;
  /** Takes the noise of a batch as given: 1 kept, 0 dropped, or multipliers. @param rate of this step, 0 ≤ rate < 1 */
  take(values: ArrayLike<number>, rate: number, rows: number): void;
}

/** A tensor and its gradient, views of the network's two blocks. */
export interface Parameter {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
}

/** The parameter named so, of the layer being built. */
export type ParameterOf = (name: TensorName) => Parameter;
