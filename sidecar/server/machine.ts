import {availableParallelism, totalmem} from 'node:os';
import type {Machine} from '../../schemas/protocol.ts';
import {defaultEngine} from '../network/engines.ts';

/** What trains here, and with what. */
export function readMachine(): Machine {
  return {
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    engine: defaultEngine() === 'wasm' ? 'wasm' : 'plain',
    workers: usualCores(),
  };
}

/** Cores that train unless told otherwise: one is left to the editor. */
export function usualCores(): number {
  return Math.max(1, availableParallelism() - 1);
}
