import type {Engine} from './engine.ts';
import {plainEngine} from './plainEngine.ts';
import {referenceEngine} from './referenceEngine.ts';
import {wasmEngine, wasmRelaxedEngine} from './wasmEngine.ts';

/**
 * Every engine by its name. `plain` is the default; `wasm` gives the same bits sooner where `canRun('strict')`;
 * `wasmRelaxed` rounds less and differently, where `canRun('relaxed')`; `reference` is there to check them.
 */
export const engines: {readonly [Name in Engine['name']]: Engine} = {
  plain: plainEngine,
  wasm: wasmEngine,
  wasmRelaxed: wasmRelaxedEngine,
  reference: referenceEngine,
};
