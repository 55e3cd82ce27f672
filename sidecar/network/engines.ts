import type {Engine} from './engine.ts';
import {plainEngine} from './plainEngine.ts';
import {referenceEngine} from './referenceEngine.ts';

/** Every engine by its name. `plain` is the default; `reference` is there to check it. */
export const engines: {readonly [Name in Engine['name']]: Engine} = {
  plain: plainEngine,
  reference: referenceEngine,
};
