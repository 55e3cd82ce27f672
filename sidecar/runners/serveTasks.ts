import {constants, platform, setPriority} from 'node:os';
import {type MessagePort, receiveMessageOnPort} from 'node:worker_threads';
import type {Watched} from '../../schemas/protocol.ts';
import {evaluateFold} from '../experiment/evaluateFold.ts';
import {
  type FoldContext,
  type FoldEvent,
  type FoldOutcome,
  type FoldTask,
  receiveContext,
} from '../experiment/foldTask.ts';
import {
  type CreateWatcher,
  isSamePlace,
  type LiveState,
  type WatchedNetwork,
  type Watcher,
} from '../experiment/watcher.ts';
import {LostHelper} from '../network/lostHelper.ts';
import {decodeCheckpoint, encodeCheckpoint} from '../training/checkpoint.ts';
import {ACTIVITY, WORKER_WORD} from '../training/runControl.ts';
import {followRunControl} from '../training/trainingControl.ts';
import type {TrainingObserver} from '../training/trainNetwork.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly context: FoldContext;
  /** Shared words of the run, and of this worker: `createRunControl`, `createWorkerWords`. */
  readonly runWords: Int32Array;
  readonly ownWords: Int32Array;
  /** Brings whom to watch. Read in the midst of training, whenever the first of `watchWords` has changed. */
  readonly watchPort: MessagePort;
  readonly watchWords: Int32Array;
  /** Whether it gives way to other programs. */
  readonly lowPriority: boolean;
}

/** What a worker is given to do. */
export interface WorkerTask {
  readonly task: FoldTask;
  /** That have nothing else to do, this one included. */
  readonly threads: number;
  /** Where an earlier attempt was. */
  readonly checkpoint: Uint8Array | null;
}

export type WorkerMessage =
  | {readonly kind: 'event'; readonly event: FoldEvent}
  | {readonly kind: 'live'; readonly live: LiveState}
  | {readonly kind: 'checkpoint'; readonly bytes: Uint8Array}
  | {readonly kind: 'outcome'; readonly outcome: FoldOutcome}
  /** The worker is of no use any more; its task is not to blame. */
  | {readonly kind: 'lost'; readonly error: Error}
  | {readonly kind: 'failed'; readonly error: Error};

/** The whole of a worker thread: does one task after the other. */
export function serveTasks(port: MessagePort, start: WorkerStart, createWatcher: CreateWatcher | null = null): void {
  const {ownWords} = start;
  const context = receiveContext(start.context);
  if (start.lowPriority) giveWay();
  const send = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const nextControl = followRunControl(start.runWords, ownWords, () => performance.now());
  const watched = followWatched(start);

  port.on('message', ({task, checkpoint, threads}: WorkerTask) => {
    Atomics.store(ownWords, WORKER_WORD.activity, ACTIVITY.working);
    try {
      const outcome = evaluateFold(context, task, {
        control: nextControl(),
        threads,
        start: checkpoint && decodeCheckpoint(checkpoint),
        onEvent: event => send({kind: 'event', event}),
        onCheckpoint(state) {
          const bytes = encodeCheckpoint(state);
          send({kind: 'checkpoint', bytes}, [bytes.buffer]);
        },
        ...(createWatcher
          ? {
              observe: (network: WatchedNetwork) =>
                watchWhenAsked(network, watched, createWatcher, live => send({kind: 'live', live})),
            }
          : {}),
      });
      send({kind: 'outcome', outcome});
    } catch (error) {
      const kind = error instanceof LostHelper ? 'lost' : 'failed';
      send({kind, error: error instanceof Error ? error : new Error(String(error))});
    }
    Atomics.store(ownWords, WORKER_WORD.activity, ACTIVITY.idle);
  });
}

/** On Linux this is of the thread alone, elsewhere of the whole process. */
function giveWay(): void {
  try {
    setPriority(platform() === 'linux' ? constants.priority.PRIORITY_LOW : constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A container may forbid it: then training is as important as anything else.
  }
}

/** @returns the newest choice of whom to watch, and how often it has changed: one look at a word while it has not */
function followWatched({watchPort, watchWords}: WorkerStart): () => {watched: Watched | null; version: number} {
  let current: {watched: Watched | null; version: number} = {watched: null, version: 0};
  return () => {
    const version = Atomics.load(watchWords, 0);
    if (version === current.version) return current;
    let {watched} = current;
    for (let next = receiveMessageOnPort(watchPort); next; next = receiveMessageOnPort(watchPort)) {
      watched = next.message as Watched | null;
    }
    current = {watched, version};
    return current;
  };
}

/** Looks at a network only while it is the one that is watched. */
function watchWhenAsked(
  network: WatchedNetwork,
  newest: () => {watched: Watched | null; version: number},
  createWatcher: CreateWatcher,
  send: (live: LiveState) => void,
): TrainingObserver {
  let watcher: Watcher | null = null;
  let version = -1;
  const current = (): Watcher | null => {
    const choice = newest();
    if (choice.version === version) return watcher;
    version = choice.version;
    const {watched} = choice;
    watcher = watched && isSamePlace(watched, network.place) ? createWatcher(network, watched, send) : null;
    return watcher;
  };
  return {
    batchesEnded: (place, order, trained) => current()?.batchesEnded(place, order, trained),
    epochEnded: (record, trained) => current()?.epochEnded(record, trained),
    waiting: (place, trained) => current()?.waiting(place, trained),
  };
}
