import {existsSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {EXIT, UserError} from '../userError.ts';
import {listRuns, readRun} from './readRun.ts';
import {runsDirectory} from './runFolder.ts';

export interface FoundRun {
  readonly directory: string;
  readonly run: StoredRun;
}

/**
 * The run that a path stands for: the folder of a run, its run.json, or a document, which stands for the newest of its
 * `completedRuns`.
 * @throws UserError if there is none
 */
export function findRun(path: string, kind: StoredRun['kind']): FoundRun {
  if (path.endsWith('.mlp.json')) return newestRun(path, kind);
  const directory = basename(path) === 'run.json' ? join(path, '..') : path;
  if (!existsSync(directory)) throw new UserError(`${path} does not exist.`);
  if (!statSync(directory).isDirectory()) {
    throw new UserError(`${path} is neither the folder of a run nor a .mlp.json document.`, EXIT.wrongUsage);
  }
  return {directory, run: readRun(directory)};
}

/** The runs of a document that came to their end with a result of that kind, newest first. */
export function completedRuns(document: string, kind: StoredRun['kind']): readonly FoundRun[] {
  return listRuns(runsDirectory(document)).runs.filter(({run}) => isResult(run, document, kind));
}

/**
 * Whether a run of that document came to its end with a result of that kind. A search is no cross-validation of the
 * document: its variants are the settings that it tried.
 */
export function isResult(run: StoredRun, document: string, kind: StoredRun['kind']): boolean {
  if (run.document.name !== basename(document) || run.status !== 'completed') return false;
  if (kind === 'training') return run.training !== undefined;
  return run.crossValidation !== undefined && run.crossValidation.tuning === undefined;
}

function newestRun(document: string, kind: StoredRun['kind']): FoundRun {
  if (!existsSync(document)) throw new UserError(`${document} does not exist.`);
  const [newest] = completedRuns(document, kind);
  if (newest) return newest;
  const [what, command] = kind === 'training' ? ['trained model', 'train'] : ['cross-validation', 'cv'];
  throw new UserError(`No ${what} of ${document} is stored: "mlp ${command} ${document}" makes one.`);
}
