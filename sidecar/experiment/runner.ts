import type {FoldEvent, FoldOutcome, FoldTask} from './foldTask.ts';

/** Where fold tasks execute. An outcome does not depend on it. */
export interface Runner {
  readonly workers: number;
  /** Does a task as soon as there is room for it. A cancelled task resolves to an outcome of status `cancelled`. */
  run(task: FoldTask, onEvent: (event: FoldEvent) => void): Promise<FoldOutcome>;
  /** Ends running tasks within about 50 ms of work, and waiting ones at once. */
  cancel(): void;
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
