/** A disk that fills up while a run is stored: a real one, where this machine lets us make one. */
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {readEvents} from '../../sidecar/runs/eventsFile.ts';
import {disk} from '../../sidecar/runs/fileSystem.ts';
import {readRun} from '../../sidecar/runs/readRun.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mlp-full-'));
cpSync(join(root, 'examples/sonar'), folder, {recursive: true, filter: source => !source.includes('.mlp/')});
const small = join(folder, 'small');
const isMounted = mountSmallDisk();
if (!isMounted) console.warn('No small disk can be mounted here (it takes root): its test is left out.');
afterAll(() => {
  if (isMounted) execFileSync('umount', [small]);
  rmSync(folder, {recursive: true, force: true});
});

function mountSmallDisk(): boolean {
  mkdirSync(small);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]).status === 0;
}

describe.skipIf(!isMounted)('a full disk', () => {
  test('stops the run with one sentence, and what was stored stays readable', () => {
    const {status, stderr} = spawnSync(
      process.execPath,
      [join(root, 'dist/mlp.mjs'), 'cv', 'sonar.mlp.json', '--epochs', '20', '--out', 'small/run'],
      {cwd: folder, encoding: 'utf8'},
    );
    const directory = join(small, 'run');
    expect(stderr).toContain('To finish this run: mlp cv sonar.mlp.json --resume small/run\n');
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `The run could not be stored in ${directory}: no space is left on the device.`,
    );
    expect(status).toBe(3);
    expect(readRun(directory).id).not.toBe('');
    const events = readEvents(disk, join(directory, 'events.jsonl'));
    expect(events[0]).toMatchObject({event: 'runStarted'});
    expect(events.length).toBeGreaterThan(3);
    expect(readFileSync(join(directory, 'run.json'), 'utf8').endsWith('}\n')).toBe(true);
  });
});
