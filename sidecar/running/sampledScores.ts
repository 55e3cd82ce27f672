import type {ModelResult} from '../../schemas/generated/run.ts';
import {metrics, summarize} from '../evaluation/metrics.ts';
import type {FoldRecord} from '../experiment/crossValidate.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {weightsEpoch} from '../experiment/foldTask.ts';
import {testMetrics} from '../experiment/testMetrics.ts';
import {type ChosenEngines, engineOf} from '../network/engines.ts';
import {planAtEnd} from '../network/masks.ts';
import {hasNoise, type Predictor, sampleRows} from '../prediction/predictRows.ts';

/**
 * The scores of each variant that drops, once more: every test row is predicted many times with dropout on, and the mean
 * counts (Monte Carlo dropout). Often that mends the likelihood where it leaves the accuracy as it is.
 * @param records with the models of all folds
 * @param onSample awaited after each sample: others have their turn, and what it throws ends the sampling
 * @returns by the variant's name; nothing for one that drops nothing, or of which a fold diverged
 */
export async function sampledScores(
  experiment: Experiment,
  engines: ChosenEngines,
  records: readonly FoldRecord[],
  samples: number,
  onSample: () => Promise<void>,
): Promise<Map<string, NonNullable<ModelResult['sampled']>>> {
  const {table, target, seed} = experiment;
  const names = Object.values(metrics).filter(({task}) => task === target.task);
  const sampling = {samples, tolerance: 0, masks: 'row', seed} as const;
  const found = new Map<string, NonNullable<ModelResult['sampled']>>();
  for (const {name, network, document} of experiment.variants) {
    const own = records.filter(record => record.name === name && record.task.subject.kind === 'variant');
    const isSampled = own.every(
      ({outcome}) => outcome.model && hasNoise({network: planAtEnd(network, weightsEpoch(outcome))}),
    );
    if (own.length === 0 || !isSampled) continue;
    const engine = engineOf(engines, document.training.numerics);
    const measured: ReturnType<typeof testMetrics>[] = [];
    for (const {task, outcome} of own) {
      const atEnd = {network: planAtEnd(network, weightsEpoch(outcome))};
      const model: Predictor = {...atEnd, ...outcome.model!, target: predicted(target, outcome.model!.targetScale)};
      const {mean} = await sampleRows(model, table, task.fold.test, engine, sampling, onSample);
      measured.push(testMetrics(target, mean, task.fold.test));
    }
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
