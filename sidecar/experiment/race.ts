import {type Metric, metrics, summarize} from '../evaluation/metrics.ts';
import {looksOf, type Racer, RISK, type Ruling, ruledOut} from '../evaluation/racing.ts';
import {divergedWords, halvedWords, ruledOutWords} from '../evaluation/tuningWords.ts';
import {type FoldRecord, recordsOf} from './crossValidate.ts';
import type {Experiment} from './experiment.ts';
import type {FoldTask} from './foldTask.ts';
import type {Runner} from './runner.ts';
import {numberedKeeper, runTasks, type TasksListener} from './runTasks.ts';

export interface RaceOptions {
  readonly metric: Metric;
  /** test: the corrected test rules out. halve: at each look the better half goes on. none: all run to the end. */
  readonly elimination: 'test' | 'halve' | 'none';
}

export interface RaceReport {
  readonly records: readonly FoldRecord[];
  /** Of each variant: how it ended, and after how many folds. */
  readonly trials: readonly Trial[];
  readonly status: 'completed' | 'cancelled' | 'failed';
  readonly failure: Error | null;
  /** Networks that were not trained, and about how long they would have taken. */
  readonly saved: {readonly networks: number; readonly seconds: number};
}

export interface Trial {
  readonly status: 'finished' | 'ruledOut' | 'diverged' | 'cancelled';
  readonly folds: number;
  /** Why it went no further, in words; for those that did not run to the end. */
  readonly why?: string;
}

/** Runs all variants of an experiment on its folds, and stops those that the folds so far rule out, which it tells. */
export async function race(
  experiment: Experiment,
  runner: Runner,
  listener: TasksListener,
  {metric, elimination}: RaceOptions,
): Promise<RaceReport> {
  const {folds, variants} = experiment;
  const perRepeat = folds.filter(({repeat}) => repeat === 0).length;
  const looks = elimination === 'none' ? [] : looksOf(folds.length, perRepeat);
  const records: FoldRecord[] = [];
  const trials: Trial[] = variants.map(() => ({status: 'finished', folds: folds.length}));
  let alive = variants.map((_, index) => index);
  let from = 0;
  for (const to of [...looks, folds.length]) {
    const round = folds
      .slice(from, to)
      .flatMap((fold, at) => alive.map(index => ({number: (from + at) * variants.length + index, fold, index})));
    const tasks = round.map(({index, fold}) => taskOf(index, fold));
    const numbers = round.map(({number}) => number);
    // Tasks are kept by a number that does not depend on which settings are still alive.
    const {keeper, ...told} = listener;
    const kept = keeper ? {keeper: numberedKeeper(keeper, index => numbers[index]!)} : {};
    const report = await runTasks(experiment, tasks, runner, {...told, ...kept});
    records.push(...recordsOf(experiment, tasks, report.outcomes));
    if (report.status !== 'completed') {
      for (const index of alive) trials[index] = {status: 'cancelled', folds: from};
      return {records, trials, status: report.status, failure: report.failure, saved: {networks: 0, seconds: 0}};
    }
    from = to;
    const racers = alive.map(index => racerOf(records, index, metric));
    const nameOf = (at: number) => variants[alive[at]!]!.name;
    for (const {at, why} of eliminated(racers, nameOf, experiment, {metric, elimination}, to, looks)) {
      const status = racers[at]!.values.includes(null) ? 'diverged' : 'ruledOut';
      trials[alive[at]!] = {status, folds: to, why};
      const notTrained = folds.length - to;
      listener.onEvent({event: 'settingStopped', setting: nameOf(at), folds: to, notTrained, status, why});
    }
    alive = alive.filter(index => trials[index]!.status === 'finished');
  }
  return {records, trials, status: 'completed', failure: null, saved: savedBy(trials, records, folds.length, runner)};
}

function taskOf(index: number, fold: FoldTask['fold']): FoldTask {
  return {subject: {kind: 'variant', index}, fold, keepModel: false};
}

function racerOf(records: readonly FoldRecord[], index: number, metric: Metric): Racer {
  const own = records.filter(({task: {subject}}) => subject.kind === 'variant' && subject.index === index);
  return {values: own.map(({outcome}) => outcome.metrics[metric] ?? null)};
}

/** Places in `racers` of those that go no further, and why. At the end only what diverged is left out. */
function eliminated(
  racers: readonly Racer[],
  nameOf: (at: number) => string,
  {folds, variants}: Experiment,
  {metric, elimination}: RaceOptions,
  done: number,
  looks: readonly number[],
): {readonly at: number; readonly why: string}[] {
  const diverged = racers.flatMap(({values}, at) => (values.includes(null) ? [at] : []));
  const whyOf = (at: number, words: string) => ({at, why: diverged.includes(at) ? divergedWords(done) : words});
  if (diverged.length === racers.length) return [];
  if (!looks.includes(done)) return diverged.map(at => whyOf(at, ''));
  if (elimination === 'halve') return worseHalf(racers, metric).map(at => whyOf(at, halvedWords(done)));
  const rules = {metric, testPerTrain: testPerTrain(folds), risk: RISK, looks: looks.length};
  const words = ({leader, p, level}: Ruling) =>
    p === null ? divergedWords(done) : ruledOutWords({leader: nameOf(leader), metric, folds: done, p, level});
  return ruledOut(racers, {...rules, racers: variants.length}).map(ruling => ({at: ruling.racer, why: words(ruling)}));
}

/** Rows of all test parts over rows of all training parts. */
export function testPerTrain(folds: Experiment['folds']): number {
  const rows = (part: 'train' | 'test') => folds.reduce((sum, fold) => sum + fold[part].length, 0);
  return rows('test') / rows('train');
}

function worseHalf(racers: readonly Racer[], metric: Metric): number[] {
  const sign = metrics[metric].direction === 'higher' ? -1 : 1;
  const score = ({values}: Racer) =>
    values.includes(null) ? Number.POSITIVE_INFINITY : sign * (summarize(values).mean ?? Number.POSITIVE_INFINITY);
  const order = racers.map((_, at) => at).sort((a, b) => score(racers[a]!) - score(racers[b]!) || a - b);
  return order.slice(Math.ceil(racers.length / 2)).sort((a, b) => a - b);
}

function savedBy(trials: readonly Trial[], records: readonly FoldRecord[], folds: number, {workers}: Runner) {
  let [networks, seconds] = [0, 0];
  trials.forEach((trial, index) => {
    const own = records.filter(({task: {subject}}) => subject.kind === 'variant' && subject.index === index);
    const each = own.reduce((sum, {outcome}) => sum + outcome.seconds, 0) / Math.max(1, own.length);
    networks += folds - trial.folds;
    seconds += ((folds - trial.folds) * each) / workers;
  });
  return {networks, seconds};
}
