import {type ClassificationMetric, classificationMetrics} from './metrics.ts';
import {atTemperature, fitTemperature} from './temperature.ts';

/** Out-of-fold predictions of one fold, in the layout of `metrics.ts`. */
export interface FoldProbabilities {
  readonly predictions: Float64Array;
  /** Class index of each row. */
  readonly actual: ArrayLike<number>;
}

/** What says whether probabilities can be taken at their word. */
export type CalibrationScores = Readonly<Record<'nll' | 'brier' | 'ece', number | null>>;

export interface Calibration {
  /** What new predictions are divided by: the one fitted on all folds, or 1 where fitting does not help other folds. */
  readonly temperature: number;
  readonly fitted: number;
  readonly before: CalibrationScores;
  /** Each fold at the temperature of the other folds, so that no row is measured by what it was fitted to. */
  readonly after: CalibrationScores;
}

/** Fits a temperature to out-of-fold predictions and measures what it gains. @param folds at least two */
export function calibrate(folds: readonly FoldProbabilities[], classes: number): Calibration {
  const together = joined(folds);
  const cooled = folds.map((fold, index) => {
    const others = joined(folds.toSpliced(index, 1));
    const temperature = fitTemperature(others.predictions, others.actual, classes);
    return {predictions: atTemperature(fold.predictions, classes, temperature), actual: fold.actual};
  });
  const fitted = fitTemperature(together.predictions, together.actual, classes);
  const before = scores(together, classes);
  const after = scores(joined(cooled), classes);
  const helps = before.nll !== null && after.nll !== null && after.nll < before.nll;
  return {temperature: helps ? fitted : 1, fitted, before, after};
}

export function joined(folds: readonly FoldProbabilities[]): {predictions: Float64Array; actual: Int32Array} {
  return {
    predictions: Float64Array.from(folds.flatMap(({predictions}) => [...predictions])),
    actual: Int32Array.from(folds.flatMap(({actual}) => Array.from(actual))),
  };
}

function scores({predictions, actual}: FoldProbabilities, classes: number): CalibrationScores {
  const all: Record<ClassificationMetric, number | null> = classificationMetrics(predictions, actual, classes);
  return {nll: all.nll, brier: all.brier, ece: all.ece};
}
