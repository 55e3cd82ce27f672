import type {ModelResult} from '../../schemas/generated/run.ts';
import {metrics, summarize} from '../evaluation/metrics.ts';
import type {FoldRecord} from '../experiment/crossValidate.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {testMetrics} from '../experiment/testMetrics.ts';
import {type ChosenEngines, engineOf} from '../network/engines.ts';
import {hasNoise, type Predictor, sampleRows} from '../prediction/predictRows.ts';

/**
 * The scores of each variant that drops, once more: every test row is predicted many times with dropout on, and the mean
 * counts (Monte Carlo dropout). Often that mends the likelihood where it leaves the accuracy as it is.
 * @param records with the models of all folds
 * @returns by the variant's name; nothing for one that drops nothing, or of which a fold diverged
 */
export function sampledScores(
  experiment: Experiment,
  engines: ChosenEngines,
  records: readonly FoldRecord[],
  samples: number,
): Map<string, NonNullable<ModelResult['sampled']>> {
  const {table, target, seed} = experiment;
  const names = Object.values(metrics).filter(({task}) => task === target.task);
  const sampling = {samples, tolerance: 0, masks: 'row', seed} as const;
  const found = new Map<string, NonNullable<ModelResult['sampled']>>();
  for (const {name, network, document} of experiment.variants) {
    const own = records.filter(record => record.name === name && record.task.subject.kind === 'variant');
    if (!hasNoise({network}) || own.some(({outcome}) => outcome.model === null)) continue;
    const engine = engineOf(engines, document.training.numerics);
    const measured = own.map(({task: {fold}, outcome}) => {
      const model: Predictor = {network, ...outcome.model!, target: predicted(target, outcome.model!.targetScale)};
      const {mean} = sampleRows(model, table, fold.test, engine, sampling);
      return testMetrics(target, mean, fold.test);
    });
    const summary = names.map(metric => [metric.name, summarize(measured.map(each => each[metric.name] ?? null))]);
    found.set(name, {samples, summary: Object.fromEntries(summary)});
  }
  return found;
}

function predicted(target: Experiment['target'], scale: {mean: number; sd: number} | null): Predictor['target'] {
  return target.task === 'classification'
    ? {name: target.name, task: target.task, classes: target.classes}
    : {name: target.name, task: target.task, scale: scale ?? {mean: 0, sd: 1}};
}
