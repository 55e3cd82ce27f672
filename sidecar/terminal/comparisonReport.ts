import {styleText} from 'node:util';
import type {ModelResult} from '../../schemas/generated/run.ts';
import type {Comparison} from '../evaluation/compare.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {verdictSentence} from '../evaluation/verdict.ts';
import {meanAndSd} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

/** A variant's row of the table. */
export interface ComparedVariant {
  readonly name: string;
  readonly summary: ModelResult['summary'];
}

/** What a person reads of a comparison: a table, then what was found, metric by metric, with all that qualifies it. */
export function comparisonReport(
  reference: string,
  variants: readonly ComparedVariant[],
  comparisons: readonly Comparison[],
  notes: readonly string[],
): string {
  const shown = [...new Set(comparisons.map(({metric}) => metric))];
  return [
    ...scoreTable(variants, shown),
    ...shown.flatMap(metric => [
      '',
      bold(printable(`${upperFirst(metrics[metric].label)}, compared with "${reference}"`)),
      ...comparisons.filter(each => each.metric === metric).flatMap(comparisonLines),
    ]),
    ...notes.flatMap(note => ['', printable(note)]),
  ].join('\n');
}

function scoreTable(variants: readonly ComparedVariant[], shown: readonly Metric[]): string[] {
  const [first, ...rest] = alignColumns([
    ['', ...shown.map(metric => metrics[metric].label), 'folds'],
    ...variants.map(({name, summary}) => [
      printable(name),
      ...shown.map(metric => meanAndSd(metric, summary[metric])),
      String(summary[shown[0]!]?.folds ?? 0),
    ]),
  ]);
  return [bold(first!), ...rest];
}

function comparisonLines(comparison: Comparison): string[] {
  return [`  ${printable(verdictSentence(comparison))}`, ...comparison.notes.map(note => `      ${printable(note)}`)];
}

const bold = (text: string) => styleText('bold', text, {stream: process.stdout});

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
