import {createHash} from 'node:crypto';
import type {FoldResult, ModelResult} from '../../schemas/generated/run.ts';
import {type Comparison, type Contestant, compareFolds, correctForMany} from '../evaluation/compare.ts';
import {confusionMatrix, type Metric, metrics, summarize} from '../evaluation/metrics.ts';
import {seedNoise} from '../evaluation/seedNoise.ts';
import type {Experiment} from './experiment.ts';
import {BASELINES, type FoldOutcome, type FoldTask, subjectName} from './foldTask.ts';
import {resultNotes} from './resultNotes.ts';
import type {Runner} from './runner.ts';
import {runTasks, type TasksListener} from './runTasks.ts';

export interface CrossValidationReport {
  /** SHA-256 over every out-of-fold prediction of the variants, in order. */
  readonly digest: string;
  readonly variants: readonly ModelResult[];
  readonly baselines: readonly ModelResult[];
  readonly comparisons: readonly Comparison[];
  /** What a reader of the numbers should know, each a whole sentence. */
  readonly notes: readonly string[];
  /** Every finished fold of every variant and baseline, with its predictions. */
  readonly outcomes: readonly FoldRecord[];
  readonly status: 'completed' | 'cancelled' | 'failed';
  /** What the first failing task threw. */
  readonly failure: Error | null;
}

export interface FoldRecord {
  readonly name: string;
  readonly task: FoldTask;
  readonly outcome: FoldOutcome;
}

/** The metrics that variants are compared by. */
export const COMPARED: {readonly [Task in Experiment['target']['task']]: readonly Metric[]} = {
  classification: ['accuracy', 'nll', 'brier', 'rocAuc'],
  regression: ['rmse', 'mae', 'r2'],
};

export interface KeptModels {
  /** Whether the outcomes hold the trained models of all folds. */
  readonly keepModels?: boolean;
}

/** All tasks of a cross-validation. Fold by fold, so that a cancelled run leaves folds that all variants share. */
export function crossValidationTasks(experiment: Experiment, {keepModels = false}: KeptModels = {}): FoldTask[] {
  const subjects: FoldTask['subject'][] = [
    ...experiment.variants.map((_, index) => ({kind: 'variant', index}) as const),
    ...BASELINES[experiment.target.task].map(name => ({kind: 'baseline', name}) as const),
  ];
  return experiment.folds.flatMap(fold =>
    subjects.map(subject => ({subject, fold, keepModel: keepModels && subject.kind === 'variant'})),
  );
}

/**
 * Trains and tests every variant and baseline on every fold. What is done when the run is cancelled, or when a worker
 * fails, is kept.
 */
export async function crossValidate(
  experiment: Experiment,
  runner: Runner,
  listener: TasksListener,
  kept: KeptModels = {},
): Promise<CrossValidationReport> {
  const tasks = crossValidationTasks(experiment, kept);
  const {outcomes, status, failure} = await runTasks(experiment, tasks, runner, listener);
  const done = recordsOf(experiment, tasks, outcomes);
  return {...evaluateRecords(experiment, done), outcomes: done, status, failure};
}

/** The tasks that were done, with their names. */
export function recordsOf(
  experiment: Experiment,
  tasks: readonly FoldTask[],
  outcomes: readonly (FoldOutcome | null)[],
): FoldRecord[] {
  return tasks.flatMap((task, i) => {
    const outcome = outcomes[i];
    return outcome ? [{name: subjectName(experiment, task), task, outcome}] : [];
  });
}

/** The baselines alone, on every fold: they take no time to speak of. */
export async function baselineRecords(experiment: Experiment, runner: Runner): Promise<FoldRecord[]> {
  const tasks = crossValidationTasks(experiment).filter(({subject}) => subject.kind === 'baseline');
  const {outcomes, failure} = await runTasks(experiment, tasks, runner, {onEvent() {}});
  if (failure) throw failure;
  return recordsOf(experiment, tasks, outcomes);
}

/** What the folds that are done say, of each variant and of the variants together. */
export function evaluateRecords(experiment: Experiment, records: readonly FoldRecord[]) {
  const of = (kind: 'variant' | 'baseline', name: string) =>
    records.filter(record => record.task.subject.kind === kind && record.name === name);
  const variants = experiment.variants.map(({name, parameters}) => ({
    ...modelResult(experiment, name, of('variant', name)),
    parameters,
  }));
  const baselines = BASELINES[experiment.target.task].map(name => modelResult(experiment, name, of('baseline', name)));
  const metricsCompared = COMPARED[experiment.target.task];
  const linear = baselines.find(baseline => baseline.name === 'linear')!;
  const [first, ...others] = variants;
  const {practicalMargin} = experiment.evaluation;
  const comparisons = [
    ...correctForMany(
      others.flatMap(other => metricsCompared.map(metric => comparePaired(first!, other, metric, practicalMargin))),
    ),
    // What a network is for: whether it is any better than the linear model. A question of its own.
    ...correctForMany(metricsCompared.map(metric => comparePaired(linear, first!, metric, practicalMargin))),
  ];
  const notes = resultNotes(experiment.evaluation, variants);
  return {digest: predictionsDigest(records), variants, baselines, comparisons, notes};
}

function modelResult(experiment: Experiment, name: string, records: readonly FoldRecord[]): ModelResult {
  const {target} = experiment;
  const folds = records.map(foldResult);
  const names = Object.values(metrics)
    .filter(metric => metric.task === target.task)
    .map(metric => metric.name);
  const completed = folds.filter(isCompleted);
  return {
    name,
    folds,
    summary: Object.fromEntries(
      names.map(metric => [metric, summarize(completed.map(fold => fold.metrics[metric] ?? null))]),
    ),
    ...noiseOf(ofWholeRepeats(experiment, folds).filter(isCompleted), names),
    ...(target.task === 'classification' ? {confusion: pooledConfusion(target, records)} : {}),
  };
}

/** The folds of repeats that came to their end: the mean of fewer folds moves for another reason than the seed. */
function ofWholeRepeats({folds: planned}: Experiment, folds: readonly FoldResult[]): FoldResult[] {
  const isWhole = (number: number) =>
    folds.filter(({repeat}) => repeat === number).length === planned.filter(({repeat}) => repeat + 1 === number).length;
  const whole = new Set([...new Set(folds.map(({repeat}) => repeat))].filter(isWhole));
  return folds.filter(({repeat}) => whole.has(repeat));
}

/** How far each mean moves with the seed; nothing where one repeat, or none, was finished. */
function noiseOf(folds: readonly FoldResult[], names: readonly Metric[]): Pick<ModelResult, 'seedNoise'> {
  const found = names.flatMap(metric => {
    const noise = seedNoise(folds.map(fold => ({repeat: fold.repeat, value: fold.metrics[metric] ?? null})));
    return noise ? [[metric, noise] as const] : [];
  });
  return found.length === 0 ? {} : {seedNoise: Object.fromEntries(found)};
}

function isCompleted(fold: FoldResult): boolean {
  return fold.status === 'completed';
}

function foldResult({task: {fold}, outcome}: FoldRecord): FoldResult {
  return {
    repeat: fold.repeat + 1,
    fold: fold.fold + 1,
    trainRows: fold.train.length,
    testRows: fold.test.length,
    epochs: outcome.epochs,
    ...(outcome.bestEpoch === null ? {} : {bestEpoch: outcome.bestEpoch}),
    status: outcome.status === 'completed' ? 'completed' : 'diverged',
    ...(outcome.problem === null ? {} : {problem: outcome.problem}),
    metrics: outcome.metrics as FoldResult['metrics'],
  };
}

function pooledConfusion(
  target: Experiment['target'] & {task: 'classification'},
  records: readonly FoldRecord[],
): number[][] {
  const sum = target.classes.map(() => target.classes.map(() => 0));
  for (const {task, outcome} of records) {
    if (!outcome.predictions) continue;
    const actual = Int32Array.from(task.fold.test, row => target.values[row]!);
    confusionMatrix(outcome.predictions, actual, target.classes.length).forEach((row, i) => {
      row.forEach((count, j) => {
        sum[i]![j]! += count;
      });
    });
  }
  return sum;
}

/** Only folds that both variants finished are compared. @param margin that matters in practice, if not the usual one */
export function comparePaired(a: ModelResult, b: ModelResult, metric: Metric, margin?: number): Comparison {
  const pairs = a.folds.flatMap(fold => {
    const other = b.folds.find(({repeat, fold: number}) => repeat === fold.repeat && number === fold.fold);
    return other && isCompleted(fold) && isCompleted(other) ? [{fold, other}] : [];
  });
  const left = pairs.map(pair => pair.fold);
  const right = pairs.map(pair => pair.other);
  const repeats = new Set(left.map(fold => fold.repeat)).size;
  return compareFolds(contestant(a.name, left, metric), contestant(b.name, right, metric), metric, {margin, repeats});
}

/** A metric of some folds, as comparisons read it. */
export function contestant(name: string, folds: readonly FoldResult[], metric: Metric): Contestant {
  return {
    name,
    values: folds.map(fold => fold.metrics[metric] ?? null),
    trainRows: folds.map(fold => fold.trainRows),
    testRows: folds.map(fold => fold.testRows),
  };
}

function predictionsDigest(records: readonly FoldRecord[]): string {
  const hash = createHash('sha256');
  const variants = records.filter(record => record.task.subject.kind === 'variant');
  for (const {name, task, outcome} of variants) {
    const {repeat, fold, test} = task.fold;
    const facts = JSON.stringify([name, repeat, fold, outcome.status, outcome.epochs, outcome.bestEpoch]);
    hash.update(`${facts.slice(0, -1)},[${test.join(',')}]]`);
    if (outcome.predictions) hash.update(float64Bytes(outcome.predictions));
  }
  return hash.digest('hex');
}

/** Little-endian on every machine. */
export function float64Bytes(values: Float64Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => {
    bytes.setFloat64(i * 8, value, true);
  });
  return new Uint8Array(bytes.buffer);
}
