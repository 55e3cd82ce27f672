import {randomKey} from '../kernels/random.ts';
import {type EvaluationPlan, planFolds, type SplitSubject} from './folds.ts';
import {shareCounts} from './levelParts.ts';
import {distinctTimes} from './timeOrder.ts';

export interface FoldProblem {
  readonly code: string;
  /** error: impossible, or the result would mislead; warning: it will be worth less than it could be. */
  readonly severity: 'error' | 'warning';
  /** One sentence: what was measured, and what to do. */
  readonly message: string;
  /** The key of the document's section `evaluation` to look at. */
  readonly key: 'folds' | 'repeats' | 'testShare' | 'groupBy' | 'timeBy' | 'method' | 'stratified';
  /** The key of the same section that would help, and its value, where one is sure to. */
  readonly set?: readonly [key: string, value: unknown];
}

/**
 * What makes a split impossible or its result useless, for the user. Without errors, `planFolds` will not throw.
 * @param classNames name of each class index; empty for a real target
 */
export function foldProblems(
  subject: SplitSubject,
  plan: EvaluationPlan,
  classNames: readonly string[],
): FoldProblem[] {
  const impossible = [...contradictions(subject, plan), ...tooFew(subject, plan)];
  const useless = [...targetProblems(subject, classNames), ...classProblems(subject, plan, classNames)];
  // What only a look at the folds shows: they must exist, and a broken target would only repeat itself here.
  const seen = [...impossible, ...useless].every(({severity}) => severity === 'warning')
    ? plannedProblems(subject, plan, classNames)
    : [];
  return [...impossible, ...useless, ...seen];
}

function* contradictions(subject: SplitSubject, plan: EvaluationPlan): Generator<FoldProblem> {
  const {method, repeats} = plan;
  if (method === 'kFold' && subject.times) {
    yield problem(
      'timeBy',
      'time-unused',
      `The rows have times in "${plan.timeBy}", but kFold would train on the future: set method to timeOrdered or remove timeBy.`,
      ['method', 'timeOrdered'],
    );
  }
  if (subject.groups && isInTime(subject, plan)) {
    yield problem(
      'groupBy',
      'groups-with-time',
      `The rows are divided by time, which cannot keep the groups in "${plan.groupBy}" together: remove groupBy, or split by groups alone.`,
    );
  }
  if (repeats < 1) yield problem('repeats', 'repeats-too-few', `repeats must be at least 1, got ${repeats}.`);
  if (repeats > 1 && isInTime(subject, plan)) {
    yield problem(
      'repeats',
      'repeats-identical',
      `Time allows one split only, so all ${repeats} repeats would be the same: set repeats to 1.`,
      ['repeats', 1],
    );
  } else if (repeats > 1 && !plan.shuffle) {
    yield problem(
      'repeats',
      'repeats-identical',
      `Without shuffle all ${repeats} repeats are the same split: set shuffle to true or repeats to 1.`,
      ['shuffle', true],
    );
  }
}

function* tooFew(subject: SplitSubject, plan: EvaluationPlan): Generator<FoldProblem> {
  if (plan.method === 'holdout') yield* testShareProblems(subject, plan);
  else yield* foldCountProblems(subject, plan);
}

function* foldCountProblems(subject: SplitSubject, plan: EvaluationPlan): Generator<FoldProblem> {
  const {rows, groups, times} = subject;
  const {folds, method} = plan;
  if (folds < 2) {
    yield problem('folds', 'folds-too-few', `folds is ${folds}, but a split needs at least 2: raise folds.`);
    return;
  }
  if (folds > rows) {
    const inClass = smallestClass(subject, plan);
    const most = inClass ?? rows;
    const why = inClass === undefined ? '' : ', the rows of the smallest class';
    const message = `The data has ${counted(rows, 'row')}, fewer than the ${folds} folds: ${lowerFolds(most, 'add rows')}${why}.`;
    yield problem('folds', 'folds-exceed-rows', message, foldsOf(most));
    return;
  }
  if (method === 'kFold' && groups) {
    const count = new Set(groups).size;
    if (count < folds) {
      const advice = lowerFolds(count, 'remove groupBy');
      const message = `The column "${plan.groupBy}" has ${counted(count, 'group')}, fewer than the ${folds} folds: ${advice}.`;
      yield problem('groupBy', 'groups-too-few', message, foldsOf(count));
    }
  }
  if (method === 'timeOrdered') {
    const count = times ? distinctTimes(times) : rows;
    if (count < folds + 1) {
      const has = times
        ? `The column "${plan.timeBy}" has ${counted(count, 'different time')}`
        : `The data has ${counted(count, 'row')}`;
      const advice = lowerFolds(count - 1, times ? 'name a finer column with timeBy' : 'add rows');
      const message = `${has}, but ${folds} folds in time need ${folds + 1}: ${advice}.`;
      const set = foldsOf(count - 1);
      yield times
        ? problem('timeBy', 'times-too-few', message, set)
        : problem('folds', 'folds-exceed-rows', message, set);
    }
  }
}

/** More stratified folds than this would be refused next. undefined: classes set no bound, or one that nothing helps. */
function smallestClass({classes}: SplitSubject, {method, stratified}: EvaluationPlan): number | undefined {
  if (!classes || method !== 'kFold' || !stratified) return undefined;
  const sizes = classSizes(classes, classes.reduce((most, each) => Math.max(most, each), 0) + 1).filter(
    size => size > 0,
  );
  const smallest = Math.min(...sizes);
  return sizes.length > 1 && smallest > 1 ? smallest : undefined;
}

function* testShareProblems(subject: SplitSubject, plan: EvaluationPlan): Generator<FoldProblem> {
  const {rows, groups, times} = subject;
  const {testShare} = plan;
  const tested = Math.round(testShare * rows);
  if (rows < 2) {
    yield problem(
      'method',
      'rows-too-few',
      `The data has ${counted(rows, 'row')}, too few to train and to test: add rows.`,
    );
  } else if (tested < 1) {
    const message = `A testShare of ${testShare} leaves none of the ${rows} rows for testing: raise it to ${atLeast(1 / rows)}.`;
    yield problem('testShare', 'test-empty', message, ['testShare', Number(atLeast(1 / rows))]);
  } else if (tested >= rows) {
    const message = `A testShare of ${testShare} leaves none of the ${rows} rows for training: lower it, to 0.2 for example.`;
    yield problem('testShare', 'training-empty', message, ['testShare', 0.2]);
  }
  if (groups && rows > 1 && new Set(groups).size < 2) {
    const message = `The column "${plan.groupBy}" has 1 group, which cannot both train and test: remove groupBy.`;
    yield problem('groupBy', 'groups-too-few', message);
  }
  if (times && rows > 1 && distinctTimes(times) < 2) {
    const message = `The column "${plan.timeBy}" has 1 different time, so no row is later than another: remove timeBy.`;
    yield problem('timeBy', 'times-too-few', message);
  }
}

function* targetProblems(subject: SplitSubject, classNames: readonly string[]): Generator<FoldProblem> {
  const {rows, classes, values} = subject;
  if (rows === 0) return;
  if (classes && new Set(classes).size === 1) {
    const message = `All ${rows} rows are of the class "${classNames[classes[0]!]}": choose a target with at least 2 classes.`;
    yield problem('method', 'one-class', message);
  }
  if (values?.every(value => value === values[0])) {
    const message = `The target is ${values[0]} in all ${rows} rows: choose a target that varies.`;
    yield problem('method', 'constant-target', message);
  }
}

function* classProblems(
  subject: SplitSubject,
  plan: EvaluationPlan,
  classNames: readonly string[],
): Generator<FoldProblem> {
  if (!subject.classes || plan.method === 'timeOrdered') return;
  const sizes = classSizes(subject.classes, classNames.length);
  const present = classNames.map((_, index) => index).filter(index => sizes[index]! > 0);
  if (present.length < 2) return;
  if (plan.method === 'kFold') yield* smallClass(sizes, present, plan, classNames);
  else yield* heldOutClass(subject, plan, sizes, present, classNames);
  if (subject.groups) yield* classInOneGroup(subject.classes, subject.groups, plan, classNames);
}

/**
 * Speaks of the smallest class only: its remedy is the one that helps all. Stratified folds promise a row of each class
 * in every fold, so there it is an error.
 */
function* smallClass(
  sizes: readonly number[],
  present: readonly number[],
  {folds, stratified}: EvaluationPlan,
  classNames: readonly string[],
): Generator<FoldProblem> {
  const small = present.filter(index => sizes[index]! < folds);
  if (small.length === 0 || folds > sizes.reduce((sum, size) => sum + size, 0)) return;
  const smallest = small.reduce((best, index) => (sizes[index]! < sizes[best]! ? index : best));
  const size = sizes[smallest]!;
  const others = small.length > 1 ? ` (and ${counted(small.length - 1, 'other class', 'other classes')} too few)` : '';
  const what = `The class "${classNames[smallest]}" has ${counted(size, 'row')}, fewer than the ${folds} folds${others}`;
  const say = size < 2 || stratified ? problem : warning;
  const remedy =
    size < 2
      ? 'merge it with another class or leave its row out'
      : `lower folds to ${size} or merge it with another class`;
  yield say('folds', 'class-too-small', `${what}: ${remedy}.`, foldsOf(size));
}

function* heldOutClass(
  subject: SplitSubject,
  plan: EvaluationPlan,
  sizes: readonly number[],
  present: readonly number[],
  classNames: readonly string[],
): Generator<FoldProblem> {
  const tested = Math.round(plan.testShare * subject.rows);
  if (!plan.stratified || subject.groups || subject.times || tested < 1 || tested >= subject.rows) return;
  const counts = shareCounts(
    present.map(index => sizes[index]!),
    tested,
  );
  for (const [at, index] of present.entries()) {
    const count = counts[at]!;
    if (count > 0 && count < sizes[index]!) continue;
    const side = count === 0 ? 'testing' : 'training';
    const message = `A testShare of ${plan.testShare} leaves none of the ${counted(sizes[index]!, 'row')} of the class "${classNames[index]}" for ${side}: use kFold or merge it with another class.`;
    yield warning('testShare', 'class-too-small', message, ['method', 'kFold']);
    return;
  }
}

function* classInOneGroup(
  classes: Int32Array,
  groups: Int32Array,
  plan: EvaluationPlan,
  classNames: readonly string[],
): Generator<FoldProblem> {
  const groupOfClass = new Map<number, number | null>();
  classes.forEach((each, row) => {
    const group = groupOfClass.get(each);
    if (group === undefined) groupOfClass.set(each, groups[row]!);
    else if (group !== groups[row]) groupOfClass.set(each, null);
  });
  for (const [each, group] of groupOfClass) {
    if (group === null) continue;
    const message = `All rows of the class "${classNames[each]}" are in one group of "${plan.groupBy}", so it is never both trained and tested: remove groupBy or merge the class with another.`;
    yield warning('groupBy', 'class-in-one-group', message);
    return;
  }
}

/**
 * Looks at the folds themselves where the order of the rows decides them: a part of one class, a sorted target. (Where
 * chance decides, the seed does not matter to what is said here.)
 */
function* plannedProblems(
  subject: SplitSubject,
  plan: EvaluationPlan,
  classNames: readonly string[],
): Generator<FoldProblem> {
  const {classes, values} = subject;
  const inTime = isInTime(subject, plan);
  const inFileOrder = !plan.shuffle && !plan.stratified && !subject.groups && !inTime;
  if (!inTime && !inFileOrder) return;
  if (classes) {
    const folds = planFolds(subject, {...plan, repeats: 1}, randomKey(0));
    for (const {fold, train, test} of folds) {
      const part = isOneClass(train, classes) ? 'train' : !inTime && isOneClass(test, classes) ? 'test' : null;
      if (!part) continue;
      const name = classNames[classes[(part === 'train' ? train : test)[0]!]!];
      const what = `Fold ${fold + 1} of ${folds.length} would ${part} only on the class "${name}"`;
      if (!inTime) {
        const message = `${what}, because the rows are sorted by class: set stratified or shuffle to true.`;
        yield problem('stratified', 'one-class-part', message, ['stratified', true]);
      } else if (plan.method === 'holdout') {
        yield problem('testShare', 'one-class-part', `${what}: lower testShare or split without regard to time.`);
      } else {
        yield problem('folds', 'one-class-part', `${what}: lower folds or split without regard to time.`);
      }
      return;
    }
  }
  if (values && inFileOrder && isSorted(values)) {
    const message = `The ${values.length} rows are sorted by the target, so every fold would test on values it never trained on: set shuffle or stratified to true.`;
    yield problem('stratified', 'sorted-by-target', message, ['stratified', true]);
  }
}

/** Whether time, not chance or the file, decides which rows are tested. */
function isInTime(subject: SplitSubject, plan: EvaluationPlan): boolean {
  return plan.method === 'timeOrdered' || subject.times !== null;
}

function isOneClass(rows: Uint32Array, classes: Int32Array): boolean {
  return rows.every(row => classes[row] === classes[rows[0]!]);
}

function isSorted(values: Float64Array): boolean {
  return (
    values.every((value, row) => row === 0 || value >= values[row - 1]!) ||
    values.every((value, row) => row === 0 || value <= values[row - 1]!)
  );
}

function classSizes(classes: Int32Array, count: number): number[] {
  const sizes = new Array<number>(count).fill(0);
  for (const each of classes) sizes[each]!++;
  return sizes;
}

function problem(key: FoldProblem['key'], code: string, message: string, set?: FoldProblem['set']): FoldProblem {
  return {code, severity: 'error', message, key, ...(set ? {set} : {})};
}

function warning(key: FoldProblem['key'], code: string, message: string, set?: FoldProblem['set']): FoldProblem {
  return {code, severity: 'warning', message, key, ...(set ? {set} : {})};
}

/** As many folds as there is something to fill them with; none if that makes no split. */
function foldsOf(count: number): FoldProblem['set'] {
  return count >= 2 ? ['folds', count] : undefined;
}

function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

function lowerFolds(to: number, otherwise: string): string {
  return to >= 2 ? `lower folds to ${to}` : otherwise;
}

/** A share rounded up to two figures. */
function atLeast(share: number): string {
  let unit = 0.01;
  while (share < 10 * unit) unit /= 10;
  return (Math.ceil(share / unit) * unit).toPrecision(2);
}
