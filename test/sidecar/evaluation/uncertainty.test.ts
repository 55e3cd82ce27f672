/** What predictions are worth: sampled means and their doubt, temperature, conformal sets. */
import {describe, expect, test} from 'vitest';
import {calibrate} from '../../../sidecar/evaluation/calibration.ts';
import {
  classBounds,
  classScores,
  classSet,
  conformalBound,
  valueScores,
} from '../../../sidecar/evaluation/conformal.ts';
import {classificationMetrics} from '../../../sidecar/evaluation/metrics.ts';
import {sampledPredictions} from '../../../sidecar/evaluation/sampledPredictions.ts';
import {atTemperature, fitTemperature} from '../../../sidecar/evaluation/temperature.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';

describe('sampled predictions', () => {
  test('have the mean and the sample standard deviation of their samples', () => {
    const gathered = sampledPredictions(2, null);
    for (const [a, b] of [
      [1, 10],
      [2, 10],
      [6, 10],
    ]) {
      gathered.add(Float64Array.of(a!, b!));
    }
    const {samples, mean, sd, entropy} = gathered.summary();
    expect([samples, [...mean], entropy]).toEqual([3, [3, 10], null]);
    // Deviations −2, −1, 3: √(14 / 2).
    expect(sd[0]).toBeCloseTo(Math.sqrt(7), 14);
    expect(sd[1]).toBe(0);
    expect(gathered.widestInterval()).toBeCloseTo(1.96 * Math.sqrt(7 / 3), 14);
  });

  test('tell doubt about the network from a toss-up on which all samples agree', () => {
    const gathered = sampledPredictions(2, 2);
    // The first row: certain of either class in turn. The second: always one half.
    gathered.add(Float64Array.of(1, 0.5));
    gathered.add(Float64Array.of(0, 0.5));
    const {entropy, mutualInformation} = gathered.summary();
    expect(entropy![0]).toBeCloseTo(Math.LN2, 14);
    expect(mutualInformation![0]).toBeCloseTo(Math.LN2, 14);
    expect(entropy![1]).toBeCloseTo(Math.LN2, 14);
    expect(mutualInformation![1]).toBeCloseTo(0, 14);
  });

  test('of three classes have the entropy of each row', () => {
    const gathered = sampledPredictions(6, 3);
    gathered.add(Float64Array.of(1, 0, 0, 1 / 3, 1 / 3, 1 / 3));
    gathered.add(Float64Array.of(0, 1, 0, 1 / 3, 1 / 3, 1 / 3));
    const {entropy, mutualInformation} = gathered.summary();
    expect([...entropy!].map(value => value.toFixed(12))).toEqual([Math.LN2, Math.log(3)].map(v => v.toFixed(12)));
    expect([...mutualInformation!].map(value => value.toFixed(12))).toEqual([Math.LN2, 0].map(v => v.toFixed(12)));
  });

  test('refuse another length', () => {
    expect(() => sampledPredictions(2, null).add(new Float64Array(3))).toThrow(
      new RangeError('predictions must be of length 2, got 3'),
    );
  });
});

describe('temperature scaling', () => {
  test('finds the temperature that spoilt calibrated probabilities', () => {
    // Rows come out as their true probabilities say; then the probabilities are sharpened by a temperature of 1/2.5.
    const random = new RandomStream(randomKey(4));
    const truth = Float64Array.from({length: 20_000}, () => random.uniform());
    const actual = Int32Array.from(truth, probability => Number(random.uniform() < probability));
    const sharp = atTemperature(truth, 2, 1 / 2.5);
    // The standard error of T here is about 0.03.
    expect(fitTemperature(sharp, actual, 2)).toBeGreaterThan(2.4);
    expect(fitTemperature(sharp, actual, 2)).toBeLessThan(2.6);
  });

  test('at 1 leaves probabilities as they are, and never changes the order of the classes', () => {
    const probabilities = Float64Array.of(0.7, 0.2, 0.1, 0.05, 0.9, 0.05);
    atTemperature(probabilities, 3, 1).forEach((value, i) => {
      expect(value).toBeCloseTo(probabilities[i]!, 14);
    });
    // Softmax of the halved logits: square roots, made to sum to 1.
    const roots = [0.7, 0.2, 0.1].map(Math.sqrt);
    const total = roots.reduce((sum, each) => sum + each, 0);
    atTemperature(probabilities, 3, 2)
      .subarray(0, 3)
      .forEach((value, i) => {
        expect(value).toBeCloseTo(roots[i]! / total, 14);
      });
  });

  test('is the minimum of the likelihood among its neighbours, for three classes', () => {
    const random = new RandomStream(randomKey(9));
    const rows = Array.from({length: 300}, () => {
      const raw = [random.uniform(), random.uniform(), random.uniform()].map(value => value ** 4);
      const sum = raw.reduce((total, each) => total + each, 0);
      return raw.map(value => value / sum);
    });
    // Half of the rows turn out as predicted, the others as chance has it.
    const actual = Int32Array.from(rows, row => (random.below(2) ? row.indexOf(Math.max(...row)) : random.below(3)));
    const probabilities = Float64Array.from(rows.flat());
    const best = fitTemperature(probabilities, actual, 3);
    const nllAt = (temperature: number) =>
      classificationMetrics(atTemperature(probabilities, 3, temperature), actual, 3).nll!;
    expect(nllAt(best)).toBeLessThan(nllAt(best * 1.05));
    expect(nllAt(best)).toBeLessThan(nllAt(best * 0.95));
  });

  test('is measured on folds that it was not fitted to', () => {
    const random = new RandomStream(randomKey(5));
    const folds = Array.from({length: 5}, () => {
      const truth = Float64Array.from({length: 400}, () => random.uniform());
      const actual = Int32Array.from(truth, probability => Number(random.uniform() < probability));
      return {predictions: atTemperature(truth, 2, 1 / 3), actual};
    });
    const {temperature, before, after} = calibrate(folds, 2);
    expect(temperature).toBeGreaterThan(2.5);
    expect(after.nll!).toBeLessThan(before.nll!);
    expect(after.ece!).toBeLessThan(before.ece! / 2);
    // Noise has nothing to be calibrated by: what is fitted to one fold does not help the other.
    const noise = Array.from({length: 2}, () => ({
      predictions: Float64Array.from({length: 60}, () => random.uniform()),
      actual: Int32Array.from({length: 60}, () => random.below(2)),
    }));
    const flat = calibrate(noise, 2);
    expect(flat.after.nll!).toBeGreaterThan(Math.LN2 - 0.02);
    // Folds that err in opposite ways: the temperature of one makes the other worse, and none is applied.
    const certain = {predictions: new Float64Array(100).fill(0.7), actual: new Int32Array(100).fill(1)};
    const random50 = {
      predictions: new Float64Array(100).fill(0.7),
      actual: Int32Array.from({length: 100}, (_, i) => i % 2),
    };
    const opposed = calibrate([certain, random50], 2);
    expect(opposed.after.nll!).toBeGreaterThan(opposed.before.nll!);
    expect(opposed.fitted).not.toBe(1);
    expect(opposed.temperature).toBe(1);
  });
});

describe('conformal prediction', () => {
  test('takes the ⌈(n + 1)(1 − miss)⌉-th smallest score', () => {
    const scores = Float64Array.of(5, 1, 4, 2, 3, 9, 7, 8, 6);
    // 10 · 0.9 = 9 and 10 · 0.5 = 5; 10 · 0.95 rounds up to 10, of which there are not so many.
    expect(conformalBound(scores, 0.1)).toBe(9);
    expect(conformalBound(scores, 0.5)).toBe(5);
    expect(conformalBound(scores, 0.05)).toBe(Number.POSITIVE_INFINITY);
  });

  test('sets hold the classes that are probable enough', () => {
    expect(classSet(Float64Array.of(0.3), 0, 2, [0.75, 0.75])).toEqual([0, 1]);
    expect(classSet(Float64Array.of(0.3), 0, 2, [0.5, 0.5])).toEqual([0]);
    expect(classSet(Float64Array.of(0.4, 0.35, 0.25), 0, 3, [0.5, 0.5, 0.5])).toEqual([]);
    expect([...classScores(Float64Array.of(0.25, 0.75), [1, 0], 2)]).toEqual([0.75, 0.75]);
    expect([...valueScores([1, 4], [3, 3])]).toEqual([2, 1]);
  });

  test('has the promised coverage, by simulation within its standard error', () => {
    // A miss of 0.1 of n exchangeable continuous scores: coverage is ⌈(n + 1) · 0.9⌉ / (n + 1) exactly.
    const random = new RandomStream(randomKey(12));
    const [n, trials] = [57, 20_000];
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const scores = Float64Array.from({length: n}, () => random.uniform() ** 3);
      if (random.uniform() ** 3 <= conformalBound(scores, 0.1)) covered++;
    }
    const expected = Math.ceil((n + 1) * 0.9) / (n + 1);
    const error = Math.sqrt((expected * (1 - expected)) / trials);
    expect(Math.abs(covered / trials - expected)).toBeLessThan(3 * error);
  });

  test('by class covers a rare and difficult class as often as the other, where all rows together do not', () => {
    // One row in ten is of class 1, and its scores are larger: among all rows it hardly counts.
    const random = new RandomStream(randomKey(13));
    const [n, trials] = [200, 4000];
    const draw = () => {
      const actual = random.uniform() < 0.1 ? 1 : 0;
      return {actual, score: actual === 1 ? 0.4 + 0.6 * random.uniform() : 0.6 * random.uniform()};
    };
    const covered = {pooled: 0, byClass: 0};
    for (let trial = 0; trial < trials; trial++) {
      const rows = Array.from({length: n}, draw);
      const scores = Float64Array.from(rows, ({score}) => score);
      const actual = rows.map(row => row.actual);
      const score = 0.4 + 0.6 * random.uniform();
      if (score <= conformalBound(scores, 0.1)) covered.pooled++;
      if (score <= classBounds(scores, actual, 2, 0.1)[1]!) covered.byClass++;
    }
    const error = Math.sqrt((0.9 * 0.1) / trials);
    // At least the wanted share, and of m rows of a class at most 1 / (m + 1) more: m is about 20, and rarely below 10.
    expect(covered.byClass / trials).toBeGreaterThan(0.9 - 3 * error);
    expect(covered.byClass / trials).toBeLessThan(0.9 + 1 / 11 + 3 * error);
    expect(covered.pooled / trials).toBeLessThan(0.5);
  });
});
