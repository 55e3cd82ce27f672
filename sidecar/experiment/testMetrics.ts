import type {Target} from '../data/table.ts';
import {classificationMetrics, type Metric, regressionMetrics} from '../evaluation/metrics.ts';

/** The metrics of predictions for some rows of a target. @param rows the predicted rows, in the order of `predictions` */
export function testMetrics(
  target: Target,
  predictions: Float64Array,
  rows: Uint32Array,
): Partial<Record<Metric, number | null>> {
  const actual = Float64Array.from(rows, row => target.values[row]!);
  return target.task === 'classification'
    ? classificationMetrics(predictions, actual, target.classes.length)
    : regressionMetrics(predictions, actual);
}
