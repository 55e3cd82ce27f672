import {isRelaxedFaster} from '../kernels/calibration.ts';
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

/** The engine that trains unless another is asked for: the fastest one whose bits are the same on every machine. */
export function defaultEngine(): Engine['name'] {
  return canRun('strict') ? 'wasm' : 'plain';
}

export type Numerics = Engine['numerics'];

/** Which engine trains the networks of a run that ask for which numerics. */
export interface ChosenEngines {
  readonly engine: Engine['name'];
  /** Of networks whose numerics are fast; absent: the same. */
  readonly fastEngine?: Engine['name'];
}

/**
 * The engines of a run, chosen once for all of its networks: folds of one variant must not differ in their rounding.
 * @param wanted the numerics of each network; the machine is only calibrated if one of them is fast
 * @param asked the engine that was asked for by name, whatever the numerics
 */
export function chooseEngines(wanted: readonly Numerics[], asked?: Engine['name']): ChosenEngines {
  const engine = asked ?? defaultEngine();
  const isFast = asked === undefined && wanted.includes('fast') && isRelaxedFaster();
  return isFast ? {engine, fastEngine: 'wasmRelaxed'} : {engine};
}

/** The engine of a network that asks for `numerics`. */
export function engineOf({engine, fastEngine}: ChosenEngines, numerics: Numerics): Engine {
  return engines[numerics === 'fast' ? (fastEngine ?? engine) : engine];
}

/** What a run says of its engine: it is reproducible only if all of its networks are. */
export function engineFacts(
  chosen: ChosenEngines,
  wanted: readonly Numerics[],
): Pick<Engine, 'numerics'> & {engine: Engine['name']} {
  const {name, numerics} = engineOf(chosen, wanted.includes('fast') ? 'fast' : 'reproducible');
  return {numerics, engine: name};
}
