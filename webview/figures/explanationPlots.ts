import type {Explanation} from '../../schemas/generated/run.ts';
import {METRICS, metricLabel} from '../statistics/metricLabels.ts';
import {grouped, short, tick} from '../ui/format.ts';
import {nth, type Theme} from '../ui/theme.ts';
import {Plot, plotFigure} from './plotFigure.ts';

const factorOf = (metric: string) => (METRICS[metric]?.unit === 'share' ? 100 : 1);
const unitOf = (metric: string) => (METRICS[metric]?.unit === 'share' ? ' (points)' : '');

/** The change of a metric without each column, with its corrected 95 % interval; the column that is missed most on top. */
export function importanceDots(columns: Explanation['columns'], metric: string, theme: Theme, index: number): Element {
  const factor = factorOf(metric);
  const marks = columns.flatMap(({changes}, place) => {
    const change = changes[metric];
    if (change?.mean === null || change?.mean === undefined) return [];
    const [low, high] = change.interval ?? [change.mean, change.mean];
    return [{place, mean: change.mean * factor, low: low! * factor, high: high! * factor}];
  });
  const label = (place: number) => short(columns[place]?.name ?? '', 24);
  const longest = Math.max(...columns.map((_, place) => label(place).length));
  const color = nth(theme.series, index);
  return plotFigure(theme, `Change of ${metricLabel(metric)} without each column`, {
    width: 420,
    height: 56 + 18 * columns.length,
    marginTop: 6,
    marginLeft: Math.min(180, 20 + 6.4 * longest),
    x: {
      label: `change of ${metricLabel(metric)}${unitOf(metric)}`,
      labelAnchor: 'center',
      labelArrow: false,
      grid: true,
      ticks: 5,
      tickFormat: tick,
    },
    y: {
      domain: [columns.length - 0.5, -0.5],
      label: null,
      ticks: columns.map((_, place) => place),
      tickFormat: label,
      tickSize: 0,
    },
    marks: [
      Plot.ruleX([0], {stroke: theme.muted, strokeDasharray: '4 3'}),
      Plot.ruleY(marks, {y: 'place', x1: 'low', x2: 'high', stroke: color, strokeWidth: 1.5, strokeOpacity: 0.8}),
      Plot.dot(marks, {x: 'mean', y: 'place', r: 3.5, fill: color, stroke: theme.background}),
    ],
  });
}

/** A metric over the number of training rows, with one standard deviation of the folds to both sides. */
export function rowsCurve(curve: Explanation['curve'], metric: string, theme: Theme, index: number): Element {
  const factor = factorOf(metric);
  const color = nth(theme.series, index);
  const points = curve.flatMap(({rows, metrics}) => {
    const {mean = null, sd = null} = metrics[metric] ?? {};
    if (mean === null) return [];
    const half = (sd ?? 0) * factor;
    return [{rows, mean: mean * factor, low: mean * factor - half, high: mean * factor + half}];
  });
  return plotFigure(theme, `${metricLabel(metric)} over the number of training rows`, {
    width: 420,
    height: 240,
    x: {label: 'training rows', labelAnchor: 'center', ticks: 5, tickFormat: grouped},
    y: {
      label: `${metricLabel(metric)}${METRICS[metric]?.unit === 'share' ? ' (%)' : ''}`,
      labelAnchor: 'center',
      labelArrow: false,
      grid: true,
      ticks: 5,
      tickFormat: tick,
    },
    marks: [
      Plot.areaY(points, {x: 'rows', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.16}),
      Plot.line(points, {x: 'rows', y: 'mean', stroke: color, strokeWidth: 2}),
      Plot.dot(points, {x: 'rows', y: 'mean', r: 3.5, fill: color, stroke: theme.background}),
    ],
  });
}
