import {METRICS, type MetricLabel} from '../statistics/metricLabels.ts';

/** A number as a chart or a sentence shows it: enough digits to compare, no more. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return minus(value.toExponential(2));
  return minus(Number.isInteger(value) || size >= 1000 ? grouped(value) : value.toPrecision(3));
}

/** A number at an axis: as short as it can be. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return minus(value.toExponential(0));
  return minus(String(Number(value.toPrecision(3))));
}

/** Whole numbers with a thin space between thousands. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function percent(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  return `${minus((100 * share).toFixed(digits))} %`;
}

export function metricValue(metric: string, value: number | null | undefined): string {
  return unitValue(METRICS[metric]?.unit ?? 'number', value);
}

export function unitValue(unit: MetricLabel['unit'], value: number | null | undefined): string {
  return unit === 'share' ? percent(value) : number(value);
}

/** A number at an axis, whose title tells the unit. */
export function unitTick(unit: MetricLabel['unit'], value: number): string {
  return tick(unit === 'share' ? 100 * value : value);
}

export function meanAndSd(metric: string, mean: number | null | undefined, sd: number | null | undefined): string {
  if (mean === null || mean === undefined) return '–';
  if (sd === null || sd === undefined) return metricValue(metric, mean);
  if (METRICS[metric]?.unit === 'share') return `${(100 * mean).toFixed(1)} ± ${(100 * sd).toFixed(1)} %`;
  // Both with the digits of the mean: more of the deviation would say what the folds do not know.
  const digits = Math.max(0, 3 - Math.max(1, Math.ceil(Math.log10(Math.abs(mean) + 1e-9)) + 1));
  return `${minus(mean.toFixed(digits + 1))} ± ${minus(sd.toFixed(digits + 1))}`;
}

/** @param seconds ≥ 0 */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** "1 row", "2 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** With a true minus sign, and none before a zero. */
const minus = (text: string) => (Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−'));

/** Names are the user's and may be of any length; a chart has room for this much. */
export function short(name: string, length = 28): string {
  const letters = [...name];
  return letters.length <= length ? name : `${letters.slice(0, length - 1).join('')}…`;
}
