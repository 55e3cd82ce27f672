import {SHOWN} from '../evaluation/metrics.ts';
import {trainingRun} from '../running/trainingRun.ts';
import {trainingReport} from '../terminal/trainingReport.ts';
import {type ExperimentOptions, runExperiment} from './experimentRun.ts';

/** `mlp train FILE`. @returns the exit code */
export function trainDocument(file: string, options: ExperimentOptions): Promise<number> {
  return runExperiment(file, 'training', options, trainingRun, ({training}, experiment) =>
    options.json ? JSON.stringify(training) : trainingReport(training!, SHOWN[experiment.target.task]),
  );
}
