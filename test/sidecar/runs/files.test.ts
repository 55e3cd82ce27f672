/** Whole files and their folders, beside other processes that write at the same moment. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {disk, type FileSystem} from '../../../sidecar/runs/fileSystem.ts';
import {createFolder, writeNamedFile} from '../../../sidecar/runs/files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-files-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

/** Another process creates these, each just before this one does. */
function beside(...made: readonly string[]): FileSystem {
  const mkdir = (path: string) => {
    if (made.includes(path)) mkdirSync(path);
    mkdirSync(path);
  };
  return {...disk, mkdirSync: mkdir as typeof mkdirSync};
}

describe('a folder', () => {
  test('that another process creates at the same moment, with those above it, is there', () => {
    const [above, inner] = [join(folder, 'a'), join(folder, 'a', 'b')];
    createFolder(beside(above), join(inner, 'c'));
    expect(readdirSync(inner)).toEqual(['c']);
  });

  test('above which another process creates the one that was missing, is there', () => {
    const above = join(folder, 'late');
    const existsSync = (path: string) => {
      if (path === above) mkdirSync(above);
      return disk.existsSync(path);
    };
    createFolder({...disk, existsSync: existsSync as typeof disk.existsSync}, join(above, 'run'));
    expect(readdirSync(above)).toEqual(['run']);
  });

  test('that is a file is refused', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => createFolder(disk, join(folder, 'file'))).toThrow('EEXIST');
  });
});

describe('a file that a person named', () => {
  function* torn(): Generator<string> {
    yield 'new';
    throw new Error('nothing more can be told');
  }

  test('stays as it was where the rest of it cannot be told, and nothing lies beside it', () => {
    const path = join(folder, 'rows.csv');
    writeFileSync(path, 'old');
    const before = readdirSync(folder);
    expect(() => writeNamedFile(disk, path, torn())).toThrow('nothing more');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(before);
  });

  test('keeps who may read it', () => {
    const path = join(folder, 'private.json');
    writeFileSync(path, 'old', {mode: 0o600});
    writeNamedFile(disk, path, 'new');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o600]);
  });

  test('is written through its link, which stays one', () => {
    const [path, link] = [join(folder, 'target.csv'), join(folder, 'link.csv')];
    writeFileSync(path, 'old');
    symlinkSync(path, link);
    writeNamedFile(disk, link, ['a', 'b']);
    expect(readFileSync(path, 'utf8')).toBe('ab');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test('is refused where its folder is missing', () => {
    const path = join(folder, 'missing', 'rows.csv');
    expect(() => writeNamedFile(disk, path, 'x')).toThrow(
      `${path} cannot be written: there is no such folder: create it first, or name another file.`,
    );
  });
});
