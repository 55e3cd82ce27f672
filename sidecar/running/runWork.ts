import type {DataFacts, StoredRun} from '../../schemas/generated/run.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {Runner} from '../experiment/runner.ts';
import type {TasksListener} from '../experiment/runTasks.ts';
import {type ChosenEngines, engineFacts} from '../network/engines.ts';
import type {RunFolder} from '../runs/runFolder.ts';
import {UserError} from '../userError.ts';
import {wantedNumerics} from './runRecord.ts';

/** What a kind of run does between its start and its end. */
export type RunBody = (work: RunWork) => Promise<RunEnd>;

/** A run that has started, as its body sees it. */
export interface RunWork {
  readonly id: string;
  readonly experiment: Experiment;
  readonly engines: ChosenEngines;
  readonly folder: RunFolder;
  readonly runner: Runner;
  /** Aborted when the run is cancelled: the runner knows it, too. */
  readonly signal: AbortSignal;
  /** Stores events and outcomes. */
  readonly listener: TasksListener;
  readonly facts: DataFacts;
  readonly secondsSoFar: () => number;
}

/** How a run ended, and what it adds to run.json. */
export interface RunEnd {
  readonly status: 'completed' | 'cancelled' | 'failed';
  /** What made it fail. */
  readonly failure: Error | null;
  readonly result: Pick<StoredRun, 'crossValidation' | 'training'>;
}

/** What every result begins with. */
export function resultHead(
  {id, folder, facts, secondsSoFar, engines, experiment}: RunWork,
  {status, digest}: {status: RunEnd['status']; digest: string},
) {
  const trained = engineFacts(engines, wantedNumerics(experiment));
  return {run: id, directory: folder.directory, status, digest, ...trained, seconds: secondsSoFar(), data: facts};
}

/** What is stored, and said, of an error. */
export function failureText(failure: Error): string {
  return failure instanceof UserError ? failure.message : 'An internal error of MLP Lab.';
}
