import {setImmediate as nextTurn} from 'node:timers/promises';

/** Who waits for a long answer: it is told how far it is, and may think better of it. */
export interface Follower {
  readonly signal: AbortSignal;
  /** @param share from 0 to 1 @param words what else there is to see of it, such as how wide an interval still is */
  onProgress(share: number, words?: string): void;
}

/** Long enough that nothing is lost by it, short enough that a click is answered at once, in ms. */
const TURN_MS = 20;

/**
 * For work in this thread: awaited again and again, it lets messages come in between about 50 times a second.
 * @returns throws where the answer is not wanted any more: `unlessCancelled` takes that up
 */
export function turns({signal}: Follower): () => Promise<void> {
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
export async function unlessCancelled<T>({signal}: Follower, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
