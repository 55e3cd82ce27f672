import {availableParallelism} from 'node:os';
import {Worker} from 'node:worker_threads';
import type {FoldContext, FoldEvent, FoldOutcome, FoldTask} from '../experiment/foldTask.ts';
import {CANCELLED, type Runner} from '../experiment/runner.ts';
import {EXIT, UserError} from '../userError.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly context: FoldContext;
  /** One Int32 in shared memory, 1 when the run is cancelled: a worker busy with a loop reads no messages. */
  readonly cancelled: Int32Array;
}

export type WorkerMessage =
  | {readonly kind: 'event'; readonly event: FoldEvent}
  | {readonly kind: 'outcome'; readonly outcome: FoldOutcome}
  | {readonly kind: 'failed'; readonly error: Error};

/** One for each core: a terminal needs none for itself. */
export function defaultWorkers(): number {
  return availableParallelism();
}

/** Runs fold tasks on worker threads, each with its own network; the table is shared, not copied. */
export function workerThreads(context: FoldContext, workers: number): Runner {
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const waiting: Job[] = [];
  const members = new Set<Member>();

  let disposed = false;

  function cancel(): void {
    Atomics.store(cancelled, 0, 1);
    for (const job of waiting.splice(0)) job.resolve(CANCELLED);
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      const idle =
        [...members].find(member => member.job === null) ?? (members.size < workers ? addMember() : undefined);
      if (!idle) return;
      idle.job = waiting.shift()!;
      idle.worker.postMessage(idle.job.task);
    }
  }

  function addMember(): Member {
    const member: Member = {worker: startWorker({context, cancelled}), job: null};
    members.add(member);
    member.worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'event') {
        tell(member.job, message.event);
        return;
      }
      const job = member.job;
      member.job = null;
      if (message.kind === 'outcome') job?.resolve(message.outcome);
      else job?.reject(workerError(message.error));
      dispatch();
    });
    // A worker that dies fails the task it had and no other: the next task starts a new worker.
    const died = (error: Error) => {
      if (!members.delete(member)) return;
      member.job?.reject(error);
      dispatch();
    };
    member.worker.on('error', error => died(workerError(error)));
    member.worker.on('messageerror', error => died(workerError(error)));
    member.worker.on('exit', code =>
      died(new UserError(`A worker thread ended by itself (exit code ${code}).`, EXIT.failed)),
    );
    return member;
  }

  return {
    workers,
    run: (task, onEvent) =>
      new Promise((resolve, reject) => {
        if (disposed) throw new Error('the runner is disposed');
        if (Atomics.load(cancelled, 0) === 1) return resolve(CANCELLED);
        waiting.push({task, onEvent, resolve, reject});
        dispatch();
      }),
    cancel,
    async dispose() {
      disposed = true;
      cancel();
      const ending = [...members].map(member => {
        member.job?.resolve(CANCELLED);
        return member.worker.terminate();
      });
      members.clear();
      await Promise.all(ending);
    },
  };
}

/** A listener that throws, because a disk is full for example, fails its task instead of the process. */
function tell(job: Job | null, event: FoldEvent): void {
  try {
    job?.onEvent(event);
  } catch (error) {
    job?.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

interface Job {
  readonly task: FoldTask;
  readonly onEvent: (event: FoldEvent) => void;
  readonly resolve: (outcome: FoldOutcome) => void;
  readonly reject: (error: Error) => void;
}

interface Member {
  readonly worker: Worker;
  job: Job | null;
}

function startWorker(start: WorkerStart): Worker {
  // Bundled, the worker is a file beside this one; from the sources, Node strips the types itself.
  const file = import.meta.url.endsWith('.ts') ? '../worker.ts' : './worker.mjs';
  return new Worker(new URL(file, import.meta.url), {workerData: start});
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
