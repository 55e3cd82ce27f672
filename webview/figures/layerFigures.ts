import type {Histogram, LayerState} from '../../schemas/protocol.ts';
import {tick} from '../ui/format.ts';
import type {Theme} from '../ui/theme.ts';
import {Plot, plotFigure} from './plotFigure.ts';

const SIZE = {width: 300, height: 170, marginLeft: 46, marginBottom: 34, marginTop: 22};
/** Epochs of a figure over time: more would be narrower than a pixel. */
const MOST_EPOCHS = 80;

/** A histogram of the newest epoch. */
export function histogramFigure({from, to, counts}: Histogram, label: string, theme: Theme): Element {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const step = (to - from) / counts.length;
  const bins = Array.from(counts, (count, i) => ({
    from: from + i * step,
    to: from + (i + 1) * step,
    share: (100 * count) / total,
  }));
  return plotFigure(theme, label, {
    ...SIZE,
    x: {label: null, ticks: 5, tickFormat: tick},
    y: {label: '%', ticks: 4, grid: true},
    marks: [
      Plot.rectY(bins, {x1: 'from', x2: 'to', y: 'share', fill: theme.unitHigh, inset: 0.3}),
      Plot.ruleX([0], {stroke: theme.muted, strokeDasharray: '3 3'}),
      Plot.ruleY([0], {stroke: theme.muted}),
    ],
  });
}

/** Histograms over the epochs: time from left to right, the darker or brighter a place the more lie there. */
export function histogramOverTime(
  states: ReadonlyArray<{epoch: number; histogram: Histogram}>,
  label: string,
  theme: Theme,
): Element {
  const shown = everyNth(states);
  const cells = shown.flatMap(({epoch, histogram: {from, to, counts}}, i) => {
    const next = shown[i + 1]?.epoch ?? epoch + Math.max(1, epoch - (shown[i - 1]?.epoch ?? epoch - 1));
    const most = counts.reduce((max, count) => Math.max(max, count), 1);
    const step = (to - from) / counts.length;
    return Array.from(counts, (count, bin) => ({
      epoch,
      next,
      from: from + bin * step,
      to: from + (bin + 1) * step,
      share: Math.sqrt(count / most),
    })).filter(({share}) => share > 0);
  });
  return plotFigure(theme, label, {
    ...SIZE,
    x: {label: 'epoch', labelAnchor: 'center', ticks: 5, tickFormat: (value: number) => String(value)},
    y: {label: null, ticks: 5},
    marks: [
      Plot.rect(cells, {
        x1: 'epoch',
        x2: 'next',
        y1: 'from',
        y2: 'to',
        fill: theme.unitHigh,
        fillOpacity: 'share',
        shapeRendering: 'crispEdges',
      }),
      Plot.ruleY([0], {stroke: theme.muted, strokeDasharray: '3 3'}),
    ],
    opacity: {range: [0, 1], domain: [0, 1]},
  });
}

/** One number of a layer over the epochs. */
export function lineOverTime(
  points: ReadonlyArray<{readonly epoch: number; readonly value: number}>,
  {label, theme, color, percent}: {label: string; theme: Theme; color: string; percent: boolean},
): Element {
  return plotFigure(theme, label, {
    ...SIZE,
    x: {
      label: 'epoch',
      labelAnchor: 'center',
      ticks: 5,
      tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
    },
    y: {
      label: percent ? '%' : null,
      labelOffset: 30,
      grid: true,
      ticks: 4,
      zero: true,
      ...(percent ? {domain: [0, 100]} : {}),
    },
    marks: [
      Plot.line([...points], {x: 'epoch', y: 'value', stroke: color, strokeWidth: 2}),
      Plot.dot(points.slice(-1), {x: 'epoch', y: 'value', fill: color, r: 3}),
      Plot.ruleY([0], {stroke: theme.muted}),
    ],
  });
}

/** Incoming norm of every unit, and the bound that max-norm sets. */
export function normFigure(state: LayerState, theme: Theme, label: string): Element {
  const norms = Array.from(state.incomingNorms ?? [], (norm, unit) => ({unit: unit + 1, norm}));
  return plotFigure(theme, label, {
    ...SIZE,
    x: {
      label: 'unit',
      labelAnchor: 'center',
      ticks: 5,
      tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
    },
    y: {label: null, grid: true, ticks: 4, zero: true},
    marks: [
      Plot.ruleX(norms, {x: 'unit', y: 'norm', stroke: theme.unitHigh, strokeOpacity: 0.5}),
      Plot.dot(norms, {x: 'unit', y: 'norm', fill: theme.unitHigh, r: 2}),
      ...(state.maxNorm === null
        ? []
        : [
            Plot.ruleY([state.maxNorm], {stroke: theme.dropped, strokeWidth: 1.5, strokeDasharray: '5 3'}),
            Plot.text([state.maxNorm], {
              y: (value: number) => value,
              text: () => 'max-norm',
              frameAnchor: 'right',
              dy: -7,
              fill: theme.dropped,
            }),
          ]),
      Plot.ruleY([0], {stroke: theme.muted}),
    ],
  });
}

function everyNth<T>(items: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(items.length / MOST_EPOCHS));
  return items.filter((_, i) => i % step === 0 || i === items.length - 1);
}
