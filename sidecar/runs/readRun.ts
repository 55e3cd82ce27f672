import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {RunSummary} from '../../schemas/protocol.ts';
import {UserError} from '../userError.ts';
import {disk, type FileSystem} from './fileSystem.ts';
import {readIndex, rememberRuns} from './runIndex.ts';
import {isLocked} from './runLock.ts';
import {runSummary} from './runSummary.ts';
import {validator} from './runValidator.ts';

/** @throws UserError if the folder holds no run, or one that cannot be read */
export function readRun(directory: string): StoredRun {
  const path = join(directory, 'run.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`${directory} holds no run: run.json cannot be read.`, undefined, {cause: error});
  }
  return parseRun(text, path);
}

function parseRun(text: string, path: string): StoredRun {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is not JSON: it was changed or cut short.`, undefined, {cause: error});
  }
  if (!validator()(value)) throw new UserError(`${path} is not a stored run of this version of MLP Lab.`);
  return value as StoredRun;
}

export interface ListedRuns {
  /** Newest first. */
  readonly runs: ReadonlyArray<{readonly directory: string; readonly run: StoredRun}>;
  /** One sentence for each folder that could not be read. */
  readonly unreadable: readonly string[];
}

/** The runs in a runs directory; none if there is no such directory. */
export function listRuns(runsDirectory: string): ListedRuns {
  const runs: {directory: string; run: StoredRun}[] = [];
  const unreadable: string[] = [];
  for (const name of folderNames(runsDirectory)) {
    const directory = join(runsDirectory, name);
    try {
      runs.push({directory, run: readRun(directory)});
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push(error.message);
    }
  }
  runs.sort((a, b) => (a.run.startedAt < b.run.startedAt ? 1 : -1));
  return {runs, unreadable};
}

export interface ListedSummaries {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** One sentence for each folder that could not be read. */
  readonly unreadable: readonly string[];
}

/** The runs in a runs directory as a list shows them: those that ended from its index, the others from their folders. */
export function listRunSummaries(runsDirectory: string, fs: FileSystem = disk): ListedSummaries {
  const index = readIndex(fs, runsDirectory);
  const runs: RunSummary[] = [];
  const unreadable: string[] = [];
  const found: {folder: string; summary: RunSummary}[] = [];
  for (const folder of folderNames(runsDirectory)) {
    const directory = join(runsDirectory, folder);
    const known = index.get(folder);
    if (known) {
      runs.push({...known, directory});
      continue;
    }
    try {
      const run = readRun(directory);
      const summary = runSummary(directory, run, run.status === 'running' && isLocked(fs, directory));
      runs.push(summary);
      if (run.status !== 'running') found.push({folder, summary});
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push(error.message);
    }
  }
  rememberRuns(fs, runsDirectory, found);
  runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return {runs, unreadable};
}

function folderNames(directory: string): string[] {
  try {
    return readdirSync(directory, {withFileTypes: true})
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
