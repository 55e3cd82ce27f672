/**
 * Two processes never write one run. A process that writes holds the newest of the files lock.1, lock.2, …, which says
 * who it is. A lock whose process is gone is not removed but outdone by the next number: only one process can create
 * it, and nobody can remove by mistake what another has just made.
 */
import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {EXIT, UserError} from '../userError.ts';
import type {FileSystem} from './fileSystem.ts';
import {codeOf, readWhole} from './files.ts';

export interface RunLock {
  /** Whether the folder is still the holder's: it may have been deleted meanwhile, and even be another run's by now. */
  isHeld(): boolean;
  release(): void;
}

/** @throws UserError if another process writes the run, or this one does already */
export function lockRun(fs: FileSystem, directory: string): RunLock {
  for (;;) {
    assertUnlocked(fs, directory);
    const newest = newestLock(fs, directory);
    const number = (newest?.number ?? 0) + 1;
    const path = lockPath(directory, number);
    const text = JSON.stringify(thisProcess());
    if (!createNew(fs, path, text)) continue;
    // One that has looked at the folder while this lock was not there may have begun again at 1.
    const outdone = newestLock(fs, directory)!;
    if (outdone.number !== number) {
      fs.rmSync(path, {force: true});
      continue;
    }
    for (let older = number - 1; older > 0; older--) fs.rmSync(lockPath(directory, older), {force: true});
    const isHeld = () => readWhole(fs, path)?.toString() === text;
    return {
      isHeld,
      release() {
        if (isHeld()) fs.rmSync(path, {force: true});
      },
    };
  }
}

/** @throws UserError if a process writes the run */
export function assertUnlocked(fs: FileSystem, directory: string): void {
  const newest = newestLock(fs, directory);
  if (newest && isAlive(newest.holder)) throw busy(directory, newest.holder);
}

/** Whether a process writes the run now. */
export function isLocked(fs: FileSystem, directory: string): boolean {
  const newest = newestLock(fs, directory);
  return newest !== null && isAlive(newest.holder);
}

interface Holder {
  readonly pid: number;
  /** When the process started, as the system counts it: numbers of processes are used again. '' where it is not told. */
  readonly started: string;
  readonly boot: string;
  readonly host: string;
  /** Tells two locks of one process apart. */
  readonly lock: string;
}

const lockPath = (directory: string, number: number) => join(directory, `lock.${number}`);

function newestLock(fs: FileSystem, directory: string): {number: number; holder: Holder | null} | null {
  const numbers = fs.readdirSync(directory).flatMap(name => /^lock\.(\d+)$/.exec(name)?.[1] ?? []);
  if (numbers.length === 0) return null;
  const number = Math.max(...numbers.map(Number));
  return {number, holder: parseHolder(readWhole(fs, lockPath(directory, number))?.toString() ?? '')};
}

/** null: being written at this moment, or torn by a crash; both are so short that it is looked at again. */
function parseHolder(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder | null): boolean {
  if (!holder) return false;
  // Of another machine nothing can be told: it is believed, and the message says what to do.
  if (holder.host !== hostname()) return true;
  return holder.boot === bootId() && processStart(holder.pid) === holder.started && exists(holder.pid);
}

function busy(directory: string, holder: Holder | null): UserError {
  const self = holder?.host === hostname() && holder.pid === process.pid;
  const who = self ? 'this process' : `process ${holder?.pid} on ${holder?.host}`;
  const advice =
    holder?.host === hostname()
      ? 'Wait for it, or end that process first.'
      : `If it is not running any more, delete the lock files in that folder.`;
  return new UserError(`${directory} is being written by ${who}. ${advice}`, EXIT.wrongUsage);
}

function thisProcess(): Holder {
  return {pid: process.pid, started: processStart(process.pid), boot: bootId(), host: hostname(), lock: randomUUID()};
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * Field 22 of /proc/PID/stat; elsewhere than on Linux nothing. The name in field 2 may hold spaces. A process that was
 * killed stands there as a zombie until its parent has asked for it: it is gone all the same.
 */
function processStart(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? 'gone' : (fields[18] ?? '');
  } catch {
    return ''; // No such process, or no such file on this system: `exists` decides.
  }
}

let boot: string | undefined;

function bootId(): string {
  try {
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    boot = ''; // Not Linux.
  }
  return boot;
}

/** @returns false if there is such a file */
function createNew(fs: FileSystem, path: string, text: string): boolean {
  let file: number;
  try {
    file = fs.openSync(path, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    fs.writeSync(file, Buffer.from(text));
  } finally {
    fs.closeSync(file);
  }
  return true;
}
