import type {RunEvent} from '../../schemas/generated/event.ts';
import type {AnswerProgress, LogEntry, Notifications, QueueState} from '../../schemas/protocol.ts';
import type {EventSource} from './labRun.ts';
import type {ShownState} from './liveFeed.ts';

/**
 * What one client has still to be told. Notifications are sent one at a time, each when the last one was taken, so a
 * client that reads slowly, or not at all, costs no memory: of states only the newest waits, and events wait in the
 * file of their run.
 */
export interface Outbox {
  /** Tells the events of a run from number `from` on, now and as they come. */
  attach(run: string, events: EventSource, from: number): void;
  /** A run was taken up again: what is told of it comes from there from now on. */
  follow(run: string, events: EventSource): void;
  detach(run: string): void;
  /** The events of a run have become more. */
  eventsAdded(run: string): void;
  /** Whether the client wants to see the live states of a run. */
  showLive(run: string, isShown: boolean): void;
  live(state: ShownState): void;
  queueChanged(state: QueueState): void;
  logged(entry: LogEntry): void;
  answerProgressed(progress: AnswerProgress): void;
  dispose(): void;
}

export type Send = <M extends keyof Notifications>(method: M, params: Notifications[M]) => Promise<void>;

/** Events of one notification; each is some hundred bytes, or some thousand where epochs are short. */
const MOST_EVENTS = 64;
const WAITING_LOG_ENTRIES = 100;

export function createOutbox(send: Send): Outbox {
  const attached = new Map<string, {events: EventSource; next: number; hasNew: boolean}>();
  const shown = new Set<string>();
  const lives = new Map<string, ShownState>();
  const log: LogEntry[] = [];
  const answers = new Map<string, AnswerProgress>();
  let queue: QueueState | null = null;
  let isSending = false;
  let isDisposed = false;

  /** @returns the next notification, on its way; null when there is nothing to tell */
  function sendNext(): Promise<void> | null {
    if (queue) {
      const state = queue;
      queue = null;
      return send('mlpLab/queueChanged', state);
    }
    for (const [run, attachment] of attached) {
      if (!attachment.hasNew) continue;
      const from = attachment.next;
      const events = readQuietly(attachment.events, from);
      if (events.length === 0) {
        attachment.hasNew = false;
        continue;
      }
      attachment.next += events.length;
      return send('mlpLab/runEvents', {run, from, events});
    }
    for (const [run, state] of lives) {
      lives.delete(run);
      return send('mlpLab/live', {...state, masks: state.masks?.() ?? null});
    }
    for (const [answer, progress] of answers) {
      answers.delete(answer);
      return send('mlpLab/answerProgressed', progress);
    }
    const entry = log.shift();
    return entry ? send('mlpLab/logged', entry) : null;
  }

  async function sendAll(): Promise<void> {
    if (isSending) return;
    isSending = true;
    try {
      while (!isDisposed) {
        const sending = sendNext();
        if (!sending) break;
        await sending;
      }
    } catch {
      // The client is gone, which its connection notices too.
      dispose();
    } finally {
      isSending = false;
    }
  }

  function dispose(): void {
    isDisposed = true;
    attached.clear();
    shown.clear();
    lives.clear();
    answers.clear();
    log.length = 0;
    queue = null;
  }

  return {
    attach(run, events, from) {
      attached.set(run, {events, next: from, hasNew: true});
      void sendAll();
    },
    follow(run, events) {
      const attachment = attached.get(run);
      if (attachment) attachment.events = events;
    },
    detach(run) {
      attached.delete(run);
    },
    eventsAdded(run) {
      const attachment = attached.get(run);
      if (!attachment) return;
      attachment.hasNew = true;
      void sendAll();
    },
    showLive(run, isShown) {
      // What still waits may be of another network than the client has just chosen.
      lives.delete(run);
      if (isShown) shown.add(run);
      else shown.delete(run);
    },
    live(state) {
      if (!shown.has(state.run)) return;
      lives.set(state.run, newest(lives.get(state.run), state));
      void sendAll();
    },
    queueChanged(state) {
      queue = state;
      void sendAll();
    },
    logged(entry) {
      log.push(entry);
      if (log.length > WAITING_LOG_ENTRIES) log.shift();
      void sendAll();
    },
    answerProgressed(progress) {
      answers.set(progress.answer, progress);
      void sendAll();
    },
    dispose,
  };
}

function readQuietly(source: EventSource, from: number): readonly RunEvent[] {
  try {
    return source.read(from, MOST_EVENTS);
  } catch {
    // The folder was deleted meanwhile: there is nothing left to tell of that run.
    return [];
  }
}

/** Masks and layers come at times of their own: of each the newest is kept. */
function newest(waiting: ShownState | undefined, state: ShownState): ShownState {
  return {...state, masks: state.masks ?? waiting?.masks ?? null, layers: state.layers ?? waiting?.layers ?? null};
}
