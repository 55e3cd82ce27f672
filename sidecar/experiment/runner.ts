import type {FoldEvent, FoldOutcome, FoldTask} from './foldTask.ts';

/** Where fold tasks execute. An outcome does not depend on it. */
export interface Runner {
  readonly workers: number;
  /** Does a task as soon as there is room for it. A cancelled task resolves to an outcome of status `cancelled`. */
  run(task: FoldTask, onEvent: (event: FoldEvent) => void): Promise<FoldOutcome>;
  /** Ends waiting tasks at once, and a training within about 50 ms of work; a baseline is fitted to its end. */
  cancel(): void;
  /** Cancels what still runs or waits. Nothing may be run afterwards. */
  dispose(): Promise<void>;
}

export const CANCELLED: FoldOutcome = {
  status: 'cancelled',
  epochs: 0,
  bestEpoch: null,
  problem: null,
  seconds: 0,
  predictions: null,
  metrics: {},
  trainingLoss: null,
  model: null,
};
