import {workerData} from 'node:worker_threads';
import {helpTeam} from './network/wasm/helpTeam.ts';
import type {HelperStart} from './network/wasm/sharedTeam.ts';

helpTeam(workerData as HelperStart);
