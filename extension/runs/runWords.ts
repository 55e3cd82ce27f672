/** Runs in few words: for the tree, the status bar and notifications. Nothing of the editor but its translations. */
import {l10n} from 'vscode';
import type {RunState, RunSummary} from '../../schemas/protocol.ts';
import {bestVariant, leadingMetric} from './bestVariant.ts';

const inPercent: ReadonlySet<string> = new Set(['accuracy', 'balancedAccuracy']);

type Metrics = RunSummary['variants'][number]['metrics'];

/** "accuracy 88.9 ± 6.9 %"; undefined where nothing was measured. */
export function scoreWords(metrics: Metrics): string | undefined {
  const name = leadingMetric(metrics) ?? Object.keys(metrics)[0];
  if (name === undefined) return undefined;
  const {mean, sd} = metrics[name]!;
  const [factor, digits, unit] = inPercent.has(name) ? [100, 1, ' %'] : [1, 3, ''];
  const spread = sd === null ? '' : ` ± ${(sd * factor).toFixed(digits)}`;
  return `${name} ${(mean * factor).toFixed(digits)}${spread}${unit}`;
}

/** "input dropout: accuracy 88.9 ± 6.9 %": the best variant, named where there are several. */
export function bestWords(summary: RunSummary): string | undefined {
  const best = bestVariant(summary);
  const words = best && scoreWords(best.metrics);
  return words && summary.variants.length > 1 ? `${best.name}: ${words}` : words;
}

export function startWords({startedAt}: RunSummary): string {
  return new Date(startedAt).toLocaleString(undefined, {dateStyle: 'short', timeStyle: 'medium'});
}

export function kindWords(kind: RunSummary['kind']): string {
  return kind === 'training' ? l10n.t('training') : l10n.t('cross-validation');
}

export function statusWords(status: RunSummary['status'] | RunState['status']): string {
  switch (status) {
    case 'queued':
      return l10n.t('waiting');
    case 'running':
      return l10n.t('running');
    case 'paused':
      return l10n.t('paused');
    case 'completed':
      return l10n.t('completed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'failed':
      return l10n.t('failed');
    case 'interrupted':
      return l10n.t('interrupted, can be resumed');
  }
}

/** "42 %, 12 s left" */
export function progressWords({progress, secondsLeft, status, place}: RunState): string {
  if (status === 'queued') return l10n.t('waiting, place {0}', (place ?? 0) + 1);
  const share = `${Math.floor(progress * 100)} %`;
  if (status === 'paused') return l10n.t('paused at {0}', share);
  return secondsLeft === null ? share : l10n.t('{0}, {1} left', share, durationWords(secondsLeft));
}

/** "45 s", "3 min", "2 h 10 min" */
export function durationWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 100) return l10n.t('{0} s', whole);
  const minutes = Math.round(whole / 60);
  if (minutes < 100) return l10n.t('{0} min', minutes);
  return l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}
