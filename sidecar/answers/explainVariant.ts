import type {Explanation} from '../../schemas/generated/run.ts';
import {type Metric, metrics, SHOWN} from '../evaluation/metrics.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {FoldOutcome, FoldTask} from '../experiment/foldTask.ts';
import type {Runner} from '../experiment/runner.ts';
import {runTasks} from '../experiment/runTasks.ts';
import {turns, unlessCancelled} from '../experiment/turns.ts';
import {eachFoldNetwork} from '../explaining/foldNetworks.ts';
import {
  ablateUnits,
  cutColumns,
  hiddenUnits,
  type Importance,
  importances,
  layerAblations,
  permuteColumns,
} from '../explaining/importance.ts';
import {
  CURVE_SHARES,
  type CurvePoint,
  curvePoint,
  curveSentence,
  curveSummary,
  smallerFolds,
} from '../explaining/learningCurve.ts';
import {foldIn, randomKey} from '../kernels/random.ts';
import {chooseEngines, engineOf} from '../network/engines.ts';
import {workerThreads} from '../runners/workerThreads.ts';
import {EXIT, UserError} from '../userError.ts';
import type {Follower} from './follower.ts';

export interface ExplainSettings {
  /** How often each column is shuffled in each fold. */
  readonly shuffles: number;
  /** Whether there is a learning curve, which trains most. */
  readonly curve: boolean;
  readonly workers: number;
  /** Gives way to other programs. */
  readonly lowPriority?: boolean;
}

/** Networks that an explanation trains. */
export function explainedNetworks(experiment: Experiment, {curve}: Pick<ExplainSettings, 'curve'>): number {
  return foldsBySize(experiment, curve).flat().length;
}

/**
 * What the first variant of an experiment rests on: its networks are trained anew on the folds of the first repeat, and on
 * parts of their training rows for the learning curve.
 * @returns null where it was cancelled
 * @throws UserError if the variant diverges
 */
export async function explainVariant(
  experiment: Experiment,
  settings: ExplainSettings,
  follower: Follower,
): Promise<Explanation | null> {
  const numerics = experiment.variants[0]!.document.training.numerics;
  const engines = chooseEngines([numerics], undefined);
  const {folds: _, ...shared} = experiment;
  const {workers, lowPriority = false} = settings;
  const runner = workerThreads({experiment: shared, ...engines}, {workers, lowPriority});
  const cancel = () => runner.cancel();
  follower.signal.addEventListener('abort', cancel);
  // What is cancelled while the data are read tells nobody any more.
  if (follower.signal.aborted) cancel();
  try {
    const trained = await trainSizes(experiment, settings, runner, follower);
    if (!trained) return null;
    const engine = engineOf(engines, numerics);
    return await unlessCancelled(follower, () => explained(experiment, trained, engine, settings, follower));
  } finally {
    follower.signal.removeEventListener('abort', cancel);
    await runner.dispose();
  }
}

/** Of the whole work: what is left is measuring. */
const TRAINING_SHARE = 0.9;

interface Trained {
  /** The folds with each size of their training parts, the whole ones last. */
  readonly sizes: readonly Experiment['folds'][];
  /** In the same order. */
  readonly outcomes: ReadonlyArray<readonly FoldOutcome[]>;
}

async function trainSizes(
  experiment: Experiment,
  {curve}: ExplainSettings,
  runner: Runner,
  {onProgress}: Follower,
): Promise<Trained | null> {
  const sizes = foldsBySize(experiment, curve);
  const tasks = sizes.flatMap((folds, size) =>
    folds.map((fold): FoldTask => ({subject: {kind: 'variant', index: 0}, fold, keepModel: size === sizes.length - 1})),
  );
  let ended = 0;
  const {outcomes, failure} = await runTasks(experiment, tasks, runner, {
    onEvent({event}) {
      if (event === 'foldEnded') onProgress((++ended / tasks.length) * TRAINING_SHARE);
    },
  });
  if (failure) throw failure;
  const done = outcomes.filter(outcome => outcome !== null);
  if (done.length < tasks.length) return null;
  const {length} = sizes[0]!;
  return {sizes, outcomes: sizes.map((_, size) => done.slice(size * length, (size + 1) * length))};
}

function foldsBySize(experiment: Experiment, curve: boolean): Experiment['folds'][] {
  return (curve ? CURVE_SHARES : [1]).map(share => smallerFolds(experiment, share));
}

async function explained(
  {variants, seed, table, target}: Experiment,
  {sizes, outcomes}: Trained,
  engine: ReturnType<typeof engineOf>,
  {shuffles, curve}: ExplainSettings,
  follower: Follower,
): Promise<Explanation> {
  const {name: variant, network: plan} = variants[0]!;
  const names: readonly Metric[] = SHOWN[target.task];
  const [folds, whole] = [sizes.at(-1)!, outcomes.at(-1)!];
  if (whole.some(({model}) => model === null)) {
    throw new UserError(
      `"${variant}" diverged in some fold: there is nothing to explain. ${whole.find(({problem}) => problem)?.problem ?? ''}`,
      EXIT.failed,
    );
  }
  const models = folds.map((fold, at) => ({fold, model: whole[at]!.model!}));
  const {encoder} = models[0]!.model;
  const units = hiddenUnits(plan);
  const key = foldIn(randomKey(seed), 'importance');
  const turn = turns(follower);
  let measured = 0;
  const found = await eachFoldNetwork({table, target, plan, engine}, models, async network => {
    const columns = await permuteColumns(network, encoder, shuffles, key, turn);
    const inputs = await cutColumns(network, encoder, turn);
    const {repeat, fold} = network.fold;
    const ablated = {...(await ablateUnits(network, units, turn)), repeat, fold};
    follower.onProgress(TRAINING_SHARE + (++measured / models.length) * (1 - TRAINING_SHARE));
    return {columns, inputs, ablated};
  });
  const columnNames = encoder.columns.map(column => column.name);
  const importancesOf = (of: 'columns' | 'inputs') =>
    importances(
      columnNames,
      found.map(each => each[of]),
      names,
    );
  const columns = importancesOf('columns');
  const points = sizes.map((each, size) => curvePoint(each, outcomes[size]!, names));
  const testRows = folds.map(({test}) => test.length);
  return {
    variant,
    columns,
    inputs: importancesOf('inputs'),
    layers: layerAblations(
      units,
      found.map(each => each.ablated),
      names,
    ),
    curve: curve ? points.map(({rows}, at) => ({rows, metrics: summaries(points, at, names)})) : [],
    words: [
      ...columnWords(columns, names[1]!),
      ...(curve ? names.map(name => curveSentence(points, name, testRows)) : []),
    ],
  };
}

function summaries(points: readonly CurvePoint[], at: number, names: readonly Metric[]) {
  return Object.fromEntries(
    names.map(name => {
      const {rows: _, ...summary} = curveSummary(points, name)[at]!;
      return [name, summary];
    }),
  );
}

function columnWords(columns: readonly Importance[], metric: Metric): string[] {
  const sign = metrics[metric].direction === 'higher' ? -1 : 1;
  const certain = columns.filter(({changes}) => {
    const {mean = null, p = null} = changes[metric] ?? {};
    return p !== null && mean !== null && p < 0.05 && sign * mean > 0;
  });
  const {label} = metrics[metric];
  return [
    certain.length === 0
      ? `No column by itself makes ${label} significantly worse when it is shuffled: what they say overlaps, or there are too few rows.`
      : `${certain.length} of ${columns.length} columns ${certain.length === 1 ? 'makes' : 'make'} ${label} significantly worse when shuffled (corrected p < 0.05, each by itself).`,
  ];
}
