import {availableParallelism} from 'node:os';
import {Worker} from 'node:worker_threads';
import type {WorkerStart} from './serveTasks.ts';

/** One for each core: a terminal needs none for itself. */
export function defaultWorkers(): number {
  return availableParallelism();
}

/**
 * Threads that are loaded and wait for what to do. A thread takes as long to load as a small document and its data take
 * to read, so both are done at the same time.
 */
const spares: Worker[] = [];

/** A machine with very many cores rarely has so many tasks. */
const MOST_SPARES = 4;

/** Loads threads for a run that is about to be prepared. Those that it does not need end with the process. */
export function loadWorkerThreads(count: number): void {
  while (spares.length < Math.min(count, MOST_SPARES)) {
    const worker = loadWorkerThread();
    worker.unref();
    // One that cannot be loaded is missing, no more: the run starts another, and learns why from that.
    worker.on('error', forget).on('exit', forget);
    spares.push(worker);

    function forget(): void {
      const at = spares.indexOf(worker);
      if (at >= 0) spares.splice(at, 1);
    }
  }
}

/** A thread that does `serveTasks`: a loaded one if there is one. */
export function startWorkerThread(start: WorkerStart): Worker {
  const worker = spares.shift() ?? loadWorkerThread();
  worker.removeAllListeners('error').removeAllListeners('exit');
  worker.ref();
  worker.postMessage(start, [start.watchPort]);
  return worker;
}

function loadWorkerThread(): Worker {
  // Bundled, the worker is a file beside this one; from the sources, Node strips the types itself.
  const file = import.meta.url.endsWith('.ts') ? '../worker.ts' : './worker.mjs';
  return new Worker(new URL(file, import.meta.url), {
    resourceLimits: {maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB},
  });
}

/** Of a worker's own heap. Tables, weights and batches lie outside of it; a run plans their memory before it starts. */
const HEAP_MB = 1024;

/**
 * Of that heap, for new objects. Of a worker's nearly all die young: left alone, V8 lets their place grow to 100 MB while
 * some hundred epochs a second are told of, for no speed.
 */
const YOUNG_MB = 12;
