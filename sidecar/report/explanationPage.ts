import type {Explanation, Importance, LayerAblation} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {amount, bounds} from '../evaluation/verdict.ts';
import {meanAndSd} from '../terminal/numbers.ts';
import {list, type Page, type Part, paragraph, type Section, table} from './page.ts';
import {shownValue, upper} from './pictures.ts';
import {at, axes, colour, errorBar, INK, line, type Picture, picture, scale, text, WIDTH} from './svg.ts';

/** Columns and units that are shown; the others matter less. */
const MOST = 20;
const RIGHT = WIDTH - 24;

/** @param shown metrics; the last one decides the order */
export function explanationPage(explanation: Explanation, document: string, shown: readonly Metric[]): Page {
  return {
    title: `${document}: what "${explanation.variant}" rests on`,
    sections: explanationSections(explanation, shown),
  };
}

export function explanationSections(
  {columns, inputs, layers, curve, words}: Explanation,
  shown: readonly Metric[],
): Section[] {
  const intro =
    'Measured on rows that the networks were not trained on, with one network for each fold of the first repeat. Changes are without a thing less with it; intervals are corrected for training rows that folds share.';
  return [
    {title: 'In words', parts: [list(words), paragraph(intro)]},
    {title: 'Columns, each shuffled among the test rows', parts: importanceParts(columns, shown)},
    {title: 'Columns, each cut off (0, as input dropout drops it)', parts: importanceParts(inputs, shown)},
    ...(layers.length === 0 ? [] : [{title: 'Units, each cut off', parts: unitParts(layers, shown)}]),
    ...(curve.length === 0 ? [] : [{title: 'Would more rows help?', parts: curveParts(curve, shown)}]),
  ];
}

function importanceParts(all: readonly Importance[], shown: readonly Metric[]): Part[] {
  const metric = shown.at(-1)!;
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const score = ({changes}: Importance) => sign * (changes[metric]?.mean ?? 0);
  const sorted = all.toSorted((a, b) => score(a) - score(b));
  const first = sorted.slice(0, MOST);
  const rows = first.map(({name, changes}) => [
    name,
    ...shown.flatMap(each => {
      const {mean = null, interval = null} = changes[each] ?? {};
      const ends = interval as [number, number] | null;
      return mean === null ? ['–', ''] : [amount(mean, each, ends ?? undefined), ends ? bounds(ends, each) : ''];
    }),
  ]);
  const header = ['column', ...shown.flatMap(each => [metrics[each].label, '95 % interval'])];
  const left = sorted.length - first.length;
  return [
    ...shown.map(each => importancePicture(first, each)),
    table(header, rows),
    ...(left > 0 ? [paragraph(`${left} more columns matter less.`)] : []),
  ];
}

/** A row for each column: the change without it, and its interval. */
function importancePicture(columns: readonly Importance[], metric: Metric): Picture {
  const [left, row] = [170, 22];
  const bottom = columns.length * row + 8;
  const known = columns.map(({name, changes}) => ({name, ...(changes[metric] ?? {mean: null, interval: null})}));
  const x = scale(
    [0, ...known.flatMap(({mean, interval}) => [...(mean === null ? [] : [mean]), ...(interval ?? [])])],
    left,
    RIGHT,
  );
  const rows = known.map(({name, mean, interval}, index) => {
    const y = 14 + index * row;
    const bar = interval
      ? line(`M${at(x(interval[0]!))} ${y}H${at(x(interval[1]!))}`, colour(0), 'stroke-width="2" stroke-opacity="0.55"')
      : '';
    const dot = mean === null ? '' : `<circle cx="${at(x(mean))}" cy="${y}" r="4" fill="${colour(0)}"/>`;
    return `${text(left - 12, y + 4, name, 'end', {most: 24})}${bar}${dot}`;
  });
  const zero = line(`M${at(x(0))} 2V${bottom}`, INK, 'stroke-opacity="0.5"');
  const unit = metrics[metric].unit === 'share' ? ', in points' : '';
  const ticks = x.ticks.map(tick => text(x(tick), bottom + 16, amountTick(tick, metric), 'middle'));
  const alt = `Change of ${metrics[metric].label}${unit} without each column, with its 95 % interval`;
  return picture(bottom + 24, [zero, ...rows, ...ticks], alt);
}

function amountTick(value: number, metric: Metric): string {
  return String(metrics[metric].unit === 'share' ? Number((value * 100).toPrecision(6)) : value).replace('-', '−');
}

function unitParts(layers: readonly LayerAblation[], shown: readonly Metric[]): Part[] {
  const show = (value: number | null | undefined, metric: Metric) =>
    typeof value === 'number' ? amount(value, metric) : '–';
  const layerRows = layers.map(({layer, units, idle, changes}) => [
    layer,
    String(units),
    ...shown.flatMap(metric => [show(changes[metric]?.mean, metric), show(changes[metric]?.worst, metric)]),
    `${Math.round(idle * 100)} %`,
  ]);
  const unitRows = layers.flatMap(({layer, missed}) =>
    missed
      .slice(0, MOST / 2)
      .map(({repeat, fold, unit, changes}) => [
        `unit ${unit} of ${layer}`,
        `repeat ${repeat}, fold ${fold}`,
        ...shown.map(metric => show(changes[metric], metric)),
      ]),
  );
  const labels = shown.map(metric => metrics[metric].label);
  return [
    table(['layer', 'units', ...labels.flatMap(label => [`${label}, mean unit`, 'most missed']), 'idle'], layerRows),
    ...(unitRows.length === 0
      ? []
      : [
          paragraph('The units that are missed most, each in the network of its fold:'),
          table(['unit', 'network', ...labels], unitRows),
        ]),
  ];
}

function curveParts(curve: Explanation['curve'], shown: readonly Metric[]): Part[] {
  const rows = curve.map(point => [
    String(point.rows),
    ...shown.map(metric => meanAndSd(metric, point.metrics[metric])),
  ]);
  return [
    ...shown.flatMap(metric => curvePicture(curve, metric) ?? []),
    table(['training rows', ...shown.map(metric => metrics[metric].label)], rows),
  ];
}

/** A metric over the number of training rows: means, and one standard deviation over the folds to each side. */
function curvePicture(curve: Explanation['curve'], metric: Metric): Picture | null {
  const known = curve.flatMap(({rows, metrics: all}) => {
    const {mean = null, sd = null} = all[metric] ?? {};
    return mean === null ? [] : [{rows, mean, sd: sd ?? 0}];
  });
  if (known.length < 2) return null;
  const [left, bottom] = [70, 170];
  const x = scale([0, ...known.map(({rows}) => rows)], left, RIGHT);
  const y = scale(
    known.flatMap(({mean, sd}) => [mean - sd, mean + sd]),
    bottom,
    6,
  );
  const path = `M${known.map(({rows, mean}) => `${at(x(rows))} ${at(y(mean))}`).join('L')}`;
  const bars = known.map(({rows, mean, sd}) => errorBar(x(rows), y(mean - sd), y(mean + sd), y(mean), colour(0)));
  const frame = axes(
    {x, y, left, right: RIGHT, bottom},
    {x: 'training rows'},
    {
      x: String,
      y: tick => shownValue(metric, tick),
    },
  );
  const alt = `${upper(metrics[metric].label)} by the number of training rows, with one standard deviation over the folds`;
  return picture(bottom + 42, [...frame, line(path, colour(0), 'stroke-opacity="0.5"'), ...bars], alt);
}
