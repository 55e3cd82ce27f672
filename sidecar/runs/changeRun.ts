import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {disk, type FileSystem} from './fileSystem.ts';
import {replaceFile, storing} from './files.ts';
import {readRun} from './readRun.ts';
import {lockRun} from './runLock.ts';

/**
 * Changes run.json of a run that has ended, to add what was found out about it since.
 * @throws UserError if a process writes the run, or the folder cannot be written
 */
export function changeRun(directory: string, change: (run: StoredRun) => StoredRun, fs: FileSystem = disk): void {
  storing(directory, () => {
    const lock = lockRun(fs, directory);
    try {
      const changed = change(readRun(directory));
      replaceFile(fs, join(directory, 'run.json'), `${JSON.stringify(changed, null, 2)}\n`, {durable: true});
    } finally {
      lock.release();
    }
  });
}
