/** What `mlp cv` and `mlp train` share: reading the document, the folder of the run, the workers, Ctrl-C. */
import {createHash, randomBytes} from 'node:crypto';
import {arch, availableParallelism, platform} from 'node:os';
import {basename, join, resolve} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import type {CrossValidation, DataFacts, StoredRun} from '../../schemas/generated/run.ts';
import {formatProblem} from '../document/formatProblem.ts';
import type {Metric} from '../evaluation/metrics.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {FoldEvent} from '../experiment/foldTask.ts';
import {loadExperiment, type Overrides} from '../experiment/loadExperiment.ts';
import type {Runner} from '../experiment/runner.ts';
import type {Engine} from '../network/engine.ts';
import {type ChosenEngines, chooseEngines, defaultEngine, engineFacts} from '../network/engines.ts';
import {defaultWorkers, workerThreads} from '../runners/workerThreads.ts';
import {createRunFolder, type RunFolder, runId, runsDirectory} from '../runs/runFolder.ts';
import {createProgress, type ProgressPlan} from '../terminal/progress.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

export interface ExperimentOptions {
  readonly variant?: string[];
  readonly folds?: number;
  readonly repeats?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
  /** Whatever the numerics of the variants. */
  readonly engine?: Engine['name'];
  readonly json?: boolean;
}

/** An experiment about to run. */
export interface ExperimentRun {
  readonly experiment: Experiment;
  readonly folder: RunFolder;
  readonly runner: Runner;
  readonly onEvent: (event: FoldEvent) => void;
  readonly facts: DataFacts;
  readonly secondsSoFar: () => number;
  readonly id: string;
  readonly engines: ChosenEngines;
}

/** What a command adds to the stored run when it has ended. */
export type RunEnd = Pick<StoredRun, 'status' | 'failure' | 'crossValidation' | 'training'>;

/** What every result begins with. */
export function resultHead(
  {id, folder, facts, secondsSoFar, engines, experiment}: ExperimentRun,
  {status, digest}: Pick<CrossValidation, 'status' | 'digest'>,
) {
  const trained = engineFacts(engines, wantedNumerics(experiment));
  return {run: id, directory: folder.directory, status, digest, ...trained, seconds: secondsSoFar(), data: facts};
}

/** How a run ended, and what is printed once the progress is gone. */
export interface RunOutcome {
  readonly end: RunEnd;
  /** What made it fail: shown after the run is stored. */
  readonly failure: Error | null;
  /** Writes what is large, when the result is safe. */
  readonly storeMore?: () => void;
  readonly output: string;
}

/** The metrics that a terminal shows. */
export const SHOWN: {readonly [Task in Experiment['target']['task']]: readonly Metric[]} = {
  classification: ['accuracy', 'nll'],
  regression: ['rmse', 'r2'],
};

/**
 * Loads an experiment, runs `body` with a folder and workers of its own, and stores how it ended. Problems of the
 * document go to standard error; when there is an error among them, nothing is stored.
 * @returns the exit code
 */
export async function runExperiment(
  file: string,
  kind: StoredRun['kind'],
  options: ExperimentOptions,
  body: (run: ExperimentRun) => Promise<RunOutcome>,
): Promise<number> {
  const startedAt = new Date();
  const overrides = overridesOf(options);
  const {experiment, problems, text} = await loadExperiment(file, overrides, kind);
  for (const problem of problems) console.error(printable(formatProblem(problem, file)));
  if (!experiment) {
    if (options.json) console.log(JSON.stringify({problems}));
    return EXIT.wrongInput;
  }

  if (options.engine === 'wasm' && defaultEngine() !== 'wasm') {
    throw new UserError(
      'This machine has no WebAssembly SIMD: use --engine plain, which gives the same bits.',
      EXIT.wrongUsage,
    );
  }
  const engines = chooseEngines(wantedNumerics(experiment), options.engine);
  const started = performance.now();
  const plan = runPlan(experiment, kind, options);
  const id = runId(startedAt, randomBytes(2).toString('hex'));
  const document = {name: basename(file), text, sha256: createHash('sha256').update(text).digest('hex')};
  const stored = runRecord(experiment, plan, {id, kind, startedAt, document, overrides, engines});
  const directory = options.out === undefined ? join(runsDirectory(resolve(file)), id) : resolve(options.out);
  const folder = createRunFolder(directory, stored);
  // Each task brings its own fold.
  const {folds: _, ...shared} = experiment;
  const runner = workerThreads({experiment: shared, ...engines}, {workers: plan.workers});
  const stopListening = cancelOnSignal(runner);
  const at = () => Math.round(performance.now() - started);
  const progress = createProgress(process.stderr, plan, () => performance.now());
  let finished = false;
  const finish = (end: RunEnd) => {
    finished = true;
    progress.end();
    const status = end.status === 'running' ? 'failed' : end.status;
    folder.append({event: 'runEnded', at: at(), status, ...(end.failure ? {failure: end.failure} : {})});
    folder.writeRun({...stored, ...end, finishedAt: new Date().toISOString()});
  };
  try {
    folder.append({event: 'runStarted', at: 0, tasks: plan.networks, epochs: plan.totalEpochs, workers: plan.workers});
    const {end, output, failure, storeMore} = await body({
      experiment,
      folder,
      runner,
      id,
      engines,
      facts: stored.data,
      secondsSoFar: () => at() / 1000,
      onEvent(event) {
        folder.append({...event, at: at()} as Parameters<RunFolder['append']>[0]);
        progress.onEvent(event);
      },
    });
    finish(end);
    console.log(output);
    storeMore?.();
    if (failure) throw failure;
    return end.status === 'cancelled' ? EXIT.cancelled : hasDiverged(end) ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (!finished) storeFailure(finish, error);
    throw error;
  } finally {
    progress.end();
    stopListening();
    await runner.dispose();
    folder.dispose();
  }
}

/** A run that could not be stored to its end says so, as far as its folder can still be written. */
function storeFailure(finish: (end: RunEnd) => void, error: unknown): void {
  try {
    finish({status: 'failed', failure: error instanceof UserError ? error.message : INTERNAL_ERROR});
  } catch {
    // The folder cannot be written, which is what the error that follows is about.
  }
}

/** What is stored, and said, of an error that is no mistake of the user. */
const INTERNAL_ERROR = 'An internal error of MLP Lab.';

/** What a report adds to the stored run when it failed. */
export function failureOf({failure}: {failure: Error | null}): {failure?: string} {
  if (!failure) return {};
  return {failure: failure instanceof UserError ? failure.message : INTERNAL_ERROR};
}

interface RunPlan extends ProgressPlan {
  readonly workers: number;
}

function runPlan(experiment: Experiment, kind: StoredRun['kind'], options: ExperimentOptions): RunPlan {
  const {variants, folds, target} = experiment;
  const rounds = kind === 'training' ? 1 : folds.length;
  const networks = variants.length * rounds;
  const epochs = new Map(variants.map(({name, document}) => [name, document.training.epochs]));
  return {
    networks,
    totalEpochs: rounds * [...epochs.values()].reduce((sum, count) => sum + count, 0),
    epochsOf: name => epochs.get(name) ?? 0,
    shown: SHOWN[target.task],
    // More than a few for each core cost memory and gain nothing.
    workers: Math.min(options.workers ?? usualWorkers(experiment), networks, 4 * availableParallelism()),
  };
}

/** Each worker encodes its own matrix of inputs. Where that is large, one worker keeps memory near that of the data. */
const LARGE_MATRIX_BYTES = 250e6;

function usualWorkers({table, variants}: Experiment): number {
  const widest = Math.max(...variants.map(({network}) => network.inputs));
  return table.rows * widest * 4 > LARGE_MATRIX_BYTES ? 1 : defaultWorkers();
}

function wantedNumerics({variants}: Experiment) {
  return variants.map(({document}) => document.training.numerics);
}

type RunFacts = Pick<StoredRun, 'id' | 'kind' | 'document'> & {
  engines: ChosenEngines;
  startedAt: Date;
  overrides: Overrides;
};

/** run.json as it is while the run goes on. */
function runRecord(experiment: Experiment, {workers}: RunPlan, {engines, ...facts}: RunFacts): StoredRun {
  return {
    version: 1,
    ...facts,
    status: 'running',
    startedAt: facts.startedAt.toISOString(),
    overrides: {...facts.overrides},
    variants: experiment.variants.map(({name, document}) => ({
      name,
      document: {...document},
      ...engineFacts(engines, [document.training.numerics]),
    })),
    data: dataFacts(experiment),
    seed: experiment.seed,
    ...engineFacts(engines, wantedNumerics(experiment)),
    environment: {
      mlpLab: packageJson.version,
      node: process.versions.node,
      platform: platform(),
      architecture: arch(),
      cores: availableParallelism(),
      workers,
    },
  };
}

function overridesOf({variant, folds, repeats, epochs, seed}: ExperimentOptions): Overrides {
  return {
    ...(variant ? {variants: variant} : {}),
    ...(folds === undefined ? {} : {'evaluation.folds': folds}),
    ...(repeats === undefined ? {} : {'evaluation.repeats': repeats}),
    ...(epochs === undefined ? {} : {'training.epochs': epochs}),
    ...(seed === undefined ? {} : {'training.seed': seed}),
  };
}

function dataFacts({table, target, variants}: Experiment): DataFacts {
  return {
    rows: table.rows,
    features: variants[0]!.network.inputs,
    classes: target.task === 'classification' ? [...target.classes] : null,
    sha256: table.sha256,
  };
}

/** The first Ctrl-C ends the run cleanly and keeps what is done; the second one ends the process. */
function cancelOnSignal(runner: Runner): () => void {
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(EXIT.cancelled);
    asked = true;
    process.stderr.write('\nStopping; what is done is kept. Press Ctrl-C again to end at once.\n');
    runner.cancel();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

function hasDiverged({crossValidation, training}: RunEnd): boolean {
  const folds = crossValidation?.variants.flatMap(variant => variant.folds) ?? [];
  return [...folds, ...(training?.models ?? [])].some(result => result.status === 'diverged');
}
