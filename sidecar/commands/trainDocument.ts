import type {TrainedModel} from '../../schemas/generated/run.ts';
import {type TrainingReport, trainModels} from '../experiment/trainModels.ts';
import {engineOf} from '../network/engines.ts';
import {modelFile, modelFileNames} from '../runs/modelFile.ts';
import {trainingReport} from '../terminal/trainingReport.ts';
import {
  type ExperimentOptions,
  type ExperimentRun,
  failureOf,
  resultHead,
  runExperiment,
  SHOWN,
} from './experimentRun.ts';

/** `mlp train FILE`. @returns the exit code */
export function trainDocument(file: string, options: ExperimentOptions): Promise<number> {
  return runExperiment(file, 'training', options, async run => {
    const report = await trainModels(run.experiment, run.runner, run);
    const result = {
      ...resultHead(run, report),
      models: storeModels(run, report),
    };
    const shown = SHOWN[run.experiment.target.task];
    return {
      end: {status: report.status, ...failureOf(report), training: result},
      failure: report.failure,
      output: options.json ? JSON.stringify(result) : trainingReport(result, shown),
    };
  });
}

function storeModels({experiment, folder, engines}: ExperimentRun, report: TrainingReport): TrainedModel[] {
  const names = modelFileNames(experiment.variants);
  return experiment.variants.flatMap((variant, index) => {
    const outcome = report.outcomes[index];
    if (!outcome) return [];
    const name = names[index]!;
    if (outcome.model) {
      const {precision} = engineOf(engines, variant.document.training.numerics);
      folder.writeFile(name, modelFile(variant, experiment.target, outcome.model, precision));
    }
    return [
      {
        name: variant.name,
        parameters: variant.parameters,
        epochs: outcome.epochs,
        ...(outcome.bestEpoch === null ? {} : {bestEpoch: outcome.bestEpoch}),
        status: outcome.status === 'completed' ? ('completed' as const) : ('diverged' as const),
        ...(outcome.problem === null ? {} : {problem: outcome.problem}),
        trainingLoss: outcome.trainingLoss,
        metrics: outcome.metrics as TrainedModel['metrics'],
        ...(outcome.model ? {model: name} : {}),
      },
    ];
  });
}
