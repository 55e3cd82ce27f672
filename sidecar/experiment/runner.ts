import {type FoldEvent, type FoldOutcome, type FoldTask, NOT_TRAINED} from './foldTask.ts';

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

export const CANCELLED: FoldOutcome = {...NOT_TRAINED, status: 'cancelled'};
