import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {UserError} from '../userError.ts';
import {type FoundRun, isResult} from './findRuns.ts';
import {readRun} from './readRun.ts';
import {runsDirectory} from './runFolder.ts';

/** A folder of runs may hold thousands; the newest of a document is among the last ones. */
const mostLookedAt = 30;

/** The newest of a document's runs that `isResult` says yes to; undefined if none is near. */
export function newestResult(document: string, kind: StoredRun['kind']): FoundRun | undefined {
  const folder = runsDirectory(document);
  for (const name of newestFirst(folder).slice(0, mostLookedAt)) {
    const directory = join(folder, name);
    const run = readableRun(directory);
    if (run && isResult(run, document, kind)) return {directory, run};
  }
  return undefined;
}

/** Ids begin with the time. */
function newestFirst(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted().reverse();
  } catch {
    return []; // No run was stored yet, or the folder may not be read: there is no result to show.
  }
}

function readableRun(directory: string): StoredRun | undefined {
  try {
    return readRun(directory);
  } catch (error) {
    if (error instanceof UserError) return undefined; // Another folder, or a run of another version.
    throw error;
  }
}

/** What happened in a run, in order; a torn last line is left out. */
export function* storedEvents(directory: string): Generator<RunEvent> {
  let text: string;
  try {
    text = readFileSync(join(directory, 'events.jsonl'), 'utf8');
  } catch {
    return; // Deleted, or never written: then nothing is known of the course of the run.
  }
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      yield JSON.parse(line) as RunEvent;
    } catch {
      return; // Torn by a crash.
    }
  }
}
