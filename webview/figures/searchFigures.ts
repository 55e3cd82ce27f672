import type {Score, SearchCurve, TriedSetting} from '../run/search.ts';
import {METRICS, metricLabel} from '../statistics/metricLabels.ts';
import {metricValue, short, tick} from '../ui/format.ts';
import type {Theme} from '../ui/theme.ts';
import {Plot, plotFigure} from './plotFigure.ts';

/** A setting with its score, as it is drawn. */
export interface ScoredSetting {
  readonly setting: TriedSetting;
  readonly score: Score;
}

interface Options {
  readonly metric: string;
  readonly theme: Theme;
  readonly color: string;
  readonly width: number;
  /** Name of the best setting; null: not known yet. */
  readonly winner: string | null;
}

interface Mark {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly setting: TriedSetting;
  readonly title: string;
}

/**
 * The settings along one axis: a dot is a mean over folds, its bar one corrected standard error to both sides. A setting
 * that goes no further is a cross; the band holds the rates that are as good as the best.
 */
export function sweptFigure(
  {axis, isLog, range, title}: SearchCurve,
  scored: ReadonlyArray<ScoredSetting & {readonly x: number}>,
  {metric, theme, color, width, winner}: Options,
): Element {
  const marks = scored.flatMap(({x, ...each}) => markOf(each, x, metric));
  const usual = marks.filter(({setting}) => !isStopped(setting));
  const half = halfStep(scored.map(({x}) => x));
  return plotFigure(theme, `${metricLabel(metric)} by ${title}`, {
    width,
    height: 220,
    marginTop: 14,
    marginLeft: 52,
    x: {
      type: isLog ? 'log' : 'linear',
      label: axis,
      labelAnchor: 'center',
      tickFormat: tick,
      ...(isLog ? {} : {domain: [scored[0]!.x - half, scored.at(-1)!.x + half], ticks: 9}),
    },
    y: {
      label: axisLabel(metric),
      labelAnchor: 'center',
      labelArrow: false,
      grid: true,
      ticks: 5,
      tickFormat: tick,
      nice: true,
    },
    marks: [
      ...(range && !isLog
        ? [Plot.rectX([range], {x1: range.low - half, x2: range.high + half, fill: color, fillOpacity: 0.14})]
        : []),
      Plot.line(usual, {x: 'x', y: 'mean', stroke: color, strokeWidth: 1.5, strokeOpacity: 0.7}),
      Plot.ruleX(marks, {x: 'x', y1: 'low', y2: 'high', stroke: color, strokeWidth: 1.5, strokeOpacity: 0.8}),
      Plot.dot(usual, {x: 'x', y: 'mean', r: 4, fill: color, stroke: theme.background, title: 'title'}),
      stoppedDots(marks, {x: 'x', y: 'mean'}, theme),
      winnerRing(marks, {x: 'x', y: 'mean'}, winner, theme),
    ],
  });
}

/** The settings below each other, the best on top. */
export function settingDots(scored: readonly ScoredSetting[], options: Options): Element {
  const {metric, theme, color, width, winner} = options;
  const marks = scored.flatMap((each, place) => markOf(each, place, metric));
  const label = (place: number) => short(scored[place]?.setting.name ?? '', 40);
  const longest = Math.max(...scored.map((_, place) => label(place).length));
  return plotFigure(theme, `${metricLabel(metric)} of every setting`, {
    width,
    height: 50 + 20 * scored.length,
    marginTop: 6,
    marginLeft: Math.min(width / 2, 20 + 6 * longest),
    x: {
      label: axisLabel(metric),
      labelAnchor: 'center',
      labelArrow: false,
      grid: true,
      ticks: 6,
      tickFormat: tick,
      nice: true,
    },
    y: {
      domain: [scored.length - 0.5, -0.5],
      label: null,
      ticks: scored.map((_, place) => place),
      tickFormat: label,
      tickSize: 0,
    },
    marks: [
      Plot.ruleY(marks, {y: 'x', x1: 'low', x2: 'high', stroke: color, strokeWidth: 1.5, strokeOpacity: 0.8}),
      Plot.dot(
        marks.filter(({setting}) => !isStopped(setting)),
        {x: 'mean', y: 'x', r: 4, fill: color, stroke: theme.background, title: 'title'},
      ),
      stoppedDots(marks, {x: 'mean', y: 'x'}, theme),
      winnerRing(marks, {x: 'mean', y: 'x'}, winner, theme),
    ],
  });
}

export function isStopped({status}: TriedSetting): boolean {
  return status === 'ruledOut' || status === 'diverged' || status === 'cancelled';
}

const factorOf = (metric: string) => (METRICS[metric]?.unit === 'share' ? 100 : 1);

function axisLabel(metric: string): string {
  const {unit, direction} = METRICS[metric] ?? {unit: 'number', direction: null};
  const better = direction ? `, ${direction} is better` : '';
  return `${metricLabel(metric)}${unit === 'share' ? ' (%)' : ''}${better}`;
}

function markOf({setting, score: {mean, error}}: ScoredSetting, x: number, metric: string): Mark[] {
  if (mean === null) return [];
  const [center, half] = [mean * factorOf(metric), (error ?? 0) * factorOf(metric)];
  const reason = setting.why ? `; ${setting.why}` : '';
  const title = `${setting.name}: ${metricLabel(metric)} ${metricValue(metric, mean)}${error === null ? '' : ` ± ${metricValue(metric, error)}`}, ${setting.folds.length} folds${reason}`;
  return [{x, mean: center, low: center - half, high: center + half, setting, title}];
}

function stoppedDots(marks: readonly Mark[], place: {x: string; y: string}, theme: Theme) {
  const stopped = marks.filter(({setting}) => isStopped(setting));
  return Plot.dot(stopped, {...place, symbol: 'times', r: 4.5, stroke: theme.dropped, strokeWidth: 2, title: 'title'});
}

function winnerRing(marks: readonly Mark[], place: {x: string; y: string}, winner: string | null, theme: Theme) {
  const own = marks.filter(({setting}) => setting.name === winner);
  return Plot.dot(own, {...place, r: 7.5, stroke: theme.foreground, strokeWidth: 1.75});
}

/** Half of the smallest distance: as far as the band of a range goes beyond its last dot. */
function halfStep(xs: readonly number[]): number {
  const steps = xs.slice(1).map((x, i) => x - xs[i]!);
  return Math.min(...steps, Number.POSITIVE_INFINITY) / 2;
}
