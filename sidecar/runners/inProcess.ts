import {evaluateFold} from '../experiment/evaluateFold.ts';
import type {FoldContext} from '../experiment/foldTask.ts';
import {CANCELLED, type Runner} from '../experiment/runner.ts';

/** Runs fold tasks one after the other in this process. Between two tasks it lets other work of the process go on. */
export function inProcess(context: FoldContext): Runner {
  let cancelled = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    workers: 1,
    run(task, onEvent) {
      const outcome = last.then(async () => {
        await new Promise(resolve => setImmediate(resolve));
        return cancelled ? CANCELLED : evaluateFold(context, task, onEvent, () => cancelled);
      });
      last = outcome.catch(() => undefined); // The failure belongs to its own task, not to the next one.
      return outcome;
    },
    cancel() {
      cancelled = true;
    },
    async dispose() {
      cancelled = true;
    },
  };
}
