/** Long work in a thread that others want something of, too. */
import {setImmediate as nextTurn} from 'node:timers/promises';

/** Long enough that nothing is lost by it, short enough that a click is answered at once, in ms. */
const TURN_MS = 20;

interface Cancellable {
  readonly signal: AbortSignal;
}

/**
 * For work in this thread: awaited again and again, it lets messages come in between about 50 times a second.
 * @returns throws where the answer is not wanted any more: `unlessCancelled` takes that up
 */
export function turns({signal}: Cancellable): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= TURN_MS) {
      await nextTurn();
      last = performance.now();
    }
    signal.throwIfAborted();
  };
}

/** What work gives; null where it was cancelled. */
export async function unlessCancelled<T>({signal}: Cancellable, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
