import {parentPort} from 'node:worker_threads';
import {serveTasks, type WorkerStart} from './runners/serveTasks.ts';
import {watchNetwork} from './watching/watchNetwork.ts';

// Loaded before there is anything to do, it is told what it works on by its first message. A worker thread always has a port.
parentPort?.once('message', (start: WorkerStart) => serveTasks(parentPort!, start, watchNetwork));
