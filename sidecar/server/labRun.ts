import {join} from 'node:path';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {RunState, Watched} from '../../schemas/protocol.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {PreparedRun} from '../running/prepareRun.ts';
import type {RunningRun, StartOptions} from '../running/startRun.ts';
import {openStoredEvents} from '../runs/eventsFile.ts';
import {disk} from '../runs/fileSystem.ts';
import {UserError} from '../userError.ts';
import {createLiveFeed, type LiveFeed, type ShownState} from './liveFeed.ts';
import type {Queued} from './runQueue.ts';

/** A run of this session, from the moment that it was asked for. */
export interface LabRun extends Queued {
  readonly directory: string;
  /** Path of the document. */
  readonly document: string;
  readonly kind: PreparedRun['kind'];
  /** null when it has ended: its table may be large, and ended runs are remembered for long. */
  readonly experiment: Experiment | null;
  /** Rows times parameters times epochs, of all its networks. */
  readonly work: number;
  readonly events: EventSource;
  /** Why it failed, in one sentence. */
  readonly failure: string | undefined;
  /** Share of the epochs done. */
  readonly progress: number;
  /** Estimated, from when it trains; null until it can be told. */
  readonly secondsLeft: number | null;
  training(): RunState['training'];
  /** @throws UserError if its state does not allow it; so the next three */
  pause(): void;
  proceed(): void;
  step(by: 'batch' | 'epoch'): void;
  /** Resolves when it has ended and is stored. */
  cancel(): Promise<void>;
  /** @throws UserError if there is no such network */
  watch(watched: Watched | null): void;
}

/** The events of a run, read from its store. */
export interface EventSource {
  readonly count: number;
  /** @param most number of events */
  read(from: number, most: number): RunEvent[];
}

export interface LabRunListener {
  eventsAdded(): void;
  live(state: ShownState): void;
  statusChanged(): void;
}

export type Start = (prepared: PreparedRun, options: Pick<StartOptions, 'paused' | 'onEvent' | 'onLive'>) => RunningRun;

/** @param paused whether it begins paused, to be stepped @param start may throw a UserError: then the run has failed */
export function createLabRun(prepared: PreparedRun, paused: boolean, start: Start, listener: LabRunListener): LabRun {
  const {id, directory, document, kind} = prepared;
  let status: RunState['status'] = 'queued';
  let failure: string | undefined;
  /** Until it has ended. Nothing else below may hold the experiment. */
  let open: PreparedRun | null = prepared;
  let running: RunningRun | null = null;
  // One that is taken up again has those of before also while it waits.
  let storedEvents = prepared.interrupted ? eventsOf(directory) : NO_EVENTS;
  let feed: LiveFeed | null = null;
  let watchedNetwork: Watched | null = null;
  /** Of the epochs, when it has ended. */
  let share = 0;

  function setStatus(next: RunState['status']): void {
    if (next === status) return;
    status = next;
    listener.statusChanged();
  }

  /** @returns the run at work, in one of these states */
  function runningIn(...states: readonly RunState['status'][]): RunningRun {
    if (running && states.includes(status)) return running;
    throw new UserError(REFUSALS[status]);
  }

  function fail(error: unknown): void {
    failure = error instanceof UserError ? error.message : 'An internal error of MLP Lab: the log has the details.';
    open = null;
    setStatus('failed');
    if (!(error instanceof UserError)) throw error;
  }

  async function followToEnd(run: RunningRun): Promise<void> {
    const end = await run.ended;
    // The feed goes on until all drops are counted.
    failure = end.run.failure;
    share = run.progress.share;
    storedEvents = eventsOf(directory);
    running = null;
    open = null;
    setStatus(end.status);
  }

  return {
    id,
    directory,
    document,
    kind,
    work: workOf(prepared),
    get experiment() {
      return open?.experiment ?? null;
    },
    events: {
      get count() {
        return running ? running.events : storedEvents.count;
      },
      read: (from, most) => (running ? running.readEvents(from, most) : storedEvents.read(from, most)),
    },
    get status() {
      return status;
    },
    get failure() {
      return failure;
    },
    get progress() {
      return status === 'completed' ? 1 : (running?.progress.share ?? share);
    },
    get secondsLeft() {
      return running?.progress.secondsLeft ?? null;
    },
    training: () => running?.training() ?? [],
    start() {
      if (!open) return;
      try {
        running = start(open, {
          paused,
          onEvent: () => listener.eventsAdded(),
          onLive: live => feed?.add(live),
        });
      } catch (error) {
        fail(error);
        return;
      }
      running.watch(watchedNetwork);
      setStatus(paused ? 'paused' : 'running');
      void followToEnd(running);
    },
    pause() {
      runningIn('running').pause();
      setStatus('paused');
    },
    proceed() {
      runningIn('paused').proceed();
      setStatus('running');
    },
    step(by) {
      runningIn('paused').step(by);
    },
    async cancel() {
      if (status === 'queued') {
        open = null;
        return setStatus('cancelled');
      }
      const run = runningIn('running', 'paused');
      run.cancel();
      await run.ended;
    },
    watch(watched) {
      let next: LiveFeed | null = null;
      if (watched) {
        if (!open) throw new UserError(REFUSALS[status]);
        next = createLiveFeed(open, watched, listener.live);
      }
      feed?.dispose();
      feed = next;
      watchedNetwork = feed?.watched ?? null;
      running?.watch(watchedNetwork);
    },
  };
}

/** None where they cannot be read: a run has to end also on a disk that fails. */
function eventsOf(directory: string): EventSource {
  try {
    return openStoredEvents(disk, join(directory, 'events.jsonl'));
  } catch {
    return NO_EVENTS;
  }
}

const NO_EVENTS: EventSource = {count: 0, read: () => []};

function workOf({experiment: {folds, table, variants}, kind, search}: PreparedRun): number {
  const rowsOf = (some: Experiment['folds']) => some.reduce((sum, fold) => sum + fold.train.length, 0);
  // A search chooses anew on each fold of its first repeat: all settings on parts of it, and one on the whole.
  const innerFolds = search?.innerFolds ?? 0;
  const choices = innerFolds < 2 ? 0 : innerFolds - 1 + 1 / variants.length;
  const nested = choices * rowsOf(folds.filter(({repeat}) => repeat === 0));
  const rows = kind === 'training' ? table.rows : rowsOf(folds) + nested;
  return variants.reduce((sum, {parameters, document}) => sum + rows * parameters * document.training.epochs, 0);
}

const REFUSALS: {readonly [S in RunState['status']]: string} = {
  queued: 'The run waits for others to end: move it to the front of the queue, or cancel it.',
  running: 'The run goes on: pause it first.',
  paused: 'The run is paused already.',
  completed: 'The run has ended.',
  cancelled: 'The run was cancelled.',
  failed: 'The run has failed.',
};
