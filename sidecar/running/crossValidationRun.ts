import type {CrossValidation} from '../../schemas/generated/run.ts';
import {type CrossValidationReport, crossValidate, type FoldRecord} from '../experiment/crossValidate.ts';
import {weightsEpoch} from '../experiment/foldTask.ts';
import {turns, unlessCancelled} from '../experiment/turns.ts';
import {ledgerNetworks, varianceLedger} from '../experiment/varianceLedger.ts';
import {engineOf} from '../network/engines.ts';
import {foldModelName, modelFile, modelFileNames} from '../runs/modelFile.ts';
import {predictionsFile} from '../runs/predictionsFile.ts';
import {type RunBody, type RunWork, resultHead} from './runWork.ts';
import {sampledScores} from './sampledScores.ts';

export interface CrossValidationOptions {
  /** Runs for each source of a variance ledger; null: without one. */
  readonly ledgerRuns: number | null;
  /** Told how many more networks the ledger trains, before it does. */
  readonly onLedger?: (networks: number) => void;
  /** Whether the models of all folds are stored: an ensemble that predicts with its own spread. */
  readonly keepModels?: boolean;
  /** Samples of Monte Carlo dropout for each test row; absent: as the document has it. */
  readonly samples?: number;
}

export function crossValidationRun(options: CrossValidationOptions = {ledgerRuns: null}): RunBody {
  return async work => {
    const {experiment, runner, folder} = work;
    const {keepModels = false, samples = experiment.evaluation.samples} = options;
    const report = await crossValidate(experiment, runner, work.listener, {
      keepModels: keepModels || samples !== undefined,
    });
    const {failure, outcomes} = report;
    const ledger = report.status === 'completed' ? await ledgerOf(work, options) : undefined;
    const variants = await sampledVariants(work, report, samples);
    const status = variants ? report.status : 'cancelled';
    const crossValidation: CrossValidation = {
      ...resultHead(work, {status, digest: report.digest}),
      variants: [...(variants ?? report.variants)],
      baselines: [...report.baselines],
      comparisons: [...report.comparisons],
      notes: [...report.notes],
      ...(ledger ? {ledger} : {}),
    };
    const end = {status, failure, result: {crossValidation}};
    try {
      folder.writeFile('predictions.csv', predictionsFile(experiment.table, experiment.target, outcomes));
      if (keepModels) storeFoldModels(work, outcomes);
    } catch (error) {
      // The result itself may still find room, and the predictions are in folds.bin.
      return {...end, status: 'failed', failure: failure ?? (error as Error)};
    }
    return end;
  };
}

/** With the scores of samples, where these are wanted of a run that has come to its end; null where it was cancelled meanwhile. */
async function sampledVariants(
  work: RunWork,
  {variants, outcomes, status}: CrossValidationReport,
  samples: number | undefined,
): Promise<CrossValidationReport['variants'] | null> {
  if (samples === undefined || status !== 'completed') return variants;
  const {experiment, engines} = work;
  const sampled = await unlessCancelled(work, () => sampledScores(experiment, engines, outcomes, samples, turns(work)));
  return (
    sampled &&
    variants.map(variant => {
      const scores = sampled.get(variant.name);
      return scores ? {...variant, sampled: scores} : variant;
    })
  );
}

/** The models of the folds, where they were kept. */
function storeFoldModels({experiment, folder, engines}: RunWork, records: readonly FoldRecord[]): void {
  const names = modelFileNames(experiment.variants);
  for (const {task, outcome} of records) {
    if (!outcome.model || task.subject.kind !== 'variant') continue;
    const variant = experiment.variants[task.subject.index]!;
    const name = foldModelName(names[task.subject.index]!, task.fold.repeat + 1, task.fold.fold + 1);
    const {precision} = engineOf(engines, variant.document.training.numerics);
    folder.writeFile(
      name,
      modelFile(variant, experiment.target, {...outcome.model, epochs: weightsEpoch(outcome)}, precision),
    );
  }
}

async function ledgerOf({experiment, runner}: RunWork, {ledgerRuns, onLedger}: CrossValidationOptions) {
  if (ledgerRuns === null) return undefined;
  onLedger?.(ledgerNetworks(experiment, ledgerRuns));
  return varianceLedger(experiment, runner, ledgerRuns);
}
