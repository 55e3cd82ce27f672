import {createHash} from 'node:crypto';
import {float64Bytes} from './crossValidate.ts';
import {allRows, type Experiment} from './experiment.ts';
import type {FoldOutcome, FoldTask} from './foldTask.ts';
import type {Runner} from './runner.ts';
import {runTasks, type TasksListener, type TasksReport} from './runTasks.ts';

export interface TrainingReport extends TasksReport {
  /** SHA-256 over the parameters of every trained model, in order. */
  readonly digest: string;
}

/** Trains every variant on all rows. The metrics of an outcome are those of the training rows themselves. */
export async function trainModels(
  experiment: Experiment,
  runner: Runner,
  listener: TasksListener,
): Promise<TrainingReport> {
  const rows = allRows(experiment.table.rows);
  // Numbered before the first repeat and fold, so that it is shown as 0 and its random numbers are its own.
  const fold = {repeat: -1, fold: -1, train: rows, test: rows};
  const tasks = experiment.variants.map((_, index): FoldTask => {
    return {subject: {kind: 'variant', index}, fold, keepModel: true};
  });
  const report = await runTasks(experiment, tasks, runner, listener);
  return {...report, digest: parametersDigest(report.outcomes)};
}

function parametersDigest(outcomes: readonly (FoldOutcome | null)[]): string {
  const hash = createHash('sha256');
  for (const outcome of outcomes) {
    hash.update(JSON.stringify([outcome?.status, outcome?.epochs, outcome?.bestEpoch]));
    hash.update(float64Bytes(outcome?.model?.parameters ?? new Float64Array(0)));
  }
  return hash.digest('hex');
}
