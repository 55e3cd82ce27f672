/**
 * What the editor and the sidecar say to each other: JSON-RPC over the channel of a child process, typed once for both.
 * Typed arrays travel as they are (the channel uses the structured clone). Names of variants and layers are those of the
 * document; repeats, folds, epochs and batches count from 1, as users count; fold 0 is a network trained on all rows.
 */
import type {RunEvent} from './generated/event.ts';
import type {Explanation, StoredRun} from './generated/run.ts';
import type {Problem} from './problem.ts';

/** Goes up when a message changes its meaning. Both sides tell theirs in `hello` and refuse another. */
export const PROTOCOL_VERSION = 1;

/** Requests: what is sent, and what is answered. */
export interface Requests {
  'mlpLab/hello': [{readonly version: number}, Hello];
  /** Waits in the queue when other runs are busy. A wrong document or wrong data is an answer, not an error. */
  'mlpLab/startRun': [StartRun, StartedRun | WrongInput];
  /** Takes up a run that was interrupted, where its checkpoints are. */
  'mlpLab/resumeStoredRun': [{readonly directory: string}, StartedRun];
  'mlpLab/pauseRun': [RunReference, RunState];
  'mlpLab/continueRun': [RunReference, RunState];
  /** Of a paused run: each network in training goes on by one batch, or to the end of its epoch, and pauses again. */
  'mlpLab/stepRun': [RunReference & {readonly by: 'batch' | 'epoch'}, RunState];
  'mlpLab/cancelRun': [RunReference, RunState];
  /** Changes the order of the queue. @param place 0 is next */
  'mlpLab/moveRun': [RunReference & {readonly place: number}, QueueState];
  'mlpLab/readQueue': [Record<string, never>, QueueState];
  /** Events of the run from number `from` on, first those of the past, then as they come: `mlpLab/runEvents`. */
  'mlpLab/attach': [RunReference & {readonly from: number}, RunState];
  'mlpLab/detach': [RunReference, Record<string, never>];
  /** Chooses the network whose masks and layers are streamed (`mlpLab/live`); null: none. One for each run. */
  'mlpLab/watch': [RunReference & {readonly watched: Watched | null}, Record<string, never>];
  /** The masks of any batch, past or to come, computed anew from the seed: those that train. */
  'mlpLab/readMasks': [StoredReference & BatchPlace & {readonly layers: readonly string[] | null}, Masks];
  /** How often each unit was dropped in some epochs, computed anew from the seed. */
  'mlpLab/readDropCounts': [StoredReference & NetworkPlace & EpochRange, readonly DropCounts[]];
  /**
   * The layers of a network at the end of some epochs, of each epoch a list: it is trained again, to the same bits, which
   * is refused where it takes long.
   */
  'mlpLab/readLayers': [
    StoredReference & NetworkPlace & {readonly epochs: readonly number[]},
    ReadonlyArray<readonly LayerState[]>,
  ];
  /** What a network predicts over two features, or over the first two principal components of its inputs. As `readLayers`. */
  'mlpLab/readSurface': [StoredReference & NetworkPlace & SurfaceRequest, Surface];
  /** Newest first. @param document path of a `.mlp.json` */
  'mlpLab/listRuns': [{readonly document: string}, readonly RunSummary[]];
  'mlpLab/readRun': [StoredReference, StoredRun];
  /** Every event of a stored run, in order. */
  'mlpLab/readEvents': [StoredReference, readonly RunEvent[]];
  /** Out-of-fold predictions of some folds. */
  'mlpLab/readPredictions': [StoredReference, readonly FoldPredictions[]];
  'mlpLab/deleteRun': [StoredReference, Record<string, never>];
  /** A variant that follows the tutorial's tips, as a change of the document. @param name of it; null: a free one */
  'mlpLab/improveDocument': [{readonly text: string; readonly name: string | null}, Improvement | WrongInput];
  /** A learning-rate range test of a variant; null: the first. It can be cancelled, as the next two. */
  'mlpLab/findLearningRate': [
    Followed & {readonly document: string; readonly text: string; readonly variant: string | null},
    FoundLearningRate | WrongInput | Cancelled,
  ];
  /** Trains the networks of a stored cross-validation anew, says what a variant rests on, and stores it with the run. */
  'mlpLab/explainRun': [Followed & StoredReference & {readonly variant: string | null}, Explained | Cancelled];
  /** Predicts the rows of a data file with the models of a stored run, and writes a CSV file beside the data. */
  'mlpLab/predictFile': [Followed & StoredReference & PredictFile, PredictedFile | Cancelled];
  /** Writes a report of a run into its folder. */
  'mlpLab/writeReport': [StoredReference & {readonly format: 'html' | 'markdown'}, {readonly file: string}];
  /** Whether a run falls below another: only a drop that is significant, or what cannot be judged, does not pass. */
  'mlpLab/gateRun': [StoredReference & {readonly baseline: string}, GateVerdict];
  /** Compares the variants of stored cross-validations with the first one, in words. */
  'mlpLab/compareRuns': [{readonly directories: readonly string[]}, ComparedRuns];
  'mlpLab/readMachine': [Record<string, never>, Machine];
  /** What a data file holds, for a first document about it. Refused when the file cannot be read. */
  'mlpLab/readData': [{readonly file: string}, DataOverview];
  /** The text of a sensible first document: task, columns, scaling and sizes follow from the data. */
  'mlpLab/draftDocument': [{readonly data: DataOverview; readonly target: string}, {readonly text: string}];
  /** What the user must agree to before a tool is called for an agent; null: nothing. */
  'mlpLab/confirmTool': [ToolCall, {readonly text: string | null}];
  /** Calls a tool for an agent. Refused in a sentence that the agent can learn from. */
  'mlpLab/callTool': [ToolCall, {readonly text: string}];
}

/** Notifications of the sidecar. */
export interface Notifications {
  'mlpLab/runEvents': RunEvents;
  'mlpLab/live': Live;
  'mlpLab/queueChanged': QueueState;
  'mlpLab/logged': LogEntry;
  /** How far an answer is that takes long. */
  'mlpLab/answerProgressed': AnswerProgress;
}

/** Codes of error responses, beside those of JSON-RPC itself. `message` is a sentence for the user. */
export const ERROR_CODES = {
  /** What was asked for does not exist (any more), or is not possible in its state. The message says what to do. */
  refused: -32_001,
  /** A bug: the log has the details. */
  internal: -32_603,
} as const;

export interface Hello {
  readonly version: number;
  /** Of MLP Lab. */
  readonly release: string;
  readonly machine: Machine;
}

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly engine: 'wasm' | 'plain';
  /** Worker threads that a run uses unless told otherwise. */
  readonly workers: number;
}

export interface StartRun {
  readonly kind: 'crossValidation' | 'training';
  /** Path of the document: data and runs lie beside it. */
  readonly document: string;
  /** As it stands in the editor, saved or not. */
  readonly text: string;
  /** Names of variants; null: all. */
  readonly variants: readonly string[] | null;
  readonly workers?: number;
  /** Begins paused before the first batch, to be stepped. */
  readonly paused?: boolean;
  /**
   * A cross-validation of other settings than the variants: those of the document's `tune`, or dropout rates. The first
   * of `variants` is what is tuned.
   */
  readonly search?: 'tune' | 'dropout';
}

export interface StartedRun {
  readonly kind: 'started';
  readonly state: RunState;
  /** Warnings and hints; no errors. */
  readonly problems: readonly Problem[];
}

/** Errors are among the problems; nothing was done. */
export interface WrongInput {
  readonly kind: 'wrongInput';
  readonly problems: readonly Problem[];
}

/** The client sent `$/cancelRequest`; nothing was written. */
export interface Cancelled {
  readonly kind: 'cancelled';
}

/** An answer that takes long tells how far it is. */
export interface Followed {
  /** What the client calls it. */
  readonly answer: string;
}

export interface AnswerProgress extends Followed {
  /** From 0 to 1. */
  readonly share: number;
  /** What else there is to see of it. */
  readonly words?: string;
}

export interface Improvement {
  readonly kind: 'improved';
  /** Name of the new variant. */
  readonly variant: string;
  /** The document with it, and nothing else changed. */
  readonly text: string;
  /** What each change is for, a sentence each. */
  readonly reasons: readonly string[];
}

export interface FoundLearningRate {
  readonly kind: 'found';
  readonly learningRate: number;
  /** What to make of it, each a whole sentence. */
  readonly words: readonly string[];
  /** The document with the learning rate, and nothing else changed. */
  readonly text: string;
  /** A page of HTML that needs nothing else, with the curve. */
  readonly page: string;
}

export interface Explained {
  readonly kind: 'explained';
  readonly explanation: Explanation;
  /** A page of HTML that needs nothing else. */
  readonly page: string;
}

export interface PredictFile {
  /** Path of the data file. */
  readonly data: string;
  /** Name of the variant that predicts; null: the first. */
  readonly variant: string | null;
  /** Monte Carlo dropout: predictions of each row with dropout on; null: one with dropout off. */
  readonly samples: number | null;
  /** Whether the newest cross-validation that belongs to the model calibrates it and gives sets or intervals. */
  readonly calibrated: boolean;
}

export interface PredictedFile {
  readonly kind: 'predicted';
  /** The CSV file that was written. */
  readonly file: string;
  /** What there is to say of the predictions, for a person. */
  readonly report: string;
  /** The rows to look at first. */
  readonly leastCertain: ReadonlyArray<{
    /** One-based, of the data file. */
    readonly line: number;
    readonly words: string;
  }>;
}

export interface GateVerdict {
  readonly passed: boolean;
  /** The verdict first, then what it rests on, each a whole sentence. */
  readonly words: readonly string[];
}

export interface ComparedRuns {
  /** Name of the variant that the others are compared with. */
  readonly reference: string;
  readonly comparisons: ReadonlyArray<{
    /** As it is said in a sentence. */
    readonly metric: string;
    /** Each a whole sentence, the verdict first. */
    readonly words: readonly string[];
  }>;
  /** What else to know, each a whole sentence. */
  readonly notes: readonly string[];
}

/** A tool of sidecar/tools, called for an agent in the editor. */
export interface ToolCall {
  readonly name: string;
  /** As the agent gave it. */
  readonly input: object;
  /** Absolute paths: outside of them nothing is touched. */
  readonly folders: readonly string[];
}

/** What a data file holds. */
export interface DataOverview {
  /** Path of the file. */
  readonly file: string;
  readonly rows: number;
  /** Whether its first line names the columns; false: they are column1, column2, … */
  readonly header: boolean;
  readonly columns: readonly ColumnOverview[];
  /** The column that is most likely what shall be predicted. */
  readonly likelyTarget: string;
}

export interface ColumnOverview {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Rows without a value. */
  readonly missing: number;
  /** Different values; null: more than 1000. */
  readonly distinct: number | null;
  /** Of categories: how many rows have the rarest one. Null for numbers. */
  readonly rarest: number | null;
  /** Why it cannot be an input, such as an identifier; null if it can. */
  readonly problem: string | null;
}

export interface RunReference {
  readonly run: string;
}

/** A run by its folder: it may be running, or from last year. */
export interface StoredReference {
  readonly directory: string;
}

export interface RunState {
  readonly run: string;
  readonly directory: string;
  readonly document: string;
  readonly kind: StartRun['kind'];
  readonly status: 'queued' | 'running' | 'paused' | 'completed' | 'cancelled' | 'failed';
  /** Place in the queue, 0 is next; null unless queued. */
  readonly place: number | null;
  /** Share of the epochs done, from 0 to 1. */
  readonly progress: number;
  /** Estimated seconds until it ends, waiting included; null until it can be told. */
  readonly secondsLeft: number | null;
  /** Number of events so far: what a client that has them all attaches from. */
  readonly events: number;
  /** Networks in training now. */
  readonly training: ReadonlyArray<NetworkPlace & {readonly epoch: number; readonly batch: number}>;
  /** One sentence, when it failed. */
  readonly failure?: string;
}

export interface QueueState {
  readonly runs: readonly RunState[];
}

export interface RunEvents {
  readonly run: string;
  /** Number of the first of these events, from 0. */
  readonly from: number;
  readonly events: readonly RunEvent[];
}

/** One network of a run. */
export interface NetworkPlace {
  readonly variant: string;
  readonly repeat: number;
  readonly fold: number;
}

export interface BatchPlace extends NetworkPlace {
  readonly epoch: number;
  readonly batch: number;
}

export interface EpochRange {
  readonly fromEpoch: number;
  /** Inclusive. */
  readonly toEpoch: number;
}

export interface Watched extends NetworkPlace {
  /** Layers whose masks are streamed; null: all that drop. */
  readonly layers: readonly string[] | null;
  /** Masks a second, at most 30. */
  readonly rate: number;
}

/** The newest state of the watched network. States that a slow reader misses are left out, the newest is not. */
export interface Live {
  readonly run: string;
  /** Date.now() when the batch was trained. */
  readonly at: number;
  readonly masks: Masks | null;
  readonly layers: readonly LayerState[] | null;
}

/** What a batch dropped: the bits that trained. */
export interface Masks extends BatchPlace {
  readonly batches: number;
  /** One-based lines of the data file, in the order of the batch. */
  readonly lines: Uint32Array;
  readonly layers: readonly LayerMask[];
}

export interface LayerMask {
  readonly layer: string;
  /** Share dropped. */
  readonly rate: number;
  readonly rows: number;
  /** Units; for dropConnect units × inputs. */
  readonly width: number;
  /** Bit i % 8 of byte ⌊i / 8⌋ for i = row · width + unit: 1 kept, 0 dropped. Null where noise is not a mask (gaussianDropout). */
  readonly bits: Uint8Array | null;
  /** gaussianDropout: the multipliers, [rows × width]. */
  readonly multipliers: Float32Array | null;
}

/** A layer of the watched network at the end of an epoch. */
export interface LayerState {
  readonly layer: string;
  readonly epoch: number;
  /** [units × inputs] row-major; null for layers without weights, and where they are more than 65 536. */
  readonly incomingWeights: Float32Array | null;
  /** L2 norm of each unit's incoming weights, [units]; null for layers without weights. */
  readonly incomingNorms: Float32Array | null;
  readonly maxNorm: number | null;
  /** Units that max-norm holds at its bound after the last update. */
  readonly clippedUnits: number;
  /** L2 norm of the gradient of the layer's weights for the last batch and its masks, penalties included, at the weights that the epoch ended with. */
  readonly gradientNorm: number | null;
  /** Share of the rows for which each unit is above 0 in evaluation, [units]; null but for relu and its kin. */
  readonly active: Float32Array | null;
  /** Units that no row activates. */
  readonly deadUnits: number;
  /** Histogram of the weights, and of the outputs in evaluation (of the output layer, logits; null for dropout, which passes its input on). */
  readonly weights: Histogram | null;
  readonly outputs: Histogram | null;
  /** For layers that drop: how often each unit was dropped so far in this network. Counting may lag behind; `draws` tells. */
  readonly drops: DropCounts | null;
}

export interface Histogram {
  readonly from: number;
  readonly to: number;
  /** Equal bins from `from` to `to`. */
  readonly counts: Uint32Array;
}

/** How often each unit was dropped, and how often chance would drop it. */
export interface DropCounts {
  readonly layer: string;
  readonly rate: number;
  /** Rows that each unit saw; for dropConnect times its inputs. */
  readonly draws: number;
  /** Times that each unit was dropped, [units]. */
  readonly counts: Uint32Array;
  /** Mean and standard deviation of such a count. Binomial, draws · rate and √(draws · rate · (1 − rate)), where the rate stays and each row has a mask of its own. */
  readonly expected: number;
  readonly deviation: number;
}

export interface SurfaceRequest {
  /** At the end of this epoch. */
  readonly epoch: number;
  /** Names of two numeric columns, the other inputs at their median; null: the first two principal components. */
  readonly features: readonly [x: string, y: string] | null;
  /** Cells of each side. */
  readonly size: number;
}

export interface Surface {
  readonly x: SurfaceAxis;
  readonly y: SurfaceAxis;
  readonly size: number;
  /** Of each cell, row by row from the smallest y: for two classes the probability of the second, for more of each, else the value. */
  readonly predictions: Float64Array;
  /** Rows of the data at their place: those that trained, then those that were tested. */
  readonly points: {
    /** One-based lines of the data file. */
    readonly lines: Uint32Array;
    readonly x: Float64Array;
    readonly y: Float64Array;
    /** Class index, or value. */
    readonly actual: Float64Array;
    /** How many of them trained. */
    readonly trained: number;
  };
  /** Numeric columns that can be an axis. */
  readonly features: readonly string[];
}

export interface SurfaceAxis {
  /** Name of the column; null: a principal component. */
  readonly feature: string | null;
  /** Share of the variance of the inputs; null for a column. */
  readonly variance: number | null;
  readonly from: number;
  readonly to: number;
}

/** A stored run, as a list shows it. */
export interface RunSummary {
  readonly run: string;
  readonly directory: string;
  readonly kind: StartRun['kind'];
  /** interrupted: its process ended before it did; it can be resumed. */
  readonly status: 'running' | 'completed' | 'cancelled' | 'failed' | 'interrupted';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number | null;
  readonly digest: string | null;
  /** File name of the document, and SHA-256 of its text. */
  readonly document: string;
  readonly documentSha256: string;
  /** What tells runs of one document apart, in words: "10 x 10 folds, 300 epochs, seed 7". */
  readonly design: string;
  readonly variants: ReadonlyArray<{
    readonly name: string;
    /** Mean and standard deviation over the folds, of each metric. */
    readonly metrics: {readonly [metric: string]: {readonly mean: number; readonly sd: number | null}};
    /** 0 for a network trained on all rows. */
    readonly folds: number;
    /** Of a training: the model's file in the folder of the run; null if it diverged. */
    readonly model?: string | null;
  }>;
  /** Whether its variants are the settings that a search tried. */
  readonly search?: boolean;
  /** The best setting that a search found, by the metric that it was asked for. */
  readonly winner?: string;
}

export interface FoldPredictions extends NetworkPlace {
  /** One-based lines of the data file. */
  readonly lines: Uint32Array;
  /** Class index, or value. */
  readonly actual: Float64Array;
  /** For two classes the probability of the second, for more [rows × classes], else values. */
  readonly predictions: Float64Array;
}

/** No data values, no secrets. */
export interface LogEntry {
  /** Date.now(). */
  readonly at: number;
  readonly level: 'error' | 'warning' | 'info' | 'debug';
  readonly message: string;
}
