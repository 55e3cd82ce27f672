/**
 * The plan of a network: what a document means once defaults, variants and the data are known. Every width and every
 * number is given, so an engine decides nothing. The words are those of the document.
 */

export type Activation =
  | 'linear'
  | 'relu'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'silu'
  | 'tanh'
  | 'sigmoid'
  | 'softplus';

/** The output layer's activation belongs to the loss: sigmoid and softmax are applied inside it, on logits. */
export type OutputActivation = 'sigmoid' | 'softmax' | 'linear';

export type Initialization =
  | 'pytorch'
  | 'heNormal'
  | 'heUniform'
  | 'glorotNormal'
  | 'glorotUniform'
  | 'lecunNormal'
  | 'lecunUniform'
  | 'zeros';

interface WeightedPlan {
  readonly name: string;
  /** Number of inputs of each unit (fan-in). */
  readonly inputs: number;
  readonly units: number;
  /** softmax only on the output layer. */
  readonly activation: Activation | 'softmax';
  /** Bound of the L2 norm of each unit's incoming weights, bias excluded, applied after every update; > 0, null: none. */
  readonly maxNorm: number | null;
  /** l1 · Σ|w| + l2 · Σw² is added to the loss; biases are left out. */
  readonly l1: number;
  readonly l2: number;
  readonly init: Initialization;
}

export interface DensePlan extends WeightedPlan {
  readonly type: 'dense';
}

/** A dense layer whose weights, not units, are dropped, one mask for each row (Wan et al. 2013). */
export interface DropConnectPlan extends WeightedPlan {
  readonly type: 'dropConnect';
  /** Share of the weights dropped, 0 ≤ rate < 1. */
  readonly rate: number;
  readonly schedule?: DropoutSchedule;
  readonly mask?: MaskSharing;
}

/** Multiplies its input by noise in training; passes it on unchanged in evaluation. */
export interface NoisePlan {
  readonly type: 'dropout' | 'gaussianDropout' | 'alphaDropout';
  readonly name: string;
  readonly inputs: number;
  /** Share dropped, 0 ≤ rate < 1. */
  readonly rate: number;
  readonly schedule?: DropoutSchedule;
  readonly mask?: MaskSharing;
}

/**
 * Dropout whose rate is learned with the weights (Gal, Hron and Kendall 2017, "Concrete dropout"). It stands before a
 * dense layer, whose weights belong to its penalty: see `concretePenalties`.
 */
export interface ConcreteDropoutPlan {
  readonly type: 'concreteDropout';
  readonly name: string;
  readonly inputs: number;
  /** The rate that training starts from, 0 < startRate < 1. */
  readonly startRate: number;
  /** Of the concrete distribution, > 0: the lower, the closer units are to being dropped or kept. */
  readonly temperature: number;
  /** Prior length scale l and model precision τ, > 0. */
  readonly lengthScale: number;
  readonly precision: number;
}

/** A layer that is random in training. */
export type NoisyPlan = NoisePlan | DropConnectPlan | ConcreteDropoutPlan;

/** How the rate of a layer changes over the training: see `rateAt`. Absent: it does not. */
export interface DropoutSchedule {
  readonly type: 'early' | 'late' | 'curriculum';
  /** Epochs from the start, > 0: see `rateAt`. */
  readonly until: number;
  /** Of early: whether the rate stays and then falls at once, or falls all the time. */
  readonly shape: 'constant' | 'linear';
}

/** Whether each row of a batch has a mask of its own, the default, or all rows share one. */
export type MaskSharing = 'row' | 'batch';

export interface BatchNormPlan {
  readonly type: 'batchNorm';
  readonly name: string;
  readonly inputs: number;
  /** Weight of the newest batch in the running statistics (PyTorch's meaning), 0 < momentum ≤ 1. */
  readonly momentum: number;
  readonly epsilon: number;
}

export interface LayerNormPlan {
  readonly type: 'layerNorm';
  readonly name: string;
  readonly inputs: number;
  readonly epsilon: number;
}

export interface ActivationPlan {
  readonly type: 'activation';
  readonly name: string;
  readonly inputs: number;
  readonly activation: Activation;
}

export type LayerPlan =
  | DensePlan
  | DropConnectPlan
  | NoisePlan
  | ConcreteDropoutPlan
  | BatchNormPlan
  | LayerNormPlan
  | ActivationPlan;

export type Loss = 'binaryCrossEntropy' | 'crossEntropy' | 'meanSquaredError' | 'meanAbsoluteError' | 'huber';

/** PyTorch's meaning of each optimizer. The learning rate, and SGD's momentum, come with each step. */
export type OptimizerPlan =
  | {readonly type: 'sgd'; readonly nesterov: boolean; readonly weightDecay: number}
  | {
      readonly type: 'adam' | 'adamW';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    }
  | {
      readonly type: 'rmsProp';
      /** Weight of the past in the running mean of squared gradients (PyTorch's alpha). */
      readonly decay: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    }
  | {readonly type: 'adagrad'; readonly epsilon: number; readonly weightDecay: number};

export interface NetworkPlan {
  /** Number of input features. */
  readonly inputs: number;
  /** From the first layer to the output layer. The last one is dense, its activation an `OutputActivation`. */
  readonly layers: readonly LayerPlan[];
  readonly loss: Loss;
  readonly optimizer: OptimizerPlan;
  /** Gradients are scaled so that their global L2 norm is at most this; null: no bound. */
  readonly clipNorm: number | null;
  /** Rows of the largest batch. */
  readonly batchSize: number;
  /** Rows that are learned from, > 0: the penalty of concreteDropout goes by it. Absent: the network only predicts. */
  readonly trainRows?: number;
}

/** Width of a layer's output. */
export function layerWidth(layer: LayerPlan): number {
  return 'units' in layer ? layer.units : layer.inputs;
}

/** Number of outputs of a network: 1, or one logit for each class. */
export function outputWidth(plan: NetworkPlan): number {
  return layerWidth(plan.layers.at(-1)!);
}
