import {type Fold, planFolds, type SplitSubject} from '../evaluation/folds.ts';
import {type Metric, metrics, summarize} from '../evaluation/metrics.ts';
import {foldIn, randomKey} from '../kernels/random.ts';
import type {Experiment} from './experiment.ts';
import type {FoldEvent, FoldOutcome, FoldTask} from './foldTask.ts';
import type {Runner} from './runner.ts';
import {numberedKeeper, runTasks, type TaskKeeper, type TasksListener} from './runTasks.ts';
import {splitSubject} from './splitSubject.ts';

export interface NestedEstimate {
  readonly innerFolds: number;
  /** The metric on each outer fold, of the setting that its training part chose. */
  readonly values: readonly (number | null)[];
  /** How often each variant was chosen, in the order of the experiment. */
  readonly picks: readonly number[];
}

/**
 * What the whole procedure, "try all variants and take the best", achieves on new rows: on each fold of the first repeat the
 * choice is made anew, by cross-validation of its training rows alone, and what it chose is trained on them and tested on
 * rows that had no part in the choice. The winner's own score has been chosen for being high; this one has not.
 *
 * @param innerFolds by which the training parts can be divided: `canBeNested`
 * @param listener is told how many networks have been trained, and of problems; what it keeps is without predictions
 * @returns null when the run was cancelled
 * @see Varma & Simon 2006, BMC Bioinformatics 7:91; Cawley & Talbot 2010, JMLR 11:2079–2107
 */
export async function nestedEstimate(
  experiment: Experiment,
  runner: Runner,
  metric: Metric,
  innerFolds: number,
  {onEvent, keeper}: Pick<TasksListener, 'onEvent' | 'keeper'> = {onEvent() {}},
): Promise<NestedEstimate | null> {
  const outer = outerFolds(experiment);
  const inner = outer.map((fold, index) => foldsWithin(experiment, fold, index, innerFolds));
  const indices = experiment.variants.map((_, index) => index);
  const choosing = inner.flatMap(folds => folds.flatMap(fold => indices.map(index => taskOf(index, fold))));
  const networks = choosing.length + outer.length;
  // What an earlier process has trained is told with the first event.
  let done = Array.from({length: networks}, (_, index) => keeper?.outcome(index) ?? null).filter(Boolean).length;
  const tell = () => onEvent({event: 'nestedProgressed', done, networks});
  const follow = (event: FoldEvent) => {
    if (event.event === 'problemMet') onEvent(event);
    if (event.event !== 'foldEnded' || event.status === 'cancelled') return;
    done++;
    tell();
  };
  /** @param first number of the first task */
  const listener = (first: number): TasksListener => ({
    onEvent: follow,
    ...(keeper ? {keeper: withoutPredictions(numberedKeeper(keeper, index => first + index))} : {}),
  });
  tell();
  const tried = await runAll(experiment, choosing, runner, listener(0));
  if (!tried) return null;
  const chosen = inner.map(folds => best(indices, folds, choosing, tried, metric));
  const testing = outer.map((fold, at) => taskOf(chosen[at]!, fold));
  const tested = await runAll(experiment, testing, runner, listener(choosing.length));
  if (!tested) return null;
  return {
    innerFolds,
    values: tested.map(({metrics: measured}) => measured[metric] ?? null),
    picks: indices.map(index => chosen.filter(each => each === index).length),
  };
}

async function runAll(
  experiment: Experiment,
  tasks: readonly FoldTask[],
  runner: Runner,
  listener: TasksListener,
): Promise<FoldOutcome[] | null> {
  const {outcomes, failure} = await runTasks(experiment, tasks, runner, listener);
  if (failure) throw failure;
  const done = outcomes.filter(outcome => outcome !== null);
  return done.length === tasks.length ? done : null;
}

/** Only their scores are wanted, and of many networks the predictions would be large. */
function withoutPredictions(keeper: TaskKeeper): TaskKeeper {
  return {
    ...keeper,
    keepOutcome: (index, task, outcome) => keeper.keepOutcome(index, task, {...outcome, predictions: null}),
  };
}

function taskOf(index: number, fold: Fold): FoldTask {
  return {subject: {kind: 'variant', index}, fold, keepModel: false};
}

/** Whether each training part of the first repeat has rows, groups and times enough to be divided once more. */
export function canBeNested(experiment: Experiment, innerFolds: number): boolean {
  try {
    outerFolds(experiment).forEach((fold, index) => void foldsWithin(experiment, fold, index, innerFolds));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function outerFolds({folds}: Experiment): Fold[] {
  return folds.filter(({repeat}) => repeat === 0);
}

/** The training rows of a fold, dealt like the folds themselves. Numbered far from them, so that nothing is drawn twice. */
function foldsWithin(experiment: Experiment, {train}: Fold, index: number, innerFolds: number): Fold[] {
  const {table, target, evaluation, seed} = experiment;
  const subject = within(splitSubject(table, target, evaluation), train);
  const method = evaluation.method === 'timeOrdered' ? 'timeOrdered' : 'kFold';
  const plan = {...evaluation, method, folds: innerFolds, repeats: 1} as const;
  const key = foldIn(foldIn(randomKey(seed), 'nested'), index);
  const ofTable = (rows: Uint32Array) => rows.map(row => train[row]!);
  return planFolds(subject, plan, key).map(fold => ({
    ...{repeat: FIRST_REPEAT + index, fold: fold.fold},
    ...{train: ofTable(fold.train), test: ofTable(fold.test)},
  }));
}

const FIRST_REPEAT = 1_000_000;

function within({classes, values, groups, times}: SplitSubject, rows: Uint32Array): SplitSubject {
  const chosen = <T extends Int32Array | Float64Array>(all: T | null, make: (length: number) => T): T | null => {
    if (!all) return null;
    const part = make(rows.length);
    rows.forEach((row, i) => {
      part[i] = all[row]!;
    });
    return part;
  };
  return {
    rows: rows.length,
    classes: chosen(classes, length => new Int32Array(length)),
    values: chosen(values, length => new Float64Array(length)),
    groups: chosen(groups, length => new Int32Array(length)),
    times: chosen(times, length => new Float64Array(length)),
  };
}

/** The variant of the best mean over some folds; one that diverged anywhere is never the best of several. */
function best(
  indices: readonly number[],
  folds: readonly Fold[],
  tasks: readonly FoldTask[],
  outcomes: readonly FoldOutcome[],
  metric: Metric,
): number {
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const score = (index: number) => {
    const values = tasks.flatMap(({subject, fold}, at) =>
      subject.kind === 'variant' && subject.index === index && folds.includes(fold)
        ? [outcomes[at]!.metrics[metric] ?? null]
        : [],
    );
    return values.includes(null)
      ? Number.NEGATIVE_INFINITY
      : sign * (summarize(values).mean ?? Number.NEGATIVE_INFINITY);
  };
  return indices.reduce((most, index) => (score(index) > score(most) ? index : most));
}
