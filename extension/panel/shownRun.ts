import {dirname, join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';

/** A run and the path of its document, and what of it is shown first. */
export interface ShownRun {
  readonly directory: string;
  readonly document: string;
  /** Name of a layer; undefined: what the page showed last. */
  readonly layer?: string | undefined;
}

/** Runs lie in .mlp/runs/<id> beside their document. */
export function shownRun(run: StoredRun, directory: string): ShownRun {
  return {directory, document: join(dirname(dirname(dirname(directory))), run.document.name)};
}
