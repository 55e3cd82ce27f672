import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  type EvaluationPlan,
  type Fold,
  innerSplit,
  planFolds,
  type SplitSubject,
} from '../../../sidecar/evaluation/folds.ts';
import {shareCounts} from '../../../sidecar/evaluation/levelParts.ts';
import {randomKey} from '../../../sidecar/kernels/random.ts';

const kFold: EvaluationPlan = {
  method: 'kFold',
  folds: 10,
  repeats: 1,
  stratified: true,
  shuffle: true,
  testShare: 0.2,
  groupBy: null,
  timeBy: null,
};
const holdout: EvaluationPlan = {...kFold, method: 'holdout'};
const timeOrdered: EvaluationPlan = {...kFold, method: 'timeOrdered', timeBy: 'day'};

/** Sonar as its file has it: 97 rocks, then 111 mines. */
const sonar = ofClasses([...new Array<number>(97).fill(0), ...new Array<number>(111).fill(1)]);

describe('k folds', () => {
  const someClasses = fc
    .array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 6})
    .chain(sizes => {
      const classes = sizes.flatMap((size, index) => new Array<number>(size).fill(index));
      return fc.shuffledSubarray(classes, {minLength: classes.length});
    })
    .filter(classes => classes.length >= 2);
  const splits = fc.record({
    classes: fc.oneof(
      someClasses,
      someClasses.map(classes => classes.toSorted((a, b) => a - b)),
    ),
    folds: fc.integer({min: 2, max: 12}),
    repeats: fc.integer({min: 1, max: 3}),
    shuffle: fc.boolean(),
    seed: fc.nat(),
  });

  test('stratified by class level each class and the fold sizes to one row and test each row once a repeat', () => {
    fc.assert(
      fc.property(splits, ({classes, folds: wanted, repeats, shuffle, seed}) => {
        const folds = Math.min(wanted, classes.length);
        const planned = planFolds(ofClasses(classes), {...kFold, folds, repeats, shuffle}, randomKey(seed));
        expect(planned.map(({repeat, fold}) => [repeat, fold])).toEqual(
          Array.from({length: repeats * folds}, (_, index) => [Math.floor(index / folds), index % folds]),
        );
        for (const ofRepeat of byRepeat(planned)) {
          assertPartition(ofRepeat, classes.length);
          expect(spread(ofRepeat.map(({test: rows}) => rows.length))).toBeLessThanOrEqual(1);
          for (const each of new Set(classes)) {
            expect(spread(ofRepeat.map(({test: rows}) => countOf(rows, classes, each)))).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  test('without classes, or not stratified, still differ by one row at most', () => {
    fc.assert(
      fc.property(splits, ({classes, folds: wanted, shuffle, seed}) => {
        const folds = Math.min(wanted, classes.length);
        for (const [subject, stratified] of [
          [ofClasses(classes), false],
          [ofValues(classes), true],
          [ofValues(classes), false],
        ] as const) {
          const planned = planFolds(subject, {...kFold, folds, shuffle, stratified}, randomKey(seed));
          assertPartition(planned, classes.length);
          expect(spread(planned.map(({test: rows}) => rows.length))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('of Sonar have 20 or 21 rows, 9 or 10 rocks and 11 or 12 mines, although the file is sorted', () => {
    const folds = planFolds(sonar, {...kFold, repeats: 10}, randomKey(7));
    expect(folds).toHaveLength(100);
    for (const {test: rows} of folds) {
      expect([20, 21]).toContain(rows.length);
      expect([9, 10]).toContain(countOf(rows, sonar.classes!, 0));
      expect([11, 12]).toContain(countOf(rows, sonar.classes!, 1));
    }
  });

  test('are the same for the same seed, and others for another seed or repeat', () => {
    const plan = {...kFold, repeats: 2};
    const folds = planFolds(sonar, plan, randomKey(7));
    expect(planFolds(sonar, plan, randomKey(7))).toEqual(folds);
    expect(folds[0]!.test).not.toEqual(planFolds(sonar, plan, randomKey(8))[0]!.test);
    expect(folds[0]!.test).not.toEqual(folds[10]!.test);
  });

  test('of a repeat do not depend on how many repeats there are', () => {
    const folds = planFolds(sonar, {...kFold, repeats: 3}, randomKey(7));
    expect(planFolds(sonar, kFold, randomKey(7))).toEqual(folds.slice(0, 10));
  });

  test('give every row the same chance of each fold', () => {
    const counts = new Float64Array(4);
    const subject = ofClasses([0, 1, 0, 1, 1, 0, 1, 0]);
    for (let seed = 0; seed < 2000; seed++) {
      const folds = planFolds(subject, {...kFold, folds: 4}, randomKey(seed));
      counts[folds.findIndex(({test: rows}) => rows.includes(2))]!++;
    }
    // Binomial of 2000 draws at 1/4: mean 500, standard deviation 19.4; 4.5 of them are 87.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(87);
  });

  test('not shuffled are those of scikit-learn', () => {
    // scikit-learn 1.4, KFold(3) on 10 rows: 4, 3 and 3 contiguous rows.
    const plain = planFolds(
      ofClasses([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
      {...kFold, folds: 3, shuffle: false, stratified: false},
      randomKey(0),
    );
    expect(plain.map(({test: rows}) => [...rows])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    // StratifiedKFold(3) on np.hstack(([0] * 45, [1] * 5)), the user guide's example: train - [30 3] | test - [15 2],
    // [30 3] | [15 2], [30 4] | [15 1].
    const imbalanced = [...new Array<number>(45).fill(0), ...new Array<number>(5).fill(1)];
    const stratified = planFolds(ofClasses(imbalanced), {...kFold, folds: 3, shuffle: false}, randomKey(0));
    expect(stratified.map(({test: rows}) => [countOf(rows, imbalanced, 0), countOf(rows, imbalanced, 1)])).toEqual([
      [15, 2],
      [15, 2],
      [15, 1],
    ]);
    expect([...stratified[1]!.test]).toEqual([...numbers(15, 30), 47, 48]);
  });

  test('stratified by a real target take one row of each block of k rows in the order of value', () => {
    const values = Float64Array.from({length: 43}, (_, row) => (row * 17) % 43);
    for (const shuffle of [true, false]) {
      const folds = planFolds(ofValues(values), {...kFold, folds: 5, shuffle}, randomKey(3));
      for (const {test: rows} of folds) {
        const blocks = [...rows].map(row => Math.floor(values[row]! / 5)).sort((a, b) => a - b);
        expect(blocks.slice(0, 8)).toEqual(numbers(0, 8));
      }
    }
  });

  test('stratified by a real target differ between seeds even without equal values', () => {
    const subject = ofValues(numbers(0, 40));
    const folds = planFolds(subject, kFold, randomKey(7));
    expect(folds).not.toEqual(planFolds(subject, kFold, randomKey(8)));
    // The least of each block would always be in the first fold if the blocks were not shuffled each for itself.
    expect(
      new Set([0, 10, 20, 30].map(row => folds.findIndex(({test: rows}) => rows.includes(row)))).size,
    ).toBeGreaterThan(1);
  });

  test('leave the subject as it was', () => {
    const subject: SplitSubject = {
      rows: 30,
      classes: Int32Array.from({length: 30}, (_, row) => (row * 7) % 3),
      values: Float64Array.from({length: 30}, (_, row) => (row * 11) % 30),
      groups: Int32Array.from({length: 30}, (_, row) => (row * 13) % 10),
      times: Float64Array.from({length: 30}, (_, row) => (row * 19) % 30),
    };
    const before = structuredClone(subject);
    for (const without of [
      {},
      {groups: null},
      {times: null},
      {classes: null},
      {times: null, groups: null, classes: null},
    ]) {
      for (const plan of [kFold, holdout, timeOrdered])
        planFolds({...subject, ...without}, {...plan, folds: 3}, randomKey(1));
      innerSplit(new Uint32Array(numbers(0, 20)), 0.2, {...subject, ...without}, true, randomKey(1));
    }
    expect(subject).toEqual(before);
  });

  test.each([
    [1, 'folds must be from 2 to the 208 rows, got 1'],
    [209, 'folds must be from 2 to the 208 rows, got 209'],
  ])('refuse to be %i of 208 rows', (folds, message) => {
    expect(() => planFolds(sonar, {...kFold, folds}, randomKey(7))).toThrow(new RangeError(message));
  });
});

describe('grouped folds', () => {
  const grouped = fc.record({
    sizes: fc.array(fc.integer({min: 1, max: 30}), {minLength: 3, maxLength: 40}),
    folds: fc.integer({min: 2, max: 8}),
    shuffle: fc.boolean(),
    stratified: fc.boolean(),
    seed: fc.nat(),
  });

  test('never divide a group, leave no fold empty, and level the sizes to within the largest group', () => {
    fc.assert(
      fc.property(grouped, ({sizes, folds: wanted, shuffle, stratified, seed}) => {
        const folds = Math.min(wanted, sizes.length);
        const groups = scattered(sizes);
        const classes = groups.map((group, row) => (group * 31 + row * 7) % 3);
        const subject = {...ofClasses(classes), groups};
        const planned = planFolds(subject, {...kFold, folds, shuffle, stratified, groupBy: 'subject'}, randomKey(seed));
        assertPartition(planned, groups.length);
        const tested = planned.flatMap(({test: rows}) => [...new Set([...rows].map(row => groups[row]))]);
        expect(tested).toHaveLength(sizes.length);
        for (const {test: rows} of planned) expect(rows.length).toBeGreaterThan(0);
        if (!stratified) {
          expect(spread(planned.map(({test: rows}) => rows.length))).toBeLessThanOrEqual(Math.max(...sizes));
        }
      }),
    );
  });

  test('place large groups first, so that small ones can level what they leave', () => {
    const groups = scattered([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 10]);
    for (const shuffle of [true, false]) {
      const folds = planFolds(
        {...ofValues(groups), groups},
        {...kFold, folds: 2, stratified: false, shuffle},
        randomKey(2),
      );
      expect(folds.map(({test: rows}) => rows.length)).toEqual([10, 10]);
    }
  });

  test('stratified balance the classes where sizes alone would not', () => {
    // Ten groups of equal size, five of each class: by size alone a fold may well get two groups of one class.
    const groups = Int32Array.from({length: 100}, (_, row) => Math.floor(row / 10));
    const classes = groups.map(group => (group < 5 ? 0 : 1));
    const subject = {...ofClasses(classes), groups};
    for (let seed = 0; seed < 20; seed++) {
      const folds = planFolds(subject, {...kFold, folds: 5}, randomKey(seed));
      for (const {test: rows} of folds) expect(countOf(rows, classes, 0)).toBe(10);
    }
  });

  test('differ between repeats although all groups differ in size', () => {
    const groups = scattered(numbers(5, 25));
    const folds = planFolds(
      {...ofValues(groups), groups},
      {...kFold, folds: 5, repeats: 2, stratified: false},
      randomKey(1),
    );
    const parts = byRepeat(folds).map(ofRepeat => ofRepeat.map(({test: rows}) => rows.join()).sort());
    expect(parts[0]).not.toEqual(parts[1]);
  });

  test('must not outnumber the groups', () => {
    const subject = {...sonar, groups: Int32Array.from({length: 208}, (_, row) => row % 3)};
    expect(() => planFolds(subject, {...kFold, folds: 4}, randomKey(7))).toThrow('groups must be at least 4, got 3');
  });
});

describe('a holdout', () => {
  test('tests its share of each class to within a row, and other rows in each repeat', () => {
    fc.assert(
      fc.property(fc.integer({min: 5, max: 95}), fc.boolean(), fc.nat(), (percent, shuffle, seed) => {
        const testShare = percent / 100;
        const plan = {...holdout, testShare, shuffle, repeats: shuffle ? 2 : 1};
        const folds = planFolds(sonar, plan, randomKey(seed));
        for (const {train, test: rows} of folds) {
          expect([...train, ...rows].sort((a, b) => a - b)).toEqual(numbers(0, 208));
          expect(rows).toHaveLength(Math.round(testShare * 208));
          for (const [each, size] of [
            [0, 97],
            [1, 111],
          ] as const) {
            expect(Math.abs(countOf(rows, sonar.classes!, each) - (size * rows.length) / 208)).toBeLessThan(1);
          }
        }
        if (shuffle) expect(folds[0]!.test).not.toEqual(folds[1]!.test);
      }),
    );
  });

  test('rounds the shares of the classes that are nearest to the next row', () => {
    // 4 of 19 rows: shares 1.05, 1.05 and 1.89.
    expect(shareCounts([5, 5, 9], 4)).toEqual([1, 1, 2]);
    expect(shareCounts([3, 3, 3], 4)).toEqual([2, 1, 1]);
  });

  test('of a real target takes rows from its whole range', () => {
    const values = Float64Array.from({length: 100}, (_, row) => (row * 37) % 100);
    for (const testShare of [0.2, 0.8]) {
      const [fold] = planFolds(ofValues(values), {...holdout, testShare}, randomKey(5));
      const smaller = testShare < 0.5 ? fold!.test : fold!.train;
      const blocks = [...smaller].map(row => Math.floor(values[row]! / 5)).sort((a, b) => a - b);
      expect(blocks).toEqual(numbers(0, 20));
    }
  });

  test('neither stratified nor shuffled tests the last rows', () => {
    const [fold] = planFolds(sonar, {...holdout, stratified: false, shuffle: false, testShare: 0.25}, randomKey(5));
    expect([...fold!.test]).toEqual(numbers(156, 208));
  });

  test('keeps groups whole and comes close to its share', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 1, max: 10}), {minLength: 2, maxLength: 60}), fc.nat(), (sizes, seed) => {
        const groups = scattered(sizes);
        const subject = {...ofValues(groups), groups};
        fc.pre(Math.round(0.2 * groups.length) > 0);
        const [fold] = planFolds(subject, {...holdout, stratified: false}, randomKey(seed));
        const trained = new Set([...fold!.train].map(row => groups[row]));
        expect([...fold!.test].some(row => trained.has(groups[row]))).toBe(false);
        expect(fold!.train.length).toBeGreaterThan(0);
        expect(fold!.test.length).toBeGreaterThan(0);
        // Placing a group where it disturbs least leaves at most about one group too few or too many.
        expect(Math.abs(fold!.test.length - 0.2 * groups.length)).toBeLessThanOrEqual(Math.max(...sizes));
      }),
    );
  });

  test('with times tests the latest rows and does not divide equal times', () => {
    const times = Float64Array.from([5, 1, 4, 4, 2, 3, 4, 1, 2, 3]);
    const [fold] = planFolds({...ofValues(times), times}, {...holdout, testShare: 0.3}, randomKey(5));
    // 7 rows train at 0.3; of the times 1 1 2 2 3 3 4 4 4 5 the borders around the 7th place are 6 and 9.
    expect([...fold!.test]).toEqual([0, 2, 3, 6]);
  });

  test('must leave a row on each side', () => {
    expect(() => planFolds(sonar, {...holdout, testShare: 0.001}, randomKey(7))).toThrow(
      new RangeError('held-out rows must be from 1 to one less than the 208 rows, got 0'),
    );
  });
});

describe('time-ordered folds', () => {
  test('are those of scikit-learn for rows of distinct times', () => {
    // TimeSeriesSplit's documentation: n_splits=5 on 6 rows, and n_splits=3 on 12 rows here by the same formula.
    const six = planFolds(
      {...ofValues(numbers(0, 6)), times: Float64Array.from(numbers(0, 6))},
      {...timeOrdered, folds: 5},
      randomKey(0),
    );
    expect(six.map(({train, test: rows}) => [[...train], [...rows]])).toEqual(
      numbers(1, 6).map(start => [numbers(0, start), [start]]),
    );
    const fourteen = planFolds(ofValues(numbers(0, 14)), {...timeOrdered, folds: 3}, randomKey(0));
    expect(fourteen.map(({test: rows}) => [...rows])).toEqual([numbers(5, 8), numbers(8, 11), numbers(11, 14)]);
  });

  test('train on the past only, for any times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: 0, max: 30}), {minLength: 3, maxLength: 80}),
        fc.integer({min: 2, max: 6}),
        (days, folds) => {
          fc.pre(new Set(days).size > folds);
          const times = Float64Array.from(days);
          const planned = planFolds({...ofValues(days), times}, {...timeOrdered, folds}, randomKey(0));
          expect(planned).toHaveLength(folds);
          let tested = planned[0]!.train.length;
          for (const {train, test: rows} of planned) {
            expect(rows.length).toBeGreaterThan(0);
            expect(train).toHaveLength(tested);
            expect(Math.max(...[...train].map(row => times[row]!))).toBeLessThan(
              Math.min(...[...rows].map(row => times[row]!)),
            );
            expect([...train]).toEqual([...train].sort((a, b) => a - b));
            tested += rows.length;
          }
          expect(tested).toBe(days.length);
        },
      ),
    );
  });

  test('need more different times than folds', () => {
    const times = Float64Array.from([1, 1, 2, 2, 3, 3]);
    expect(() => planFolds({...ofValues(times), times}, {...timeOrdered, folds: 3}, randomKey(0))).toThrow(
      'folds must be from 1 to one less than the 3 times, got 3',
    );
  });
});

describe('the inner split', () => {
  const rows = Uint32Array.from(numbers(0, 208).filter(row => row % 10 !== 3));

  test('divides the given rows, and no others, stratified', () => {
    const {train, validation} = innerSplit(rows, 0.1, sonar, true, randomKey(4));
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...rows]);
    expect(validation).toHaveLength(19);
    // 87 or 88 rocks of 187 rows: 8.8 or 8.9 of 19, so rounding up is nearer.
    for (let seed = 0; seed < 5; seed++) {
      expect(countOf(innerSplit(rows, 0.1, sonar, true, randomKey(seed)).validation, sonar.classes!, 0)).toBe(9);
    }
    expect(innerSplit(rows, 0.1, sonar, true, randomKey(4))).toEqual({train, validation});
    expect(innerSplit(rows, 0.1, sonar, true, randomKey(5)).validation).not.toEqual(validation);
  });

  test('leaves at least one row on each side', () => {
    for (const share of [0.001, 0.999]) {
      const {train, validation} = innerSplit(new Uint32Array([3, 150, 151]), share, sonar, true, randomKey(4));
      expect([train.length, validation.length]).toEqual(share < 0.5 ? [2, 1] : [1, 2]);
    }
    expect(() => innerSplit(new Uint32Array([3]), 0.1, sonar, true, randomKey(4))).toThrow(RangeError);
  });

  test('keeps groups whole', () => {
    const groups = Int32Array.from({length: 208}, (_, row) => row % 20);
    const {train, validation} = innerSplit(rows, 0.2, {...sonar, groups}, true, randomKey(4));
    const trained = new Set([...train].map(row => groups[row]));
    expect([...validation].some(row => trained.has(groups[row]))).toBe(false);
    expect(Math.abs(validation.length - 37)).toBeLessThanOrEqual(11);
  });

  test('sets aside the latest rows if there are times', () => {
    const times = Float64Array.from({length: 208}, (_, row) => 1000 - row);
    const {validation} = innerSplit(rows, 0.1, {...sonar, times}, true, randomKey(4));
    expect([...validation]).toEqual([...rows.subarray(0, 19)]);
  });
});

function ofClasses(classes: ArrayLike<number>): SplitSubject {
  return {rows: classes.length, classes: Int32Array.from(classes), values: null, groups: null, times: null};
}

function ofValues(values: ArrayLike<number>): SplitSubject {
  return {rows: values.length, classes: null, values: Float64Array.from(values), groups: null, times: null};
}

/** Group numbers of groups of the given sizes, mixed in a fixed way. */
function scattered(sizes: readonly number[]): Int32Array {
  const groups = sizes.flatMap((size, group) => new Array<number>(size).fill(group * 3 + 5));
  return Int32Array.from(
    groups.map((_, row) => row).sort((a, b) => ((a * 7919) % 1009) - ((b * 7919) % 1009) || a - b),
    row => groups[row]!,
  );
}

function byRepeat(folds: readonly Fold[]): Fold[][] {
  return [...new Set(folds.map(({repeat}) => repeat))].map(repeat => folds.filter(fold => fold.repeat === repeat));
}

/** Each row is tested once, trains in all other folds, and row numbers ascend. */
function assertPartition(folds: readonly Fold[], rows: number): void {
  expect(folds.flatMap(({test: tested}) => [...tested]).sort((a, b) => a - b)).toEqual(numbers(0, rows));
  for (const {train, test: tested} of folds) {
    const isTested = new Set(tested);
    expect([...train]).toEqual(numbers(0, rows).filter(row => !isTested.has(row)));
    expect([...tested]).toEqual([...tested].sort((a, b) => a - b));
  }
}

function countOf(rows: Uint32Array, classes: ArrayLike<number>, each: number): number {
  return rows.reduce((count, row) => count + (classes[row] === each ? 1 : 0), 0);
}

function spread(counts: readonly number[]): number {
  return Math.max(...counts) - Math.min(...counts);
}

function numbers(from: number, to: number): number[] {
  return Array.from({length: to - from}, (_, index) => from + index);
}
