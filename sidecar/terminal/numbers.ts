import type {Summary} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';

/** "86.3 ± 1.1 %" for shares, "0.561 ± 0.12" for others; "–" where there is no value. */
export function meanAndSd(metric: Metric, summary: Summary | undefined): string {
  if (!summary || summary.mean === null) return '–';
  const share = metrics[metric].unit === 'share';
  const show = (value: number) => (share ? (100 * value).toFixed(1) : fixed(value, summary.mean!));
  return `${show(summary.mean)}${summary.sd === null ? '' : ` ± ${show(summary.sd)}`}${share ? ' %' : ''}`;
}

export function metricValue(metric: Metric, value: number | null): string {
  return meanAndSd(metric, {mean: value, sd: null, folds: 1});
}

/** As many decimals as give the mean three significant digits, so that mean and deviation end at the same place. */
function fixed(value: number, mean: number): string {
  const magnitude = mean === 0 ? 0 : Math.floor(Math.log10(Math.abs(mean)));
  return value.toFixed(Math.min(Math.max(2 - magnitude, 0), 8));
}

/** 5521 → "5,521". */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
