import {styleText} from 'node:util';
import type {CrossValidation, FoldResult, ModelResult} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {SIGNIFICANCE, verdictSentence} from '../evaluation/verdict.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {ledgerReport} from './ledgerReport.ts';
import {duration, grouped, meanAndSd} from './numbers.ts';
import {streamedLine} from './streamedLine.ts';
import {alignColumns, printable} from './table.ts';

/** What a person reads at the end of a cross-validation. @param shown the metrics of the table */
export function crossValidationReport(
  experiment: Experiment,
  result: CrossValidation,
  shown: readonly Metric[],
): string {
  return [
    ...(result.status === 'completed' ? [] : [bold('Stopped early: the folds below are those that ended.'), '']),
    `${dataLine(experiment, result)}`,
    ...streamedLine(result.data),
    `${splitLine(experiment)}`,
    '',
    ...(result.variants.some(variant => variant.folds.length > 0)
      ? [...resultTable(result, shown), ...divergedLines(result.variants), ...comparisonLines(result, shown)]
      : ['No fold was finished.']),
    ...(result.ledger ? ['', ...ledgerReport(result.ledger, shown)] : []),
    ...(result.notes ?? []).flatMap(note => ['', printable(note)]),
    '',
    `Trained in ${duration(result.seconds)} (${result.numerics}, engine ${result.engine}). Digest ${result.digest.slice(0, 16)}.`,
    `Stored in ${result.directory}`,
  ].join('\n');
}

const bold = (text: string) => styleText('bold', text, {stream: process.stdout});

function dataLine({table, target}: Experiment, {data}: CrossValidation): string {
  const predicted =
    target.task === 'classification'
      ? `${target.classes.length} classes of "${target.name}" (${shortened(target.classes)})`
      : `the real number "${target.name}"`;
  return printable(`${table.source}: ${grouped(data.rows)} rows, ${data.features} inputs, ${predicted}`);
}

function shortened(names: readonly string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')}, …`;
}

function splitLine({evaluation, seed, target}: Experiment): string {
  // What planFolds levels: not parts in order of time, and groups only by class.
  const isLevelled =
    evaluation.stratified &&
    evaluation.method !== 'timeOrdered' &&
    evaluation.timeBy === null &&
    (evaluation.groupBy === null || target.task === 'classification');
  const stratified = isLevelled ? 'stratified ' : '';
  const groups = evaluation.groupBy === null ? '' : `, grouped by "${evaluation.groupBy}"`;
  const times = evaluation.timeBy === null ? '' : `, in order of "${evaluation.timeBy}"`;
  const repeats = evaluation.repeats === 1 ? '' : `, ${evaluation.repeats} repeats`;
  const method = {
    kFold: `${stratified}${evaluation.folds}-fold cross-validation`,
    holdout: `${stratified}holdout of ${Math.round(evaluation.testShare * 100)} %`,
    timeOrdered: `${evaluation.folds} folds, each after its training rows`,
  }[evaluation.method];
  const folds = target.task === 'regression' && stratified ? `${method} (by quantile)` : method;
  return printable(`${folds.charAt(0).toUpperCase()}${folds.slice(1)}${repeats}${groups}${times}, seed ${seed}`);
}

function resultTable(result: CrossValidation, shown: readonly Metric[]): string[] {
  const header = ['', ...shown.map(metric => metrics[metric].label), 'parameters', 'epochs'];
  const row = (model: ModelResult) => [
    printable(model.name),
    ...shown.map(metric => meanAndSd(metric, model.summary[metric])),
    model.parameters === undefined ? '' : grouped(model.parameters),
    model.parameters === undefined ? '' : epochRange(model.folds),
  ];
  const networks = result.variants.flatMap(variant => [row(variant), ...sampledRow(variant, shown)]);
  const lines = alignColumns([header, ...networks, ...result.baselines.map(row)]);
  const [first, ...rest] = lines;
  const rule = '─'.repeat(Math.max(...lines.map(line => line.length)));
  return [
    bold(first!),
    ...rest.slice(0, networks.length),
    rule,
    ...rest.slice(networks.length),
    `${foldsLine(result.variants)} Below the line, what a network has to beat.`,
  ];
}

/** The same network once more, with dropout on. */
function sampledRow({sampled}: ModelResult, shown: readonly Metric[]): string[][] {
  if (!sampled) return [];
  return [[`  ${sampled.samples} samples`, ...shown.map(metric => meanAndSd(metric, sampled.summary[metric])), '', '']];
}

/** Over how many folds the means are: of diverged and cancelled folds there is nothing to average. */
function foldsLine(variants: readonly ModelResult[]): string {
  const counts = variants.map(({folds}) => folds.filter(fold => fold.status === 'completed').length);
  const [first] = counts;
  if (counts.every(count => count === first)) {
    return first === 1 ? 'One test part.' : `Mean ± standard deviation over ${first} test folds.`;
  }
  const each = variants.map(({name}, i) => `${counts[i]} of "${name}"`).join(', ');
  return printable(`Mean ± standard deviation over unequal numbers of test folds: ${each}.`);
}

function epochRange(folds: readonly FoldResult[]): string {
  if (folds.length === 0) return '–';
  const [low, high] = extremes(folds.map(fold => fold.epochs));
  return low === high ? grouped(low) : `${grouped(low)}–${grouped(high)}`;
}

/** Math.min takes its numbers as arguments, of which there may be too many. */
function extremes(values: readonly number[]): [smallest: number, largest: number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [values[0]!, values[0]!]);
}

function divergedLines(variants: readonly ModelResult[]): string[] {
  return variants.flatMap(({name, folds}) => {
    const diverged = folds.filter(fold => fold.status === 'diverged');
    if (diverged.length === 0) return [];
    const [first] = diverged;
    const where = first!.repeat === 1 ? `fold ${first!.fold}` : `repeat ${first!.repeat}, fold ${first!.fold}`;
    return [
      '',
      printable(
        `"${name}" diverged in ${diverged.length} of ${folds.length} folds, first in ${where}. ${first!.problem ?? ''}`,
      ),
    ];
  });
}

function comparisonLines({comparisons, variants}: CrossValidation, shown: readonly Metric[]): string[] {
  const lines = (of: string) =>
    comparisons
      .filter(({a, metric}) => a === of && shown.includes(metric as Metric))
      .map(comparison => printable(`  ${verdictSentence(comparison)}${weakness(comparison)}`));
  const first = variants[0]!.name;
  const blocks = [
    [`Compared with "${first}" on the same folds (corrected resampled t-test):`, lines(first)],
    ['Compared with the linear model:', lines('linear')],
  ] as const;
  return blocks.flatMap(([title, block]) => (block.length === 0 ? [] : ['', bold(printable(title)), ...block]));
}

/** A difference that is found among many comparisons may be one of chance: said beside it, not elsewhere. */
function weakness({pCorrected, pHolm, notes = []}: CrossValidation['comparisons'][number]): string {
  const isFound = typeof pCorrected === 'number' && pCorrected < SIGNIFICANCE && typeof pHolm === 'number';
  return isFound ? ` ${notes[0]}` : '';
}
