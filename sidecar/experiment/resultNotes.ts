import type {ModelResult} from '../../schemas/generated/run.ts';
import type {EvaluationPlan} from '../evaluation/folds.ts';
import {metrics} from '../evaluation/metrics.ts';

/** What a reader of a cross-validation should know before believing its numbers: whole sentences, stored with the run. */
export function resultNotes(
  {method, timeBy, repeats}: Pick<EvaluationPlan, 'method' | 'timeBy' | 'repeats'>,
  variants: readonly ModelResult[],
): string[] {
  return [...seedNotes(method, repeats, variants), ...timeNotes(method, timeBy)];
}

/** The noise of the seed is never left out, not even where it is not known. */
function seedNotes(method: EvaluationPlan['method'], planned: number, variants: readonly ModelResult[]): string[] {
  // Nothing is dealt anew: time decides.
  if (method === 'timeOrdered' || variants.every(({folds}) => folds.length === 0)) return [];
  const noisy = variants.filter(({seedNoise}) => seedNoise !== undefined);
  if (noisy.length === 0) {
    const notKnown = 'how far these means move with the seed alone is not known';
    return [
      planned === 1
        ? `One repeat: ${notKnown}; 10 repeats would show it.`
        : `Fewer than two of the ${planned} repeats came to their end: ${notKnown}.`,
    ];
  }
  const metric = noisy[0]!.seedNoise?.accuracy ? 'accuracy' : 'rmse';
  const {label, unit} = metrics[metric];
  const shown = (value: number) => (unit === 'share' ? (value * 100).toFixed(1) : value.toPrecision(3));
  const repeats = Math.max(...noisy.map(({seedNoise}) => seedNoise?.[metric]?.repeats ?? 0));
  const each = noisy.flatMap(({name, seedNoise}) => {
    const noise = seedNoise?.[metric];
    if (!noise) return [];
    return [
      `"${name}" ${shown(noise.sd)} (${shown(noise.low)} to ${shown(noise.high)}${unit === 'share' ? ' %' : ''})`,
    ];
  });
  const points = unit === 'share' ? ', in points' : '';
  return [
    `With the seed alone the mean ${label} moves: standard deviation over the ${repeats} repeats${points}, and their range: ${each.join(', ')}.`,
  ];
}

function timeNotes(method: EvaluationPlan['method'], timeBy: string | null): string[] {
  if (method !== 'timeOrdered' && timeBy === null) return [];
  return [
    'The test parts are in order of time: the corrected test allows for training rows that folds share, not for a drift of the data, for folds that resemble their neighbours in time, or for training parts that grow.',
  ];
}
