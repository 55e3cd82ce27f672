import uPlot from 'uplot';
import type {VariantCurve} from '../run/foldCurves.ts';
import type {Series} from '../run/networkCurves.ts';
import type {SeriesFacts} from '../run/series.ts';
import type {TrainedNetwork} from '../run/shownRun.ts';
import {unitTick} from '../ui/format.ts';
import {DASHES, MARKERS, type Marker, nth, type Theme} from '../ui/theme.ts';

export interface CurvesData {
  readonly series: Series;
  readonly facts: SeriesFacts;
  readonly curves: ReadonlyArray<{readonly curve: VariantCurve; readonly index: number}>;
  readonly logScale: boolean;
  readonly showFolds: boolean;
  readonly isolated: {readonly repeat: number; readonly fold: number} | null;
  readonly zoom: readonly [number, number] | null;
  readonly theme: Theme;
}

export interface CurvesChart {
  readonly element: HTMLElement;
  draw(data: CurvesData, width: number, height: number): void;
  /** Moves the cursor to an epoch, from 1. */
  point(epoch: number): void;
  readonly canvas: HTMLCanvasElement | null;
  dispose(): void;
}

interface Listeners {
  /** @param epoch from 1; null: the mouse left */
  onPoint(epoch: number | null): void;
  onZoom(range: [number, number]): void;
  onFold(network: TrainedNetwork): void;
}

/** Every fold faint, the mean over them strong, with a band of one standard deviation; one colour, dash and marker for each variant. */
export function curvesChart({onPoint, onZoom, onFold}: Listeners): CurvesChart {
  const element = document.createElement('div');
  element.className = 'curves-chart';
  let plot: uPlot | null = null;
  let built = '';
  let data: CurvesData | null = null;

  function build(width: number, height: number): void {
    plot?.destroy();
    const {theme, logScale, curves} = data!;
    const axis = {
      stroke: theme.muted,
      grid: {stroke: theme.grid, width: 1},
      ticks: {stroke: theme.grid, width: 1, size: 4},
      font: '11px sans-serif',
    };
    const series: uPlot.Series[] = [{label: 'Epoch'}];
    const bands: uPlot.Band[] = [];
    for (const {index} of curves) {
      const stroke = nth(theme.series, index);
      const at = series.length;
      series.push(
        {show: true, stroke, width: 2, dash: [...nth(DASHES, index)], points: {show: false}, spanGaps: true},
        {show: true, stroke: 'transparent', width: 0, points: {show: false}, spanGaps: true},
        {show: true, stroke: 'transparent', width: 0, points: {show: false}, spanGaps: true},
      );
      bands.push({series: [at + 2, at + 1], fill: alpha(stroke, theme.isDark ? 0.2 : 0.16)});
    }
    plot = new uPlot(
      {
        width,
        height,
        legend: {show: false},
        scales: {x: {time: false}, y: {distr: logScale ? 3 : 1, log: 10}},
        axes: [
          {
            ...axis,
            label: 'Epoch',
            size: 28,
            labelSize: 22,
            labelFont: '12px sans-serif',
            // There is no half epoch.
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
          },
          {
            ...axis,
            size: 58,
            label: data!.facts.axis,
            labelSize: 22,
            labelFont: '12px sans-serif',
            values: (_, ticks) => ticks.map(each => (each === null ? '' : unitTick(data!.facts.unit, each))),
          },
        ],
        series,
        bands,
        cursor: {points: {size: 7}, drag: {x: true, y: false, setScale: false}, focus: {prox: 16}},
        hooks: {
          drawAxes: [u => drawFolds(u, data!)],
          draw: [u => drawMarkers(u, data!)],
          setSelect: [
            u => {
              if (u.select.width < 4) return;
              const range = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')] as const;
              u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
              onZoom([Math.max(1, Math.round(range[0])), Math.round(range[1])]);
            },
          ],
        },
      },
      chartData(data!),
      element,
    );
    // The mouse alone points. uPlot's own hook also tells of a cursor that was set, or moved by a redraw, back
    // from its pixel: with more epochs than pixels that is another epoch than was asked for, at the edge none.
    plot.over.addEventListener('mousemove', () => {
      const {idx = null} = plot!.cursor;
      onPoint(idx === null ? null : idx + 1);
    });
    plot.over.addEventListener('mouseleave', () => onPoint(null));
    plot.over.addEventListener('click', () => {
      const found = plot && data ? nearestFold(plot, data) : null;
      if (found) onFold(found);
    });
  }

  return {
    element,
    get canvas() {
      return element.querySelector('canvas');
    },
    draw(next, width, height) {
      data = next;
      const {theme, logScale, curves, series} = next;
      const key = [
        theme.kind,
        theme.background,
        theme.foreground,
        logScale,
        series,
        ...curves.map(({index}) => index),
      ].join();
      if (key !== built || !plot) {
        built = key;
        build(width, height);
      } else {
        if (plot.width !== width || plot.height !== height) plot.setSize({width, height});
        plot.setData(chartData(next), false);
      }
      const [from, to] = next.zoom ?? [1, Math.max(2, longest(next))];
      plot!.batch(() => {
        plot!.setScale('x', {min: from, max: Math.max(to, from + 1)});
        plot!.setScale('y', yRange(next, from, to));
      });
    },
    point(epoch) {
      if (!plot) return;
      plot.setCursor({left: plot.valToPos(epoch, 'x'), top: plot.over.clientHeight / 2}, false);
    },
    dispose() {
      plot?.destroy();
      plot = null;
    },
  };
}

function longest({curves}: CurvesData): number {
  return curves.reduce((most, {curve}) => Math.max(most, curve.mean.length), 0);
}

function chartData(data: CurvesData): uPlot.AlignedData {
  const epochs = Math.max(1, longest(data));
  const padded = (values: Float64Array) => {
    const column = new Array<number | null>(epochs);
    for (let i = 0; i < epochs; i++) column[i] = i < values.length && isDrawable(values[i]!, data) ? values[i]! : null;
    return column;
  };
  return [
    Array.from({length: epochs}, (_, i) => i + 1),
    ...data.curves.flatMap(({curve}) => [padded(curve.mean), padded(floored(curve.low, data)), padded(curve.high)]),
  ];
}

const isDrawable = (value: number, {logScale}: CurvesData) => Number.isFinite(value) && (!logScale || value > 0);

/** The lower edge of a band can be negative where no loss is: on a logarithmic scale it ends at the smallest fold. */
function floored(low: Float64Array, {logScale, curves}: CurvesData): Float64Array {
  if (!logScale) return low;
  const smallest = curves.reduce(
    (least, {curve}) => curve.mean.reduce((min, value) => (value > 0 && value < min ? value : min), least),
    Number.POSITIVE_INFINITY,
  );
  return low.map(value => (value > 0 ? value : Number.isNaN(value) ? value : smallest / 10));
}

/** The range of what is drawn, with a little room. */
function yRange(data: CurvesData, from: number, to: number): {min: number; max: number} {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (values: Float64Array) => {
    for (let i = Math.max(0, from - 1); i < Math.min(values.length, to); i++) {
      const value = values[i]!;
      if (!isDrawable(value, data)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  };
  for (const {curve} of data.curves) {
    take(curve.mean);
    if (data.showFolds || data.isolated) for (const {curves} of curve.networks) take(curves.values(data.series));
  }
  if (low > high) return data.logScale ? {min: 0.1, max: 1} : {min: 0, max: 1};
  if (data.logScale) return {min: low / 1.2, max: high * 1.2};
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  // A share cannot leave 0 to 1, and no loss is below 0.
  const most = data.facts.unit === 'share' ? 1 : Number.POSITIVE_INFINITY;
  return {min: low >= 0 ? Math.max(0, low - room) : low - room, max: Math.min(most, high + room)};
}

/** Faint lines of the folds, drawn below the means. With one isolated, it alone is strong. */
function drawFolds(plot: uPlot, data: CurvesData): void {
  if (!data.showFolds && !data.isolated) return;
  const {ctx: context, bbox} = plot;
  context.save();
  context.beginPath();
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  context.clip();
  context.lineJoin = 'round';
  for (const {curve, index} of data.curves) {
    const count = curve.networks.length;
    context.strokeStyle = nth(data.theme.series, index);
    for (const network of curve.networks) {
      const isIsolated = isChosen(network, data.isolated);
      if (!data.showFolds && !isIsolated) continue;
      const faint = Math.max(0.06, Math.min(0.3, 2.4 / count));
      context.globalAlpha = isIsolated ? 1 : data.isolated ? faint / 2 : faint;
      context.lineWidth = (isIsolated ? 2 : 1) * devicePixelRatio;
      context.setLineDash(isIsolated ? [2 * devicePixelRatio, 2 * devicePixelRatio] : []);
      strokeSeries(context, plot, network.curves.values(data.series), data);
    }
  }
  context.restore();
}

function isChosen({place}: TrainedNetwork, isolated: CurvesData['isolated']): boolean {
  return isolated !== null && isolated.repeat === place.repeat && isolated.fold === place.fold;
}

/** Where there are more epochs than pixels, the extremes of each pixel stand for its epochs. */
function strokeSeries(context: CanvasRenderingContext2D, plot: uPlot, values: Float64Array, data: CurvesData): void {
  const {min = 1, max = values.length} = plot.scales.x!;
  const from = Math.max(0, Math.floor(min!) - 2);
  const to = Math.min(values.length, Math.ceil(max!) + 1);
  const perPixel = Math.max(1, Math.floor((to - from) / plot.bbox.width));
  const place = (i: number) => [plot.valToPos(i + 1, 'x', true), plot.valToPos(values[i]!, 'y', true)] as const;
  let isDrawing = false;
  context.beginPath();
  const add = (i: number) => {
    if (!isDrawable(values[i]!, data)) {
      // Where not every epoch is measured, a line goes on to the next that is.
      if (!data.facts.isSparse) isDrawing = false;
      return;
    }
    const [x, y] = place(i);
    if (isDrawing) context.lineTo(x, y);
    else context.moveTo(x, y);
    isDrawing = true;
  };
  for (let start = from; start < to; start += perPixel) {
    if (perPixel === 1) {
      add(start);
      continue;
    }
    let [low, high] = [start, start];
    for (let i = start; i < Math.min(to, start + perPixel); i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    add(Math.min(low, high));
    add(Math.max(low, high));
  }
  context.stroke();
}

/** A marker of the variant's own form now and then on its mean. */
function drawMarkers(plot: uPlot, data: CurvesData): void {
  const {ctx: context} = plot;
  const {min = 1, max = 1} = plot.scales.x!;
  const step = Math.max(1, (max! - min!) / 9);
  context.save();
  for (const [order, {curve, index}] of data.curves.entries()) {
    context.fillStyle = nth(data.theme.series, index);
    context.strokeStyle = data.theme.background;
    context.lineWidth = devicePixelRatio;
    // Begun at different epochs, so that markers of curves that lie on each other are all seen.
    for (let at = min! + step * (0.5 + order / data.curves.length / 2); at <= max!; at += step) {
      const epoch = Math.round(at);
      const value = curve.mean[epoch - 1];
      if (value === undefined || !isDrawable(value, data)) continue;
      drawMarker(
        context,
        nth(MARKERS, index),
        plot.valToPos(epoch, 'x', true),
        plot.valToPos(value, 'y', true),
        4.5 * devicePixelRatio,
      );
    }
  }
  context.restore();
}

export function drawMarker(context: CanvasRenderingContext2D, marker: Marker, x: number, y: number, r: number): void {
  const path = new Path2D(markerPath(marker, r));
  context.save();
  context.translate(x, y);
  context.fill(path);
  context.stroke(path);
  context.restore();
}

/** Outline of a marker around 0, 0. @param r half its size */
export function markerPath(marker: Marker, r: number): string {
  const arm = r / 2.6;
  switch (marker) {
    case 'circle':
      return `M${-r},0A${r},${r} 0 1 0 ${r},0A${r},${r} 0 1 0 ${-r},0Z`;
    case 'square':
      return `M${-r * 0.9},${-r * 0.9}h${r * 1.8}v${r * 1.8}h${-r * 1.8}Z`;
    case 'triangle':
      return `M0,${-r * 1.15}L${r * 1.1},${r * 0.85}H${-r * 1.1}Z`;
    case 'diamond':
      return `M0,${-r * 1.25}L${r * 1.05},0L0,${r * 1.25}L${-r * 1.05},0Z`;
    case 'plus':
      return `M${-arm},${-r}H${arm}V${-arm}H${r}V${arm}H${arm}V${r}H${-arm}V${arm}H${-r}V${-arm}H${-arm}Z`;
    case 'cross': {
      const d = r * 0.95;
      const a = arm * 0.95;
      return `M${-d},${-d + a}L${-d + a},${-d}L0,${-a}L${d - a},${-d}L${d},${-d + a}L${a},0L${d},${d - a}L${d - a},${d}L0,${a}L${-d + a},${d}L${-d},${d - a}L${-a},0Z`;
    }
  }
}

function nearestFold(plot: uPlot, data: CurvesData): TrainedNetwork | null {
  const {idx, top = -1} = plot.cursor;
  if (idx === null || idx === undefined || top < 0) return null;
  let best: {network: TrainedNetwork; distance: number} | null = null;
  for (const {curve} of data.curves) {
    for (const network of curve.networks) {
      const value = network.curves.values(data.series)[idx];
      if (value === undefined || !isDrawable(value, data)) continue;
      const distance = Math.abs(plot.valToPos(value, 'y') - top);
      if (!best || distance < best.distance) best = {network, distance};
    }
  }
  return best && best.distance < 24 ? best.network : null;
}

function alpha(color: string, opacity: number): string {
  const value = Number.parseInt(color.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${opacity})`;
}
