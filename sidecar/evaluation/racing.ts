/**
 * Racing: many settings run on the same folds, and one that the folds so far rule out runs no further.
 *
 * A setting is ruled out when the corrected resampled t-test finds it worse than the leader, one-sided, with a p below
 * α / (looks · rivals), Bonferroni's share of α for each of the times that anyone looks at any pair. The best setting is
 * then dropped with a probability of at most α in the whole race, as far as the test itself keeps its level: to be
 * dropped it must be found worse than some rival at some look, although it is not.
 *
 * @see Maron & Moore 1994, NIPS 6:59–66 (racing); Birattari et al. 2002, GECCO, 11–18 (by tests on shared instances);
 *   Nadeau & Bengio 2003 (the test)
 */
import {type Metric, metrics} from './metrics.ts';
import {studentCdf} from './studentT.ts';

export interface Racer {
  /** The metric in each fold so far, in the order of the folds; null where it has no value, as after divergence. */
  readonly values: readonly (number | null)[];
}

export interface RaceRules {
  readonly metric: Metric;
  /** Rows of the test parts over rows of the training parts. */
  readonly testPerTrain: number;
  /** Probability with which the best setting may be dropped in the whole race. */
  readonly risk: number;
  /** How often the race is looked at before its end. */
  readonly looks: number;
  /** Settings at the start. */
  readonly racers: number;
}

/** A racer that goes no further, and why; indices into the racers. */
export interface Ruling {
  readonly racer: number;
  readonly leader: number;
  /** One-sided and corrected; null where the racer has no value in some fold. */
  readonly p: number | null;
  /** What p had to be below. */
  readonly level: number;
}

/** The risk that a race takes unless told otherwise. */
export const RISK = 0.05;

/**
 * Which racers are ruled out by the folds so far. A racer without a value in some fold is, if another has all its values.
 * @returns in ascending order of the racers; never the leader
 */
export function ruledOut(racers: readonly Racer[], rules: RaceRules): Ruling[] {
  const means = racers.map(({values}) => meanOf(values, rules.metric));
  const leader = means.indexOf(Math.max(...means));
  if (leader === -1 || means[leader] === Number.NEGATIVE_INFINITY) return [];
  const level = rules.risk / (rules.looks * Math.max(1, rules.racers - 1));
  return racers.flatMap((racer, index) => {
    if (index === leader) return [];
    const p = means[index] === Number.NEGATIVE_INFINITY ? null : worseThan(racers[leader]!, racer, rules);
    return p === null || p < level ? [{racer: index, leader, p, level}] : [];
  });
}

/**
 * The folds after which a race is looked at: every half repeat, but not before 5 folds, where the test can hardly find
 * anything, and not at the end, where there is nothing to save.
 * @returns numbers of folds, ascending
 */
export function looksOf(folds: number, foldsPerRepeat: number): number[] {
  const every = Math.max(1, Math.ceil(foldsPerRepeat / 2));
  const looks: number[] = [];
  for (let at = every; at < folds; at += every) if (at >= FEWEST_FOLDS) looks.push(at);
  return looks;
}

const FEWEST_FOLDS = 5;

/** The one-sided p of a racer being worse than the leader; 1 where there is no test. */
function worseThan(leader: Racer, racer: Racer, {metric, testPerTrain}: RaceRules): number {
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const gains = leader.values.map((value, fold) => sign * (value! - racer.values[fold]!));
  const count = gains.length;
  if (count < 2) return 1;
  const mean = gains.reduce((sum, each) => sum + each, 0) / count;
  const variance = gains.reduce((sum, each) => sum + (each - mean) * (each - mean), 0) / (count - 1);
  // Equal in every fold, or better by the same: the t-test cannot judge.
  if (variance === 0) return 1;
  return studentCdf(-mean / Math.sqrt((1 / count + testPerTrain) * variance), count - 1);
}

/** Larger is better; −∞ where a fold has no value. */
function meanOf(values: readonly (number | null)[], metric: Metric): number {
  if (values.length === 0 || values.some(value => value === null)) return Number.NEGATIVE_INFINITY;
  const mean = values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
  return metrics[metric].direction === 'higher' ? mean : -mean;
}
