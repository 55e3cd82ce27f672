/**
 * Conformal prediction from out-of-fold predictions: sets of classes, or intervals, that hold the truth of a new row with
 * at least a wanted probability, whatever the network, provided that new rows come like those of the data.
 *
 * A row's score says how badly its truth fits the prediction: 1 − probability of the actual class, or the distance from
 * the predicted value. The score that (n + 1)(1 − α) of n out-of-fold rows do not exceed bounds what a new row is
 * allowed. Out-of-fold scores come from networks that saw a little less data than the one that predicts: cross-conformal
 * prediction, whose coverage is close to the wanted one in practice but guaranteed only to be at least 1 − 2α.
 *
 * @see Vovk 2015, Annals of Mathematics and Artificial Intelligence 74:9–28; Barber, Candès, Ramdas, Tibshirani 2021,
 *   Annals of Statistics 49:486–507; Sadinle, Lei, Wasserman 2019, JASA 114:223–234 (the score of classes)
 */
import {probabilityOf} from './metrics.ts';

/** 1 − probability of the actual class, for each row. @param probabilities in the layout of `metrics.ts` */
export function classScores(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): Float64Array {
  return Float64Array.from(
    {length: actual.length},
    (_, row) => 1 - probabilityOf(probabilities, row, actual[row]!, classes),
  );
}

/** Distance of the predicted value from the actual one, for each row. */
export function valueScores(predicted: ArrayLike<number>, actual: ArrayLike<number>): Float64Array {
  return Float64Array.from({length: actual.length}, (_, row) => Math.abs(predicted[row]! - actual[row]!));
}

/**
 * The score that a new row may have: the ⌈(n + 1)(1 − miss)⌉-th smallest. Infinite where so few scores can promise nothing.
 * @param miss share of the new rows whose truth may be missed, 0 < miss < 1
 */
export function conformalBound(scores: Float64Array, miss: number): number {
  const rank = Math.ceil((scores.length + 1) * (1 - miss));
  return rank > scores.length ? Number.POSITIVE_INFINITY : scores.toSorted()[rank - 1]!;
}

/**
 * The same for each class, from the rows of that class alone: of each class the wanted share is covered, also of a rare or
 * difficult one, which among all rows would hardly count. Sets are larger for it.
 * @see Vovk 2012, "Conditional validity of inductive conformal predictors", ACML, PMLR 25:475–490, §3 (label-conditional)
 */
export function classBounds(scores: Float64Array, actual: ArrayLike<number>, classes: number, miss: number): number[] {
  return Array.from({length: classes}, (_, each) =>
    conformalBound(
      scores.filter((__, row) => actual[row] === each),
      miss,
    ),
  );
}

/**
 * The classes that a row may have, ascending: none where no class is probable enough, which is a strange row.
 * @param bounds of each class
 */
export function classSet(
  probabilities: Float64Array,
  row: number,
  classes: number,
  bounds: readonly number[],
): number[] {
  return Array.from({length: classes}, (_, each) => each).filter(
    each => 1 - probabilityOf(probabilities, row, each, classes) <= bounds[each]!,
  );
}
