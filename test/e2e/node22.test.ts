/** The built program under plain Node 22, the oldest that VS Code's own runtime has at the versions we support. */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, expect, test} from 'vitest';
import {SONAR_DIGEST} from '../support/digests.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/node22');
const node22 = join(cache, 'node_modules/.bin/node');

beforeAll(() => {
  if (existsSync(node22)) return;
  mkdirSync(cache, {recursive: true});
  const {status, stderr} = spawnSync('npm', ['install', '--no-save', '--prefix', cache, 'node@22'], {encoding: 'utf8'});
  if (status !== 0) throw new Error(`Node 22 could not be installed from the npm registry: ${stderr}`);
});

test('cross-validation under Node 22 gives the bits of Node 24', () => {
  const digests = [node22, process.execPath].map((node, i) => {
    const out = join(tmpdir(), `mlp-node22-${process.pid}-${i}`);
    const {stdout, stderr, status} = spawnSync(
      node,
      [
        join(root, 'dist/mlp.mjs'),
        'cv',
        join(root, 'examples/sonar/sonar.mlp.json'),
        '--epochs',
        '10',
        '--json',
        '--out',
        out,
      ],
      {encoding: 'utf8'},
    );
    expect(stderr).not.toContain('Warning');
    expect(status).toBe(0);
    return JSON.parse(stdout).digest as string;
  });
  expect(spawnSync(node22, ['--version'], {encoding: 'utf8'}).stdout).toMatch(/^v22\./);
  expect(digests).toEqual([SONAR_DIGEST, SONAR_DIGEST]);
});
