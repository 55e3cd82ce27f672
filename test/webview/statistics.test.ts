import {describe, expect, test} from 'vitest';
import {metrics, rocAuc} from '../../sidecar/evaluation/metrics.ts';
import {RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import {calibrationBins} from '../../webview/statistics/calibration.ts';
import {METRICS} from '../../webview/statistics/metricLabels.ts';
import {area, precisionRecall, rocCurve} from '../../webview/statistics/thresholds.ts';
import {worstRows} from '../../webview/statistics/worstRows.ts';

test('metrics are called in the panel what the terminal calls them', () => {
  const expected = Object.fromEntries(
    Object.values(metrics).map(({name, label, direction, unit}) => [name, {label, direction, unit}]),
  );
  expect(METRICS).toEqual(expected);
});

describe('curves over thresholds', () => {
  test('the area under the ROC curve is the AUC of the sidecar, ties included', () => {
    const random = new RandomStream(randomKey(3));
    for (let trial = 0; trial < 50; trial++) {
      const rows = 5 + Math.floor(random.uniform() * 60);
      // Rounded, so that many scores are equal.
      const scores = Float64Array.from({length: rows}, () => Math.round(random.uniform() * 10) / 10);
      const actual = Float64Array.from({length: rows}, () => Number(random.uniform() < 0.4));
      const curve = rocCurve({scores, actual});
      const expected = rocAuc(scores, actual, 2);
      if (expected === null) expect(curve).toBeNull();
      else expect(area(curve!)).toBeCloseTo(expected, 12);
    }
  });

  test('precision and recall of a hand-counted example', () => {
    expect(precisionRecall({scores: [0.9, 0.8, 0.7, 0.6], actual: [1, 0, 1, 0]})).toEqual([
      {x: 0, y: 1},
      {x: 0.5, y: 1},
      {x: 0.5, y: 0.5},
      {x: 1, y: 2 / 3},
      {x: 1, y: 0.5},
    ]);
  });

  test('a fold of one class has no curve', () => {
    expect(rocCurve({scores: [0.2, 0.4], actual: [1, 1]})).toBeNull();
    expect(precisionRecall({scores: [0.2, 0.4], actual: [0, 0]})).toBeNull();
  });
});

test('bins of calibration hold every row once, the surest one too', () => {
  const bins = calibrationBins([0, 0.05, 0.1, 0.95, 1], [0, 1, 0, 1, 1]);
  expect(bins.map(({from, rows, observed}) => [from, rows, observed])).toEqual([
    [0, 2, 0.5],
    [0.1, 1, 0],
    [0.9, 2, 1],
  ]);
});

test('the worst rows come first, with the mean of their repeats', () => {
  const place = {variant: 'a', fold: 1};
  const fold = (repeat: number, predictions: number[]) => ({
    ...place,
    repeat,
    lines: Uint32Array.of(2, 3),
    actual: Float64Array.of(1, 0),
    predictions: Float64Array.from(predictions),
  });
  const rows = worstRows([fold(1, [0.5, 0.75]), fold(2, [1, 0.25])], 2);
  expect(rows).toEqual([
    {line: 3, actual: 0, predicted: 0.5, error: 0.5},
    {line: 2, actual: 1, predicted: 0.75, error: 0.25},
  ]);
});
