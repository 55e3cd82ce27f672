import {styleText} from 'node:util';
import type {CrossValidation, SweptPlace, Tuning} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {verdictSentence} from '../evaluation/verdict.ts';
import {duration, meanAndSd, metricValue} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

/** What a person reads at the end of a search for the best setting. @param shown metrics of the table and of the curves */
export function tuningReport(result: CrossValidation & {tuning: Tuning}, shown: readonly Metric[]): string {
  const {tuning, comparisons, notes = []} = result;
  return [
    ...(result.status === 'completed' ? [] : [bold('Stopped early: only what ended is shown.'), '']),
    ...(tuning.sweeps.length > 0
      ? tuning.sweeps.flatMap(sweep => shown.flatMap(metric => curve(sweep, metric, tuning)))
      : trialTable(result, shown)),
    '',
    ...tuning.words.map(printable),
    ...comparisonLines(comparisons.filter(({metric}) => shown.includes(metric as Metric))),
    ...notes.flatMap(note => ['', printable(note)]),
    '',
    `Trained in ${duration(result.seconds)} (${result.numerics}, engine ${result.engine}). Digest ${result.digest.slice(0, 16)}.`,
    `Stored in ${result.directory}`,
  ].join('\n');
}

/** The winner against the document as it stands. */
function comparisonLines(comparisons: CrossValidation['comparisons']): string[] {
  const [first] = comparisons;
  if (!first) return [];
  return [
    '',
    bold(printable(`Compared with "${first.a}" on the same folds (corrected resampled t-test):`)),
    ...comparisons.flatMap(comparison => [
      `  ${printable(verdictSentence(comparison))}`,
      ...(comparison.notes ?? []).map(note => `      ${printable(note)}`),
    ]),
  ];
}

const bold = (text: string) => styleText('bold', text, {stream: process.stdout});

/** The best first; those that went no further last, with what is known of them. */
function trialTable({variants, tuning}: CrossValidation & {tuning: Tuning}, shown: readonly Metric[]): string[] {
  const metric = tuning.metric as Metric;
  const sign = metrics[metric].direction === 'higher' ? -1 : 1;
  const score = (index: number) => sign * (variants[index]?.summary[metric]?.mean ?? Number.POSITIVE_INFINITY * sign);
  const rank = (index: number) => (tuning.trials[index]!.status === 'finished' ? 0 : 1);
  const order = tuning.trials
    .map((_, index) => index)
    .sort((a, b) => rank(a) - rank(b) || score(a) - score(b) || a - b);
  const status = {finished: '', ruledOut: 'ruled out', diverged: 'diverged', cancelled: 'stopped'};
  const rows = order.map(index => {
    const trial = tuning.trials[index]!;
    return [
      printable(trial.name),
      status[trial.status],
      ...shown.map(each => meanAndSd(each, variants[index]?.summary[each])),
      String(trial.folds),
    ];
  });
  const [first, ...rest] = alignColumns(
    [['setting', '', ...shown.map(each => metrics[each].label), 'folds'], ...rows],
    2,
  );
  return [bold(first!), ...rest];
}

const CURVE_WIDTH = 40;

/** One line for each rate: its mean as a dot between error bars of one corrected standard error. */
function curve({place, points, recommended}: SweptPlace, metric: Metric, {sweeps, metric: tuned}: Tuning): string[] {
  const known = points.flatMap(({rate, metrics: all}) => {
    const {mean = null, error = null} = all[metric] ?? {};
    return mean === null ? [] : [{rate, mean, error: error ?? 0}];
  });
  if (known.length === 0) return [];
  const low = Math.min(...known.map(({mean, error}) => mean - error));
  const high = Math.max(...known.map(({mean, error}) => mean + error));
  const at = (value: number) => Math.round(((value - low) / (high - low || 1)) * (CURVE_WIDTH - 1));
  const lines = known.map(({rate, mean, error}) => {
    const cells = new Array<string>(CURVE_WIDTH).fill(' ');
    for (let x = at(mean - error); x <= at(mean + error); x++) cells[x] = '─';
    cells[at(mean)] = '●';
    const isRecommended = recommended !== null && rate >= recommended.low && rate <= recommended.high;
    return [
      String(rate),
      cells.join(''),
      `${metricValue(metric, mean)} ± ${errorText(error, metric)}${isRecommended ? ' ◂' : ''}`,
    ];
  });
  const {label, direction} = metrics[metric];
  const [swept, other] = place === 'input' ? ['Input', 'hidden'] : ['Hidden', 'input'];
  const meanwhile = sweeps.length > 1 ? `, ${other} dropout 0 meanwhile` : '';
  const mark = `◂ recommended by ${metrics[tuned as Metric].label}`;
  const title = `${swept} dropout${meanwhile}: ${label} by rate (${direction} is better; bars: corrected standard error; ${mark})`;
  return ['', bold(title), ...alignColumns(lines, 3).map(line => `  ${line}`)];
}

function errorText(error: number, metric: Metric): string {
  return metrics[metric].unit === 'share' ? (100 * error).toFixed(1) : error.toPrecision(2);
}
