import type {CurvesData} from './curvesChart.ts';

/** One line for each fold and epoch, with the numbers as they came. */
export function curvesCsv({curves, series}: CurvesData): string {
  const lines = [`variant,repeat,fold,epoch,${series}`];
  for (const {curve} of curves) {
    for (const {place, curves: own} of curve.networks) {
      own.values(series).forEach((value, i) => {
        const number = Number.isNaN(value) ? '' : value;
        lines.push(`${cell(curve.variant)},${place.repeat},${place.fold},${i + 1},${number}`);
      });
    }
  }
  return `${lines.join('\n')}\n`;
}

export function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
