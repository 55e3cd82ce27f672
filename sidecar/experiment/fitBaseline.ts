import {encodeRows, fitEncoder} from '../data/encoder.ts';
import type {FeaturePlan} from '../data/features.ts';
import {featureWidth} from '../data/features.ts';
import type {Table, Target} from '../data/table.ts';
import {linearBaseline, majorityBaseline, meanBaseline} from '../evaluation/baselines.ts';
import type {Fold} from '../evaluation/folds.ts';
import {allRows} from './experiment.ts';
import type {BaselineName} from './foldTask.ts';
import {inputMatrix} from './inputMatrix.ts';

/** The predictions of a baseline for the test rows of a fold, in the layout of `Network.predict`. */
export function fitBaseline(
  {table, target, features}: {table: Table; target: Target; features: readonly FeaturePlan[]},
  name: BaselineName,
  fold: Fold,
): Float64Array {
  const classes = target.task === 'classification' ? target.classes.length : null;
  if (name === 'mean') return meanBaseline(target.values, fold.train, fold.test);
  if (name === 'majority class') return majorityBaseline(target.values, classes ?? 0, fold.train, fold.test);

  // A penalised model needs inputs of one scale, whatever the networks are given.
  const scaled = features.map(plan => (plan.kind === 'numeric' ? {...plan, scale: 'standard' as const} : plan));
  const width = featureWidth(scaled);
  const inputs = inputMatrix(table.rows * width, table.rows * width);
  encodeRows(table, fitEncoder(table, scaled, fold.train), allRows(table.rows), inputs);
  return linearBaseline({inputs, width, targets: target.values, classes, train: fold.train, test: fold.test});
}
