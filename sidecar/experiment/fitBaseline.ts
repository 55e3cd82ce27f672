import {fitEncoder, rowEncoder} from '../data/encoder.ts';
import {featureWidth} from '../data/features.ts';
import {linearBaseline, majorityBaseline, meanBaseline} from '../evaluation/baselines.ts';
import type {Fold} from '../evaluation/folds.ts';
import {allRows} from './experiment.ts';
import type {BaselineName, FoldContext} from './foldTask.ts';
import {inputMatrix} from './inputMatrix.ts';

/** The predictions of a baseline for the test rows of a fold, in the layout of `Network.predict`. */
export function fitBaseline(
  {experiment, largestMatrixBytes}: Pick<FoldContext, 'experiment' | 'largestMatrixBytes'>,
  name: BaselineName,
  fold: Fold,
): Float64Array {
  const {table, target, variants} = experiment;
  const classes = target.task === 'classification' ? target.classes.length : null;
  if (name === 'mean') return meanBaseline(target.values, fold.train, fold.test);
  if (name === 'majority class') return majorityBaseline(target.values, classes ?? 0, fold.train, fold.test);

  // A penalised model needs inputs of one scale, whatever the networks are given.
  const scaled = variants[0]!.features.map(plan =>
    plan.kind === 'numeric' ? {...plan, scale: 'standard' as const} : plan,
  );
  const width = featureWidth(scaled);
  const encode = rowEncoder(table, fitEncoder(table, scaled, fold.train));
  const matrix = inputMatrix(table.rows * width, table.rows * width, largestMatrixBytes);
  if (matrix) encode(allRows(table.rows), matrix);
  return linearBaseline({
    inputs: matrix ?? encode,
    width,
    targets: target.values,
    classes,
    train: fold.train,
    test: fold.test,
  });
}
