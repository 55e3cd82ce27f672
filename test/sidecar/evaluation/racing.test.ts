import {describe, expect, test} from 'vitest';
import {looksOf, type RaceRules, type Racer, RISK, ruledOut} from '../../../sidecar/evaluation/racing.ts';
import {recommendedRange} from '../../../sidecar/evaluation/recommendedRange.ts';
import {normalQuantile} from '../../../sidecar/kernels/elementary.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';

const rules = {metric: 'nll', testPerTrain: 1 / 9, risk: RISK, looks: 1, racers: 2} as const;
const racer = (...values: (number | null)[]): Racer => ({values});

/** Indices of those that are ruled out. */
const outOf = (racers: readonly Racer[], by: RaceRules) => ruledOut(racers, by).map(({racer: index}) => index);

describe('a race', () => {
  test('is looked at every half repeat, not before 5 folds and not at its end', () => {
    expect(looksOf(10, 10)).toEqual([5]);
    expect(looksOf(30, 10)).toEqual([5, 10, 15, 20, 25]);
    expect(looksOf(5, 5)).toEqual([]);
    expect(looksOf(9, 3)).toEqual([6, 8]);
    expect(looksOf(1, 1)).toEqual([]);
  });

  test('rules out what is far behind in every fold, and never the leader', () => {
    const leader = racer(0.4, 0.5, 0.45, 0.42, 0.48);
    expect(outOf([racer(1.4, 1.52, 1.44, 1.43, 1.47), leader], rules)).toEqual([0]);
    expect(outOf([leader, racer(0.41, 0.5, 0.44, 0.43, 0.48)], rules)).toEqual([]);
    // Of accuracies the higher one leads.
    expect(
      outOf([racer(0.4, 0.5, 0.45, 0.42, 0.48), racer(0.9, 0.95, 0.96, 0.9, 0.97)], {...rules, metric: 'accuracy'}),
    ).toEqual([0]);
  });

  test('takes p below its share of the risk: the same folds rule out one of two rivals, not one of many', () => {
    const leader = racer(0, 0, 0, 0, 0);
    // Mean 0.5 and sample deviation 0.2, by 5 folds: t = 0.5 / √((1/5 + 1/9) · 0.04) = 4.48, one-sided p of 4 degrees 0.0055.
    const deviations = [-1, -0.5, 0, 0.5, 1].map(each => (each * 0.2) / Math.sqrt(2.5 / 4));
    const behind = racer(...deviations.map(each => 0.5 + each));
    expect(outOf([leader, behind], {...rules, risk: 0.0057})).toEqual([1]);
    expect(outOf([leader, behind], {...rules, risk: 0.0053})).toEqual([]);
    expect(outOf([leader, behind], {...rules, risk: 0.05, racers: 10})).toEqual([1]);
    expect(outOf([leader, behind], {...rules, risk: 0.05, racers: 11})).toEqual([]);
    expect(outOf([leader, behind], {...rules, risk: 0.05, looks: 10})).toEqual([]);
    const [ruling] = ruledOut([leader, behind], {...rules, risk: 0.05, racers: 10});
    expect(ruling).toMatchObject({racer: 1, leader: 0, level: 0.05 / 9});
    expect(ruling!.p).toBeCloseTo(0.0055, 4);
  });

  test('drops what diverged, unless all did', () => {
    expect(outOf([racer(0.4, 0.5), racer(0.3, null)], rules)).toEqual([1]);
    expect(outOf([racer(null), racer(null)], rules)).toEqual([]);
  });

  test('drops the true best in at most 5 % of the races, by simulation', () => {
    // The model that the corrected test assumes: a setting's folds are correlated by ρ = testRows / all rows, since they
    // share training rows. The best is better by a hair, so every time that it is dropped is a mistake.
    const [races, settings, folds, perRepeat] = [1500, 8, 30, 10];
    const share = 0.1;
    const looks = looksOf(folds, perRepeat);
    const random = new RandomStream(randomKey(6));
    const normal = () => normalQuantile((random.word() + 0.5) / 2 ** 32);
    let dropped = 0;
    for (let race = 0; race < races; race++) {
      const all = Array.from({length: settings}, (_, setting) => {
        const common = Math.sqrt(share) * normal();
        const lead = setting === 0 ? -1e-6 : 0;
        return Array.from({length: folds}, () => lead + common + Math.sqrt(1 - share) * normal());
      });
      let alive = all.map((_, index) => index);
      for (const to of looks) {
        const racers = alive.map(index => ({values: all[index]!.slice(0, to)}));
        const out = outOf(racers, {...rules, looks: looks.length, racers: settings}).map(at => alive[at]!);
        alive = alive.filter(index => !out.includes(index));
      }
      if (!alive.includes(0)) dropped++;
    }
    // Three standard errors of a share of 5 % above it.
    expect(dropped / races).toBeLessThanOrEqual(RISK + 3 * Math.sqrt((RISK * (1 - RISK)) / races));
  });

  test('rules out what is far worse in nearly all races, by simulation', () => {
    const random = new RandomStream(randomKey(7));
    const normal = () => normalQuantile((random.word() + 0.5) / 2 ** 32);
    let found = 0;
    for (let race = 0; race < 300; race++) {
      const good = racer(...Array.from({length: 10}, normal));
      const bad = racer(...Array.from({length: 10}, () => 4 + normal()));
      found += outOf([good, bad], {...rules, looks: 1, racers: 8}).length;
    }
    expect(found / 300).toBeGreaterThan(0.95);
  });
});

describe('the recommended range', () => {
  const swept = (value: number, ...values: (number | null)[]) => ({
    ...{name: String(value), value, values},
    trainRows: values.map(() => 90),
    testRows: values.map(() => 10),
  });

  test('is what is within one corrected standard error of the best, and unbroken', () => {
    const folds = [0.1, -0.1, 0.05, -0.05, 0.02];
    const at = (value: number, loss: number, scatter: number) =>
      swept(value, ...folds.map(each => 1 + loss + scatter * each));
    // Differences to the best scatter with (scatter − 1) · folds: the standard error is √(1/5 + 1/9) · 0.0826 · that.
    const range = recommendedRange(
      [at(0, 0.5, 2), at(0.2, 0.02, 2), at(0.4, 0, 1), at(0.6, 0.2, 2), at(0.8, 0.01, 2)],
      'nll',
    );
    expect(range).toEqual({best: 0.4, low: 0.2, high: 0.4, worse: [0, 0.6]});
  });

  test('leaves out rates that diverged', () => {
    const range = recommendedRange([swept(0, 0.5, 0.6), swept(0.5, null, 0.1)], 'nll');
    expect(range).toEqual({best: 0, low: 0, high: 0, worse: []});
    expect(recommendedRange([swept(0, null)], 'nll')).toBeNull();
  });
});
