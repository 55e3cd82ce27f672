import {crossValidate} from '../experiment/crossValidate.ts';
import {ledgerNetworks, varianceLedger} from '../experiment/varianceLedger.ts';
import {predictionsFile} from '../runs/predictionsFile.ts';
import {crossValidationReport} from '../terminal/crossValidationReport.ts';
import {
  type ExperimentOptions,
  type ExperimentRun,
  failureOf,
  resultHead,
  runExperiment,
  SHOWN,
} from './experimentRun.ts';

export interface CrossValidationOptions extends ExperimentOptions {
  /** Runs for each source of the variance ledger; true: the usual number. */
  readonly ledger?: number | true;
}

const LEDGER_RUNS = 5;

/** `mlp cv FILE`. @returns the exit code */
export function crossValidateDocument(file: string, options: CrossValidationOptions): Promise<number> {
  return runExperiment(file, 'crossValidation', options, async run => {
    const {experiment, folder, runner} = run;
    const report = await crossValidate(experiment, runner, run);
    const ledger = report.status === 'completed' ? await ledgerOf(run, options) : undefined;
    const result = {
      ...resultHead(run, report),
      variants: [...report.variants],
      baselines: [...report.baselines],
      comparisons: [...report.comparisons],
      notes: [...report.notes],
      ...(ledger ? {ledger} : {}),
    };
    const shown = SHOWN[experiment.target.task];
    return {
      end: {
        status: report.status,
        ...failureOf(report),
        crossValidation: result,
      },
      failure: report.failure,
      storeMore: () =>
        folder.writeFile('predictions.csv', predictionsFile(experiment.table, experiment.target, report.outcomes)),
      output: options.json ? JSON.stringify(result) : crossValidationReport(experiment, result, shown),
    };
  });
}

async function ledgerOf({experiment, runner}: ExperimentRun, {ledger}: CrossValidationOptions) {
  if (ledger === undefined) return undefined;
  const runs = ledger === true ? LEDGER_RUNS : ledger;
  const networks = ledgerNetworks(experiment, runs);
  process.stderr.write(`\nVariance ledger: ${networks} more networks, each source of chance drawn anew by itself …\n`);
  return varianceLedger(experiment, runner, runs);
}
