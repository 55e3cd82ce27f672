import {UserError} from '../userError.ts';

/** A run as the queue sees it. */
export interface Queued {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'paused' | 'completed' | 'cancelled' | 'failed';
  /** Leaves the queue: the run trains from now on. */
  start(): void;
}

/**
 * The order of runs. One runs at a time, because its workers use the whole machine; a paused one uses none, so it lets
 * the next begin, and runs beside it when it is continued.
 */
export interface RunQueue<R extends Queued> {
  /** Everything that was asked for and not forgotten: first those that have begun, then the waiting in their order. */
  runs(): readonly R[];
  find(id: string): R | undefined;
  /** A run that ended, and is taken up again, is forgotten as it was. */
  add(run: R): void;
  /** @param place 0 is next; beyond the last is last. @throws UserError unless the run waits */
  move(run: R, place: number): void;
  /** @returns null unless the run waits */
  placeOf(run: R): number | null;
  /** To be called when the status of a run has changed: starts the next when none runs. */
  statusChanged(): void;
}

/** Ended runs are still found by a client that attaches late; older ones are read from their folders. */
const ENDED_REMEMBERED = 20;

export function createRunQueue<R extends Queued>(): RunQueue<R> {
  const begun: R[] = [];
  const waiting: R[] = [];

  function startNext(): void {
    while (waiting.length > 0 && !begun.some(run => run.status === 'running')) {
      const next = waiting.shift()!;
      begun.push(next);
      next.start();
    }
  }

  function forgetOld(): void {
    const ended = begun.filter(run => run.status !== 'running' && run.status !== 'paused');
    for (const run of ended.slice(0, -ENDED_REMEMBERED)) begun.splice(begun.indexOf(run), 1);
  }

  return {
    runs: () => [...begun, ...waiting],
    find: id => [...begun, ...waiting].find(run => run.id === id),
    add(run) {
      const earlier = begun.findIndex(({id}) => id === run.id);
      if (earlier >= 0) begun.splice(earlier, 1);
      waiting.push(run);
      startNext();
    },
    move(run, place) {
      const from = waiting.indexOf(run);
      if (from === -1) throw new UserError('Only a run that waits can change its place, and this one has begun.');
      waiting.splice(from, 1);
      waiting.splice(place, 0, run);
    },
    placeOf(run) {
      const place = waiting.indexOf(run);
      return place === -1 ? null : place;
    },
    statusChanged() {
      // A run that was cancelled while it waited is no longer waiting.
      for (const run of waiting.filter(one => one.status !== 'queued')) {
        waiting.splice(waiting.indexOf(run), 1);
        begun.push(run);
      }
      forgetOld();
      startNext();
    },
  };
}
