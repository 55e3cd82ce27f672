import {styleText} from 'node:util';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {amount, bounds} from '../evaluation/verdict.ts';
import type {Importance, LayerAblation} from '../explaining/importance.ts';
import {meanAndSd} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

/** What is known of what a network's skill rests on. */
export interface Explained {
  readonly variant: string;
  readonly columns: readonly Importance[];
  readonly layers: readonly LayerAblation[];
  readonly curve: ReadonlyArray<{
    readonly rows: number;
    readonly metrics: Readonly<Record<string, {readonly mean: number | null; readonly sd: number | null}>>;
  }>;
  readonly words: readonly string[];
}

const MOST_LINES = 12;

/** @param shown metrics; the last one decides the order */
export function explanationReport(
  {variant, columns, layers, curve, words}: Explained,
  shown: readonly Metric[],
): string {
  return [
    printable(`What "${variant}" rests on, on rows that it was not trained on`),
    ...importanceTable('column, shuffled', columns, shown),
    ...layerTable(layers, shown),
    ...(curve.length === 0 ? [] : curveTable(curve, shown)),
    '',
    ...words.map(printable),
  ].join('\n');
}

/** The most important first. */
function importanceTable(title: string, all: readonly Importance[], shown: readonly Metric[]): string[] {
  if (all.length === 0) return [];
  const metric = shown.at(-1)!;
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const score = ({changes}: Importance) => sign * (changes[metric]?.mean ?? 0);
  const sorted = all.toSorted((a, b) => score(a) - score(b));
  const rows = sorted.slice(0, MOST_LINES).map(({name, changes}) => [
    printable(name),
    ...shown.flatMap(each => {
      const {mean = null, interval = null} = changes[each] ?? {};
      if (mean === null) return ['–', ''];
      return [amount(mean, each, interval ?? undefined), interval ? bounds(interval, each) : ''];
    }),
  ]);
  const header = [title, ...shown.flatMap(each => [`${metrics[each].label}`, '95 % interval'])];
  const [first, ...rest] = alignColumns([header, ...rows]);
  const more = all.length - rows.length;
  return ['', bold(first!), ...rest, ...(more > 0 ? [`… and ${more} that matter less.`] : [])];
}

/** What happens when one unit is cut off: in the mean, and for the one that is missed most. */
function layerTable(layers: readonly LayerAblation[], shown: readonly Metric[]): string[] {
  if (layers.length === 0) return [];
  const show = (value: number | null | undefined, metric: Metric) =>
    typeof value === 'number' ? amount(value, metric) : '–';
  const rows = layers.map(({layer, units, idle, changes}) => [
    printable(layer),
    String(units),
    ...shown.flatMap(metric => [show(changes[metric]?.mean, metric), show(changes[metric]?.worst, metric)]),
    `${Math.round(idle * 100)} %`,
  ]);
  const header = [
    'one unit cut off',
    'units',
    ...shown.flatMap(metric => [metrics[metric].label, 'most missed']),
    'idle',
  ];
  const [first, ...rest] = alignColumns([header, ...rows]);
  return ['', bold(first!), ...rest];
}

function curveTable(curve: Explained['curve'], shown: readonly Metric[]): string[] {
  const rows = curve.map(point => [
    String(point.rows),
    ...shown.map(metric => meanAndSd(metric, {folds: 1, mean: null, sd: null, ...point.metrics[metric]})),
  ]);
  const [first, ...rest] = alignColumns([['training rows', ...shown.map(metric => metrics[metric].label)], ...rows]);
  return ['', bold(first!), ...rest];
}

const bold = (text: string) => styleText('bold', text, {stream: process.stdout});
