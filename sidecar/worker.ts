import {parentPort, workerData} from 'node:worker_threads';
import {serveTasks, type WorkerStart} from './runners/serveTasks.ts';
import {watchNetwork} from './watching/watchNetwork.ts';

// A worker thread always has one.
if (parentPort) serveTasks(parentPort, workerData as WorkerStart, watchNetwork);
