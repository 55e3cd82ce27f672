import {styleText} from 'node:util';
import type {TrainedModel, Training} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {duration, grouped, metricValue} from './numbers.ts';
import {streamedLine} from './streamedLine.ts';
import {alignColumns, printable} from './table.ts';

/** What a person reads at the end of training. */
export function trainingReport(result: Training, shown: readonly Metric[]): string {
  const header = ['', ...shown.map(metric => metrics[metric].label), 'training loss', 'parameters', 'epochs'];
  const row = (model: TrainedModel) => [
    printable(model.name),
    ...shown.map(metric => metricValue(metric, model.metrics[metric] ?? null)),
    model.trainingLoss === null ? '–' : model.trainingLoss.toPrecision(3),
    grouped(model.parameters),
    model.bestEpoch === undefined
      ? grouped(model.epochs)
      : `${grouped(model.epochs)} (best ${grouped(model.bestEpoch)})`,
  ];
  const [first, ...rest] = alignColumns([header, ...result.models.map(row)]);
  return [
    ...(result.status === 'completed' ? [] : ['Stopped early: the models below are those that ended.', '']),
    ...(rest.length === 0
      ? ['No training was finished.']
      : [styleText('bold', first!, {stream: process.stdout}), ...rest]),
    'Measured on the training rows: it says how well they were learned, not how well new rows are predicted (mlp cv does).',
    ...result.models.flatMap(ratesLine),
    ...result.models.filter(model => model.problem).map(model => printable(`"${model.name}": ${model.problem}`)),
    ...streamedLine(result.data),
    '',
    `Trained in ${duration(result.seconds)} (${result.numerics}, engine ${result.engine}). Digest ${result.digest.slice(0, 16)}.`,
    `Stored in ${result.directory}`,
  ].join('\n');
}

/** What concrete dropout has learned: the answer that such a layer is there for. */
function ratesLine({name, learnedRates}: TrainedModel): string[] {
  if (!learnedRates) return [];
  const rates = Object.entries(learnedRates).map(([layer, rate]) => `${layer} ${rate?.toFixed(3)}`);
  return [printable(`Rates that "${name}" learned: ${rates.join(', ')}.`)];
}
