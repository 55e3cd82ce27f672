import {crossValidate} from '../experiment/crossValidate.ts';
import {predictionsFile} from '../runs/predictionsFile.ts';
import {crossValidationReport} from '../terminal/crossValidationReport.ts';
import {type ExperimentOptions, failureOf, resultHead, runExperiment, SHOWN} from './experimentRun.ts';

/** `mlp cv FILE`. @returns the exit code */
export function crossValidateDocument(file: string, options: ExperimentOptions): Promise<number> {
  return runExperiment(file, 'crossValidation', options, async run => {
    const {experiment, folder, runner} = run;
    const report = await crossValidate(experiment, runner, run.onEvent);
    const result = {
      ...resultHead(run, report),
      variants: [...report.variants],
      baselines: [...report.baselines],
      comparisons: [...report.comparisons],
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
