/** How the store writes: a whole file or a whole piece of one is there afterwards, or what was there before. */
import {constants, type Stats} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {EXIT, UserError} from '../userError.ts';
import type {FileSystem} from './fileSystem.ts';

/** The parts are written one after the other. */
export type Content = string | Uint8Array | Iterable<string>;

/**
 * Writes a file beside its place and renames it.
 * @param durable whether it should outlive a power cut, which costs some milliseconds; a killed process it outlives anyway
 */
export function replaceFile(fs: FileSystem, path: string, content: Content, {durable}: {durable: boolean}): void {
  createFolder(fs, dirname(path));
  replaceBeside(fs, path, content, {durable});
}

/** @param mode who may read and write it; absent: as the system has it */
function replaceBeside(
  fs: FileSystem,
  path: string,
  content: Content,
  {durable, mode}: {durable: boolean; mode?: number | undefined},
): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  const file = fs.openSync(temporary, 'w', mode);
  try {
    try {
      // Of the mode of a file that is created, the system takes away what its user usually denies others.
      if (mode !== undefined) fs.fchmodSync(file, mode);
      writeParts(fs, file, content);
      if (durable) fs.fsyncSync(file); // Without it, a power cut after the rename could leave an empty file.
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
}

/** Creates a folder, and those above it. Node's own way never comes back from /proc, where nothing can be created. */
export function createFolder(fs: FileSystem, directory: string): void {
  try {
    createOne(fs, directory);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const above = dirname(directory);
    // Where it is there by now, another process has just made it.
    if (!fs.existsSync(above)) createFolder(fs, above);
    createOne(fs, directory);
  }
}

function createOne(fs: FileSystem, directory: string): void {
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    const isThere = codeOf(error) === 'EEXIST' && fs.statSync(directory, {throwIfNoEntry: false})?.isDirectory();
    if (!isThere) throw error;
  }
}

/** A file that only grows. */
export interface GrowingFile {
  /** Bytes so far. */
  readonly size: number;
  /** Adds all of the bytes or, where that fails, none. */
  append(bytes: Uint8Array): void;
  /** Waits until what was added would outlive a power cut. */
  flush(): void;
  close(): void;
}

/** @param size of what is whole; what a crash left behind it is cut off */
export function openGrowingFile(fs: FileSystem, path: string, size: number): GrowingFile {
  const file = fs.openSync(path, 'a');
  let length = size;
  if (fs.fstatSync(file).size > size) fs.ftruncateSync(file, size);
  return {
    get size() {
      return length;
    },
    append(bytes) {
      try {
        writeAll(fs, file, bytes);
        length += bytes.length;
      } catch (error) {
        // A torn piece would spoil the next one.
        fs.ftruncateSync(file, length);
        throw error;
      }
    },
    flush: () => fs.fsyncSync(file),
    close: () => fs.closeSync(file),
  };
}

/** The bytes of a file from a position on, fewer where it is shorter. */
export function readPart(fs: FileSystem, path: string, from: number, length: number): Buffer {
  const file = fs.openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, fs.readSync(file, buffer, 0, length, from));
  } finally {
    fs.closeSync(file);
  }
}

/** The file's bytes; null if there is no such file. */
export function readWhole(fs: FileSystem, path: string): Buffer | null {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function writeParts(fs: FileSystem, file: number, content: Content): void {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  for (const part of parts) writeAll(fs, file, typeof part === 'string' ? Buffer.from(part) : part);
}

/** Writing may end early, without an error. */
function writeAll(fs: FileSystem, file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at, bytes.length - at);
}

function removeQuietly(fs: FileSystem, path: string): void {
  try {
    fs.rmSync(path, {force: true});
  } catch {
    // What failed before is what counts.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device; free some first',
  EDQUOT: 'the disk quota is used up; free some space first',
  EFBIG: 'a file may not become so large here',
  EACCES: 'permission was denied; allow writing there first',
  EPERM: 'permission was denied; allow writing there first',
  EROFS: 'the file system is read-only; use a folder that may be written',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  ENOENT: 'the folder was removed, or nothing can be created there',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the device reports an error',
};

/** Does what writes to the folder of a run. @throws UserError, one sentence, where the disk is what fails */
export function storing<T>(directory: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const reason = REASONS[codeOf(error)];
    if (!reason) throw error;
    throw new UserError(`The run could not be stored in ${directory}: ${reason}.`, EXIT.failed, {cause: error});
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What goes wrong with the file that `--out` names, where it is said in another way than of the folder of a run. */
const FILE_REASONS: Readonly<Record<string, string>> = {
  ...REASONS,
  ENOENT: 'there is no such folder: create it first, or name another file',
  EISDIR: 'it is a folder: name a file in it',
};

/** Does what writes a file that a person named. @throws UserError, one sentence, where the disk is what fails */
export function writingFile<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const reason = FILE_REASONS[codeOf(error)] ?? `the system says ${codeOf(error)}`;
    throw new UserError(`${path} cannot be written: ${reason}.`, EXIT.failed, {cause: error});
  }
}

/**
 * Writes a file that a person named: all of it or nothing, where another file can take its place unnoticed; else into it.
 * @param durable whether it should outlive a power cut
 * @throws UserError, one sentence, where the disk is what fails
 */
export function writeNamedFile(fs: FileSystem, path: string, content: Content, {durable} = {durable: false}): void {
  writingFile(path, () => {
    const old = fs.lstatSync(path, {throwIfNoEntry: false});
    if (!old) return replaceBeside(fs, path, content, {durable});
    // A file that may not be written is not to be replaced either.
    if (old.isFile()) fs.accessSync(path, constants.W_OK);
    if (isReplaceable(fs, path, old)) return replaceBeside(fs, path, content, {durable, mode: old.mode & 0o7777});
    const file = fs.openSync(path, 'w');
    try {
      writeParts(fs, file, content);
      if (durable) fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  });
}

/** No link, pipe or terminal, no file whose owner or group would be another one, and none in a folder that may not be written. */
function isReplaceable(fs: FileSystem, path: string, old: Stats): boolean {
  if (!old.isFile()) return false;
  // Windows knows neither.
  const {geteuid, getegid} = process;
  if (geteuid && getegid && (old.uid !== geteuid() || old.gid !== getegid())) return false;
  try {
    fs.accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false; // Whoever may write the file may write into it.
  }
}
