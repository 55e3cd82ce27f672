/**
 * The folder of one run: run.json, events.jsonl (append-only), predictions.csv, models/*.safetensors. Whole files are
 * written beside their place and renamed, so that a crash leaves the old or the new state; events are appended line
 * by line, and a torn last line is ignored by the reader.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {basename, dirname, join, sep} from 'node:path';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {EXIT, UserError} from '../userError.ts';

/** The parts of a text are written one after the other. */
type Content = string | Uint8Array | Iterable<string>;

export interface RunFolder {
  readonly directory: string;
  append(event: RunEvent): void;
  /** Writes a whole file into the folder. @param name may lie in a subfolder, such as models/baseline.safetensors */
  writeFile(name: string, content: Content): void;
  /** Replaces run.json. */
  writeRun(run: StoredRun): void;
  /** Ends the writing. The folder must not be used afterwards. */
  dispose(): void;
}

/** Where the runs of a document lie. */
export function runsDirectory(documentPath: string): string {
  return join(dirname(documentPath), '.mlp', 'runs');
}

/** Sorts by time. @param suffix a few characters that keep runs of the same second apart */
export function runId(startedAt: Date, suffix: string): string {
  return `${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${suffix}`;
}

/** @throws UserError if the directory holds something already or cannot be written */
export function createRunFolder(directory: string, run: StoredRun): RunFolder {
  return storing(directory, () => {
    mkdirSync(directory, {recursive: true});
    keepOutOfGit(directory);
    if (readdirSync(directory).length > 0) {
      throw new UserError(`${directory} is not empty: choose another folder for this run.`, EXIT.wrongUsage);
    }
    replaceFile(join(directory, 'run.json'), json(run));
    const events = openSync(join(directory, 'events.jsonl'), 'a');
    return {
      directory,
      append: event => storing(directory, () => void writeSync(events, `${JSON.stringify(event)}\n`)),
      writeFile: (name, content) => storing(directory, () => replaceFile(join(directory, name), content)),
      writeRun: value => storing(directory, () => replaceFile(join(directory, 'run.json'), json(value))),
      dispose: () => closeSync(events),
    };
  });
}

/** Predictions for single rows may be private: the folder `.mlp` stays out of repositories unless someone decides otherwise. */
function keepOutOfGit(directory: string): void {
  const parts = directory.split(sep);
  const at = parts.lastIndexOf('.mlp');
  if (at === -1) return;
  const ignored = join(parts.slice(0, at + 1).join(sep), '.gitignore');
  if (!existsSync(ignored)) writeFileSync(ignored, '*\n');
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function replaceFile(path: string, content: Content): void {
  mkdirSync(dirname(path), {recursive: true});
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  const file = openSync(temporary, 'w');
  try {
    const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    for (const part of parts) writeFileSync(file, part);
    fsyncSync(file); // Without it, a power cut after the rename could leave an empty file.
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    closeQuietly(file);
    rmSync(temporary, {force: true});
    throw error;
  }
}

function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // It may be closed already; what failed before is what counts.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  ENOENT: 'a part of the path is a link to nothing',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the device reports an error',
};

function storing<T>(directory: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = REASONS[code];
    if (!reason) throw error;
    throw new UserError(`The run could not be stored in ${directory}: ${reason}.`, EXIT.failed, {cause: error});
  }
}
