import {describe, expect, test} from 'vitest';
import {type Comparison, type Contestant, compareFolds} from '../../../sidecar/evaluation/compare.ts';

describe('the corrected resampled t-test', () => {
  test('agrees with a hand computation of five folds', () => {
    const a = contestant('a', [0.8, 0.82, 0.78, 0.85, 0.75], 80, 20);
    const b = contestant('b', [0.83, 0.83, 0.82, 0.84, 0.8], 80, 20);
    const compared = compareFolds(a, b, 'accuracy');
    // Differences 3, 1, 4, −1 and 5 points: mean 2.4, squares of the deviations 0.36 + 1.96 + 2.56 + 11.56 + 6.76 = 23.2,
    // so s² = 5.8 points². Corrected standard error √((1/5 + 20/80) · 5.8) = √2.61 points, naive √(5.8 / 5) = √1.16.
    const t = 2.4 / Math.sqrt(2.61);
    expect(compared.difference).toBeCloseTo(0.024, 15);
    expect(compared.pCorrected).toBeCloseTo(twoSided4(t), 12);
    expect(compared.p).toBeCloseTo(twoSided4(2.4 / Math.sqrt(1.16)), 12);
    // 2.7764451 is the tables' 97.5 % quantile of 4 degrees of freedom.
    expect(compared.interval![0]).toBeCloseTo(0.024 - 0.027764451 * Math.sqrt(2.61), 9);
    expect(compared.interval![1]).toBeCloseTo(0.024 + 0.027764451 * Math.sqrt(2.61), 9);
  });

  test("agrees with scikit-learn's example of 10 × 10 folds", () => {
    // "Statistical comparison of models using grid search": 270 training and 30 test rows, uncorrected t 2.611 and
    // p 0.005, corrected t 0.750 and p 0.227, both one-sided: half of ours. Differences d ± e, 50 of each, have the
    // mean d and s² = e² · 100/99, so the uncorrected t is d / (e / √99).
    const e = Math.sqrt(99);
    const compared = compareFolds(...tenByTen({mean: 2.611, deviation: e}), 'rmse');
    expect(compared.p! / 2).toBeCloseTo(0.005, 3);
    expect(compared.pCorrected! / 2).toBeCloseTo(0.227, 3);
    // Corrected, the standard error of 1 is √((1/100 + 1/9) / (1/100)) = 3.48, and the quantile of 99 degrees 1.984217.
    const reach = 1.984217 * Math.sqrt(100 / 100 + 100 / 9);
    expect(compared.interval![0]).toBeCloseTo(2.611 - reach, 5);
    expect(compared.interval![1]).toBeCloseTo(2.611 + reach, 5);
  });

  test('turned round gives the same p and the negative difference', () => {
    const [a, b] = tenByTen({mean: 0.02, deviation: 0.06});
    const there = compareFolds(a, b, 'nll');
    const back = compareFolds(b, a, 'nll');
    expect([back.p, back.pCorrected]).toEqual([there.p, there.pCorrected]);
    expect(back.difference).toBe(-there.difference!);
    expect(back.interval).toEqual([-there.interval![1], -there.interval![0]]);
  });

  test('leaves out folds without a value, with their rows', () => {
    const a = contestant('a', [1, 2, null, 4], 30, 10);
    const b = contestant('b', [2, 2.5, 3, 6], 30, 10);
    const unequal = (each: Contestant) => ({...each, testRows: [10, 10, 99, 10]});
    const kept = ({name, values}: Contestant) => contestant(name, values.toSpliced(2, 1), 30, 10);
    expect(compareFolds(unequal(a), unequal(b), 'rmse')).toEqual(compareFolds(kept(a), kept(b), 'rmse'));
  });

  test('has p exactly small where float64 can say so', () => {
    const compared = compareFolds(...tenByTen({mean: 30, deviation: 1}), 'rmse');
    expect(compared.pCorrected).toBeGreaterThan(0);
    expect(compared.pCorrected).toBeLessThan(1e-60);
  });

  test.each<[string, Partial<Contestant>, string]>([
    ['folds', {values: [1]}, 'values must be of 2 folds, got 1'],
    ['rows', {testRows: [5]}, 'testRows must be of 2 folds, got 1'],
    ['other rows', {trainRows: [20, 21]}, 'trainRows must be the same for both, got 20, 20 and 20, 21'],
  ])('refuses contestants of different %s', (_, part, message) => {
    const a = contestant('a', [1, 2], 20, 5);
    expect(() => compareFolds(a, {...a, ...part}, 'rmse')).toThrow(new RangeError(message));
  });
});

describe('the verdict', () => {
  /** The mean difference that makes the naive t of ten by ten folds with deviations e equal to `t`. */
  const meanOfT = (t: number, e: number) => (t * e) / Math.sqrt(99);

  test.each<[string, () => Comparison, string]>([
    [
      'finds nothing, and owns up to what the naive test would have found',
      // The naive t is −3.18: t ÷ 3.48 = −0.914.
      () => compareFolds(...tenByTen({mean: -0.012, deviation: (0.012 * Math.sqrt(99)) / 3.18}), 'accuracy'),
      'no evidence of a difference in accuracy (−1.2 points, 95 % interval −3.8 to 1.4, corrected p = 0.36); the uncorrected test would have claimed one, p = 0.002',
    ],
    [
      'finds nothing by either test',
      () => compareFolds(...tenByTen({mean: meanOfT(1, 0.05), deviation: 0.05}), 'accuracy'),
      'no evidence of a difference in accuracy (0.5 points, 95 % interval −3.0 to 4.0, corrected p = 0.77)',
    ],
    [
      'finds a lower value and names both',
      () => compareFolds(...tenByTen({mean: -0.11, deviation: 0.1}), 'nll'),
      '"input dropout" has a lower NLL than "baseline" by 0.11 (95 % interval 0.04 to 0.18, corrected p = 0.002)',
    ],
    [
      'finds a higher value, in points',
      () => compareFolds(...tenByTen({mean: 0.05, deviation: 0.02}), 'accuracy'),
      '"input dropout" has a higher accuracy than "baseline" by 5.0 points (95 % interval 3.6 to 6.4, corrected p < 0.001)',
    ],
    [
      'speaks of a target in its own units',
      () => compareFolds(...tenByTen({mean: -5200, deviation: 3000}), 'rmse'),
      '"input dropout" has a lower RMSE than "baseline" by 5200 (95 % interval 3118 to 7282, corrected p < 0.001)',
    ],
    [
      'does not round p across 0.05',
      // t of 99 degrees and p 0.0499 is 1.9851; times 3.48010 it is the naive one.
      () => compareFolds(...tenByTen({mean: meanOfT(1.9851 * Math.sqrt(1 + 100 / 9), 0.1), deviation: 0.1}), 'nll'),
      '"input dropout" has a higher NLL than "baseline" by 0.07 (95 % interval 0.00 to 0.14, corrected p = 0.0499)',
    ],
    [
      'says that equal folds are equal',
      () => compareFolds(contestant('a', [0.8, 0.9], 80, 20), contestant('b', [0.8, 0.9], 80, 20), 'accuracy'),
      'no difference in accuracy: "a" and "b" are equal in each of the 2 folds',
    ],
    [
      'does not judge differences without spread',
      // Rounding makes the two differences unequal: 0.050000000000000044 and 0.04999999999999999.
      () =>
        compareFolds(
          contestant('a', [0.8, 0.35], 80, 20),
          contestant('b', [0.8 + 0.05, 0.35 + 0.05], 80, 20),
          'accuracy',
        ),
      '"b" has a higher accuracy than "a" by the same 5.0 points in each of the 2 folds, which the t-test cannot judge: use more folds or repeats',
    ],
    [
      'cannot tell from one split',
      () => compareFolds(contestant('a', [0.8], 80, 20), contestant('b', [0.75], 80, 20), 'accuracy'),
      'one split cannot tell a difference in accuracy (−5.0 points) from chance: use at least 2 folds, better 10 × 10',
    ],
    [
      'has nothing to compare',
      () => compareFolds(contestant('a', [null, 1], 80, 20), contestant('b', [1, null], 80, 20), 'rocAuc'),
      'no fold has a value of ROC AUC for both "a" and "b"',
    ],
  ])('%s', (_, compare, verdict) => {
    expect(compare().verdict).toBe(verdict);
  });

  test.each<[string, (number | null)[], (number | null)[], Partial<Comparison>]>([
    ['equal folds', [1, 2], [1, 2], {difference: 0, interval: [0, 0], p: 1, pCorrected: 1}],
    ['differences without spread', [1, 2], [2, 3], {difference: 1, interval: null, p: null, pCorrected: null}],
    ['one fold', [1], [2], {difference: 1, interval: null, p: null, pCorrected: null}],
    ['one equal fold', [1], [1], {difference: 0, interval: null, p: null, pCorrected: null}],
    ['no fold', [null], [2], {difference: null, interval: null, p: null, pCorrected: null}],
  ])('of %s comes with these numbers', (_, a, b, numbers) => {
    expect(compareFolds(contestant('a', a, 80, 20), contestant('b', b, 80, 20), 'rmse')).toMatchObject(numbers);
  });
});

function contestant(name: string, values: readonly (number | null)[], train: number, tested: number): Contestant {
  return {name, values, trainRows: values.map(() => train), testRows: values.map(() => tested)};
}

/** 10 × 10 folds of 270 and 30 rows, b − a alternately mean + deviation and mean − deviation. */
function tenByTen({mean, deviation}: {mean: number; deviation: number}): [Contestant, Contestant] {
  const differences = Array.from({length: 100}, (_, fold) => mean + (fold % 2 === 0 ? deviation : -deviation));
  return [
    contestant('baseline', new Array<number>(100).fill(0), 270, 30),
    contestant('input dropout', differences, 270, 30),
  ];
}

/** Two-sided p of Student's t with 4 degrees of freedom: its distribution function is elementary. */
function twoSided4(t: number): number {
  const u = 1 + (t * t) / 4;
  return 1 - (3 / 4) * (t / Math.sqrt(u)) * (1 - (t * t) / (12 * u));
}
