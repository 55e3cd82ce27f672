/** What stands beside a p value: Holm's correction, the Bayesian test, what more would be needed, the noise of the seed. */
import {describe, expect, test} from 'vitest';
import {chancesOf} from '../../../sidecar/evaluation/chances.ts';
import {type Contestant, compareFolds, compareUnpaired, correctForMany} from '../../../sidecar/evaluation/compare.ts';
import {holm} from '../../../sidecar/evaluation/holm.ts';
import {repeatsNeeded} from '../../../sidecar/evaluation/repeatsNeeded.ts';
import {seedNoise} from '../../../sidecar/evaluation/seedNoise.ts';

describe("Holm's correction", () => {
  test('steps down: the example of Wikipedia\'s article "Holm–Bonferroni method"', () => {
    // 0.005 · 4, 0.01 · 3, 0.03 · 2, 0.04 · 1; the last is not made smaller than the one before it. H4 and H1 are rejected.
    const expected = [0.03, 0.06, 0.06, 0.02];
    holm([0.01, 0.04, 0.03, 0.005]).forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i]!, 15);
    });
  });

  test('leaves one p as it is, and none above 1', () => {
    expect(holm([0.04])).toEqual([0.04]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('the Bayesian correlated t-test', () => {
  // The five folds of compare.test.ts: differences 3, 1, 4, −1, 5 points, standard error √2.61 points, 4 degrees of freedom.
  const posterior = {difference: 0.024, standardError: Math.sqrt(2.61) / 100, freedom: 4};

  test('agrees with the distribution function of Student’s t, in closed form', () => {
    const {better, equal, worse} = chancesOf(posterior, 'accuracy', 0.01);
    expect(better).toBeCloseTo(cdf4(1.4 / Math.sqrt(2.61)), 12);
    expect(worse).toBeCloseTo(cdf4(-3.4 / Math.sqrt(2.61)), 12);
    expect(better + equal + worse).toBeCloseTo(1, 15);
    // SciPy's stats.t gives the same digits.
    expect(better).toBeCloseTo(0.7824694057904555, 12);
    expect(worse).toBeCloseTo(0.05156136597093102, 12);
  });

  test("without a margin is 1 less the one-sided p: scikit-learn's example finds 77.3 % and p 0.227 for one pair", () => {
    const {better, equal, worse} = chancesOf({difference: 0.75, standardError: 1, freedom: 99}, 'accuracy', 0);
    // Its t is printed as 0.750, so the third digit of p is not certain.
    expect(better).toBeCloseTo(0.773, 2);
    expect(worse).toBeCloseTo(0.227, 2);
    expect(equal).toBeCloseTo(0, 12);
  });

  test('knows of which metrics less is better', () => {
    const up = chancesOf(posterior, 'accuracy', 0.01);
    const down = chancesOf(posterior, 'nll', 0.01);
    expect([down.better, down.worse]).toEqual([up.worse, up.better]);
  });
});

describe('how many repeats would be needed', () => {
  /** Ten folds of mean d whose sample standard deviation is 0.05. */
  const folds = (mean: number) => {
    const e = 0.05 * Math.sqrt(9 / 10);
    return Array.from({length: 10}, (_, i) => mean + (i % 2 === 0 ? e : -e));
  };
  // (t.975 + t.8) · √((1/J + 1/9) · 0.05²) for J = 10, 20, 30, by SciPy: 0.07226, 0.05928, 0.05510; its limit is 0.04669.
  test.each([
    [0.0723, 1],
    [0.0722, 2],
    [0.0593, 2],
    [0.0592, 3],
    [0.0551, 3],
  ])('a difference of %f needs %i repeats in all', (mean, repeats) => {
    expect(repeatsNeeded(folds(mean), 1 / 9, 1)?.repeats).toBe(repeats);
  });

  test('a difference below the limit needs other rows, not more repeats', () => {
    const {repeats, rows} = repeatsNeeded(folds(0.0466), 1 / 9, 1)!;
    expect(repeats).toBeNull();
    expect(rows).toBeCloseTo((0.07226427747765106 / 0.0466) ** 2, 6);
  });

  test('no difference at all is never shown', () => {
    expect(repeatsNeeded([0.1, -0.1], 1 / 9, 1)).toBeNull();
  });
});

describe('the noise of the seed', () => {
  test('is the scatter of the means of the repeats', () => {
    const values = [0.8, 0.9, 0.7, 0.9, null, 0.75].map((value, i) => ({repeat: 1 + Math.floor(i / 2), value}));
    // Means 0.85, 0.8, 0.75.
    const noise = seedNoise(values)!;
    expect(noise).toMatchObject({repeats: 3, high: 0.8500000000000001, low: 0.75});
    expect(noise.sd).toBeCloseTo(0.05, 12);
  });

  test('is not known from one repeat', () => {
    expect(seedNoise([{repeat: 1, value: 0.8}])).toBeNull();
    expect(seedNoise([])).toBeNull();
  });
});

describe('an unpaired comparison', () => {
  const a = contestant('a', [0.8, 0.82, 0.78, 0.85, 0.75]);
  const b = contestant('b', [0.83, 0.83, 0.82, 0.84, 0.8, 0.81]);

  test("is Welch's test with both variances corrected", () => {
    // By SciPy: 5.105242 degrees of freedom, t 0.794992.
    const {difference, pCorrected, paired} = compareUnpaired(a, b, 'accuracy');
    expect(difference).toBeCloseTo(0.021666666666666612, 12);
    expect(pCorrected).toBeCloseTo(0.46196146323587706, 8);
    expect(paired).toBe(false);
  });

  test('says that it is weak', () => {
    expect(compareUnpaired(a, b, 'accuracy').notes[0]).toBe(
      'The two were not tested on the same folds, so this is a weak comparison.',
    );
    const certain = {...compareUnpaired(a, b, 'accuracy'), pCorrected: 0.001};
    for (const {notes} of correctForMany([certain, certain])) expect(notes.join()).not.toContain('It stands');
  });

  test('has no test of one fold, nor of values without scatter', () => {
    const flat = contestant('flat', [0.8, 0.8]);
    expect(compareUnpaired(contestant('one', [0.7]), b, 'accuracy')).toMatchObject({pCorrected: null, chances: null});
    expect(compareUnpaired(flat, flat, 'accuracy')).toMatchObject({difference: 0, pCorrected: null});
  });
});

describe('notes', () => {
  const [a, b] = tenByTen(-0.012, (0.012 * Math.sqrt(99)) / 3.18);

  test('give the probabilities, and what would be needed where nothing was found', () => {
    expect(compareFolds(a, b, 'accuracy', {repeats: 10}).notes).toEqual([
      'Chances: 5 % that "b" is better by more than 1.0 points, 39 % that it makes no such difference, 56 % that it is worse by more.',
      'If the difference is as large as measured, more repeats cannot show it, because they use the same rows; about 9.6 times as many rows might.',
    ]);
  });

  test('take another margin', () => {
    expect(compareFolds(a, b, 'accuracy', {margin: 0.05}).notes[0]).toContain(
      '< 1 % that "b" is better by more than 5.0 points',
    );
  });

  test('say whether a finding stands among those made together', () => {
    const found = compareFolds(...tenByTen(0.05, 0.1), 'nll');
    const none = compareFolds(...tenByTen(0.001, 0.1), 'nll');
    const [weak] = correctForMany([{...found, pCorrected: 0.03}, none]);
    expect(weak!.notes[0]).toBe(
      "It is weak evidence as one of 2 comparisons made together: p = 0.060 after Holm's correction.",
    );
    const [stands] = correctForMany([{...found, pCorrected: 0.01}, none]);
    expect(stands!.notes[0]).toBe(
      "It stands as one of 2 comparisons made together: p = 0.020 after Holm's correction.",
    );
    expect(correctForMany([found])).toEqual([found]);
  });
});

function contestant(name: string, values: readonly (number | null)[]): Contestant {
  return {name, values, trainRows: values.map(() => 80), testRows: values.map(() => 20)};
}

/** 10 × 10 folds of 270 and 30 rows, b − a alternately mean + deviation and mean − deviation. */
function tenByTen(mean: number, deviation: number): [Contestant, Contestant] {
  const of = (name: string, values: number[]) => ({
    name,
    values,
    trainRows: values.map(() => 270),
    testRows: values.map(() => 30),
  });
  const differences = Array.from({length: 100}, (_, fold) => mean + (fold % 2 === 0 ? deviation : -deviation));
  return [of('a', new Array<number>(100).fill(0)), of('b', differences)];
}

/** Student's distribution function with 4 degrees of freedom, which is elementary. */
function cdf4(t: number): number {
  const u = 1 + (t * t) / 4;
  return 0.5 + (3 / 8) * (t / Math.sqrt(u)) * (1 - (t * t) / (12 * u));
}
