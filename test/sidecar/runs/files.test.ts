/** Whole files and their folders, beside other processes that write at the same moment. */
import {
  chmodSync,
  chownSync,
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
import {dirname, join} from 'node:path';
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

/** A disk on which nobody may write a path: root, too, where root runs the tests. Files cannot be made in it, if it is a folder. */
function forbidding(path: string): FileSystem {
  const refuse = (): never => {
    throw Object.assign(new Error('EACCES'), {code: 'EACCES', syscall: 'access'});
  };
  return {
    ...disk,
    accessSync: at => (at === path ? refuse() : undefined),
    openSync: (at, ...rest) =>
      dirname(String(at)) === path && !disk.existsSync(at) ? refuse() : disk.openSync(at, ...rest),
  };
}

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

  test.each([0o664, 0o2666, 0o777])('keeps it also where new files are made with less: %o', mode => {
    const path = join(folder, `shared-${mode}.json`);
    writeFileSync(path, 'old');
    chmodSync(path, mode);
    writeNamedFile(disk, path, 'new');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o7777]).toEqual(['new', mode]);
  });

  test.skipIf(process.getuid?.() !== 0)('keeps its owner and its group', () => {
    for (const [uid, gid] of [
      [1234, 0],
      [0, 1234],
    ] as const) {
      const path = join(folder, `of-${uid}-${gid}.json`);
      writeFileSync(path, 'old');
      chownSync(path, uid, gid);
      writeNamedFile(disk, path, 'new');
      const {uid: owner, gid: group} = statSync(path);
      expect([readFileSync(path, 'utf8'), owner, group]).toEqual(['new', uid, gid]);
    }
  });

  test('is written where it lies in a folder that may not be written, and left alone where it may not be itself', () => {
    const path = join(folder, 'locked.json');
    writeFileSync(path, 'old, and longer');
    writeNamedFile(forbidding(folder), path, 'new', {durable: true});
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(() => writeNamedFile(forbidding(path), path, 'newer')).toThrow(
      `${path} cannot be written: permission was denied; allow writing there first.`,
    );
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('is on the disk, where that is asked for, before it takes the place of the old one', () => {
    const path = join(folder, 'durable.json');
    const done: string[] = [];
    const noted =
      (name: 'fsyncSync' | 'renameSync') =>
      (...args: unknown[]) => {
        done.push(name);
        (disk[name] as (...args: unknown[]) => void)(...args);
      };
    const fs = {...disk, fsyncSync: noted('fsyncSync'), renameSync: noted('renameSync')} as FileSystem;
    writeNamedFile(fs, path, 'one');
    writeNamedFile(fs, path, 'two', {durable: true});
    expect(done).toEqual(['renameSync', 'fsyncSync', 'renameSync']);
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
