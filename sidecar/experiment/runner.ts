import type {NetworkPlace, Watched} from '../../schemas/protocol.ts';
import {type FoldEvent, type FoldOutcome, type FoldTask, NOT_TRAINED} from './foldTask.ts';
import type {LiveState} from './watcher.ts';

/** Where fold tasks execute. An outcome does not depend on it. */
export interface Runner {
  readonly workers: number;
  /**
   * Does a task as soon as there is room for it. A cancelled task resolves to an outcome of status `cancelled`. A task
   * whose worker dies or hangs is done again by another, from its last checkpoint, and tells again what it told since.
   */
  run(task: FoldTask, listener: TaskListener): Promise<FoldOutcome>;
  /** Trainings wait before their next batch. What is no training, such as fitting a baseline, goes on. */
  pause(): void;
  proceed(): void;
  /** Of a paused run: each training goes on by one batch, or to the end of its epoch, and waits again. */
  step(by: 'batch' | 'epoch'): void;
  /** Chooses the network that is looked into; null: none. */
  watch(watched: Watched | null): void;
  /** Networks in training now. */
  training(): readonly TrainingPlace[];
  /** Ends waiting tasks at once, and those that run within 200 ms. */
  cancel(): void;
  /** Cancels what still runs or waits. Nothing may be run afterwards. */
  dispose(): Promise<void>;
}

/** Epoch and batch count from 1: those that are trained now, or next. */
export type TrainingPlace = NetworkPlace & {readonly epoch: number; readonly batch: number};

/** Told what happens to a task. What it throws, because a disk is full for example, fails the task. */
export interface TaskListener {
  onEvent(event: FoldEvent): void;
  onLive?(live: LiveState): void;
  /** Keeps where the training is. Without it a task that is done again begins anew. */
  readonly checkpoints?: Checkpoints;
}

/** The last checkpoint of one task. */
export interface Checkpoints {
  read(): Uint8Array | null;
  write(bytes: Uint8Array): void;
}

export const CANCELLED: FoldOutcome = {...NOT_TRAINED, status: 'cancelled'};
