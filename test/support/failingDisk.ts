import {disk, type FileSystem} from '../../sidecar/runs/fileSystem.ts';

/** A disk with room for so many more bytes: then a write stores what still fits, and fails. */
export function fullDisk(room: number, code = 'ENOSPC'): FileSystem & {room: number} {
  const fs = {
    ...disk,
    room,
    writeSync(file: number, data: Uint8Array, offset = 0, length = data.length - offset): number {
      const fits = Math.min(length, fs.room);
      if (fits === 0 && length > 0) throw Object.assign(new Error(`${code}: write`), {code});
      fs.room -= fits;
      return disk.writeSync(file, data, offset, fits);
    },
  };
  return fs as unknown as FileSystem & {room: number};
}

/** A disk on which files of a part of a folder cannot be written any more. @param code why */
export function diskWithout(part: string, code: string): FileSystem {
  const refused = new Set<number>();
  return {
    ...disk,
    openSync(path: string, flags: string) {
      const file = disk.openSync(path, flags);
      if (flags !== 'r' && path.includes(part)) refused.add(file);
      return file;
    },
    closeSync(file: number) {
      refused.delete(file);
      disk.closeSync(file);
    },
    writeSync(file: number, data: Uint8Array, offset = 0, length = data.length - offset) {
      if (refused.has(file)) throw Object.assign(new Error(`${code}: write`), {code});
      return disk.writeSync(file, data, offset, length);
    },
  } as unknown as FileSystem;
}

/** A disk that may be read, and written no more. */
export function forbiddenDisk(): FileSystem {
  const forbid = () => {
    throw Object.assign(new Error('EACCES: permission denied'), {code: 'EACCES'});
  };
  const open = (path: string, flags: string) => (flags === 'r' ? disk.openSync(path, flags) : forbid());
  return {...disk, openSync: open, mkdirSync: forbid, renameSync: forbid, writeSync: forbid} as unknown as FileSystem;
}

/** The machine stops after so many written bytes: whatever is asked of the disk afterwards does not happen. */
export function dyingMachine(bytes: number): FileSystem {
  let left = bytes;
  const alive =
    <T extends unknown[], R>(operation: (...given: T) => R) =>
    (...given: T): R => {
      if (left < 0) throw new MachineStopped();
      return operation(...given);
    };
  const writeSync = (file: number, data: Uint8Array, offset = 0, length = data.length - offset): number => {
    if (left < 0) throw new MachineStopped();
    const fits = Math.min(length, left);
    if (fits > 0) disk.writeSync(file, data, offset, fits);
    left -= length;
    if (left < 0) throw new MachineStopped();
    return length;
  };
  return {
    ...disk,
    // Memory that a stopped machine loses is not what these tests are about.
    fsyncSync: () => {},
    openSync: alive(disk.openSync),
    renameSync: alive(disk.renameSync),
    rmSync: alive(disk.rmSync),
    mkdirSync: alive(disk.mkdirSync),
    ftruncateSync: alive(disk.ftruncateSync),
    writeSync,
  } as unknown as FileSystem;
}

export class MachineStopped extends Error {}
