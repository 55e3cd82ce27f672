import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {disk, type FileSystem} from '../../../sidecar/runs/fileSystem.ts';
import {listRunSummaries} from '../../../sidecar/runs/readRun.ts';
import {createRunFolder, openRunFolder} from '../../../sidecar/runs/runFolder.ts';
import {storedRun} from '../../support/storedRun.ts';

let folder: string;
let runs: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-index-'));
  runs = join(folder, '.mlp', 'runs');
});
afterEach(() => rmSync(folder, {recursive: true}));

/** A run that ended, and left its folder. */
function endedRun(id: string, startedAt: string): void {
  const written = createRunFolder(join(runs, id), storedRun(id, startedAt));
  written.writeRun({...storedRun(id, startedAt), status: 'completed'});
  written.dispose();
}

const statuses = (directory = runs) => listRunSummaries(directory).runs.map(({run, status}) => `${run} ${status}`);
const index = () => join(runs, 'index.jsonl');

describe('a list of runs', () => {
  test('is the same from the index and from the folders, newest first', () => {
    endedRun('old', '2025-01-01T00:00:00.000Z');
    endedRun('new', '2026-01-01T00:00:00.000Z');
    const fromIndex = listRunSummaries(runs);
    expect(fromIndex.runs.map(({run}) => run)).toEqual(['new', 'old']);
    rmSync(index());
    expect(listRunSummaries(runs)).toEqual(fromIndex);
    expect(statSync(index()).size).toBeGreaterThan(0);
    expect(listRunSummaries(runs)).toEqual(fromIndex);
  });

  test('opens no folder of a run that ended', () => {
    endedRun('a', '2025-01-01T00:00:00.000Z');
    // A folder that cannot be read would be named.
    writeFileSync(join(runs, 'a', 'run.json'), 'torn');
    expect(listRunSummaries(runs)).toMatchObject({runs: [{run: 'a'}], unreadable: []});
  });

  test('says which run is being written and which was interrupted, also when it had ended before', () => {
    endedRun('a', '2025-01-01T00:00:00.000Z');
    const cancelled = openRunFolder(join(runs, 'a'));
    cancelled.writeRun({...storedRun('a'), status: 'cancelled'});
    expect(statuses()).toEqual(['a cancelled']);
    cancelled.writeRun(storedRun('a'));
    expect(statuses()).toEqual(['a running']);
    cancelled.dispose();
    expect(statuses()).toEqual(['a interrupted']);
  });

  test('is right whatever was torn off the index, or written behind its torn end', () => {
    endedRun('a', '2025-01-01T00:00:00.000Z');
    endedRun('b', '2026-01-01T00:00:00.000Z');
    for (let size = statSync(index()).size; size >= 0; size--) {
      truncateSync(index(), size);
      expect(statuses()).toEqual(['b completed', 'a completed']);
    }
    truncateSync(index(), 0);
    appendFileSync(index(), '\n{"folder":"a","summ');
    endedRun('c', '2027-01-01T00:00:00.000Z');
    rmSync(join(runs, 'b'), {recursive: true});
    expect(statuses()).toEqual(['c completed', 'a completed']);
  });

  test('goes with its directory', () => {
    endedRun('a', '2025-01-01T00:00:00.000Z');
    const moved = join(folder, 'moved');
    renameSync(runs, moved);
    expect(listRunSummaries(moved).runs.map(({directory}) => directory)).toEqual([join(moved, 'a')]);
  });

  test('does not need the index: a directory that may not be written is listed, too', () => {
    endedRun('a', '2025-01-01T00:00:00.000Z');
    rmSync(index());
    const readOnly = {
      ...disk,
      openSync(path: string, flags: string) {
        if (flags !== 'r') throw Object.assign(new Error('EROFS'), {code: 'EROFS'});
        return disk.openSync(path, flags);
      },
    } as FileSystem;
    expect(listRunSummaries(runs, readOnly).runs).toHaveLength(1);
    expect(readdirSync(runs)).toEqual(['a']);
  });

  test('of runs that --out keeps elsewhere leaves nothing beside them', () => {
    const written = createRunFolder(join(folder, 'kept'), storedRun('a'));
    written.writeRun({...storedRun('a'), status: 'completed'});
    written.dispose();
    expect(readdirSync(folder)).toEqual(['kept']);
  });
});
