import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {foldProblems} from '../../../sidecar/evaluation/foldProblems.ts';
import {type EvaluationPlan, planFolds, type SplitSubject} from '../../../sidecar/evaluation/folds.ts';
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
const sonar = ofClasses({R: 97, M: 111});
const names = ['R', 'M', 'X'];
const house: SplitSubject = {
  rows: 50,
  classes: null,
  values: Float64Array.from({length: 50}, (_, row) => row * 3),
  groups: null,
  times: null,
};

interface Case {
  readonly subject?: SplitSubject;
  readonly plan?: Partial<EvaluationPlan>;
  readonly found: readonly (readonly [severity: 'error' | 'warning', key: string, code: string, message: string])[];
}

const cases: Record<string, Case> = {
  'a sound plan has none': {found: []},
  'a sound holdout has none': {plan: {method: 'holdout'}, found: []},
  'one fold': {
    plan: {folds: 1},
    found: [['error', 'folds', 'folds-too-few', 'folds is 1, but a split needs at least 2: raise folds.']],
  },
  'more folds than rows': {
    plan: {folds: 300},
    found: [
      [
        'error',
        'folds',
        'folds-exceed-rows',
        'The data has 208 rows, fewer than the 300 folds: lower folds to 97, the rows of the smallest class.',
      ],
    ],
  },
  'a class smaller than the folds': {
    subject: ofClasses({R: 4, M: 40}),
    found: [
      [
        'error',
        'folds',
        'class-too-small',
        'The class "R" has 4 rows, fewer than the 10 folds: lower folds to 4 or merge it with another class.',
      ],
    ],
  },
  'a class smaller than the folds, which promise nothing': {
    subject: ofClasses({R: 4, M: 40}),
    plan: {stratified: false},
    found: [
      [
        'warning',
        'folds',
        'class-too-small',
        'The class "R" has 4 rows, fewer than the 10 folds: lower folds to 4 or merge it with another class.',
      ],
    ],
  },
  'a class of one row, and another small one': {
    subject: ofClasses({R: 50, M: 1, X: 3}),
    found: [
      [
        'error',
        'folds',
        'class-too-small',
        'The class "M" has 1 row, fewer than the 10 folds (and 1 other class too few): merge it with another class or leave its row out.',
      ],
    ],
  },
  'a single class': {
    subject: ofClasses({R: 0, M: 20}),
    found: [
      ['error', 'method', 'one-class', 'All 20 rows are of the class "M": choose a target with at least 2 classes.'],
    ],
  },
  'a constant target': {
    subject: {...house, values: new Float64Array(50).fill(3.5)},
    found: [['error', 'method', 'constant-target', 'The target is 3.5 in all 50 rows: choose a target that varies.']],
  },
  'fewer groups than folds': {
    subject: {...sonar, groups: cyclic(208, 7)},
    plan: {groupBy: 'subject'},
    found: [
      [
        'error',
        'groupBy',
        'groups-too-few',
        'The column "subject" has 7 groups, fewer than the 10 folds: lower folds to 7.',
      ],
    ],
  },
  'a single group': {
    subject: {...sonar, groups: cyclic(208, 1)},
    plan: {groupBy: 'subject', method: 'holdout'},
    found: [
      [
        'error',
        'groupBy',
        'groups-too-few',
        'The column "subject" has 1 group, which cannot both train and test: remove groupBy.',
      ],
      [
        'warning',
        'groupBy',
        'class-in-one-group',
        'All rows of the class "R" are in one group of "subject", so it is never both trained and tested: remove groupBy or merge the class with another.',
      ],
    ],
  },
  'a class within one group': {
    subject: {...ofClasses({R: 20, M: 60}), groups: Int32Array.from({length: 80}, (_, row) => Math.floor(row / 20))},
    plan: {groupBy: 'subject', folds: 4},
    found: [
      [
        'warning',
        'groupBy',
        'class-in-one-group',
        'All rows of the class "R" are in one group of "subject", so it is never both trained and tested: remove groupBy or merge the class with another.',
      ],
    ],
  },
  'a test share of no row': {
    plan: {method: 'holdout', testShare: 0.001},
    found: [
      [
        'error',
        'testShare',
        'test-empty',
        'A testShare of 0.001 leaves none of the 208 rows for testing: raise it to 0.0049.',
      ],
    ],
  },
  'a test share of all rows': {
    plan: {method: 'holdout', testShare: 0.999},
    found: [
      [
        'error',
        'testShare',
        'training-empty',
        'A testShare of 0.999 leaves none of the 208 rows for training: lower it, to 0.2 for example.',
      ],
    ],
  },
  'a class that is never tested': {
    subject: ofClasses({R: 97, M: 111, X: 2}),
    plan: {method: 'holdout', testShare: 0.1},
    found: [
      [
        'warning',
        'testShare',
        'class-too-small',
        'A testShare of 0.1 leaves none of the 2 rows of the class "X" for testing: use kFold or merge it with another class.',
      ],
    ],
  },
  'repeats without shuffling': {
    plan: {repeats: 10, shuffle: false},
    found: [
      [
        'error',
        'repeats',
        'repeats-identical',
        'Without shuffle all 10 repeats are the same split: set shuffle to true or repeats to 1.',
      ],
    ],
  },
  'repeats in time': {
    subject: {...house, times: Float64Array.from({length: 50}, (_, row) => row)},
    plan: {method: 'timeOrdered', timeBy: 'day', repeats: 3},
    found: [
      [
        'error',
        'repeats',
        'repeats-identical',
        'Time allows one split only, so all 3 repeats would be the same: set repeats to 1.',
      ],
    ],
  },
  'the sorted Sonar, neither shuffled nor stratified': {
    plan: {shuffle: false, stratified: false},
    found: [
      [
        'error',
        'stratified',
        'one-class-part',
        'Fold 1 of 10 would test only on the class "R", because the rows are sorted by class: set stratified or shuffle to true.',
      ],
    ],
  },
  'half of a sorted file to train on': {
    subject: ofClasses({R: 50, M: 50}),
    plan: {method: 'holdout', testShare: 0.5, shuffle: false, stratified: false},
    found: [
      [
        'error',
        'stratified',
        'one-class-part',
        'Fold 1 of 1 would train only on the class "R", because the rows are sorted by class: set stratified or shuffle to true.',
      ],
    ],
  },
  'a sorted real target, neither shuffled nor stratified': {
    subject: house,
    plan: {shuffle: false, stratified: false},
    found: [
      [
        'error',
        'stratified',
        'sorted-by-target',
        'The 50 rows are sorted by the target, so every fold would test on values it never trained on: set shuffle or stratified to true.',
      ],
    ],
  },
  'a sorted real target, stratified, has none': {subject: house, plan: {shuffle: false}, found: []},
  'too few times': {
    subject: {...house, times: Float64Array.from({length: 50}, (_, row) => row % 8)},
    plan: {method: 'timeOrdered', timeBy: 'day'},
    found: [
      [
        'error',
        'timeBy',
        'times-too-few',
        'The column "day" has 8 different times, but 10 folds in time need 11: lower folds to 7.',
      ],
    ],
  },
  'too few rows in time': {
    subject: {...house, rows: 10, values: house.values!.slice(0, 10)},
    plan: {method: 'timeOrdered'},
    found: [
      ['error', 'folds', 'folds-exceed-rows', 'The data has 10 rows, but 10 folds in time need 11: lower folds to 9.'],
    ],
  },
  'a past of one class': {
    plan: {method: 'timeOrdered'},
    found: [
      [
        'error',
        'folds',
        'one-class-part',
        'Fold 1 of 10 would train only on the class "R": lower folds or split without regard to time.',
      ],
    ],
  },
  'times that are not asked for': {
    subject: {...house, times: Float64Array.from({length: 50}, (_, row) => row)},
    plan: {timeBy: 'day'},
    found: [
      [
        'error',
        'timeBy',
        'time-unused',
        'The rows have times in "day", but kFold would train on the future: set method to timeOrdered or remove timeBy.',
      ],
    ],
  },
  'groups in time': {
    subject: {...house, groups: cyclic(50, 5), times: Float64Array.from({length: 50}, (_, row) => row)},
    plan: {method: 'timeOrdered', timeBy: 'day', groupBy: 'shop'},
    found: [
      [
        'error',
        'groupBy',
        'groups-with-time',
        'The rows are divided by time, which cannot keep the groups in "shop" together: remove groupBy, or split by groups alone.',
      ],
    ],
  },
};

describe('the problems of a split', () => {
  test.each(Object.entries(cases))('%s', (_, {subject = sonar, plan, found}) => {
    const problems = foldProblems(subject, {...kFold, ...plan}, subject.classes ? names : []);
    expect(problems.map(({severity, key, code, message}) => [severity, key, code, message])).toEqual(found);
  });
});

test('a plan without errors can be carried out, with rows on both sides of every fold', () => {
  const some = <T>(array: fc.Arbitrary<T>) => fc.option(array, {nil: null});
  const rows = fc.integer({min: 1, max: 25});
  const subjects = rows.chain(count => {
    const column = (max: number) => fc.array(fc.nat({max}), {minLength: count, maxLength: count});
    return fc.record({
      rows: fc.constant(count),
      classes: some(column(2).map(each => Int32Array.from(each))),
      values: fc.constant(null),
      groups: some(column(12).map(each => Int32Array.from(each))),
      times: some(column(12).map(each => Float64Array.from(each))),
    });
  });
  const plans = fc.record({
    method: fc.constantFrom('kFold', 'holdout', 'timeOrdered'),
    folds: fc.integer({min: 0, max: 8}),
    repeats: fc.integer({min: 0, max: 2}),
    stratified: fc.boolean(),
    shuffle: fc.boolean(),
    testShare: fc.integer({min: 0, max: 20}).map(twentieths => twentieths / 20),
    groupBy: fc.constant('subject'),
    timeBy: fc.constant('day'),
  });
  fc.assert(
    fc.property(subjects, plans, fc.nat(), (subject, plan, seed) => {
      fc.pre(foldProblems(subject, plan, names).every(({severity}) => severity === 'warning'));
      const folds = planFolds(subject, plan, randomKey(seed));
      expect(folds).toHaveLength(plan.repeats * (plan.method === 'holdout' ? 1 : plan.folds));
      for (const {train, test: tested} of folds) expect(Math.min(train.length, tested.length)).toBeGreaterThan(0);
    }),
    {numRuns: 500, maxSkipsPerRun: 1000},
  );
});

function ofClasses(sizes: Record<string, number>): SplitSubject {
  const classes = Int32Array.from(Object.values(sizes).flatMap((size, index) => new Array<number>(size).fill(index)));
  return {rows: classes.length, classes, values: null, groups: null, times: null};
}

function cyclic(rows: number, period: number): Int32Array {
  return Int32Array.from({length: rows}, (_, row) => row % period);
}
