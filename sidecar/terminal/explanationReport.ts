import {styleText} from 'node:util';
import type {Explanation, Importance, LayerAblation} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {amount, bounds} from '../evaluation/verdict.ts';
import {meanAndSd} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

const MOST_LINES = 12;
const MOST_UNITS = 5;

/** @param shown metrics; the last one decides the order */
export function explanationReport(
  {variant, columns, inputs, layers, curve, words}: Explanation,
  shown: readonly Metric[],
): string {
  return [
    printable(`What "${variant}" rests on, on rows that it was not trained on`),
    ...importanceTable('column, shuffled', columns, shown),
    ...importanceTable('column, cut off', inputs, shown),
    ...layerTable(layers, shown),
    ...unitTable(layers, shown),
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
      const ends = interval as [number, number] | null;
      return [amount(mean, each, ends ?? undefined), ends ? bounds(ends, each) : ''];
    }),
  ]);
  const header = [title, ...shown.flatMap(each => [`${metrics[each].label}`, '95 % interval'])];
  const [first, ...rest] = alignColumns([header, ...rows]);
  const more = all.length - rows.length;
  return ['', bold(first!), ...rest, ...(more > 0 ? [`… and ${more} that matter less.`] : [])];
}

/** The units that are missed most, each in the network of its fold. */
function unitTable(layers: readonly LayerAblation[], shown: readonly Metric[]): string[] {
  const rows = layers.flatMap(({layer, missed}) =>
    missed
      .slice(0, MOST_UNITS)
      .map(({repeat, fold, unit, changes}) => [
        printable(`unit ${unit} of ${layer}`),
        `repeat ${repeat}, fold ${fold}`,
        ...shown.map(metric => shownChange(changes[metric], metric)),
      ]),
  );
  if (rows.length === 0) return [];
  const header = ['missed most', 'in the network of', ...shown.map(metric => metrics[metric].label)];
  const [first, ...rest] = alignColumns([header, ...rows]);
  return ['', bold(first!), ...rest];
}

function shownChange(value: number | null | undefined, metric: Metric): string {
  return typeof value === 'number' ? amount(value, metric) : '–';
}

/** What happens when one unit is cut off: in the mean, and for the one that is missed most. */
function layerTable(layers: readonly LayerAblation[], shown: readonly Metric[]): string[] {
  if (layers.length === 0) return [];
  const rows = layers.map(({layer, units, idle, changes}) => [
    printable(layer),
    String(units),
    ...shown.flatMap(metric => [
      shownChange(changes[metric]?.mean, metric),
      shownChange(changes[metric]?.worst, metric),
    ]),
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

function curveTable(curve: Explanation['curve'], shown: readonly Metric[]): string[] {
  const rows = curve.map(point => [
    String(point.rows),
    ...shown.map(metric => meanAndSd(metric, point.metrics[metric])),
  ]);
  const [first, ...rest] = alignColumns([['training rows', ...shown.map(metric => metrics[metric].label)], ...rows]);
  return ['', bold(first!), ...rest];
}

const bold = (text: string) => styleText('bold', text, {stream: process.stdout});
