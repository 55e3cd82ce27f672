import type {StoredRun} from '../../schemas/generated/run.ts';
import type {RunFacts} from '../rules/rule.ts';

/** What stored runs beside a document tell of it. */
export interface StoredFacts {
  /** The newest finished cross-validation. */
  readonly crossValidation: {readonly directory: string; readonly run: StoredRun; readonly facts: RunFacts} | undefined;
  /** The newest finished training on all rows. */
  readonly training: {readonly directory: string; readonly run: StoredRun} | undefined;
}

export const NOTHING_STORED: StoredFacts = {crossValidation: undefined, training: undefined};
