/** What is said of a comparison. The same sentences stand in the terminal, the stored run, the editor and the panel. */
import type {Comparison} from './compare.ts';
import {type Metric, metrics} from './metrics.ts';
import {POWER} from './repeatsNeeded.ts';

export const SIGNIFICANCE = 0.05;

type Measured = Omit<Comparison, 'verdict' | 'notes'>;

/** The conclusion: a sentence without its full stop. @param folds that both have a value in */
export function comparisonVerdict(comparison: Measured, folds: number): string {
  const {a, b, metric, difference, interval, p, pCorrected} = comparison;
  const {label} = metrics[metric];
  if (difference === null) return `no fold has a value of ${label} for both "${a}" and "${b}"`;
  if (folds < 2) {
    return `one split cannot tell a difference in ${label} (${amount(difference, metric)}) from chance: use at least 2 folds, better 10 × 10`;
  }
  if (pCorrected === null || p === null || interval === null) {
    const claim = `${higherOrLower(comparison, difference)} by the same ${amount(Math.abs(difference), metric)} in each of the ${folds} folds`;
    return `${claim}, which the t-test cannot judge: use more folds or repeats`;
  }
  if (difference === 0 && interval[0] === 0 && interval[1] === 0) {
    return `no difference in ${label}: "${a}" and "${b}" are equal in each of the ${folds} folds`;
  }
  const certainty = `corrected p ${pText(pCorrected)}`;
  if (pCorrected >= SIGNIFICANCE) {
    const naive = p < SIGNIFICANCE ? `; the uncorrected test would have claimed one, p ${pText(p)}` : '';
    return `no evidence of a difference in ${label} (${amount(difference, metric, interval)}, ${range(interval, metric)}, ${certainty})${naive}`;
  }
  // The sign is in the word, so the numbers are sizes.
  const sizes: [number, number] = difference < 0 ? [-interval[1], -interval[0]] : [interval[0], interval[1]];
  const claim = `${higherOrLower(comparison, difference)} by ${amount(Math.abs(difference), metric, interval)}`;
  return `${claim} (${range(sizes, metric)}, ${certainty})`;
}

/** A verdict that finds a difference names both variants; the others need the name of the one that was compared. */
export function verdictSentence({b, verdict}: Pick<Comparison, 'b' | 'verdict'>): string {
  return `${verdict.startsWith('"') ? verdict : `"${b}": ${verdict}`}.`;
}

/**
 * What else there is to say of a comparison, each a whole sentence: whether it stands among so many, how probable a gain
 * is that matters, what would be needed to know more.
 */
export function comparisonNotes(comparison: Measured): string[] {
  return [
    ...(comparison.paired ? [] : [unpairedNote]),
    ...familyNote(comparison),
    ...chancesNote(comparison),
    ...neededNote(comparison),
  ];
}

const unpairedNote = 'The two were not tested on the same folds, so this is a weak comparison.';

function familyNote({pCorrected, pHolm, family, paired}: Measured): string[] {
  if (pCorrected === null || pHolm === null || pCorrected >= SIGNIFICANCE) return [];
  const holds = pHolm < SIGNIFICANCE;
  // What is weak by itself does not stand.
  if (holds && !paired) return [];
  const claim = holds ? 'It stands' : 'It is weak evidence';
  return [`${claim} as one of ${family} comparisons made together: p ${pText(pHolm)} after Holm's correction.`];
}

function chancesNote({b, metric, chances}: Measured): string[] {
  if (!chances) return [];
  const {margin, better, equal, worse} = chances;
  return [
    `Chances: ${percent(better)} that "${b}" is better by more than ${amount(margin, metric)}, ${percent(equal)} that it makes no such difference, ${percent(worse)} that it is worse by more.`,
  ];
}

function neededNote({difference, pCorrected, needed}: Measured): string[] {
  if (!needed || difference === null || pCorrected === null || pCorrected < SIGNIFICANCE) return [];
  if (needed.repeats !== null) {
    return [
      `If the difference is as large as measured, ${needed.repeats} repeats in all would show it with a probability of ${percent(POWER)}.`,
    ];
  }
  return [
    `If the difference is as large as measured, more repeats cannot show it, because they use the same rows; about ${times(needed.rows)} as many rows might.`,
  ];
}

function times(factor: number): string {
  return factor >= 1000 ? 'a thousand times' : `${factor < 10 ? factor.toFixed(1) : Math.ceil(factor)} times`;
}

/** A probability, never rounded to certainty. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return '> 99 %';
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}

function higherOrLower({a, b, metric}: Pick<Comparison, 'a' | 'b' | 'metric'>, difference: number): string {
  const {label} = metrics[metric];
  const word = difference > 0 ? 'higher' : 'lower';
  return `"${b}" has a ${word} ${label} than "${a}"`;
}

/** A difference in its unit: percentage points for a share. */
export function amount(value: number, metric: Metric, interval?: readonly [number, number]): string {
  if (metrics[metric].unit === 'share') return `${fixed(value * 100, 1)} points`;
  return fixed(value, decimals(interval ? interval[1] - interval[0] : Math.abs(value)));
}

function range(interval: readonly [number, number], metric: Metric): string {
  return `95 % interval ${bounds(interval, metric)}`;
}

/** "−4.5 to 0.5", shares in points. */
export function bounds(interval: readonly [number, number], metric: Metric): string {
  const isShare = metrics[metric].unit === 'share';
  const digits = isShare ? 1 : decimals(interval[1] - interval[0]);
  const [low, high] = interval.map(bound => fixed(isShare ? bound * 100 : bound, digits));
  return `${low} to ${high}`;
}

/** Decimals that show two figures of a size. */
function decimals(size: number): number {
  let digits = 0;
  for (let rest = size; rest < 10 && rest > 0 && digits < 12; rest *= 10) digits++;
  return digits;
}

/** With a true minus sign, and none before a zero. */
export function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As in "p = 0.036", never rounded across the level of SIGNIFICANCE. */
export function pText(p: number): string {
  if (p < 0.001) return '< 0.001';
  if (p >= 0.1) return `= ${p.toFixed(2)}`;
  const text = p.toFixed(3);
  return `= ${text === '0.050' ? p.toFixed(4) : text}`;
}
