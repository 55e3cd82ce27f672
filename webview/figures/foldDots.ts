import type {ModelResult} from '../../schemas/generated/run.ts';
import {METRICS, metricLabel} from '../statistics/metricLabels.ts';
import {short, tick} from '../ui/format.ts';
import {nth, type Theme} from '../ui/theme.ts';
import {Plot, plotFigure} from './plotFigure.ts';

/** Those of Plot that are filled, in the order of the markers of the curves. */
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;

interface FoldDot {
  readonly model: number;
  readonly fold: string;
  readonly value: number;
  /** Place from top to bottom: equal values of a model lie beside each other. */
  readonly y: number;
}

/**
 * A dot for each fold of each model; thin lines join the same fold of the variants, a bar marks the mean.
 * @param models variants, then baselines
 * @param variantCount how many of them are variants
 */
export function foldDots(
  models: readonly ModelResult[],
  variantCount: number,
  metric: string,
  {theme, width}: {theme: Theme; width: number},
): Element {
  const factor = METRICS[metric]?.unit === 'share' ? 100 : 1;
  const dots = models.map((model, index) => dotsOf(model, index, metric, factor));
  const means = models.flatMap((model, index) => {
    const mean = model.summary[metric]?.mean;
    return typeof mean === 'number' ? [{value: mean * factor, y1: index - 0.36, y2: index + 0.36}] : [];
  });
  const longest = Math.max(...models.map(({name}) => short(name, 22).length));
  return plotFigure(theme, `${metricLabel(metric)} of every fold`, {
    width,
    height: 56 + 44 * models.length,
    marginLeft: Math.min(190, 24 + 7 * longest),
    x: {
      label: `${metricLabel(metric)}${factor === 100 ? ' (%)' : ''}`,
      labelAnchor: 'center',
      grid: true,
      nice: true,
      tickFormat: tick,
    },
    y: {
      domain: [models.length - 0.5, -0.5],
      label: null,
      ticks: models.map((_, index) => index),
      tickFormat: (index: number) => short(models[index]?.name ?? '', 22),
      tickSize: 0,
    },
    marks: [
      Plot.line(dots.slice(0, variantCount).flat(), {
        x: 'value',
        y: 'y',
        z: 'fold',
        stroke: theme.muted,
        strokeOpacity: 0.35,
        strokeWidth: 1,
      }),
      ...dots.map((own, index) =>
        Plot.dot(own, {
          x: 'value',
          y: 'y',
          symbol: index < variantCount ? nth(SYMBOLS, index) : 'circle',
          r: index < variantCount ? 4 : 3,
          fill: index < variantCount ? nth(theme.series, index) : theme.muted,
          fillOpacity: index < variantCount ? 0.9 : 0.7,
          stroke: theme.background,
          strokeWidth: 0.75,
        }),
      ),
      Plot.ruleX(means, {x: 'value', y1: 'y1', y2: 'y2', stroke: theme.foreground, strokeWidth: 2.5}),
    ],
  });
}

function dotsOf({folds}: ModelResult, model: number, metric: string, factor: number): FoldDot[] {
  const values = folds.flatMap(({repeat, fold, metrics}) => {
    const value = metrics[metric];
    return typeof value === 'number' ? [{fold: `${repeat}/${fold}`, value: value * factor}] : [];
  });
  const alike = new Map<string, typeof values>();
  for (const each of values) {
    const key = each.value.toPrecision(5);
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  return [...alike.values()].flatMap(group => {
    const step = Math.min(0.2, 0.64 / Math.max(1, group.length - 1));
    return group.map((dot, i) => ({...dot, model, y: model + (i - (group.length - 1) / 2) * step}));
  });
}
