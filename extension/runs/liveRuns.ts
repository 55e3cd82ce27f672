/**
 * The runs of this window that have not ended: what the status bar, the tree and the panels show. They outlive the
 * sidecar and the window: what was in training is remembered and taken up again from its checkpoints.
 */
import {EventEmitter} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import type {Problem} from '../../schemas/problem.ts';
import type {RunState, StartRun} from '../../schemas/protocol.ts';
import type {Sidecar} from '../sidecar/sidecar.ts';
import {isUserError} from '../userError.ts';

/** A run that was in training when its window was last seen. */
export interface RememberedRun {
  readonly directory: string;
  readonly document: string;
  readonly isPaused: boolean;
  /** Date.now() */
  readonly seenAt: number;
}

/** Where the runs are remembered: the state of the workspace. */
export interface Memory {
  read(): readonly RememberedRun[];
  write(runs: readonly RememberedRun[]): void;
}

interface LiveRunsEvents {
  changed: [];
  ended: [state: RunState];
  /** A remembered run could not be taken up. @param reason a sentence */
  lost: [run: RememberedRun, reason: string];
}

/** How often it is noted that the runs are alive, in ms. */
const noteMs = 10_000;
/** The sidecar of the window before may still be storing its checkpoints. */
const resumeAttempts = 8;
const resumePauseMs = 500;

const terminal: ReadonlySet<RunState['status']> = new Set(['completed', 'cancelled', 'failed']);

export class LiveRuns extends EventEmitter<LiveRunsEvents> {
  readonly #sidecar: Sidecar;
  readonly #memory: Memory;
  /** By directory, in the order in which they began. */
  readonly #states = new Map<string, RunState>();
  /** Those that no sidecar trains until they are taken up. */
  readonly #adrift = new Set<string>();
  #notedAt = 0;

  constructor(sidecar: Sidecar, memory: Memory) {
    super();
    this.#sidecar = sidecar;
    this.#memory = memory;
    sidecar.on('notification', (method, params) => {
      if (method === 'mlpLab/queueChanged') this.#take((params as {runs: readonly RunState[]}).runs);
    });
    sidecar.on('stopped', () => {
      for (const directory of this.#states.keys()) this.#adrift.add(directory);
      this.emit('changed');
    });
    sidecar.on('started', () => void this.resume(this.#remembered()));
  }

  get states(): readonly RunState[] {
    return [...this.#states.values()];
  }

  of(directory: string): RunState | undefined {
    return this.#states.get(directory);
  }

  /** Whether no sidecar trains it at the moment: it is about to be taken up. */
  isAdrift(directory: string): boolean {
    return this.#adrift.has(directory);
  }

  /** @returns the problems where the document or its data are wrong */
  async start(request: StartRun): Promise<RunState | {readonly problems: readonly Problem[]}> {
    const answer = await this.#sidecar.request('mlpLab/startRun', request);
    if (answer.kind === 'wrongInput') return {problems: answer.problems};
    this.#set(answer.state);
    return answer.state;
  }

  /** Takes up runs that were interrupted. One that cannot be is forgotten, and `lost` says why. */
  async resume(runs: readonly RememberedRun[]): Promise<void> {
    await Promise.all(runs.map(run => this.#resumeOne(run)));
  }

  /** Runs that were in training when the window was last seen. */
  interrupted(): readonly RememberedRun[] {
    return this.#memory.read();
  }

  /** Leaves interrupted runs as they are stored. */
  forget(runs: readonly RememberedRun[]): void {
    const directories = new Set(runs.map(({directory}) => directory));
    this.#memory.write(this.#memory.read().filter(({directory}) => !directories.has(directory)));
  }

  /** Asks for a change of a run, and shows what comes of it. */
  async change(method: 'mlpLab/pauseRun' | 'mlpLab/continueRun' | 'mlpLab/cancelRun', run: string): Promise<void> {
    this.#take([await this.#sidecar.request(method, {run})], false);
  }

  dispose(): void {
    // The next window learns that they were alive until now.
    if (this.#states.size > 0) this.#memory.write(this.#remembered());
    this.removeAllListeners();
  }

  async #resumeOne(run: RememberedRun): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const {state} = await this.#sidecar.request('mlpLab/resumeStoredRun', {directory: run.directory});
        this.#set(state);
        if (run.isPaused) await this.#pauseAgain(state.run);
        return;
      } catch (error) {
        if (!isUserError(error)) return; // The sidecar died again: its next start tries anew.
        if (attempt < resumeAttempts) {
          await pause(resumePauseMs);
          continue;
        }
        this.#drop(run.directory);
        this.forget([run]);
        this.emit('lost', run, error.message);
        this.emit('changed');
        return;
      }
    }
  }

  async #pauseAgain(run: string): Promise<void> {
    try {
      await this.change('mlpLab/pauseRun', run);
    } catch (error) {
      // It waits for others: there is nothing to pause yet.
      if (!isUserError(error)) throw error;
    }
  }

  /** @param isWhole whether these are all runs that the sidecar has: others have ended */
  #take(states: readonly RunState[], isWhole = true): void {
    const told = new Set(states.map(({directory}) => directory));
    const ended = states.filter(({directory, status}) => terminal.has(status) && this.#states.has(directory));
    for (const state of states) {
      if (terminal.has(state.status)) this.#drop(state.directory);
      else this.#states.set(state.directory, state);
    }
    const isGone = ({directory}: RunState) => !told.has(directory) && !this.#adrift.has(directory);
    const gone = isWhole ? this.states.filter(isGone) : [];
    for (const {directory} of gone) this.#drop(directory);
    this.#remember(ended.length + gone.length > 0);
    for (const state of ended) this.emit('ended', state);
    for (const state of gone) void this.#tellEnd(state);
    this.emit('changed');
  }

  /** How a run ended that the sidecar no longer names stands in its folder. */
  async #tellEnd(state: RunState): Promise<void> {
    const {status, failure} = await this.#sidecar.request('mlpLab/readRun', {directory: state.directory});
    if (status !== 'running') this.emit('ended', {...state, status, ...(failure ? {failure} : {})});
  }

  #drop(directory: string): void {
    this.#states.delete(directory);
    this.#adrift.delete(directory);
  }

  #set(state: RunState): void {
    this.#adrift.delete(state.directory);
    this.#states.set(state.directory, state);
    this.#remember(true);
    this.emit('changed');
  }

  #remember(isChanged: boolean): void {
    if (!isChanged && Date.now() - this.#notedAt < noteMs) return;
    this.#notedAt = Date.now();
    this.#memory.write(this.#remembered());
  }

  #remembered(): RememberedRun[] {
    return this.states.map(({directory, document, status}) => {
      return {directory, document, isPaused: status === 'paused', seenAt: Date.now()};
    });
  }
}
