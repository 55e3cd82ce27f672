/**
 * What an engine is: the one interface behind which networks are trained. The readable float64 reference engine and
 * the fast ones are interchangeable here; weights, row order and masks can be injected, so that all of them are held
 * to the same golden traces.
 */
import type {RandomKey} from '../kernels/random.ts';
import type {NetworkPlan} from './plan.ts';

export interface Engine {
  readonly name: 'reference' | 'plain' | 'wasm' | 'wasmRelaxed';
  readonly precision: 'float64' | 'float32';
  /** reproducible: the same bits on every machine. */
  readonly numerics: 'reproducible' | 'fast';
  /**
   * @param threads that may work on one step, at least 1 (default): the bits do not depend on it. `usefulThreads` says
   *   how many pay; engines that have only one take no notice.
   */
  createNetwork(plan: NetworkPlan, threads?: number): Network;
}

export type TensorName = 'weight' | 'bias' | 'logit' | 'gain' | 'shift' | 'runningMean' | 'runningVariance';

/** A tensor's place in the block of parameters. */
export interface Tensor {
  /** Index of its layer in `plan.layers`, and that layer's name. */
  readonly layer: number;
  readonly layerName: string;
  readonly name: TensorName;
  /** weight [units, inputs] row-major; logit, of the rate of concreteDropout, [1]; all others [width]. */
  readonly shape: readonly number[];
  /** First element, and number of elements, in the block. */
  readonly offset: number;
  readonly length: number;
  /** The running statistics of batch normalization are stored with the parameters but follow no gradient. */
  readonly trainable: boolean;
}

/** Rows of one data set as an engine reads them. Matrices are row-major and may lie in shared memory. */
export interface Samples {
  /** [rows × inputs], encoded and scaled. */
  readonly inputs: Float32Array;
  /** [rows]: class index, 0 or 1, or a (scaled) real. */
  readonly targets: Float32Array;
  /** [rows], ≥ 0; null: all 1. The loss of a batch is Σ w·l / Σ w, PyTorch's weighted mean. */
  readonly weights: Float32Array | null;
}

/** Where the random factors of dropout-like layers come from. */
export type Noise =
  /** Drawn: the words of batch b and layer l lie below foldIn(foldIn(key, b), l). */
  | {readonly kind: 'drawn'; readonly key: RandomKey}
  /**
   * Given, as golden traces have them: values[step][i] belongs to the i-th dropout-like layer, [batch × width]:
   * 1 kept, 0 dropped; for gaussianDropout the multiplier itself; for concreteDropout log(u / (1 − u)) of uniform numbers;
   * for dropConnect [batch × units × inputs].
   */
  | {readonly kind: 'given'; readonly values: ReadonlyArray<ReadonlyArray<ArrayLike<number>>>};

/** One pass over the data: step t trains on rows order[t · batchSize … (t + 1) · batchSize), the last batch may be short. */
export interface EpochPlan {
  readonly samples: Samples;
  /** Row numbers into `samples`, in training order. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  /** From 0; the schedules of dropout go by it. Absent: 0. */
  readonly epoch?: number;
  /** For each step. */
  readonly learningRates: Float64Array;
  /** For each step; read by sgd and rmsProp. PyTorch's convention: v ← m·v + g, w ← w − lr·v. */
  readonly momenta: Float64Array;
  readonly noise: Noise;
}

/**
 * @param layer its index in `plan.layers`
 * @param output [rows × width], of the layer; the last one gives logits. Valid during the call.
 */
export type SeeLayer = (layer: number, output: Float32Array | Float64Array) => void;

export interface Network {
  readonly plan: NetworkPlan;
  /** All tensors, in layer order and, within a layer, in the order of `TensorName`. They cover the block without gaps. */
  readonly tensors: readonly Tensor[];
  /** Length of the block of parameters. */
  readonly parameterCount: number;
  /** Copies the block of parameters into `out` [parameterCount]. */
  readParameters(out: Float64Array): void;
  /** Replaces the block of parameters. @throws RangeError if the length does not fit */
  writeParameters(values: ArrayLike<number>): void;
  /** What the optimizer remembers (moments and step count), enough to go on to the same bits. The layout is the engine's own. */
  readOptimizerState(): Float64Array;
  writeOptimizerState(state: Float64Array): void;
  /**
   * Trains steps `from` to `to` (exclusive) of an epoch and writes the mean loss of each batch, before its update and
   * without penalties, to losses[step]. The first loss that is not finite is written, and nothing is updated by it.
   * @returns the number of updates: to − from, or fewer, and then losses[from + updates] is the loss that is not finite
   */
  trainSteps(epoch: EpochPlan, from: number, to: number, losses: Float64Array): number;
  /**
   * Evaluation mode: no dropout, running statistics. Writes to out [rows.length × outputs] the probabilities
   * (binaryCrossEntropy: of class 1; crossEntropy: of each class) or the values.
   * @param seeLayer shown what each layer gives, block by block
   */
  predict(inputs: Float32Array, rows: Uint32Array, out: Float64Array, seeLayer?: SeeLayer): void;
  /**
   * As `predict`, but dropout-like layers drop, as in training; normalization uses its running statistics. Block b of
   * `plan.batchSize` rows has the noise of step b, at the full rate of each layer, whatever its schedule. The mean over
   * many noises is Monte Carlo dropout.
   * @see Gal & Ghahramani 2016, ICML, arXiv 1506.02142
   */
  sample(inputs: Float32Array, rows: Uint32Array, noise: Noise, out: Float64Array): void;
  /** Frees what the network holds. It must not be used afterwards. */
  dispose(): void;
}
