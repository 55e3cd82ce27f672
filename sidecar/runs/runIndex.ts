/**
 * index.jsonl in a runs directory: a line with the summary of each run that has ended, so that a list of thousands of
 * runs opens one file. It is no more than a memory of what stands in the runs' own folders: a run that it does not
 * know, or that was being written when it was last heard of, is looked up there.
 */
import {join} from 'node:path';
import type {RunSummary} from '../../schemas/protocol.ts';
import type {FileSystem} from './fileSystem.ts';
import {readWhole} from './files.ts';

/** By folder name; the last line of a folder counts. */
export type RunIndex = Map<string, Summary>;
/** A runs directory may be moved: its place is not part of it. */
type Summary = Omit<RunSummary, 'directory'>;

export function readIndex(fs: FileSystem, runsDirectory: string): RunIndex {
  const index: RunIndex = new Map();
  for (const line of readWhole(fs, indexPath(runsDirectory))?.toString('utf8').split('\n') ?? []) {
    const entry = parseLine(line);
    if (!entry) continue;
    if (entry.summary) index.set(entry.folder, entry.summary);
    else index.delete(entry.folder);
  }
  return index;
}

/** The run in this folder is written from now on: the index knows nothing of it. */
export function forgetRun(fs: FileSystem, runsDirectory: string, folder: string): void {
  addLines(fs, runsDirectory, [{folder}]);
}

/** Runs that have ended. */
export function rememberRuns(
  fs: FileSystem,
  runsDirectory: string,
  runs: ReadonlyArray<{readonly folder: string; readonly summary: RunSummary}>,
): void {
  addLines(
    fs,
    runsDirectory,
    runs.map(({folder, summary: {directory: _, ...summary}}) => ({folder, summary})),
  );
}

interface Entry {
  readonly folder: string;
  readonly summary?: Summary;
}

const indexPath = (runsDirectory: string) => join(runsDirectory, 'index.jsonl');

/** Processes may add at the same time: one write each, and a line of its own before it, should the last one be torn. */
function addLines(fs: FileSystem, runsDirectory: string, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  try {
    const file = fs.openSync(indexPath(runsDirectory), 'a');
    try {
      fs.writeSync(file, Buffer.from(`\n${entries.map(entry => JSON.stringify(entry)).join('\n')}\n`));
    } finally {
      fs.closeSync(file);
    }
  } catch {
    // The list is slower without it, and as true.
  }
}

function parseLine(line: string): Entry | null {
  if (line === '') return null;
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return null; // Torn by a crash.
  }
}
