import {SHOWN} from '../evaluation/metrics.ts';
import {crossValidationRun} from '../running/crossValidationRun.ts';
import {crossValidationReport} from '../terminal/crossValidationReport.ts';
import {type ExperimentOptions, runExperiment} from './experimentRun.ts';

export interface CrossValidationOptions extends ExperimentOptions {
  /** Runs for each source of the variance ledger; true: the usual number. */
  readonly ledger?: number | true;
  /** Whether the models of all folds are stored: an ensemble that predicts with its own spread. */
  readonly keepModels?: boolean;
  /** Samples of Monte Carlo dropout for each test row. */
  readonly samples?: number;
}

const LEDGER_RUNS = 5;

/** `mlp cv FILE`. @returns the exit code */
export function crossValidateDocument(file: string, options: CrossValidationOptions): Promise<number> {
  const {ledger, json, keepModels = false, samples} = options;
  const body = crossValidationRun({
    keepModels,
    ...(samples === undefined ? {} : {samples}),
    ledgerRuns: ledger === true ? LEDGER_RUNS : (ledger ?? null),
    onLedger: networks =>
      process.stderr.write(
        `\nVariance ledger: ${networks} more networks, each source of chance drawn anew by itself …\n`,
      ),
  });
  return runExperiment(file, 'crossValidation', options, body, ({crossValidation}, experiment) =>
    json
      ? JSON.stringify(crossValidation)
      : crossValidationReport(experiment, crossValidation!, SHOWN[experiment.target.task]),
  );
}
