import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {disk} from '../../../sidecar/runs/fileSystem.ts';
import {isLocked, lockRun} from '../../../sidecar/runs/runLock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-lock-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

const LARGEST_PID = 2 ** 22;

/** A lock as another process would have left it. */
function leaveLock(number: number, changes: object): void {
  const lock = lockRun(disk, folder);
  const own = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8'));
  lock.release();
  writeFileSync(join(folder, `lock.${number}`), JSON.stringify({...own, ...changes}));
}

describe('the lock of a run', () => {
  test('is held by one, and is free again when it is released', () => {
    const lock = lockRun(disk, folder);
    expect(isLocked(disk, folder)).toBe(true);
    expect(() => lockRun(disk, folder)).toThrow(
      `${folder} is being written by this process. Wait for it, or end that process first.`,
    );
    lock.release();
    expect(isLocked(disk, folder)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
    lockRun(disk, folder).release();
  });

  test.each([
    ['is gone', {pid: LARGEST_PID}],
    ['had the number of one that runs now, but started at another time', {started: '1'}],
    ['ran before the machine was started anew', {boot: 'another'}],
  ])('of a process that %s is taken over', (_, changes) => {
    // On other systems only the process itself tells.
    if (process.platform !== 'linux' && !('pid' in changes)) return;
    leaveLock(4, changes);
    expect(isLocked(disk, folder)).toBe(false);
    const lock = lockRun(disk, folder);
    expect(readdirSync(folder)).toEqual(['lock.5']);
    lock.release();
  });

  test.skipIf(process.platform !== 'linux')(
    'of a process that was killed and not yet buried is taken over',
    async () => {
      // A shell that becomes another program never asks for the child that it had, and the child ends only then.
      const child = 'until grep -q sleep /proc/$PPID/comm; do sleep 0.05; done';
      const parent = spawn('/bin/sh', ['-c', `sh -c '${child}' & echo $!; exec sleep 60`], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const pid = Number(await new Promise(resolve => parent.stdout!.once('data', resolve)));
      const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
      while (!stat().includes(') Z ')) await new Promise(resolve => setTimeout(resolve, 5));
      leaveLock(1, {pid, started: stat().split(' ')[21]});
      const locked = isLocked(disk, folder);
      parent.kill();
      expect(locked).toBe(false);
    },
  );

  test('is lost with its folder, and what is released then is nobody else’s', () => {
    const place = join(folder, 'run');
    mkdirSync(place);
    const lost = lockRun(disk, place);
    expect(lost.isHeld()).toBe(true);
    rmSync(place, {recursive: true});
    expect(lost.isHeld()).toBe(false);
    mkdirSync(place);
    const other = lockRun(disk, place);
    lost.release();
    expect([lost.isHeld(), other.isHeld()]).toEqual([false, true]);
    other.release();
    rmSync(place, {recursive: true});
  });

  test('that was torn as it was written is taken over', () => {
    writeFileSync(join(folder, 'lock.1'), '{"pid": 1');
    lockRun(disk, folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of another machine is believed, and the message says how to remove it', () => {
    leaveLock(1, {host: `not-${hostname()}`, pid: 12});
    expect(isLocked(disk, folder)).toBe(true);
    expect(() => lockRun(disk, folder)).toThrow(
      `${folder} is being written by process 12 on not-${hostname()}. If it is not running any more, delete the lock files in that folder.`,
    );
  });

  test('goes to one of two that saw the same dead process', () => {
    leaveLock(1, {pid: LARGEST_PID});
    // The other one comes first, after this one has looked and before it writes.
    let other: ReturnType<typeof lockRun> | undefined;
    const late = {
      ...disk,
      openSync(path: string, flags: string) {
        other ??= lockRun(disk, folder);
        return disk.openSync(path, flags);
      },
    } as typeof disk;
    expect(() => lockRun(late, folder)).toThrow('is being written by this process.');
    expect(readdirSync(folder)).toEqual(['lock.2']);
    other!.release();
  });
});
