import {MessageChannel, type MessagePort, type Worker} from 'node:worker_threads';
import type {Watched} from '../../schemas/protocol.ts';
import {type FoldContext, type FoldOutcome, type FoldTask, placeOf} from '../experiment/foldTask.ts';
import {CANCELLED, type Runner, type TaskListener, type TrainingPlace} from '../experiment/runner.ts';
import {ACTIVITY, createRunControl, createWorkerWords, WORKER_WORD} from '../training/runControl.ts';
import {EXIT, UserError} from '../userError.ts';
import {compileSparingly} from './compileSparingly.ts';
import type {WorkerMessage, WorkerStart, WorkerTask} from './serveTasks.ts';
import {startWorkerThread} from './workerThread.ts';

export interface WorkerThreadsOptions {
  readonly workers: number;
  /** Threads that all of them may use, at least as many (default): those left over help with long steps, see `usefulThreads`. */
  readonly threads?: number;
  /** Whether trainings wait before their first batch. */
  readonly paused?: boolean;
  /** Gives way to other programs. */
  readonly lowPriority?: boolean;
  /** How many may be at work now, asked before each task and now and then; absent: all. */
  readonly mostBusy?: () => number;
  /** A training that shows no progress for so long is done again by another worker. */
  readonly hangMs?: number;
  /** Starts a thread that does `serveTasks`. */
  readonly startWorker?: (start: WorkerStart) => Worker;
}

/** A training gives a beat about every 20 ms; one batch of the largest networks takes seconds. */
const HANG_MS = 5 * 60_000;
/** What gives no beat, such as fitting a linear model to many rows, may take longer, but not for ever. */
const LONGEST_WORK_MS = 2 * 3600_000;
const LOOK_EVERY_MS = 1000;
/** A worker that a cancelled run still waits for after this is ended in the midst of its batch. */
const CANCEL_GRACE_MS = 120;
/** Workers that one task may cost without getting any further before it is given up. */
const MOST_ATTEMPTS = 3;

/** Runs fold tasks on worker threads, each with its own network; the table is shared, not copied. */
export function workerThreads(context: FoldContext, options: WorkerThreadsOptions): Runner {
  const {workers, paused = false, lowPriority = false, hangMs = HANG_MS, startWorker = startWorkerThread} = options;
  const {threads = workers, mostBusy = () => workers} = options;
  const control = createRunControl({paused});
  const watchWords = new Int32Array(new SharedArrayBuffer(4));
  const waiting: Job[] = [];
  const members = new Set<Member>();
  let watched: Watched | null = null;
  let disposed = false;
  let grace: NodeJS.Timeout | undefined;
  const lookEveryMs = Math.min(LOOK_EVERY_MS, hangMs / 4);
  const looking = setInterval(() => {
    replaceHanging();
    dispatch();
  }, lookEveryMs);
  looking.unref();
  let lookedAt = performance.now();
  compileSparingly();

  function dispatch(): void {
    if (waiting.length === 0) return;
    const most = Math.max(1, Math.min(workers, mostBusy()));
    while (waiting.length > 0 && busy() < most) {
      const idle =
        [...members].find(member => member.job === null) ?? (members.size < workers ? addMember() : undefined);
      if (!idle) return;
      const job = waiting.shift()!;
      const others = waiting.length + busy();
      idle.job = job;
      idle.seen = {beats: -1, at: performance.now()};
      const message: WorkerTask = {
        task: job.task,
        threads: Math.max(1, Math.floor((threads - (workers - most)) / (1 + others))),
        checkpoint: attempt(job, () => job.listener.checkpoints?.read()) ?? null,
      };
      idle.worker.postMessage(message);
    }
  }

  function busy(): number {
    return [...members].filter(member => member.job !== null).length;
  }

  function addMember(): Member {
    const {port1: watchPort, port2} = new MessageChannel();
    const ownWords = createWorkerWords();
    const worker = startWorker({context, runWords: control.words, ownWords, watchPort: port2, watchWords, lowPriority});
    const member: Member = {worker, ownWords, watchPort, job: null, seen: {beats: -1, at: 0}};
    watchPort.unref();
    watchPort.postMessage(watched);
    members.add(member);
    worker.on('message', (message: WorkerMessage) => receive(member, message));
    worker.on('error', error => lose(member, workerError(error)));
    worker.on('messageerror', error => lose(member, workerError(error)));
    worker.on('exit', code => lose(member, new Error(`it ended by itself, exit code ${code}`)));
    return member;
  }

  function receive(member: Member, message: WorkerMessage): void {
    const {job} = member;
    if (!job) return;
    switch (message.kind) {
      case 'event':
        attempt(job, () => job.listener.onEvent(message.event));
        return;
      case 'live':
        attempt(job, () => job.listener.onLive?.(message.live));
        return;
      case 'checkpoint':
        job.attempts = 0;
        attempt(job, () => job.listener.checkpoints?.write(message.bytes));
        return;
      case 'outcome':
        member.job = null;
        job.resolve(message.outcome);
        break;
      case 'lost':
        lose(member, message.error);
        return;
      case 'failed':
        member.job = null;
        job.reject(workerError(message.error));
    }
    dispatch();
  }

  /** A worker that dies costs its task what it did since its last checkpoint, and no other task anything. */
  function lose(member: Member, reason: Error): void {
    if (!members.delete(member)) return;
    member.watchPort.close();
    void member.worker.terminate();
    const {job} = member;
    member.job = null; // What it has still sent is not heard: the next attempt tells it again.
    if (job) retry(job, reason);
    dispatch();
  }

  function retry(job: Job, reason: Error): void {
    const {variant, repeat, fold} = placeOf(context.experiment, job.task);
    const name = `"${variant}"${fold === 0 ? '' : `, repeat ${repeat}, fold ${fold}`}`;
    job.attempts++;
    if (control.mode === 'stop') {
      job.resolve(CANCELLED);
    } else if (reason instanceof UserError) {
      job.reject(reason);
    } else if (job.attempts >= MOST_ATTEMPTS) {
      const message = `The worker of ${name} was lost ${MOST_ATTEMPTS} times, the last time because ${reason.message}. Try fewer workers, or a smaller network.`;
      job.reject(new UserError(message, EXIT.failed, {cause: reason}));
    } else {
      const message = `The worker of ${name} was lost, because ${reason.message}; another one takes over.`;
      attempt(job, () => job.listener.onEvent({event: 'problemMet', message}));
      waiting.unshift(job);
    }
  }

  function replaceHanging(): void {
    // After a sleep of the machine, or a pause of this thread, nobody is to blame for the silence.
    const overslept = performance.now() - lookedAt > lookEveryMs + hangMs / 2;
    lookedAt = performance.now();
    for (const member of members) {
      const activity = Atomics.load(member.ownWords, WORKER_WORD.activity);
      const beats = Atomics.load(member.ownWords, WORKER_WORD.beats);
      const now = performance.now();
      if (overslept || !member.job || beats !== member.seen.beats) member.seen = {beats, at: now};
      const longest = activity === ACTIVITY.working ? Math.max(hangMs, LONGEST_WORK_MS) : hangMs;
      const silentMs = now - member.seen.at;
      if (silentMs > longest) lose(member, new Error(`it gave no sign of life for ${Math.round(silentMs / 1000)} s`));
    }
  }

  function cancel(): void {
    control.stop();
    for (const job of waiting.splice(0)) job.resolve(CANCELLED);
    grace ??= setTimeout(() => {
      for (const member of [...members]) if (member.job) lose(member, new Error('it was told to stop'));
    }, CANCEL_GRACE_MS);
  }

  return {
    workers,
    run: (task, listener) =>
      new Promise((resolve, reject) => {
        if (disposed) throw new Error('the runner is disposed');
        if (control.mode === 'stop') return resolve(CANCELLED);
        waiting.push({task, listener, resolve, reject, attempts: 0});
        dispatch();
      }),
    pause: control.pause,
    proceed: control.proceed,
    step: control.step,
    watch(next) {
      watched = next;
      for (const {watchPort} of members) watchPort.postMessage(next);
      Atomics.add(watchWords, 0, 1);
      control.touch();
    },
    training: () => [...members].flatMap(member => trainingPlace(context, member)),
    cancel,
    async dispose() {
      disposed = true;
      control.stop();
      clearInterval(looking);
      clearTimeout(grace);
      for (const job of waiting.splice(0)) job.resolve(CANCELLED);
      const ending = [...members].map(member => {
        member.job?.resolve(CANCELLED);
        member.watchPort.close();
        return member.worker.terminate();
      });
      members.clear();
      await Promise.all(ending);
    },
  };
}

/** A listener that throws, because a disk is full for example, fails its task instead of the process. */
function attempt<T>(job: Job, tell: () => T): T | undefined {
  try {
    return tell();
  } catch (error) {
    job.reject(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

interface Job {
  readonly task: FoldTask;
  readonly listener: TaskListener;
  readonly resolve: (outcome: FoldOutcome) => void;
  readonly reject: (error: Error) => void;
  /** Workers that it has cost since its last checkpoint. */
  attempts: number;
}

interface Member {
  readonly worker: Worker;
  readonly ownWords: Int32Array;
  readonly watchPort: MessagePort;
  job: Job | null;
  /** The last beat that was new, and when it was seen. */
  seen: {beats: number; at: number};
}

function trainingPlace({experiment}: FoldContext, {job, ownWords}: Member): TrainingPlace[] {
  const activity = Atomics.load(ownWords, WORKER_WORD.activity);
  if (!job || (activity !== ACTIVITY.training && activity !== ACTIVITY.waiting)) return [];
  const epoch = Atomics.load(ownWords, WORKER_WORD.epoch) + 1;
  const batch = Atomics.load(ownWords, WORKER_WORD.batch) + 1;
  return [{...placeOf(experiment, job.task), epoch, batch}];
}

function workerError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || /allocation failed|Invalid typed array length/.test(error.message)) {
    const message =
      'There was not enough memory: use fewer workers (--workers), a smaller batchSize or a smaller network.';
    return new UserError(message, EXIT.failed, {cause: error});
  }
  return error;
}
