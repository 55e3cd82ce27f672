import {type Metric, metrics} from './metrics.ts';
import {studentCdf} from './studentT.ts';

/** What is believed of the true difference b − a: Student's t around the mean difference. */
export interface Posterior {
  readonly difference: number;
  /** Corrected for folds that share training rows, > 0. */
  readonly standardError: number;
  /** Degrees of freedom. */
  readonly freedom: number;
}

/** Three probabilities that sum to 1. */
export interface Chances {
  /** Differences up to this count as practically equal. */
  readonly margin: number;
  /** That b is better than a by more than the margin. */
  readonly better: number;
  /** That the two differ by at most the margin. */
  readonly equal: number;
  readonly worse: number;
}

/**
 * The Bayesian correlated t-test. With a flat prior, and folds correlated by ρ = testRows / (testRows + trainRows), the
 * true difference is Student's t with J − 1 degrees of freedom around d̄, of scale √((1/J + ρ / (1 − ρ)) · s²); since
 * ρ / (1 − ρ) = testRows / trainRows, that is the standard error of the corrected resampled t-test. Without a margin
 * the probability that b is better is so 1 less the one-sided p of that test; the margin is what the test cannot have.
 *
 * @param margin ≥ 0, the region of practical equivalence is [−margin, margin]
 * @see Corani & Benavoli 2015, Machine Learning 100:285–304; Benavoli, Corani, Demšar, Zaffalon 2017, JMLR 18(77):1–36, §4.1
 */
export function chancesOf(posterior: Posterior, metric: Metric, margin: number): Chances {
  const {difference, standardError, freedom} = posterior;
  const below = studentCdf((-margin - difference) / standardError, freedom);
  // From the lower tail of the mirrored distribution, so that a tiny probability keeps its digits.
  const above = studentCdf((difference - margin) / standardError, freedom);
  const [better, worse] = metrics[metric].direction === 'higher' ? [above, below] : [below, above];
  return {margin, better, equal: Math.max(0, 1 - above - below), worse};
}
