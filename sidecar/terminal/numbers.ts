import type {Summary} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';

/** "86.3 ± 1.1 %" for shares, "0.561 ± 0.120" for others; "–" where there is no value. */
export function meanAndSd(metric: Metric, summary: Summary | undefined): string {
  if (!summary || summary.mean === null) return '–';
  const {unit} = metrics[metric];
  const decimals = unit === 'targetUnits' ? significantDecimals(summary.mean) : 3;
  const show = (value: number) => (unit === 'share' ? rounded(100 * value, 1) : rounded(value, decimals));
  return `${show(summary.mean)}${summary.sd === null ? '' : ` ± ${show(summary.sd)}`}${unit === 'share' ? ' %' : ''}`;
}

/** More digits would tell nothing, and tear a table apart. */
const WRITTEN_OUT = 1e9;

/** With a true minus sign, and none before a zero. */
function rounded(value: number, decimals: number): string {
  const size = Math.abs(value);
  const text = size < WRITTEN_OUT ? size.toFixed(decimals) : size.toExponential(2);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

export function metricValue(metric: Metric, value: number | null): string {
  return meanAndSd(metric, {mean: value, sd: null, folds: 1});
}

/** As many decimals as give a mean of any size three significant digits. */
function significantDecimals(mean: number): number {
  const magnitude = mean === 0 ? 0 : Math.floor(Math.log10(Math.abs(mean)));
  return Math.min(Math.max(2 - magnitude, 0), 20);
}

/** 5521 → "5,521". */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

export function duration(seconds: number): string {
  if (seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
