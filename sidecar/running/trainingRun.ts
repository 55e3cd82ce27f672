import type {TrainedModel} from '../../schemas/generated/run.ts';
import type {VariantPlan} from '../experiment/experiment.ts';
import {type FittedModel, weightsEpoch} from '../experiment/foldTask.ts';
import {type TrainingReport, trainModels} from '../experiment/trainModels.ts';
import {engineOf} from '../network/engines.ts';
import {learnedRates} from '../network/learnedRates.ts';
import {modelFile, modelFileNames} from '../runs/modelFile.ts';
import {type RunBody, type RunWork, resultHead} from './runWork.ts';

/** Trains every variant on all rows, and stores the models. */
export const trainingRun: RunBody = async work => {
  const report = await trainModels(work.experiment, work.runner, work.listener);
  const {status, failure} = report;
  return {status, failure, result: {training: {...resultHead(work, report), models: storeModels(work, report)}}};
};

function storeModels({experiment, folder, engines}: RunWork, report: TrainingReport): TrainedModel[] {
  const names = modelFileNames(experiment.variants);
  return experiment.variants.flatMap((variant, index) => {
    const outcome = report.outcomes[index];
    if (!outcome) return [];
    const name = names[index]!;
    if (outcome.model) {
      const {precision} = engineOf(engines, variant.document.training.numerics);
      folder.writeFile(
        name,
        modelFile(variant, experiment.target, {...outcome.model, epochs: weightsEpoch(outcome)}, precision),
      );
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
        ...(outcome.model ? {...ratesOf(variant, outcome.model), model: name} : {}),
      },
    ];
  });
}

/** Only concrete dropout learns rates. */
function ratesOf({network}: VariantPlan, {parameters}: FittedModel): Pick<TrainedModel, 'learnedRates'> {
  const rates = learnedRates(network, parameters);
  return Object.keys(rates).length === 0 ? {} : {learnedRates: rates};
}
