import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';

export type Question =
  | {readonly kind: 'prepare'; readonly file: string}
  | {readonly kind: 'train'; readonly steps: number; readonly losses: boolean}
  | {readonly kind: 'memory'};

export type Answer = Prepared | TrainedRound | MemoryUse;

export interface Prepared {
  readonly kind: 'prepared';
  readonly about: string;
}

export interface TrainedRound {
  readonly kind: 'trained';
  readonly ms: number;
  /** Not always what was asked for: some train whole passes only. */
  readonly steps: number;
  readonly losses: readonly number[];
}

export interface MemoryUse {
  readonly kind: 'memory';
  readonly residentBytes: number;
  readonly peakBytes: number;
}

type AnswerTo<Q extends Question> = Q extends {kind: 'prepare'}
  ? Prepared
  : Q extends {kind: 'train'}
    ? TrainedRound
    : MemoryUse;

/** A contestant's process, idle but while it is asked. */
export class ContestantProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #command: readonly string[];
  #errors = '';

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    const [program, ...args] = command;
    this.#command = command;
    this.#child = spawn(program!, args, {env: {...process.env, ...environment}, stdio: ['pipe', 'pipe', 'pipe']});
    this.#child.on('error', error => {
      this.#errors += error.message;
    });
    this.#child.stdin!.on('error', () => {}); // It has ended; that it answers nothing says so.
    this.#child.stderr!.on('data', chunk => {
      this.#errors += chunk;
    });
    this.#lines = createInterface({input: this.#child.stdout!})[Symbol.asyncIterator]();
  }

  /** @throws Error if the process ends instead of answering, with what it wrote to standard error */
  async ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    for (;;) {
      const {value, done} = await this.#lines.next();
      if (done) throw new Error(`${this.#command.join(' ')} ended: ${this.#errors.trim().slice(-1000)}`);
      // Libraries greet on standard output too.
      if (value.startsWith('{"kind"') || value.startsWith('{"kind":')) return JSON.parse(value) as AnswerTo<Q>;
    }
  }

  async dispose(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
