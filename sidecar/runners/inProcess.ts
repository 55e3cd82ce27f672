import {evaluateFold} from '../experiment/evaluateFold.ts';
import type {FoldContext} from '../experiment/foldTask.ts';
import {CANCELLED, type Runner} from '../experiment/runner.ts';
import {decodeCheckpoint, encodeCheckpoint} from '../training/checkpoint.ts';

/**
 * Runs fold tasks one after the other in this process. Between two tasks it lets other work of the process go on; a
 * training itself is not interrupted, but for `cancel` from within a listener: it cannot be paused, and is not watched.
 */
export function inProcess(context: FoldContext): Runner {
  let cancelled = false;
  let last: Promise<unknown> = Promise.resolve();
  const control = {grant: () => (cancelled ? 0 : BATCHES_TOGETHER)};
  return {
    workers: 1,
    run(task, {onEvent, checkpoints}) {
      const outcome = last.then(async () => {
        await new Promise(resolve => setImmediate(resolve));
        if (cancelled) return CANCELLED;
        const checkpoint = checkpoints?.read();
        return evaluateFold(context, task, {
          control,
          start: checkpoint ? decodeCheckpoint(checkpoint) : null,
          onEvent,
          ...(checkpoints ? {onCheckpoint: state => checkpoints.write(encodeCheckpoint(state))} : {}),
        });
      });
      last = outcome.catch(() => undefined); // The failure belongs to its own task, not to the next one.
      return outcome;
    },
    pause() {},
    proceed() {},
    step() {},
    watch() {},
    training: () => [],
    cancel() {
      cancelled = true;
    },
    async dispose() {
      cancelled = true;
    },
  };
}

const BATCHES_TOGETHER = 16;
