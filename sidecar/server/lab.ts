import {resolve} from 'node:path';
import type {QueueState, Requests, RunState, StartedRun, StartRun} from '../../schemas/protocol.ts';
import {loadWorkerThreads} from '../runners/workerThread.ts';
import {crossValidationRun} from '../running/crossValidationRun.ts';
import {type Preparation, type PreparedRun, prepareRun} from '../running/prepareRun.ts';
import {prepareSearch} from '../running/prepareSearch.ts';
import {prepareToResume} from '../running/prepareToResume.ts';
import {startRun} from '../running/startRun.ts';
import {trainingRun} from '../running/trainingRun.ts';
import {UserError} from '../userError.ts';
import {secondsLeft} from './estimate.ts';
import {createLabRun, type LabRun, type Start} from './labRun.ts';
import type {Log} from './log.ts';
import {usualCores} from './machine.ts';
import type {Outbox} from './outbox.ts';
import {createRunQueue} from './runQueue.ts';

/** The runs of this process, and who follows them. */
export interface Lab {
  start(request: StartRun): Promise<Requests['mlpLab/startRun'][1]>;
  /** Takes up an interrupted run. @throws UserError if it cannot be */
  resume(directory: string): Promise<StartedRun>;
  /** @throws UserError if there is no such run */
  find(id: string): LabRun;
  /** The run that works in this folder, or is about to. */
  findIn(directory: string): LabRun | undefined;
  stateOf(run: LabRun): RunState;
  queue(): QueueState;
  /** @throws UserError unless the run waits */
  move(run: LabRun, place: number): void;
  /** Tells a client what happens from now on. @returns ends it */
  follow(outbox: Outbox): () => void;
  /** Lets every training put down where it is, so that another process can take it up. */
  layDown(): Promise<void>;
}

/** How often the progress of runs is told, while it changes; more often where somebody steps and waits for it. */
const PROGRESS_EVERY_MS = 500;
const STEPS_EVERY_MS = 100;
/** A training that is paused puts down where it is at its next batch, which rarely takes so long. */
const LAY_DOWN_MS = 150;

/** @param lowPriority whether training gives way to other programs */
export function createLab(log: Log, {lowPriority}: {lowPriority: boolean}): Lab {
  const queue = createRunQueue<LabRun>();
  const outboxes = new Set<Outbox>();
  let told = '';
  setInterval(tellQueue, PROGRESS_EVERY_MS).unref();
  setInterval(() => {
    if (queue.runs().some(({status}) => status === 'paused')) tellQueue();
  }, STEPS_EVERY_MS).unref();

  function readQueue(): QueueState {
    const runs = queue.runs();
    const left = secondsLeft(runs);
    return {runs: runs.map(run => describe(run, left.get(run) ?? null))};
  }

  function describe(run: LabRun, left: number | null): RunState {
    const {directory, document, kind, status, progress, events, failure} = run;
    return {
      run: run.id,
      directory,
      document,
      kind,
      status,
      place: queue.placeOf(run),
      progress,
      secondsLeft: left,
      events: events.count,
      training: run.training(),
      ...(failure === undefined ? {} : {failure}),
    };
  }

  function stateOf(run: LabRun): RunState {
    return describe(run, secondsLeft(queue.runs()).get(run) ?? null);
  }

  function tellQueue(): void {
    if (outboxes.size === 0) return;
    const now = readQueue();
    // Times left change by themselves: they are told with what changed.
    const facts = JSON.stringify(now, (key, value) => (key === 'secondsLeft' ? undefined : value));
    if (facts === told) return;
    told = facts;
    for (const outbox of outboxes) outbox.queueChanged(now);
  }

  function add(prepared: PreparedRun, request: Partial<StartRun>): LabRun {
    // Of what was prepared, what follows keeps no more: a run that has ended is remembered, its table is not.
    const {id} = prepared;
    const run: LabRun = createLabRun(prepared, request.paused ?? false, starter(request.workers, lowPriority), {
      eventsAdded() {
        for (const outbox of outboxes) outbox.eventsAdded(id);
      },
      live(state) {
        for (const outbox of outboxes) outbox.live(state);
      },
      statusChanged() {
        log.info(`run ${id} is ${run.status}${run.failure === undefined ? '' : `: ${run.failure}`}`);
        queue.statusChanged();
        tellQueue();
      },
    });
    log.info(`run ${id} was asked for: ${prepared.kind}, ${prepared.experiment.variants.length} variants`);
    takeOver(run);
    queue.add(run);
    tellQueue();
    return run;
  }

  /** A run that is taken up again follows the one that ended under its name: who is attached hears of it without asking anew. */
  function takeOver(run: LabRun): void {
    queue.find(run.id)?.watch(null);
    for (const outbox of outboxes) outbox.follow(run.id, run.events);
  }

  function started(preparation: Preparation, request: Partial<StartRun>): StartedRun | null {
    const {run, problems} = preparation;
    return run ? {kind: 'started', state: stateOf(add(run, request)), problems} : null;
  }

  return {
    async start(request) {
      const {kind, document, text, variants, search, workers = usualCores()} = request;
      if (!queue.runs().some(isGoingOn)) loadWorkerThreads(workers);
      const [variant] = variants ?? [];
      const preparation = search
        ? await prepareSearch({
            document,
            text,
            dropout: search === 'dropout',
            ...(variant === undefined ? {} : {variant}),
          })
        : await prepareRun({kind, document, text, ...(variants ? {overrides: {variants}} : {})});
      return started(preparation, request) ?? {kind: 'wrongInput', problems: preparation.problems};
    },
    async resume(directory) {
      if (findIn(directory)) throw new UserError('This run goes on already.');
      const preparation = await prepareToResume({directory, keepText: true});
      // Another client may have asked for the same meanwhile.
      if (findIn(directory)) throw new UserError('This run goes on already.');
      const resumed = started(preparation, {});
      if (resumed) return resumed;
      const {message} = preparation.problems.find(({severity}) => severity === 'error')!;
      throw new UserError(`The run cannot be resumed. ${message}`);
    },
    find(id) {
      const run = queue.find(id);
      if (run) return run;
      throw new UserError(
        'This run is not known here: it has ended, or belongs to another process. Read it from its folder.',
      );
    },
    findIn,
    stateOf,
    queue: readQueue,
    move(run, place) {
      queue.move(run, place);
      tellQueue();
    },
    follow(outbox) {
      outboxes.add(outbox);
      return () => outboxes.delete(outbox);
    },
    async layDown() {
      const running = queue.runs().filter(run => run.status === 'running');
      for (const run of running) run.pause();
      if (running.length > 0) await new Promise(resolve => setTimeout(resolve, LAY_DOWN_MS));
    },
  };

  function findIn(directory: string): LabRun | undefined {
    const folder = resolve(directory);
    return queue.runs().find(run => run.directory === folder && isGoingOn(run));
  }
}

function isGoingOn({status}: LabRun): boolean {
  return status === 'queued' || status === 'running' || status === 'paused';
}

function starter(workers: number | undefined, lowPriority: boolean): Start {
  return (prepared, options) =>
    startRun(prepared, prepared.body ?? (prepared.kind === 'training' ? trainingRun : crossValidationRun()), {
      ...options,
      workers: workers ?? usualCores(),
      lowPriority,
    });
}
