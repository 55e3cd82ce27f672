import {createHash} from 'node:crypto';
import type {Experiment} from './experiment.ts';
import type {FoldEvent, FoldOutcome, FoldTask} from './foldTask.ts';
import type {Runner} from './runner.ts';

export interface TrainingReport {
  /** SHA-256 over the parameters of every trained model, in order. */
  readonly digest: string;
  /** One for each variant, in order; null where it was cancelled or failed. */
  readonly outcomes: readonly (FoldOutcome | null)[];
  readonly status: 'completed' | 'cancelled' | 'failed';
  readonly failure: string | null;
}

/** Trains every variant on all rows. The metrics of an outcome are those of the training rows themselves. */
export async function trainModels(
  experiment: Experiment,
  runner: Runner,
  onEvent: (event: FoldEvent) => void,
): Promise<TrainingReport> {
  const rows = Uint32Array.from({length: experiment.table.rows}, (_, row) => row);
  let failure: string | null = null;
  const outcomes = await Promise.all(
    experiment.variants.map(async (_, index) => {
      // Numbered before the first repeat and fold, so that it is shown as 0 and its random numbers are its own.
      const fold = {repeat: -1, fold: -1, train: rows, test: rows};
      const task: FoldTask = {subject: {kind: 'variant', index}, fold, keepModel: true};
      try {
        const outcome = await runner.run(task, onEvent);
        return outcome.status === 'cancelled' ? null : outcome;
      } catch (error) {
        failure ??= error instanceof Error ? error.message : String(error);
        runner.cancel();
        return null;
      }
    }),
  );
  const status = failure !== null ? 'failed' : outcomes.includes(null) ? 'cancelled' : 'completed';
  return {digest: parametersDigest(outcomes), outcomes, status, failure};
}

function parametersDigest(outcomes: readonly (FoldOutcome | null)[]): string {
  const hash = createHash('sha256');
  for (const outcome of outcomes) {
    hash.update(JSON.stringify([outcome?.status, outcome?.epochs, outcome?.bestEpoch]));
    const parameters = outcome?.model?.parameters ?? new Float64Array(0);
    const bytes = new DataView(new ArrayBuffer(parameters.length * 8));
    parameters.forEach((value, i) => {
      bytes.setFloat64(i * 8, value, true);
    });
    hash.update(new Uint8Array(bytes.buffer));
  }
  return hash.digest('hex');
}
