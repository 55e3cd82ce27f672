/** A disk that fills up while a run is stored, or a file that may not grow: real ones, where this machine lets us make one. */
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
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
    expect(stderr).toContain('To finish this run: mlp cv --resume small/run\n');
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `The run could not be stored in ${directory}: no space is left on the device; free some first.`,
    );
    expect(status).toBe(3);
    expect(readRun(directory).id).not.toBe('');
    const events = readEvents(disk, join(directory, 'events.jsonl'));
    expect(events[0]).toMatchObject({event: 'runStarted'});
    expect(events.length).toBeGreaterThan(3);
    expect(readFileSync(join(directory, 'run.json'), 'utf8').endsWith('}\n')).toBe(true);
  });
});

const run = (args: readonly string[], {limit = '', ...env}: {limit?: string; TMPDIR?: string} = {}) =>
  spawnSync('sh', ['-c', `${limit} exec "$0" "$@"`, process.execPath, join(root, 'dist/mlp.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {...process.env, ...env},
  });

/** A copy of the example whose columns are read from disk. @returns its name */
function streamed(): string {
  const text = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
  writeFileSync(join(folder, 'streamed.mlp.json'), text.replace('"source"', '"streaming": "always", "source"'));
  return 'streamed.mlp.json';
}

describe.skipIf(process.platform === 'win32')('a file that may not grow', () => {
  test('is one sentence where it holds the columns of streamed data', () => {
    // In blocks of 512 bytes: the store of the columns takes 60 kB.
    const {status, stderr} = run(['cv', streamed(), '--epochs', '5', '--out', 'limited'], {limit: 'ulimit -f 40;'});
    expect(stderr).toContain('sonar.csv: the disk is full: the columns are kept beside the document while training.');
    expect(stderr).not.toContain('bug');
    expect(status).toBe(1);
  });

  test('is one sentence where it holds what a run tells, and the run is finished where it may', () => {
    const {status, stderr} = run(['cv', 'sonar.mlp.json', '--epochs', '20', '--out', 'limited'], {
      limit: 'ulimit -f 120;',
    });
    const directory = join(folder, 'limited');
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `The run could not be stored in ${directory}: a file may not become so large here.`,
    );
    expect(status).toBe(3);
    expect(readEvents(disk, join(directory, 'events.jsonl'))[0]).toMatchObject({event: 'runStarted'});
    const finished = run(['cv', 'sonar.mlp.json', '--resume', 'limited', '--json']);
    expect(finished.status).toBe(0);
    const undisturbed = run(['cv', 'sonar.mlp.json', '--epochs', '20', '--out', 'undisturbed', '--json']);
    expect(JSON.parse(finished.stdout).digest).toBe(JSON.parse(undisturbed.stdout).digest);
  });
});

test('columns of streamed data for which there is no place at all are one sentence', () => {
  const name = streamed();
  rmSync(join(folder, '.mlp'), {recursive: true, force: true});
  writeFileSync(join(folder, '.mlp'), 'a file, where a folder should be');
  const {status, stderr} = run(['cv', name, '--epochs', '5', '--out', 'nowhere'], {TMPDIR: join(folder, 'sonar.csv')});
  rmSync(join(folder, '.mlp'));
  expect(stderr).toContain('sonar.csv: its columns cannot be kept on disk, neither beside the document nor among');
  expect(stderr).not.toContain('bug');
  expect(status).toBe(1);
});
