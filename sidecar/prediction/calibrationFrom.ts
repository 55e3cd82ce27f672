import {type Calibration, calibrate, joined} from '../evaluation/calibration.ts';
import {classBounds, classScores, conformalBound, valueScores} from '../evaluation/conformal.ts';
import {atTemperature} from '../evaluation/temperature.ts';
import type {StoredModel} from '../runs/readModel.ts';
import {readPredictions} from '../runs/readPredictions.ts';
import {UserError} from '../userError.ts';
import type {CalibrationRun} from './calibrationRun.ts';

export type SetKind = 'pooled' | 'byClass';

/** What out-of-fold predictions teach about new ones. */
export interface LearnedFromFolds {
  /** The cross-validation that it comes from. */
  readonly run: string;
  /** Whether its data and settings were compared with those of the model. */
  readonly isChecked: boolean;
  /** Wanted share of the rows whose truth is in its set or interval. */
  readonly coverage: number;
  /** Whether each class by itself is covered, or all rows together. */
  readonly sets: SetKind;
  /** Score that a row may have, of each class, or the one of values: see `conformal.ts`. Infinite: too few rows to promise anything. */
  readonly bounds: readonly number[];
  /** Of classes only. */
  readonly calibration: Calibration | null;
}

/**
 * Temperature and conformal bound from the out-of-fold predictions of the model's variant.
 * @throws UserError if the run has no such variant, or predicted something else
 */
export function learnFromFolds(
  {directory, run, isChecked}: CalibrationRun,
  {variant, target}: StoredModel,
  coverage: number,
  sets: SetKind,
): LearnedFromFolds {
  if (!run.crossValidation)
    throw new UserError(`${run.id} is no cross-validation: there are no out-of-fold predictions.`);
  const folds = readPredictions(directory, run).filter(fold => fold.variant === variant);
  if (folds.length < 2) {
    throw new UserError(
      `${run.id} has too few folds of "${variant}" to calibrate it: at least 2 are needed, and it has ${folds.length}.`,
    );
  }
  const classes = target.task === 'classification' ? target.classes : null;
  if (String(classes) !== String(run.data.classes))
    throw new UserError(`${run.id} predicted something else than the model.`);
  // Each row once: the repeats would count it as if it were several.
  const once = folds.filter(({repeat}) => repeat === folds[0]!.repeat);
  const {predictions, actual} = joined(once);
  if (classes === null) {
    const values = Float64Array.from(once.flatMap(fold => [...fold.actual]));
    return {
      run: run.id,
      isChecked,
      coverage,
      sets: 'pooled',
      bounds: [conformalBound(valueScores(predictions, values), 1 - coverage)],
      calibration: null,
    };
  }
  const calibration = calibrate(once, classes.length);
  const scaled = atTemperature(predictions, classes.length, calibration.temperature);
  const scores = classScores(scaled, actual, classes.length);
  const bounds =
    sets === 'byClass'
      ? classBounds(scores, actual, classes.length, 1 - coverage)
      : classes.map(() => conformalBound(scores, 1 - coverage));
  return {run: run.id, isChecked, coverage, sets, bounds, calibration};
}
