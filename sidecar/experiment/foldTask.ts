/** One piece of work for a runner: a network to train and test, or a baseline to fit, on one fold. Plain data, so that it can be posted to a worker. */

import type {
  EpochsEnded,
  FoldEnded,
  FoldStarted,
  NestedProgressed,
  ProblemMet,
  SettingStopped,
} from '../../schemas/generated/event.ts';
import type {NetworkPlace} from '../../schemas/protocol.ts';
import {receiveTable} from '../data/columnStore.ts';
import type {Encoder} from '../data/encoder.ts';
import type {Target} from '../data/table.ts';
import type {TargetScale} from '../data/target.ts';
import type {Fold} from '../evaluation/folds.ts';
import type {Metric} from '../evaluation/metrics.ts';
import type {ChosenEngines} from '../network/engines.ts';
import type {Experiment} from './experiment.ts';

/** What all tasks of a run share. The table lies in shared memory or on disk. */
export interface FoldContext extends ChosenEngines {
  readonly experiment: Omit<Experiment, 'folds'>;
  /** Matrices of inputs that are larger are not kept; absent: `LARGEST_MATRIX_BYTES`. Bits do not depend on it. */
  readonly largestMatrixBytes?: number;
}

/** A context that was posted from another thread. */
export function receiveContext(context: FoldContext): FoldContext {
  const {experiment} = context;
  return {...context, experiment: {...experiment, table: receiveTable(experiment.table)}};
}

export type BaselineName = 'majority class' | 'mean' | 'linear';

/** What the baselines of a task are called. */
export const BASELINES: {readonly [Task in Target['task']]: readonly BaselineName[]} = {
  classification: ['majority class', 'linear'],
  regression: ['mean', 'linear'],
};

export interface FoldTask {
  readonly subject:
    | {readonly kind: 'variant'; readonly index: number}
    | {readonly kind: 'baseline'; readonly name: BaselineName};
  readonly fold: Fold;
  /** Whether the outcome holds the trained model. */
  readonly keepModel: boolean;
  /** One source of chance drawn anew, all others as they are: what the variance ledger asks for. */
  readonly redrawn?: Redrawn;
}

export interface Redrawn {
  readonly source: 'weights' | 'order' | 'masks';
  /** Another number, another draw. */
  readonly number: number;
}

/** What a task is called in tables, events and stored predictions. */
export function subjectName({variants}: FoldContext['experiment'], {subject}: FoldTask): string {
  return subject.kind === 'variant' ? variants[subject.index]!.name : subject.name;
}

/** Where a task stands in the run, as events and users name it. */
export function placeOf(experiment: FoldContext['experiment'], task: FoldTask): NetworkPlace {
  return {variant: subjectName(experiment, task), repeat: task.fold.repeat + 1, fold: task.fold.fold + 1};
}

export interface FoldOutcome {
  readonly status: 'completed' | 'diverged' | 'cancelled';
  readonly epochs: number;
  readonly bestEpoch: number | null;
  /** Why it diverged. */
  readonly problem: string | null;
  readonly seconds: number;
  /** For two classes the probability of class 1 of each test row, for more one for each class, else values; null unless completed. */
  readonly predictions: Float64Array | null;
  readonly metrics: Partial<Record<Metric, number | null>>;
  /** Loss of the last epoch, dropout active; null for baselines. */
  readonly trainingLoss: number | null;
  readonly model: FittedModel | null;
}

/** The epoch, from 1, that left the weights of an outcome: with early stopping the best one. */
export function weightsEpoch({epochs, bestEpoch}: FoldOutcome): number {
  return bestEpoch ?? epochs;
}

/** An outcome before anything is known of it; what happened is filled in. */
export const NOT_TRAINED: FoldOutcome = {
  status: 'completed',
  epochs: 0,
  bestEpoch: null,
  problem: null,
  seconds: 0,
  predictions: null,
  metrics: {},
  trainingLoss: null,
  model: null,
};

/** All that is needed to predict: the parameters in the layout of `Network.tensors`, and what was fitted to the data. */
export interface FittedModel {
  readonly parameters: Float64Array;
  readonly encoder: Encoder;
  /** value = scaled · sd + mean; null for classes. */
  readonly targetScale: TargetScale | null;
}

type WithoutTime<E> = Omit<E, 'at'>;
/** What is told while tasks run. The recorder of the run adds the time. */
export type FoldEvent =
  | WithoutTime<FoldStarted>
  | WithoutTime<EpochsEnded>
  | WithoutTime<FoldEnded>
  | WithoutTime<ProblemMet>
  | WithoutTime<SettingStopped>
  | WithoutTime<NestedProgressed>;
