/** What is said of a search for the best setting: in the terminal, in the stored run, in the editor. */
import {type Metric, metrics} from './metrics.ts';
import type {RecommendedRange} from './recommendedRange.ts';
import {amount, pText} from './verdict.ts';

/** How the winner of a search stands. */
export interface WinnerFacts {
  readonly winner: string;
  readonly metric: Metric;
  /** Its mean over the folds on which it was chosen. */
  readonly score: number;
  /** Settings that were tried. */
  readonly tried: number;
  /** Mean of the nested cross-validation, and its inner folds; null: there is none. */
  readonly nested: {readonly mean: number; readonly innerFolds: number} | null;
}

/** The winner's score, and what it is worth. */
export function winnerSentences({winner, metric, score, tried, nested}: WinnerFacts): string[] {
  const {label, direction} = metrics[metric];
  const won = `The best of ${tried} settings by ${label} is "${winner}" with ${value(score, metric)}.`;
  if (!nested) {
    return [
      `${won} It was chosen for being the best, so its score is too good; a nested cross-validation would say by how much.`,
    ];
  }
  const optimism = direction === 'higher' ? score - nested.mean : nested.mean - score;
  const estimate = `Nested cross-validation, which chooses anew on the training part of each fold, expects ${value(nested.mean, metric)} of new rows`;
  const verdict =
    optimism > 0
      ? `the winner's own score is too good by ${amount(optimism, metric)}, because it is the best of ${tried}`
      : `here the choice has not made the winner's score too good`;
  return [won, `${estimate}: ${verdict}.`];
}

/** Why a setting is tried no further: the corrected test. @param facts.leader name of the best setting so far */
export function ruledOutWords(facts: {
  readonly leader: string;
  readonly metric: Metric;
  readonly folds: number;
  readonly p: number;
  readonly level: number;
}): string {
  const {leader, metric, folds, p, level} = facts;
  return `worse than "${leader}" in ${metrics[metric].label} after ${folds} folds: one-sided corrected p ${pText(p)}, below the ${level.toPrecision(2)} that rules a setting out`;
}

/** Without a test. */
export function halvedWords(folds: number): string {
  return `in the worse half after ${folds} folds`;
}

export function divergedWords(folds: number): string {
  return `its training diverged within ${folds} folds`;
}

/** What racing left out. @param halved whether the worse half was stopped, without a test */
export function savedSentence(
  ruledOut: number,
  tried: number,
  saved: {readonly networks: number; readonly seconds: number},
  halved: boolean,
): string | undefined {
  if (ruledOut === 0) return undefined;
  const how = halved
    ? `Halving stopped ${ruledOut} of ${tried} settings early, without a test`
    : `Racing ruled out ${ruledOut} of ${tried} settings early by the corrected test (the best one is dropped at most once in 20 such searches)`;
  return `${how}: ${saved.networks} networks less to train, about ${time(saved.seconds)}.`;
}

function time(seconds: number): string {
  return seconds < 100 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}

/** The values that are as good as the best one. @param what is set, such as "input dropout" */
export function rangeSentence(what: string, {best, low, high, worse}: RecommendedRange, metric: Metric): string {
  const {label} = metrics[metric];
  const range =
    low === high
      ? `no other rate comes within one standard error of the paired difference`
      : `rates from ${low} to ${high} are as good, within one standard error of the paired difference`;
  const found =
    worse.length === 0
      ? 'no rate is found worse'
      : `${listed(worse)} ${worse.length === 1 ? 'is' : 'are'} found worse (corrected p < 0.05)`;
  return `${what}: the best rate by ${label} is ${best}; ${range}; ${found}.`;
}

function listed(values: readonly number[]): string {
  return values.length === 1 ? `${values[0]}` : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}

function value(score: number, metric: Metric): string {
  return metrics[metric].unit === 'share' ? `${(score * 100).toFixed(1)} %` : score.toPrecision(3);
}
