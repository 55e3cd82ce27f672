import {formatProblem} from '../document/formatProblem.ts';
import type {Metric} from '../evaluation/metrics.ts';
import {metrics} from '../evaluation/metrics.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {FoldOutcome, FoldTask} from '../experiment/foldTask.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import type {Runner} from '../experiment/runner.ts';
import {runTasks} from '../experiment/runTasks.ts';
import {eachFoldNetwork} from '../explaining/foldNetworks.ts';
import {
  ablateUnits,
  hiddenUnits,
  type Importance,
  importances,
  type LayerAblation,
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
import {type ChosenEngines, chooseEngines, engineOf} from '../network/engines.ts';
import {defaultWorkers} from '../runners/workerThread.ts';
import {workerThreads} from '../runners/workerThreads.ts';
import {explanationReport} from '../terminal/explanationReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';
import {SHOWN} from './experimentRun.ts';

export interface ExplainOptions {
  readonly variant?: string;
  readonly epochs?: number;
  readonly workers?: number;
  /** How often each column is shuffled in each fold. */
  readonly shuffles: number;
  /** Whether the learning curve, which trains most, is left out. */
  readonly curve: boolean;
  readonly json?: boolean;
}

/** What `mlp explain --json` prints. */
export interface Explanation {
  readonly variant: string;
  readonly columns: readonly Importance[];
  readonly layers: readonly LayerAblation[];
  readonly curve: ReadonlyArray<{
    readonly rows: number;
    readonly metrics: Readonly<Record<string, {mean: number | null; sd: number | null}>>;
  }>;
  /** What to make of it, each a whole sentence. */
  readonly words: readonly string[];
}

/** `mlp explain FILE`. @returns the exit code */
export async function explainDocument(file: string, options: ExplainOptions): Promise<number> {
  const {experiment, problems} = await loadExperiment(file, {
    ...(options.variant === undefined ? {} : {variants: [options.variant]}),
    ...(options.epochs === undefined ? {} : {'training.epochs': options.epochs}),
  });
  for (const problem of problems) console.error(printable(formatProblem(problem, file)));
  if (!experiment) return EXIT.wrongInput;
  const engines = chooseEngines([experiment.variants[0]!.document.training.numerics], undefined);
  const {folds: _, ...shared} = experiment;
  const runner = workerThreads({experiment: shared, ...engines}, {workers: options.workers ?? defaultWorkers()});
  const cancel = () => runner.cancel();
  process.once('SIGINT', cancel);
  try {
    const explanation = await explain(experiment, runner, engines, options);
    if (!explanation) return EXIT.cancelled;
    const {task} = experiment.target;
    console.log(options.json ? JSON.stringify(explanation) : explanationReport(explanation, SHOWN[task]));
    return EXIT.done;
  } finally {
    process.off('SIGINT', cancel);
    await runner.dispose();
  }
}

async function explain(
  experiment: Experiment,
  runner: Runner,
  engines: ChosenEngines,
  {shuffles, curve}: ExplainOptions,
): Promise<Explanation | null> {
  const variant = experiment.variants[0]!;
  const names: readonly Metric[] = SHOWN[experiment.target.task];
  const sizes = (curve ? CURVE_SHARES : [1]).map(share => smallerFolds(experiment, share));
  process.stderr.write(`Training ${sizes.flat().length} networks of "${printable(variant.name)}" …\n`);
  const tasks = sizes.flatMap((folds, size) =>
    folds.map((fold): FoldTask => ({subject: {kind: 'variant', index: 0}, fold, keepModel: size === sizes.length - 1})),
  );
  const {outcomes, failure} = await runTasks(experiment, tasks, runner, {onEvent() {}});
  if (failure) throw failure;
  if (outcomes.includes(null)) return null;
  const done = outcomes as FoldOutcome[];
  const folds = sizes.at(-1)!;
  const whole = done.slice(-folds.length);
  if (whole.some(({model}) => model === null)) {
    throw new UserError(
      `"${variant.name}" diverged in some fold: there is nothing to explain. ${whole.find(({problem}) => problem)?.problem ?? ''}`,
      EXIT.failed,
    );
  }
  const models = folds.map((fold, at) => ({fold, model: whole[at]!.model!}));
  const {encoder} = models[0]!.model;
  const units = hiddenUnits(variant.network);
  const key = foldIn(randomKey(experiment.seed), 'importance');
  const {table, target} = experiment;
  const engine = engineOf(engines, variant.document.training.numerics);
  const found = eachFoldNetwork({table, target, plan: variant.network, engine}, models, network => ({
    columns: permuteColumns(network, encoder, shuffles, key),
    units: ablateUnits(network, units),
  }));
  const columns = importances(
    encoder.columns.map(column => column.name),
    found.map(each => each.columns),
    names,
  );
  const points = sizes.map((each, size) =>
    curvePoint(each, done.slice(size * each.length, (size + 1) * each.length), names),
  );
  const testRows = folds.map(({test}) => test.length);
  return {
    variant: variant.name,
    columns,
    layers: layerAblations(
      units,
      found.map(each => each.units),
      names,
    ),
    curve: curve ? points.map((_, at) => ({rows: points[at]!.rows, metrics: summaries(points, at, names)})) : [],
    words: [
      ...columnWords(columns, names[1]!),
      ...(curve ? names.map(name => curveSentence(points, name, testRows)) : []),
    ],
  };
}

function summaries(points: readonly CurvePoint[], at: number, names: readonly Metric[]) {
  return Object.fromEntries(names.map(name => [name, curveSummary(points, name)[at]!]));
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
