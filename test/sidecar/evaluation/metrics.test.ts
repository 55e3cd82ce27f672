import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  balancedAccuracy,
  brier,
  classificationMetrics,
  confusionMatrix,
  ece,
  f1,
  mcc,
  metrics,
  nll,
  regressionMetrics,
  rocAuc,
  summarize,
} from '../../../sidecar/evaluation/metrics.ts';

describe('metrics agree with worked references', () => {
  // scikit-learn's documentation of each function prints these, rounded; the fractions are by hand.
  test.each<[string, () => number | null, number]>([
    [
      'nll of log_loss([spam, ham, ham, spam])',
      () => nll(two(0.9, 0.1, 0.2, 0.65), [1, 0, 0, 1], 2),
      0.21616187468057912,
    ],
    ['brier of brier_score_loss([0, 1, 1, 0])', () => brier(two(0.1, 0.9, 0.8, 0.3), [0, 1, 1, 0], 2), 0.15 / 4],
    ['rocAuc of roc_auc_score([0, 0, 1, 1])', () => rocAuc(two(0.1, 0.4, 0.35, 0.8), [0, 0, 1, 1], 2), 0.75],
    ['mcc of matthews_corrcoef([1, 1, 1, -1])', () => mcc(confusionOf([1, 0, 1, 1], [1, 1, 1, 0], 2)), -1 / 3],
    [
      'balancedAccuracy of balanced_accuracy_score([0, 1, 0, 0, 1, 0])',
      () => balancedAccuracy(confusionOf([0, 1, 0, 0, 0, 1], [0, 1, 0, 0, 1, 0], 2)),
      0.625,
    ],
    [
      // F1 of class 0 is 2·2 / (2 + 3), of the others 0.
      "f1 of f1_score([0, 1, 2, 0, 1, 2], average='macro')",
      () => f1(confusionOf([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2], 3)),
      0.8 / 3,
    ],
    // Precision 2/3, recall 2/4.
    ['f1 of class 1 of two', () => f1(confusionOf([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0], 2)), 4 / 7],
    [
      // Actual sums 2, 1, 3, predicted 3, 0, 3, 4 of 6 right: (4·6 − 15) / √((36 − 14)(36 − 18)).
      'mcc of three classes',
      () => mcc(confusionOf([0, 0, 2, 2, 0, 2], [2, 0, 2, 2, 0, 1], 3)),
      9 / Math.sqrt(22 * 18),
    ],
    ['brier of three classes', () => brier(three([0.5, 0.3, 0.2]), [0], 3), 0.25 + 0.09 + 0.04],
    [
      // Each class against the two others: class 0: 2 of 2 pairs, class 1: 1 of 2, class 2 (0.3 | 0.1, 0.3): 1.5 of 2.
      'rocAuc of three classes',
      () => rocAuc(three([0.7, 0.2, 0.1], [0.4, 0.3, 0.3], [0.3, 0.4, 0.3]), [0, 1, 2], 3),
      (1 + 0.5 + 0.75) / 3,
    ],
    [
      // Top probabilities 0.62 and 0.66 share the bin (9/15, 10/15] with one right: |1 − 1.28|; 0.9 wrong is alone: 0.9;
      // 1 right is alone: 0. A bin that took both edges would put 2/3 into this one.
      'ece of two classes',
      () => ece(two(0.62, 0.34, 0.9, 0), [1, 1, 0, 0], 2),
      (0.28 + 0.9) / 4,
    ],
    // 0.6 = 9/15 belongs to the bin that it closes, 0.65 to the next.
    ['ece on the edge of a bin', () => ece(two(0.6, 0.65), [1, 0], 2), (0.4 + 0.65) / 2],
  ])('%s', (_, measure, expected) => {
    expect(measure()).toBeCloseTo(expected, 14);
  });

  test('of a regression', () => {
    // scikit-learn's documentation: mean squared error 0.375, absolute 0.5, r2_score 0.948; Σ(y − ȳ)² = 29.1875.
    const measured = regressionMetrics([2.5, 0, 2, 8], [3, -0.5, 2, 7]);
    expect(measured.rmse).toBeCloseTo(Math.sqrt(0.375), 15);
    expect(measured.mae).toBe(0.5);
    expect(measured.r2).toBeCloseTo(1 - 1.5 / 29.1875, 15);
  });

  test('the confusion matrix counts actual classes down and predicted ones across', () => {
    expect(confusionMatrix(two(0.9, 0.8, 0.2, 0.5), [1, 0, 1, 0], 2)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    // Of equal probabilities the first class is predicted.
    expect(confusionMatrix(three([0.4, 0.4, 0.2], [0.1, 0.1, 0.8]), [1, 2], 3)).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });
});

describe('metrics without a value are null', () => {
  test.each<[string, number | null, number | null]>([
    ['the AUC of one class', rocAuc(two(0.2, 0.7), [1, 1], 2), null],
    ['the MCC of one class', mcc(confusionOf([0, 1], [1, 1], 2)), null],
    ['not the MCC of a constant prediction', mcc(confusionOf([1, 1], [0, 1], 2)), 0],
    ['the F1 of a class that neither occurs nor is predicted', f1(confusionOf([0, 0], [0, 0], 2)), null],
    ['not the F1 of a class that is never found', f1(confusionOf([0, 0], [0, 1], 2)), 0],
    ['not the AUC of the classes that have rows', rocAuc(three([0.6, 0.3, 0.1], [0.3, 0.6, 0.1]), [0, 1], 3), 1],
    ['the r2 of a constant target', regressionMetrics([1, 2, 3], [0.1, 0.1, 0.1]).r2, null],
  ])('%s', (_, measured, expected) => {
    expect(measured).toBe(expected);
  });

  test('all of them without rows or with predictions that are not finite', () => {
    for (const probabilities of [two(), two(Number.NaN)]) {
      const measured = classificationMetrics(probabilities, new Array<number>(probabilities.length).fill(1), 2);
      expect(Object.keys(measured)).toEqual(namesOf('classification'));
      expect(Object.values(measured)).toEqual(new Array(8).fill(null));
    }
    expect(regressionMetrics([], [])).toEqual({rmse: null, mae: null, r2: null});
    expect(regressionMetrics([Number.NaN, 1], [1, 2])).toEqual({rmse: null, mae: null, r2: null});
    expect(regressionMetrics([1, 2], [1, 2])).toEqual({rmse: 0, mae: 0, r2: 1});
  });

  test('a certain and wrong prediction costs −ln 1e-15, not infinity', () => {
    // 34.5387763949 = 15 · ln 10.
    expect(nll(two(0, 1), [1, 0], 2)).toBeCloseTo(34.5387763949, 1);
    expect(nll(two(0), [1], 2)).toBeCloseTo(34.5387763949, 9);
    expect(nll(two(1, 0), [1, 0], 2)).toBeCloseTo(0, 14);
  });

  test.each([2, 3])('a wrong number of probabilities for %i classes is refused', classes => {
    expect(() => classificationMetrics(two(0.5), [0, 1], classes)).toThrow(
      new RangeError(`probabilities must be of length ${classes === 2 ? 2 : 6}, got 1`),
    );
  });
});

describe('by their properties', () => {
  const cases = fc.array(fc.record({p: fc.integer({min: 0, max: 20}).map(value => value / 20), y: fc.nat({max: 1})}), {
    minLength: 2,
    maxLength: 60,
  });

  test('the AUC is the share of pairs in order, and no monotone transformation changes it', () => {
    fc.assert(
      fc.property(cases, rows => {
        const p = Float64Array.from(rows, row => row.p);
        const y = rows.map(row => row.y);
        const pairs = rows
          .filter(({y}) => y === 1)
          .flatMap(a => rows.filter(({y}) => y === 0).map(b => Math.sign(a.p - b.p) / 2 + 0.5));
        const area = rocAuc(p, y, 2);
        if (pairs.length === 0) {
          expect(area).toBeNull();
          return;
        }
        expect(area).toBeCloseTo(pairs.reduce((total, pair) => total + pair, 0) / pairs.length, 12);
        expect(
          rocAuc(
            p.map(value => value ** 3 / 2),
            y,
            2,
          ),
        ).toBe(area);
        expect(
          rocAuc(
            p.map(value => 1 - value),
            y,
            2,
          ),
        ).toBeCloseTo(1 - area!, 12);
      }),
    );
  });

  test('NLL and Brier score are least for the true shares', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 9}), fc.integer({min: 1, max: 99}), (ones, percent) => {
        const y = Array.from({length: 10}, (_, row) => (row < ones ? 1 : 0));
        const [truth, other] = [ones / 10, percent / 100].map(p => new Float64Array(10).fill(p)) as [
          Float64Array,
          Float64Array,
        ];
        // 1e-14 is far above the rounding of ten terms of size 1.
        expect(nll(truth, y, 2)).toBeLessThanOrEqual(nll(other, y, 2)! + 1e-14);
        expect(brier(truth, y, 2)).toBeLessThanOrEqual(brier(other, y, 2)! + 1e-14);
      }),
    );
  });

  test('the order of the rows does not matter', () => {
    const rows = fc.array(fc.tuple(fc.nat({max: 100}), fc.nat({max: 100}), fc.nat({max: 100}), fc.nat({max: 2})), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, fc.nat(), (given, seed) => {
        const turned = given.map((_, row) => given[(row + seed) % given.length]!).reverse();
        const [first, second] = [given, turned].map(each => {
          const probabilities = three(...each.map(([a, b, c]) => [a, b, c].map(part => (part + 1) / (a + b + c + 3))));
          return classificationMetrics(
            probabilities,
            each.map(row => row[3]),
            3,
          );
        });
        for (const name of namesOf('classification') as (keyof typeof first)[]) {
          if (first![name] === null) expect(second![name]).toBeNull();
          // Sums of at most 40 terms below 5 in another order: 40 · 40 · 5 · 2^-53 < 1e-12.
          else expect(second![name]).toBeCloseTo(first![name]!, 12);
        }
      }),
    );
  });

  test('renaming classes changes neither the MCC nor the accuracy', () => {
    const y = [0, 1, 2, 2, 1, 0, 0, 2];
    const predicted = [0, 2, 2, 1, 1, 0, 1, 2];
    const renamed = (each: number) => (each + 1) % 3;
    expect(mcc(confusionOf(predicted.map(renamed), y.map(renamed), 3))).toBeCloseTo(
      mcc(confusionOf(predicted, y, 3))!,
      14,
    );
  });
});

test('the table names every metric by its key', () => {
  for (const [key, {name, label}] of Object.entries(metrics)) {
    expect(name).toBe(key);
    expect(label).not.toBe('');
  }
  expect(namesOf('regression')).toEqual(Object.keys(regressionMetrics([], [])));
});

describe('a summary', () => {
  test('has the sample standard deviation and skips folds without a value', () => {
    // Deviations −1.5, −0.5, 0.5, 1.5: squares sum to 5, over 3.
    expect(summarize([1, 2, null, 3, 4])).toEqual({mean: 2.5, sd: Math.sqrt(5 / 3), folds: 4});
  });

  test('has no standard deviation of one fold, and nothing of none', () => {
    expect(summarize([null, 7])).toEqual({mean: 7, sd: null, folds: 1});
    expect(summarize([null, null])).toEqual({mean: null, sd: null, folds: 0});
  });
});

function two(...probabilities: number[]): Float64Array {
  return Float64Array.from(probabilities);
}

function three(...rows: number[][]): Float64Array {
  return Float64Array.from(rows.flat());
}

/** From predicted classes, by certain probabilities. */
function confusionOf(predicted: readonly number[], actual: readonly number[], classes: number): number[][] {
  const certain =
    classes === 2
      ? predicted
      : predicted.flatMap(each => Array.from({length: classes}, (_, k) => (k === each ? 1 : 0)));
  return confusionMatrix(Float64Array.from(certain), actual, classes);
}

function namesOf(task: 'classification' | 'regression'): string[] {
  return Object.values(metrics)
    .filter(metric => metric.task === task)
    .map(({name}) => name);
}
