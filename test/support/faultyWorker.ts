/** A worker that fails at its first task, as `fault` says; otherwise it is that of the product. */
import {parentPort, workerData} from 'node:worker_threads';
import {serveTasks, type WorkerStart} from '../../sidecar/runners/serveTasks.ts';

export type Fault = 'hang' | 'exit' | 'memory' | null;

const {fault, ...start} = workerData as WorkerStart & {fault: Fault};

// Before the product's own listener.
parentPort!.once('message', () => {
  if (fault === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (fault === 'exit') process.exit(7);
  if (fault === 'memory') for (const hoard: string[][] = []; ; ) hoard.push(Array.from({length: 1e5}, String));
});

serveTasks(parentPort!, start);
