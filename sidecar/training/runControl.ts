/**
 * How a run is steered from another thread: a few words of shared memory, because a worker that is busy with a loop
 * reads no messages. All trainings of a run follow the same words; each has words of its own to say where it is.
 */

/** Words of a run. Steps are counted, never cleared, so that each training takes each of them once. */
export const RUN_WORD = {mode: 0, batchSteps: 1, epochSteps: 2, changes: 3} as const;

export const MODE = {run: 0, pause: 1, stop: 2} as const;

/** Words of one worker, written by it and read by whoever watches over it. */
export const WORKER_WORD = {activity: 0, beats: 1, epoch: 2, batch: 3} as const;

/** working: busy with something that gives no beat, such as encoding rows. waiting: paused. */
export const ACTIVITY = {idle: 0, working: 1, training: 2, waiting: 3} as const;

/** The side that steers. */
export interface RunControl {
  /** In shared memory: handed to each training. */
  readonly words: Int32Array;
  pause(): void;
  proceed(): void;
  /** Of a paused run: each training goes on by one batch, or to the end of its epoch, and waits again. */
  step(by: 'batch' | 'epoch'): void;
  /** For good. */
  stop(): void;
  /** Wakes trainings that wait, to look at what changed elsewhere. */
  touch(): void;
  readonly mode: 'run' | 'pause' | 'stop';
}

export function createRunControl({paused = false} = {}): RunControl {
  const words = sharedWords(Object.keys(RUN_WORD).length);
  const touch = () => {
    Atomics.add(words, RUN_WORD.changes, 1);
    Atomics.notify(words, RUN_WORD.changes);
  };
  const change = (word: number, to: (before: number) => number) => {
    if (words[RUN_WORD.mode] === MODE.stop) return;
    Atomics.store(words, word, to(Atomics.load(words, word)));
    touch();
  };
  if (paused) change(RUN_WORD.mode, () => MODE.pause);
  return {
    words,
    pause: () => change(RUN_WORD.mode, () => MODE.pause),
    proceed: () => change(RUN_WORD.mode, () => MODE.run),
    step: by => change(by === 'batch' ? RUN_WORD.batchSteps : RUN_WORD.epochSteps, count => count + 1),
    stop: () => change(RUN_WORD.mode, () => MODE.stop),
    touch,
    get mode() {
      const mode = Atomics.load(words, RUN_WORD.mode);
      return mode === MODE.stop ? 'stop' : mode === MODE.pause ? 'pause' : 'run';
    },
  };
}

/** The words of one worker, all 0. */
export function createWorkerWords(): Int32Array {
  return sharedWords(Object.keys(WORKER_WORD).length);
}

function sharedWords(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * count));
}
