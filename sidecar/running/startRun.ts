/** Runs what was prepared: for the terminal and for the editor alike. Everything that happens is stored before it is told. */
import {availableParallelism} from 'node:os';
import {basename} from 'node:path';
import type {Worker} from 'node:worker_threads';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {Watched} from '../../schemas/protocol.ts';
import type {FoldEvent} from '../experiment/foldTask.ts';
import type {TrainingPlace} from '../experiment/runner.ts';
import type {LiveState} from '../experiment/watcher.ts';
import type {WorkerStart} from '../runners/serveTasks.ts';
import {spareCores} from '../runners/spareCores.ts';
import {workerThreads} from '../runners/workerThreads.ts';
import type {FileSystem} from '../runs/fileSystem.ts';
import {createRunFolder, openRunFolder, pathToDocument} from '../runs/runFolder.ts';
import type {PreparedRun} from './prepareRun.ts';
import {planRun, type RunPlan} from './runPlan.ts';
import {createRunProgress, type RunProgress} from './runProgress.ts';
import {runRecord} from './runRecord.ts';
import {failureText, type RunBody, type RunEnd, type RunWork} from './runWork.ts';

export interface StartOptions {
  /** Worker threads, where there is memory for them. */
  readonly workers: number;
  /** Begins paused before the first batch, to be stepped. */
  readonly paused?: boolean;
  /** Gives way to other programs. */
  readonly lowPriority?: boolean;
  readonly startWorker?: (start: WorkerStart) => Worker;
  readonly fileSystem?: FileSystem;
  /** Sees each event when it is stored. @param number from 0 */
  readonly onEvent?: (event: RunEvent, number: number) => void;
  readonly onLive?: (live: LiveState) => void;
}

/** A run that goes on. */
export interface RunningRun {
  readonly id: string;
  readonly directory: string;
  readonly prepared: PreparedRun;
  readonly plan: RunPlan;
  /** Networks that an earlier process trained. */
  readonly finishedBefore: number;
  /** Number of events so far. */
  readonly events: number;
  /** Events from a number on, at most `most`, read from the store: it stays readable when the run has ended. */
  readEvents(from: number, most?: number): RunEvent[];
  readonly status: 'running' | 'paused' | EndedRun['status'];
  readonly progress: RunProgress;
  /** Networks in training now. */
  training(): readonly TrainingPlace[];
  pause(): void;
  proceed(): void;
  step(by: 'batch' | 'epoch'): void;
  watch(watched: Watched | null): void;
  /** Ends within 200 ms; what is done is kept. */
  cancel(): void;
  /** Never rejects. */
  readonly ended: Promise<EndedRun>;
}

export interface EndedRun {
  readonly status: RunEnd['status'];
  /** What made it fail: a UserError is told as it is, any other is a bug. */
  readonly failure: Error | null;
  /** As it was stored, or would have been if the disk is what failed. */
  readonly run: StoredRun;
}

/** @throws UserError if the folder cannot be written, or there is not enough memory */
export function startRun(prepared: PreparedRun, body: RunBody, options: StartOptions): RunningRun {
  const {id, kind, directory, experiment, engines, interrupted} = prepared;
  const {fileSystem, onEvent, onLive, paused = false, lowPriority = false, startWorker} = options;
  const plan = planRun(experiment, kind, options.workers, prepared.search);
  const record = recordOf(prepared, plan);
  const folder = interrupted ? openRunFolder(directory, fileSystem) : createRunFolder(directory, record, fileSystem);
  // The time of the interruption is left out.
  const offset = folder.events === 0 ? 0 : Math.max(0, ...folder.readEvents(folder.events - 1).map(({at}) => at));
  const started = performance.now();
  const at = () => offset + Math.round(performance.now() - started);
  // Each task brings its own fold.
  const {folds: _, ...shared} = experiment;
  const runner = workerThreads(
    {experiment: shared, ...engines},
    {
      workers: plan.workers,
      // What has no network of its own helps those of long steps.
      threads: Math.max(plan.workers, Math.min(options.workers, availableParallelism())),
      paused,
      lowPriority,
      ...(lowPriority ? {mostBusy: spareCores(plan.workers)} : {}),
      ...(startWorker ? {startWorker} : {}),
    },
  );
  const cancelled = new AbortController();
  const keeper = folder.keeper(shared);
  const progress = createRunProgress(plan, () => performance.now());
  const trained = folder.storedFolds.filter(({subject}) => subject === 'variant');
  for (const {place} of trained) progress.skip(place);
  if (paused) progress.pause();
  let status: RunningRun['status'] = paused ? 'paused' : 'running';

  const tell = (event: RunEvent): void => {
    const number = folder.append(event);
    onEvent?.(event, number);
  };
  const work: RunWork = {
    id,
    experiment,
    engines,
    folder,
    runner,
    signal: cancelled.signal,
    facts: record.data,
    secondsSoFar: () => at() / 1000,
    listener: {
      onEvent(event: FoldEvent) {
        progress.onEvent(event);
        tell({...event, at: at()} as RunEvent);
      },
      ...(onLive ? {onLive} : {}),
      keeper,
    },
  };

  async function run(): Promise<EndedRun> {
    let end: RunEnd;
    try {
      if (interrupted) {
        folder.writeRun(record);
        tell({event: 'runResumed', at: at(), tasks: plan.networks - trained.length, workers: plan.workers});
      } else {
        tell({event: 'runStarted', at: 0, tasks: plan.networks, epochs: plan.totalEpochs, workers: plan.workers});
      }
      end = await body(work);
    } catch (error) {
      end = {status: 'failed', failure: asError(error), result: {}};
    }
    await runner.dispose();
    // Nothing is waited for between the last event and the state it tells of: who knows the one finds the other.
    const ended = finish(end);
    status = ended.status;
    folder.dispose();
    return ended;
  }

  /** As far as the folder can still be written: where it cannot, that is what the run failed of. */
  function finish({status: how, failure, result}: RunEnd): EndedRun {
    const why = failure ? {failure: failureText(failure)} : {};
    const final: StoredRun = {...record, status: how, ...why, ...result, finishedAt: new Date().toISOString()};
    try {
      tell({event: 'runEnded', at: at(), status: how, ...why});
      folder.writeRun(final);
      // Models are kept as files of their own; the folds of a cross-validation are its predictions, those of a search are not.
      if (how === 'completed') folder.tidy({folds: kind === 'training' || prepared.search !== undefined});
      return {status: how, failure, run: final};
    } catch (error) {
      const cause = failure ?? asError(error);
      return {status: 'failed', failure: cause, run: {...final, status: 'failed', failure: failureText(cause)}};
    }
  }

  const running: RunningRun = {
    id,
    directory,
    prepared,
    plan,
    finishedBefore: trained.length,
    get events() {
      return folder.events;
    },
    readEvents: folder.readEvents,
    get status() {
      return status;
    },
    progress,
    training: runner.training,
    pause() {
      if (status !== 'running') return;
      status = 'paused';
      progress.pause();
      runner.pause();
    },
    proceed() {
      if (status !== 'paused') return;
      status = 'running';
      progress.proceed();
      runner.proceed();
    },
    step(by) {
      if (status === 'paused') runner.step(by);
    },
    watch: runner.watch,
    cancel() {
      cancelled.abort();
      runner.cancel();
    },
    // After the caller has the run: what it does with the first event may need it.
    ended: Promise.resolve().then(run),
  };
  return running;
}

function recordOf({experiment, interrupted, document, ...facts}: PreparedRun, {workers}: RunPlan): StoredRun {
  const name = basename(document);
  const path = pathToDocument(facts.directory, document);
  const record = runRecord(experiment, {...facts, name, path, startedAt: new Date(), workers});
  if (!interrupted) return record;
  const {startedAt, document: begun, explanations} = interrupted;
  return {...record, startedAt, document: begun, ...(explanations ? {explanations} : {})};
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
