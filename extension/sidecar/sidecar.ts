/**
 * The one sidecar of a window: started when it is first asked for, started again when it dies while runs depend on it.
 * It knows no editor, so that it is tested with real processes alone.
 */
import {EventEmitter} from 'node:events';
import type {CancellationToken} from 'vscode-jsonrpc/node';
import type {Notifications, Requests} from '../../schemas/protocol.ts';
import type {NotificationHandlers, SidecarProcess} from './sidecarProcess.ts';

/** Pauses before a sidecar that died is started again, in ms; when they are used up, the user is asked. */
const defaultPausesMs = [250, 1000, 4000];
/** A sidecar that lived this long has earned its restarts anew, in ms. */
const soundMs = 60_000;

interface SidecarEvents {
  started: [SidecarProcess['hello']];
  /** It is gone, on purpose or not: what it trained is stored, and nobody trains it now. */
  stopped: [];
  /** @param reason in words; @param willRestart whether it is started again by itself */
  died: [reason: string, willRestart: boolean];
  notification: [method: keyof Notifications, params: Notifications[keyof Notifications]];
}

export interface SidecarParts {
  readonly start: (handlers: NotificationHandlers) => Promise<SidecarProcess>;
  /** Whether something was lost by its death: runs in training, panels that show them. */
  readonly isNeeded: () => boolean;
  readonly now?: () => number;
  readonly restartPausesMs?: readonly number[];
}

export class Sidecar extends EventEmitter<SidecarEvents> {
  readonly #parts: SidecarParts;
  #process: Promise<SidecarProcess> | undefined;
  #restarts = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(parts: SidecarParts) {
    super();
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /**
   * Starts the sidecar where that is needed. @param token cancels what takes long
   * @throws UserError if it refuses; Error if it cannot be started or dies
   */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M][0],
    token?: CancellationToken,
  ): Promise<Requests[M][1]> {
    return (await this.#running()).request(method, params, token);
  }

  /** Ends it and starts another. */
  async restart(): Promise<void> {
    this.#restarts = 0;
    await this.#stop();
    await this.#running();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#stop();
    this.removeAllListeners();
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    const stopping = this.#process;
    this.#process = undefined;
    await stopping?.then(
      running => running.stop(),
      () => {}, // It never started: its error was told to who asked for it.
    );
    if (stopping) this.emit('stopped');
  }

  #running(): Promise<SidecarProcess> {
    if (this.#isDisposed) throw new Error('The window is closing.');
    this.#process ??= this.#begin();
    return this.#process;
  }

  #begin(): Promise<SidecarProcess> {
    clearTimeout(this.#timer);
    const starting = this.#parts.start(this.#handlers());
    starting.then(
      running => {
        this.#startedAt = this.#now();
        running.ended.then(reason => this.#onEnd(starting, reason));
        this.emit('started', running.hello);
      },
      // The next request tries again.
      () => this.#forget(starting),
    );
    return starting;
  }

  #onEnd(ended: Promise<SidecarProcess>, reason: string): void {
    // One that was stopped on purpose is forgotten before it ends.
    if (!this.#forget(ended)) return;
    if (this.#now() - this.#startedAt > soundMs) this.#restarts = 0;
    const pause = this.#parts.isNeeded() ? (this.#parts.restartPausesMs ?? defaultPausesMs)[this.#restarts] : undefined;
    this.emit('stopped');
    this.emit('died', reason, pause !== undefined);
    if (pause === undefined || this.#isDisposed) return;
    this.#restarts++;
    this.#timer = setTimeout(() => {
      // A failure is told by what asks next.
      this.#running().catch(() => this.emit('died', 'it could not be started again', false));
    }, pause);
  }

  #forget(process: Promise<SidecarProcess>): boolean {
    if (this.#process !== process) return false;
    this.#process = undefined;
    return true;
  }

  #handlers(): NotificationHandlers {
    const pass = (method: keyof Notifications) => (params: Notifications[keyof Notifications]) => {
      this.emit('notification', method, params);
    };
    return {
      'mlpLab/runEvents': pass('mlpLab/runEvents'),
      'mlpLab/live': pass('mlpLab/live'),
      'mlpLab/queueChanged': pass('mlpLab/queueChanged'),
      'mlpLab/logged': pass('mlpLab/logged'),
      'mlpLab/answerProgressed': pass('mlpLab/answerProgressed'),
    };
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
