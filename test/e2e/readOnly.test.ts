/** Documents that may not be written, or are written by somebody else meanwhile. */
import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/mlp.mjs');
const example = join(root, 'examples/sonar');
const folder = mkdtempSync(join(tmpdir(), 'mlp-read-only-'));
const document = 'sonar.mlp.json';
const isReadOnly = makeReadOnly();
if (!isReadOnly) console.warn('No file can be made read-only for this user here: its tests are left out.');
const changing = mkdtempSync(join(tmpdir(), 'mlp-changing-'));
cpSync(example, changing, {recursive: true, filter: source => !source.includes('.mlp/')});
afterAll(() => {
  if (isReadOnly && isRoot()) execFileSync('umount', [folder]);
  for (const one of [folder, changing]) rmSync(one, {recursive: true, force: true});
});

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Nobody forbids root to write but a file system that is mounted so. */
function makeReadOnly(): boolean {
  const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
  if (isRoot() && !mount('size=4m')) return false;
  cpSync(example, folder, {recursive: true, filter: source => !source.includes('.mlp/')});
  if (isRoot()) return mount('remount,ro');
  chmodSync(join(folder, document), 0o444);
  return true;
}

describe.skipIf(!isReadOnly)('a read-only document', () => {
  const before = readFileSync(join(folder, document), 'utf8');

  test.each([
    ['improve', []],
    ['lr', []],
    ['tune', ['--dropout', '--out', join(changing, 'search')]],
  ])('is one sentence of mlp %s --write, at once', (command, options) => {
    const {status, stdout, stderr} = spawnSync(process.execPath, [program, command, document, '--write', ...options], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^sonar\.mlp\.json cannot be written: (the file system is read-only; use a folder that may be written|permission was denied; allow writing there first)\.$/,
    );
    expect(stderr).not.toContain('bug');
    expect({status, stdout}).toEqual({status: 3, stdout: ''});
    expect(readFileSync(join(folder, document), 'utf8')).toBe(before);
  });
});

/** Edits the document in the moment in which its process tells of the first network: it was read long ago, and nothing was written. */
const EDITING = `import {appendFileSync} from 'node:fs';
const {stderr} = process;
const write = stderr.write.bind(stderr);
stderr.write = (text, ...rest) => {
  if (String(text).startsWith('[1/')) appendFileSync('${document}', '// an edit\\n');
  return write(text, ...rest);
};`;

test('a document that is edited while a search goes on keeps the edit, and what was found is told all the same', () => {
  const path = join(changing, document);
  // One epoch is too few: the winner is another setting than the document.
  const tune = '"tune": {"space": {"training.epochs": {"values": [40]}}}, "training": {';
  const before = readFileSync(path, 'utf8').replace('"epochs": 300', '"epochs": 1').replace('"training": {', tune);
  writeFileSync(path, before);
  writeFileSync(join(changing, 'editing.mjs'), EDITING);
  const command = [program, 'tune', document, '--folds', '3', '--inner', '0', '--write'];
  const {status, stdout, stderr} = spawnSync(process.execPath, ['--import', './editing.mjs', ...command], {
    cwd: changing,
    encoding: 'utf8',
  });
  expect(readFileSync(path, 'utf8')).toBe(`${before}// an edit\n`);
  expect(stdout).toContain('The best of 2 settings by NLL is');
  expect(stderr.trim().split('\n').at(-1)).toBe(
    'sonar.mlp.json was changed meanwhile, so the winner, {"training.epochs":40}, is not written into it.',
  );
  expect(status).toBe(3);
});
