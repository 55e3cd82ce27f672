import {ACTIVITY, MODE, RUN_WORD, WORKER_WORD} from './runControl.ts';

/** What a training asks before each piece of its work. It decides when to train, never what: bits do not depend on it. */
export interface TrainingControl {
  /**
   * Returns at once or, while the training is paused, when it may go on.
   * @param batch next batch of the epoch, from 0
   * @param batches of the epoch
   * @param beforeWaiting called before it waits, and at each change meanwhile, so that what is new can be told
   * @returns batches to train before it is asked again; 0: stop
   */
  grant(epoch: number, batch: number, batches: number, beforeWaiting: () => void): number;
  /** The training has ended. What follows, such as predicting many rows, may take long without asking. */
  ended?(): void;
}

/** Trains to the end without a pause. */
export const undisturbed: TrainingControl = {grant: (_epoch, batch, batches) => batches - batch};

/** How long a piece of work should be: short enough to stop and to show soon, long enough to cost nothing. */
const PIECE_MS = 20;
/** How often a waiting training gives a sign of life. */
const BEAT_MS = 1000;

/**
 * Follows the words of a run from a worker thread. One for each worker: a step that was asked for before its next
 * training began is taken by that training.
 * @param run words of `createRunControl`
 * @param own words of `createWorkerWords`
 * @returns makes the control of the worker's next training
 */
export function followRunControl(run: Int32Array, own: Int32Array, now: () => number): () => TrainingControl {
  let batchStepsTaken = 0;
  let epochStepsTaken = 0;
  const take = (): 'batch' | 'epoch' | null => {
    if (batchStepsTaken < Atomics.load(run, RUN_WORD.batchSteps)) {
      batchStepsTaken++;
      return 'batch';
    }
    if (epochStepsTaken < Atomics.load(run, RUN_WORD.epochSteps)) {
      epochStepsTaken++;
      return 'epoch';
    }
    return null;
  };
  // Steps that were asked for while the run went on are none.
  const forget = () => {
    batchStepsTaken = Atomics.load(run, RUN_WORD.batchSteps);
    epochStepsTaken = Atomics.load(run, RUN_WORD.epochSteps);
  };

  return () => {
    let piece = 1;
    let granted = 0;
    let grantedAt = 0;
    /** The epoch that a step lets train to its end. */
    let freeEpoch = -1;

    const grantPiece = (wanted: number): number => {
      const elapsed = now() - grantedAt;
      if (granted === piece && elapsed < PIECE_MS / 2) piece = Math.min(piece * 2, 2 ** 20);
      else if (granted === piece && elapsed > PIECE_MS * 2) piece = Math.max(1, Math.floor(piece / 2));
      granted = Math.min(wanted, piece);
      grantedAt = now();
      return granted;
    };

    return {
      ended: () => void Atomics.store(own, WORKER_WORD.activity, ACTIVITY.working),
      grant(epoch, batch, batches, beforeWaiting) {
        Atomics.store(own, WORKER_WORD.epoch, epoch);
        Atomics.store(own, WORKER_WORD.batch, batch);
        Atomics.add(own, WORKER_WORD.beats, 1);
        Atomics.store(own, WORKER_WORD.activity, ACTIVITY.training);
        for (let told = -1; ; ) {
          // Read before the mode: a change between the two ends the wait below at once.
          const changes = Atomics.load(run, RUN_WORD.changes);
          const mode = Atomics.load(run, RUN_WORD.mode);
          if (mode === MODE.stop) return 0;
          if (mode === MODE.run) {
            forget();
            return grantPiece(batches - batch);
          }
          if (epoch === freeEpoch) return grantPiece(batches - batch);
          const step = take();
          if (step === 'batch') return 1;
          if (step === 'epoch') {
            freeEpoch = epoch;
            continue;
          }
          if (told !== changes) beforeWaiting();
          told = changes;
          Atomics.store(own, WORKER_WORD.activity, ACTIVITY.waiting);
          Atomics.add(own, WORKER_WORD.beats, 1);
          Atomics.wait(run, RUN_WORD.changes, changes, BEAT_MS);
          Atomics.store(own, WORKER_WORD.activity, ACTIVITY.training);
        }
      },
    };
  };
}
