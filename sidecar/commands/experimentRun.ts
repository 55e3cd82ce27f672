/** What `mlp cv` and `mlp train` share: preparing the run, showing its progress, Ctrl-C, its result. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {SHOWN} from '../evaluation/metrics.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {Overrides} from '../experiment/loadExperiment.ts';
import type {Engine} from '../network/engine.ts';
import {defaultWorkers} from '../runners/workerThread.ts';
import {type Preparation, type PreparedRun, prepareRun} from '../running/prepareRun.ts';
import type {RunBody} from '../running/runWork.ts';
import {type RunningRun, startRun} from '../running/startRun.ts';
import {commandOf} from '../runs/runSummary.ts';
import {createProgress, type Progress} from '../terminal/progress.ts';
import {resumeCommand} from '../terminal/resumeCommand.ts';
import {printable} from '../terminal/table.ts';
import {EXIT} from '../userError.ts';
import {shortPath} from './shortPath.ts';
import {tellProblems} from './tellProblems.ts';

export interface ExperimentOptions {
  readonly variant?: string[];
  readonly folds?: number;
  readonly repeats?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly out?: string;
  /** Folder of a run that is to be finished. */
  readonly resume?: string;
  /** Whatever the numerics of the variants. */
  readonly engine?: Engine['name'];
  readonly json?: boolean;
}

/**
 * Prepares a run and does it. Problems of the document go to standard error; when there is an error among them, nothing
 * is stored.
 * @param output what is printed of a run that has a result, once it is stored
 * @returns the exit code
 */
export async function runExperiment(
  file: string,
  kind: StoredRun['kind'],
  options: ExperimentOptions,
  body: RunBody,
  output: (run: StoredRun, experiment: Experiment) => string,
): Promise<number> {
  const {run: prepared, problems} = await prepare(file, kind, options);
  tellProblems(problems, file, options);
  if (!prepared) {
    if (options.json) console.log(JSON.stringify({problems}));
    return EXIT.wrongInput;
  }
  return runPrepared(prepared, options, body, output);
}

/**
 * Does a run that was prepared, shows its progress, lets Ctrl-C end it, and says how one is finished that did not come
 * to its end.
 * @returns the exit code
 */
export async function runPrepared(
  prepared: PreparedRun,
  options: Pick<ExperimentOptions, 'workers' | 'resume'>,
  body: RunBody,
  output: (run: StoredRun, experiment: Experiment) => string,
): Promise<number> {
  const {experiment} = prepared;
  let progress: Progress | undefined;
  const run = startRun(prepared, body, {
    workers: options.workers ?? defaultWorkers(),
    onEvent: event => progress?.onEvent(event),
  });
  progress = showProgress(run);
  const stopListening = cancelOnSignal(run);
  const {status, failure, run: stored} = await run.ended;
  progress.end();
  stopListening();
  if (stored.crossValidation ?? stored.training) console.log(output(stored, experiment));
  if (status !== 'completed' && isStored(prepared)) {
    const directory = options.resume ?? shortPath(prepared.directory);
    console.error(printable(`To finish this run: ${resumeCommand(commandOf(prepared), directory)}`));
  }
  if (failure) throw failure;
  return status === 'cancelled' ? EXIT.cancelled : hasDiverged(stored) ? EXIT.failed : EXIT.done;
}

/** Whether there is something to finish: the folder may have been deleted meanwhile, and even be another run's by now. */
function isStored({directory, id}: PreparedRun): boolean {
  try {
    return JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')).id === id;
  } catch {
    return false; // Nothing is there, or nothing that could be gone on with.
  }
}

async function prepare(file: string, kind: StoredRun['kind'], options: ExperimentOptions): Promise<Preparation> {
  const {resume, engine, out} = options;
  if (resume !== undefined) {
    // What reads stored runs is large, and a new run needs none of it.
    const {prepareToResume} = await import('../running/prepareToResume.ts');
    return prepareToResume({command: commandOf({kind}), document: file, directory: resume});
  }
  return prepareRun({
    kind,
    document: file,
    overrides: overridesOf(options),
    ...(engine ? {engine} : {}),
    ...(out === undefined ? {} : {out}),
  });
}

function showProgress({plan, progress, finishedBefore, prepared}: RunningRun): Progress {
  if (prepared.interrupted) {
    console.error(
      `Going on where the run was interrupted: ${finishedBefore} of ${plan.networks} networks are trained.`,
    );
  }
  return createProgress(
    process.stderr,
    {
      ...plan,
      finished: finishedBefore,
      share: () => progress.share,
      secondsLeft: () => progress.secondsLeft,
      shown: SHOWN[prepared.experiment.target.task],
    },
    () => performance.now(),
  );
}

export function overridesOf({
  variant,
  folds,
  repeats,
  epochs,
  seed,
}: Pick<ExperimentOptions, 'variant' | 'folds' | 'repeats' | 'epochs' | 'seed'>): Overrides {
  return {
    ...(variant ? {variants: variant} : {}),
    ...(folds === undefined ? {} : {'evaluation.folds': folds}),
    ...(repeats === undefined ? {} : {'evaluation.repeats': repeats}),
    ...(epochs === undefined ? {} : {'training.epochs': epochs}),
    ...(seed === undefined ? {} : {'training.seed': seed}),
  };
}

/** The first Ctrl-C ends the run cleanly and keeps what is done; the second one ends the process. */
function cancelOnSignal(run: RunningRun): () => void {
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(EXIT.cancelled);
    asked = true;
    process.stderr.write('\nStopping; what is done is kept. Press Ctrl-C again to end at once.\n');
    run.cancel();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

function hasDiverged({crossValidation, training}: StoredRun): boolean {
  const folds = crossValidation?.variants.flatMap(variant => variant.folds) ?? [];
  return [...folds, ...(training?.models ?? [])].some(result => result.status === 'diverged');
}
