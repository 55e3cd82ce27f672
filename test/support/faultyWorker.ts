/** A worker that fails at its first task, as `fault` says; otherwise it is that of the product. */
import {createRequire, syncBuiltinESMExports} from 'node:module';
import {parentPort, Worker, workerData} from 'node:worker_threads';
import {serveTasks, type WorkerStart} from '../../sidecar/runners/serveTasks.ts';

export type Fault = 'hang' | 'exit' | 'throw' | 'memory' | 'helperDies' | 'helperFails' | null;

const {fault, ...start} = workerData as WorkerStart & {fault: Fault};

if (fault === 'helperDies' || fault === 'helperFails') {
  // Whatever thread it starts, to help with a network, is another one.
  createRequire(import.meta.url)('node:worker_threads').Worker = class extends Worker {
    constructor(_: URL, options: {workerData: object}) {
      const workerData = {...options.workerData, fails: fault === 'helperFails'};
      super(new URL('./dyingHelper.ts', import.meta.url), {workerData});
    }
  };
  syncBuiltinESMExports();
}

// Before the product's own listener.
parentPort!.once('message', () => {
  if (fault === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (fault === 'exit') process.exit(7);
  // In the midst of the message: no task has an answer to that.
  if (fault === 'throw') throw new Error('something broke');
  if (fault === 'memory') for (const hoard: string[][] = []; ; ) hoard.push(Array.from({length: 1e5}, String));
});

serveTasks(parentPort!, start);
