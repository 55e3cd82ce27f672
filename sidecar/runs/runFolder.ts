/**
 * The folder of one run while it is written. Whole files are written beside their place and renamed, so that a crash
 * leaves the old or the new state; events and folds are added to files that only grow, and their readers ignore a torn
 * end. A killed process costs nothing but the training since the last checkpoint, and a ledger. A power cut, which may lose
 * what was not flushed, costs the last folds.
 */
import {basename, dirname, join, relative, resolve, sep} from 'node:path';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {type FoldTask, placeOf} from '../experiment/foldTask.ts';
import type {TaskKeeper} from '../experiment/runTasks.ts';
import {EXIT, UserError} from '../userError.ts';
import {openEvents} from './eventsFile.ts';
import {disk, type FileSystem} from './fileSystem.ts';
import {
  type Content,
  createFolder,
  type GrowingFile,
  openGrowingFile,
  readWhole,
  replaceFile,
  storing,
} from './files.ts';
import {encodeFold, readFolds, type StoredFold} from './foldsFile.ts';
import {forgetRun, rememberRuns} from './runIndex.ts';
import {lockRun, type RunLock} from './runLock.ts';
import {runSummary} from './runSummary.ts';

export interface RunFolder {
  readonly directory: string;
  /** Events so far. */
  readonly events: number;
  /** @returns number of the event, from 0 */
  append(event: RunEvent): number;
  /** Events from a number on, at most `most`. It can be read when nothing is written any more. */
  readEvents(from: number, most?: number): RunEvent[];
  /** Writes a whole file into the folder. @param name may lie in a subfolder, such as models/baseline.safetensors */
  writeFile(name: string, content: Content): void;
  /** Networks and baselines that had ended when the folder was opened. */
  readonly storedFolds: ReadonlyArray<Pick<StoredFold, 'subject' | 'place'>>;
  /** Replaces run.json. */
  writeRun(run: StoredRun): void;
  /** Keeps outcomes and checkpoints of the tasks of the run's experiment. */
  keeper(experiment: Omit<Experiment, 'folds'>): TaskKeeper;
  /** The same for the nested cross-validation of a search, in files of its own. */
  nestedKeeper(experiment: Omit<Experiment, 'folds'>): TaskKeeper;
  /** Removes what only an interrupted run needs. @param folds whether outcomes too */
  tidy(what: {folds: boolean}): void;
  /** Ends the writing. The folder must not be used afterwards. */
  dispose(): void;
}

/** Where the runs of a document lie. */
export function runsDirectory(documentPath: string): string {
  return join(dirname(documentPath), '.mlp', 'runs');
}

/** Where a run keeps its document to be, from its folder; undefined where the folder says it, in `runsDirectory`. */
export function pathToDocument(directory: string, document: string): string | undefined {
  const isBeside = dirname(resolve(directory)) === resolve(runsDirectory(document));
  return isBeside ? undefined : relative(directory, document).replaceAll(sep, '/');
}

/** Path of the document of a run. @throws UserError if it lies elsewhere, and is of a version that did not keep where */
export function documentOf(directory: string, {document}: Pick<StoredRun, 'document'>): string {
  if (document.path !== undefined) return resolve(directory, document.path);
  if (isListed(directory)) return join(directory, '..', '..', '..', document.name);
  throw new UserError(`Say which document the run in ${directory} is of: its folder does not lie beside it.`);
}

/** Sorts by time. @param suffix a few characters that keep runs of the same second apart */
export function runId(startedAt: Date, suffix: string): string {
  return `${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${suffix}`;
}

/** @throws UserError if the directory holds something already or cannot be written */
export function createRunFolder(directory: string, run: StoredRun, fs: FileSystem = disk): RunFolder {
  return storing(directory, () => {
    createFolder(fs, directory);
    keepOutOfGit(fs, directory);
    if (fs.readdirSync(directory).length > 0) {
      throw new UserError(`${directory} is not empty: choose another folder for this run.`, EXIT.wrongUsage);
    }
    return whileLocked(fs, directory, lock => {
      noteBefore(fs, directory, run);
      replaceFile(fs, join(directory, 'run.json'), json(run), {durable: true});
      return openFolder(fs, directory, lock);
    });
  });
}

/**
 * Opens the folder of a run that ended too early, to go on writing it.
 * @throws UserError if another process writes it
 */
export function openRunFolder(directory: string, fs: FileSystem = disk): RunFolder {
  return storing(directory, () => whileLocked(fs, directory, lock => openFolder(fs, directory, lock)));
}

function whileLocked<T>(fs: FileSystem, directory: string, open: (lock: RunLock) => T): T {
  const lock = lockRun(fs, directory);
  try {
    return open(lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openFolder(fs: FileSystem, directory: string, lock: RunLock): RunFolder {
  const at = (name: string) => join(directory, name);
  const events = openEvents(fs, at('events.jsonl'));
  const folds = openFolds(fs, at('folds.bin'));
  let nested: FoldsFile | null = null;
  const store = <T>(write: () => T) =>
    storing(directory, () => {
      if (lock.isHeld()) return write();
      throw new UserError(
        `The run could not be stored in ${directory}: the folder or its lock file was deleted, or is another run's by now. If the run is still in it, resume it; if not, start it anew.`,
        EXIT.failed,
      );
    });
  const keeperOf = (experiment: Omit<Experiment, 'folds'>, file: FoldsFile, checkpoint: (index: number) => string) =>
    taskKeeper(experiment, file.stored, {
      addFold: fold => store(() => file.growing.append(encodeFold(fold))),
      readCheckpoint: index => readWhole(fs, at(checkpoint(index))),
      writeCheckpoint: (index, bytes) => store(() => replaceFile(fs, at(checkpoint(index)), bytes, {durable: false})),
      removeCheckpoint: index => store(() => fs.rmSync(at(checkpoint(index)), {force: true})),
    });
  return {
    directory,
    get events() {
      return events.count;
    },
    storedFolds: folds.stored.map(({subject, place}) => ({subject, place})),
    append: event => store(() => events.append(event)),
    readEvents: (from, most) => events.read(from, most),
    writeFile: (name, content) => store(() => replaceFile(fs, at(name), content, {durable: true})),
    writeRun: run =>
      store(() => {
        // What run.json speaks of must not be lost where run.json is not.
        events.flush();
        folds.growing.flush();
        noteBefore(fs, directory, run);
        replaceFile(fs, at('run.json'), json(run), {durable: true});
        noteAfter(fs, directory, run);
      }),
    keeper: experiment => keeperOf(experiment, folds, index => join('checkpoints', `${index}.bin`)),
    nestedKeeper(experiment) {
      nested ??= store(() => openFolds(fs, at('nested.bin')));
      return keeperOf(experiment, nested, index => join('checkpoints', `nested-${index}.bin`));
    },
    tidy: what =>
      store(() => {
        fs.rmSync(at('checkpoints'), {recursive: true, force: true});
        fs.rmSync(at('nested.bin'), {force: true});
        if (what.folds) fs.rmSync(at('folds.bin'), {force: true});
      }),
    dispose() {
      events.close();
      folds.growing.close();
      nested?.growing.close();
      lock.release();
    },
  };
}

/** Outcomes of earlier processes, and where those of this one are added. */
interface FoldsFile {
  readonly stored: readonly StoredFold[];
  readonly growing: GrowingFile;
}

function openFolds(fs: FileSystem, path: string): FoldsFile {
  const {folds, size} = readFolds(fs, path);
  return {stored: folds, growing: openGrowingFile(fs, path, size)};
}

interface TaskFiles {
  addFold(fold: StoredFold): void;
  readCheckpoint(index: number): Uint8Array | null;
  writeCheckpoint(index: number, bytes: Uint8Array): void;
  removeCheckpoint(index: number): void;
}

function taskKeeper(
  experiment: Omit<Experiment, 'folds'>,
  stored: readonly StoredFold[],
  files: TaskFiles,
): TaskKeeper {
  const outcomes = new Map(stored.map(({index, outcome}) => [index, outcome]));
  return {
    outcome: index => outcomes.get(index) ?? null,
    keepOutcome(index, task, outcome) {
      files.addFold(storedFold(experiment, index, task, outcome));
      files.removeCheckpoint(index);
    },
    checkpoints: index => ({
      read: () => files.readCheckpoint(index),
      write: bytes => files.writeCheckpoint(index, bytes),
    }),
  };
}

function storedFold(
  experiment: Omit<Experiment, 'folds'>,
  index: number,
  task: FoldTask,
  outcome: StoredFold['outcome'],
): StoredFold {
  const {table, target} = experiment;
  // The truth is kept beside what was predicted.
  const rows = outcome.predictions ? task.fold.test : new Uint32Array(0);
  return {
    index,
    subject: task.subject.kind,
    place: placeOf(experiment, task),
    lines: rows.map(row => table.rowLines[row]!),
    actual: Float64Array.from(rows, row => target.values[row]!),
    outcome,
  };
}

/** Predictions for single rows may be private: the folder `.mlp` stays out of repositories unless someone decides otherwise. */
function keepOutOfGit(fs: FileSystem, directory: string): void {
  const parts = directory.split(sep);
  const at = parts.lastIndexOf('.mlp');
  if (at === -1) return;
  const ignored = join(parts.slice(0, at + 1).join(sep), '.gitignore');
  if (!fs.existsSync(ignored)) replaceFile(fs, ignored, '*\n', {durable: false});
}

/** A list must not take a run that is written again for one that has ended … */
function noteBefore(fs: FileSystem, directory: string, run: StoredRun): void {
  if (run.status === 'running' && isListed(directory)) forgetRun(fs, dirname(directory), basename(directory));
}

/** … and finds one that has ended without opening its folder. */
function noteAfter(fs: FileSystem, directory: string, run: StoredRun): void {
  if (run.status === 'running' || !isListed(directory)) return;
  rememberRuns(fs, dirname(directory), [{folder: basename(directory), summary: runSummary(directory, run, false)}]);
}

/** A folder that --out names may lie anywhere: nothing is written beside it. */
export function isListed(directory: string): boolean {
  return dirname(resolve(directory)).endsWith(join(sep, '.mlp', 'runs'));
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
