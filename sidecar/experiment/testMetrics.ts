import type {Target} from '../data/table.ts';
import type {TargetScale} from '../data/target.ts';
import {classificationMetrics, type Metric, regressionMetrics} from '../evaluation/metrics.ts';

type Metrics = Partial<Record<Metric, number | null>>;

/** The metrics of predictions for some rows of a target. @param rows the predicted rows, in the order of `predictions` */
export function testMetrics(target: Target, predictions: Float64Array, rows: Uint32Array): Metrics {
  return metricsOfRows(target, rows)(predictions);
}

/** `testMetrics` for the same rows again and again. */
export function metricsOfRows(target: Target, rows: Uint32Array): (predictions: Float64Array) => Metrics {
  const actual = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) actual[i] = target.values[rows[i]!]!;
  return predictions =>
    target.task === 'classification'
      ? classificationMetrics(predictions, actual, target.classes.length)
      : regressionMetrics(predictions, actual);
}

/**
 * What a network says of rows, in the target's own units; of two softmax outputs, the probability of class 1 is kept.
 * @param out [rows × outputs], as `Network.predict` writes them
 * @returns [rows] or [rows × classes], as the metrics read it; `out` itself where it is that already
 */
export function inTargetUnits(out: Float64Array, outputs: number, scale: TargetScale | null): Float64Array {
  if (scale) return out.map(value => value * scale.sd + scale.mean);
  return outputs === 2 ? out.filter((_, i) => i % 2 === 1) : out;
}
