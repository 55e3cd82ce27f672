import {parentPort, workerData} from 'node:worker_threads';
import {evaluateFold} from './experiment/evaluateFold.ts';
import type {FoldTask} from './experiment/foldTask.ts';
import type {WorkerMessage, WorkerStart} from './runners/workerThreads.ts';

const {context, cancelled} = workerData as WorkerStart;
const send = (message: WorkerMessage) => parentPort?.postMessage(message);

parentPort?.on('message', (task: FoldTask) => {
  try {
    const outcome = evaluateFold(
      context,
      task,
      event => send({kind: 'event', event}),
      () => Atomics.load(cancelled, 0) === 1,
    );
    send({kind: 'outcome', outcome});
  } catch (error) {
    send({kind: 'failed', error: error instanceof Error ? error : new Error(String(error))});
  }
});
