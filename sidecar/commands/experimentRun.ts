/** What `mlp cv` and `mlp train` share: reading the document, the folder of the run, the workers, Ctrl-C. */
import {createHash, randomBytes} from 'node:crypto';
import {arch, availableParallelism, platform} from 'node:os';
import {basename, join, resolve} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import type {DataFacts, StoredRun} from '../../schemas/generated/run.ts';
import {formatProblem} from '../document/formatProblem.ts';
import type {Metric} from '../evaluation/metrics.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {FoldEvent} from '../experiment/foldTask.ts';
import {loadExperiment, type Overrides} from '../experiment/loadExperiment.ts';
import type {Runner} from '../experiment/runner.ts';
import type {Engine} from '../network/engine.ts';
import {defaultWorkers, workerThreads} from '../runners/workerThreads.ts';
import {createRunFolder, type RunFolder, runId, runsDirectory} from '../runs/runFolder.ts';
import {createProgress} from '../terminal/progress.ts';
import {EXIT} from '../userError.ts';

export interface ExperimentOptions {
  readonly variant?: string[];
  readonly folds?: number;
  readonly repeats?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly engine: Engine['name'];
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
}

/** What a command adds to the stored run when it has ended. */
export type RunEnd = Pick<StoredRun, 'status' | 'failure' | 'crossValidation' | 'training'>;

/** How a run ended, and what is printed once the progress is gone. */
export interface RunOutcome {
  readonly end: RunEnd;
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
  const {experiment, problems, text} = await loadExperiment(file, overrides);
  for (const problem of problems) console.error(formatProblem(problem, file));
  if (!experiment) {
    if (options.json) console.log(JSON.stringify({problems}));
    return EXIT.wrongInput;
  }

  const started = performance.now();
  const context = {experiment: {...experiment, folds: []}, engine: options.engine};
  const networks = experiment.variants.length * (kind === 'training' ? 1 : experiment.folds.length);
  const workers = Math.min(options.workers ?? defaultWorkers(), networks);
  const id = runId(startedAt, randomBytes(2).toString('hex'));
  const stored: StoredRun = {
    version: 1,
    id,
    kind,
    status: 'running',
    startedAt: startedAt.toISOString(),
    document: {name: basename(file), text, sha256: createHash('sha256').update(text).digest('hex')},
    overrides,
    variants: experiment.variants.map(({name, document}) => ({
      name,
      document: document as unknown as Record<string, unknown>,
    })),
    data: dataFacts(experiment),
    seed: experiment.seed,
    numerics: 'reproducible',
    engine: options.engine,
    environment: {
      mlpLab: packageJson.version,
      node: process.versions.node,
      platform: platform(),
      architecture: arch(),
      cores: availableParallelism(),
      workers,
    },
  };
  const directory = options.out === undefined ? join(runsDirectory(resolve(file)), id) : resolve(options.out);
  const folder = createRunFolder(directory, stored);
  const runner = workerThreads(context, workers);
  const stopListening = cancelOnSignal(runner);
  const at = () => Math.round(performance.now() - started);
  const epochsOf = (name: string) =>
    experiment.variants.find(variant => variant.name === name)?.document.training.epochs ?? 0;
  const totalEpochs =
    experiment.variants.reduce((sum, variant) => sum + epochsOf(variant.name), 0) *
    (networks / experiment.variants.length);
  const progress = createProgress(
    process.stderr,
    {networks, epochsOf, totalEpochs, shown: SHOWN[experiment.target.task]},
    () => performance.now(),
  );

  folder.append({event: 'runStarted', at: 0, tasks: networks, epochs: totalEpochs, workers});
  try {
    const {end, output} = await body({
      experiment,
      folder,
      runner,
      id,
      facts: stored.data,
      secondsSoFar: () => at() / 1000,
      onEvent(event) {
        folder.append({...event, at: at()} as Parameters<RunFolder['append']>[0]);
        progress.onEvent(event);
      },
    });
    progress.end();
    folder.append({
      event: 'runEnded',
      at: at(),
      status: end.status === 'running' ? 'failed' : end.status,
      ...(end.failure ? {failure: end.failure} : {}),
    });
    folder.writeRun({...stored, ...end, finishedAt: new Date().toISOString()});
    console.log(output);
    return exitCodeOf(end);
  } finally {
    progress.end();
    stopListening();
    await runner.dispose();
    folder.dispose();
  }
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

function exitCodeOf(end: RunEnd): number {
  if (end.status === 'cancelled') return EXIT.cancelled;
  if (end.status === 'failed') {
    console.error(`The run failed: ${end.failure}`);
    return EXIT.failed;
  }
  const results = [
    ...(end.crossValidation?.variants.flatMap(variant => variant.folds) ?? []),
    ...(end.training?.models ?? []),
  ];
  return results.some(result => result.status === 'diverged') ? EXIT.failed : EXIT.done;
}
