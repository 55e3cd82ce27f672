import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {compareRuns} from '../../../sidecar/commands/compareRuns.ts';
import {createRunFolder} from '../../../sidecar/runs/runFolder.ts';
import {storedRun} from '../../support/storedRun.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlp-compare-'));
afterAll(() => rmSync(folder, {recursive: true}));

test.each([join('.mlp', 'runs', 'one'), 'one'])(
  'a run that was interrupted has no result: how to finish it is told where it lies in %s',
  place => {
    const directory = join(folder, place);
    createRunFolder(directory, storedRun('one')).dispose();
    expect(() => compareRuns([directory], {})).toThrow(`To finish it: mlp cv --resume ${directory}`);
  },
);
