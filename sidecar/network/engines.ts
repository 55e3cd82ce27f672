import {canRun} from '../kernels/wasmKernels.ts';
import type {Engine} from './engine.ts';
import {plainEngine} from './plainEngine.ts';
import {referenceEngine} from './referenceEngine.ts';
import {wasmEngine, wasmRelaxedEngine} from './wasmEngine.ts';

/**
 * Every engine by its name. `plain` and `wasm` give the same bits; `wasmRelaxed` rounds less and differently, where
 * `canRun('relaxed')`; `reference` is there to check them.
 */
export const engines: {readonly [Name in Engine['name']]: Engine} = {
  plain: plainEngine,
  wasm: wasmEngine,
  wasmRelaxed: wasmRelaxedEngine,
  reference: referenceEngine,
};

/** The engine that trains unless another is asked for: the fastest whose bits are the same on every machine. */
export function defaultEngine(): Engine['name'] {
  return canRun('strict') ? 'wasm' : 'plain';
}
