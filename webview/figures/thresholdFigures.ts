import type {CalibrationBin} from '../statistics/calibration.ts';
import {type CurvePoint, curveBand} from '../statistics/thresholds.ts';
import {nth, type Theme} from '../ui/theme.ts';
import {Plot, plotFigure} from './plotFigure.ts';

const SQUARE = {width: 300, height: 288};
const share = (label: string) => ({
  domain: [0, 1] as const,
  label,
  labelAnchor: 'center' as const,
  ticks: 5,
  grid: true,
});

/** Curves of the folds faint, their mean strong, with a band of one standard deviation. */
export function foldCurvesFigure(
  curves: readonly CurvePoint[][],
  {
    theme,
    index,
    x,
    y,
    diagonal,
    title,
  }: {theme: Theme; index: number; x: string; y: string; diagonal: boolean; title: string},
): Element {
  const color = nth(theme.series, index);
  const band = curveBand(curves);
  return plotFigure(theme, title, {
    ...SQUARE,
    x: share(x),
    y: share(y),
    marks: [
      ...(diagonal
        ? [
            Plot.line(
              [
                [0, 0],
                [1, 1],
              ],
              {stroke: theme.muted, strokeDasharray: '4 3'},
            ),
          ]
        : []),
      Plot.areaY(band, {x: 'x', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.18}),
      ...curves.map(curve =>
        Plot.line(curve, {
          x: 'x',
          y: 'y',
          stroke: color,
          strokeOpacity: Math.max(0.08, Math.min(0.35, 3 / curves.length)),
          strokeWidth: 1,
        }),
      ),
      Plot.line(band, {x: 'x', y: 'mean', stroke: color, strokeWidth: 2.25}),
    ],
  });
}

/** What was predicted against what came true, the larger the dot the more rows. */
export function calibrationFigure(
  bins: readonly CalibrationBin[],
  theme: Theme,
  index: number,
  title: string,
): Element {
  const color = nth(theme.series, index);
  return plotFigure(theme, title, {
    ...SQUARE,
    x: share('predicted probability'),
    y: share('share that came true'),
    r: {range: [0, 13]},
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        {stroke: theme.muted, strokeDasharray: '4 3'},
      ),
      Plot.line([...bins], {x: 'predicted', y: 'observed', stroke: color, strokeWidth: 1.75}),
      Plot.dot([...bins], {
        x: 'predicted',
        y: 'observed',
        r: 'rows',
        fill: color,
        fillOpacity: 0.7,
        stroke: theme.background,
      }),
    ],
  });
}

/** Residuals of a regression against what was predicted. */
export function residualFigure(
  rows: ReadonlyArray<{readonly predicted: number; readonly residual: number}>,
  theme: Theme,
  index: number,
  title: string,
): Element {
  return plotFigure(theme, title, {
    ...SQUARE,
    x: {label: 'predicted', labelAnchor: 'center', grid: true},
    y: {label: 'actual − predicted', labelAnchor: 'center', grid: true},
    marks: [
      Plot.ruleY([0], {stroke: theme.muted, strokeDasharray: '4 3'}),
      Plot.dot([...rows], {x: 'predicted', y: 'residual', r: 2.2, fill: nth(theme.series, index), fillOpacity: 0.55}),
    ],
  });
}
