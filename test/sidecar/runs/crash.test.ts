/** What a run's folder holds when the machine stops after any byte that was written to it. */
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import {type FoldOutcome, type FoldTask, NOT_TRAINED} from '../../../sidecar/experiment/foldTask.ts';
import {readEvents} from '../../../sidecar/runs/eventsFile.ts';
import {disk, type FileSystem} from '../../../sidecar/runs/fileSystem.ts';
import {readFolds} from '../../../sidecar/runs/foldsFile.ts';
import {readRun} from '../../../sidecar/runs/readRun.ts';
import {createRunFolder, openRunFolder} from '../../../sidecar/runs/runFolder.ts';
import {UserError} from '../../../sidecar/userError.ts';
import {dyingMachine, forbiddenDisk, fullDisk, MachineStopped} from '../../support/failingDisk.ts';
import {storedRun} from '../../support/storedRun.ts';

let folder: string;
beforeAll(() => {
  // Thousands of runs are written: in memory, where there is a folder of it, that takes a fifth of the time.
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mlp-crash-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

const run = storedRun('a');
const experiment = {
  table: {rowLines: Uint32Array.of(2, 4)},
  target: {task: 'regression', name: 'y', values: Float64Array.of(0.5, -1)},
  variants: [{name: 'net'}],
} as unknown as Experiment;
const task = {
  subject: {kind: 'variant', index: 0},
  fold: {repeat: 0, fold: 0, train: Uint32Array.of(0), test: Uint32Array.of(1)},
  keepModel: false,
} as FoldTask;
const outcome = (value: number): FoldOutcome => ({...NOT_TRAINED, epochs: 1, predictions: Float64Array.of(value)});

const EVENTS: RunEvent[] = [
  {event: 'runStarted', at: 0, tasks: 2, epochs: 2, workers: 1},
  {event: 'foldStarted', at: 1, variant: 'net', repeat: 1, fold: 1},
  {event: 'runEnded', at: 9, status: 'completed'},
];
const CHECKPOINTS = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6, 7)];
const OUTCOMES = [outcome(0.25), outcome(-3)];
const END: StoredRun = {...run, status: 'completed', finishedAt: '2026-01-02T03:05:05.000Z'};

/** The life of a short run, from its first byte to its last. */
function writeShortRun(directory: string, fs: FileSystem): void {
  const written = createRunFolder(directory, run, fs);
  const keeper = written.keeper(experiment);
  written.append(EVENTS[0]!);
  written.append(EVENTS[1]!);
  for (const bytes of CHECKPOINTS) keeper.checkpoints(0).write(bytes);
  OUTCOMES.forEach((one, index) => {
    keeper.keepOutcome(index, task, one);
  });
  written.writeFile('predictions.csv', 'a,b\n1,2\n');
  written.append(EVENTS[2]!);
  written.writeRun(END);
  written.dispose();
}

/** Everything that can be read of a folder. */
function contents(directory: string) {
  const {folds} = readFolds(disk, join(directory, 'folds.bin'));
  return {
    run: readRun(directory),
    events: readEvents(disk, join(directory, 'events.jsonl')),
    outcomes: folds.map(fold => fold.outcome),
  };
}

/** A process that is gone holds no lock; this one is still there. */
function removeLocks(directory: string): void {
  for (const name of readdirSync(directory)) if (name.startsWith('lock.')) rmSync(join(directory, name));
}

/** As text, which the test runner compares in a hundredth of the time: there are thousands of them. */
const hex = (bytes: Uint8Array | readonly number[]) => Buffer.from(bytes).toString('hex');

/** Opens a run that was torn, writes on, and reads what was there and what was added. */
function goOn(directory: string, before: ReturnType<typeof contents>): void {
  const again = openRunFolder(directory);
  const keeper = again.keeper(experiment);
  expect(['', ...CHECKPOINTS.map(hex)]).toContain(hex(keeper.checkpoints(0).read() ?? []));
  again.append(EVENTS[2]!);
  keeper.keepOutcome(7, task, outcome(1));
  again.dispose();
  const after = contents(directory);
  expect(after.events).toEqual([...before.events, EVENTS[2]]);
  expect(after.outcomes).toEqual([...before.outcomes, outcome(1)]);
}

test('a run whose writing stops after any byte reads as it was before or after it, and goes on being written', () => {
  let stopped = 0;
  let ended = false;
  let states = '';
  for (let bytes = 0; !ended; bytes++) {
    const directory = join(folder, 'run');
    try {
      writeShortRun(directory, dyingMachine(bytes));
      ended = true;
    } catch (error) {
      if (!(error instanceof MachineStopped)) throw error;
      stopped++;
    }
    removeLocks(directory);
    if (!readdirSync(directory).includes('run.json')) {
      // The run had not begun: nothing is lost, and the folder says what it is.
      expect(() => readRun(directory)).toThrow('holds no run');
    } else {
      const before = contents(directory);
      expect([run, END]).toContainEqual(before.run);
      expect(before.events).toEqual(EVENTS.slice(0, before.events.length));
      expect(before.outcomes).toEqual(OUTCOMES.slice(0, before.outcomes.length));
      if (before.run.status === 'completed') expect([before.events.length, before.outcomes.length]).toEqual([3, 2]);
      // Reading is tried after every byte, going on after every seventh: it takes longer.
      goOn(directory, before);
      states += `${before.events.length}${before.outcomes.length} `;
    }
    rmSync(directory, {recursive: true});
  }
  expect(stopped).toBeGreaterThan(2000);
  // Each of the states in between was seen.
  for (const state of ['00', '10', '20', '21', '22', '32']) expect(states).toContain(state);
});

describe('a disk', () => {
  test('that is full at any byte stops the writing with one sentence, and what was stored stays readable', () => {
    let sentences = 0;
    for (let room = 0; ; room++) {
      const directory = join(folder, 'full');
      mkdirSync(directory);
      try {
        writeShortRun(directory, fullDisk(room));
        rmSync(directory, {recursive: true});
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toBe(
          `The run could not be stored in ${directory}: no space is left on the device; free some first.`,
        );
        sentences++;
      }
      if (readdirSync(directory).includes('run.json')) {
        const {events, outcomes} = contents(directory);
        expect(events).toEqual(EVENTS.slice(0, events.length));
        expect(outcomes).toEqual(OUTCOMES.slice(0, outcomes.length));
      }
      expect(readdirSync(directory).filter(name => name.endsWith('.new'))).toEqual([]);
      rmSync(directory, {recursive: true});
    }
    expect(sentences).toBeGreaterThan(2000);
  });

  test('that is full for a while leaves no torn line between others', () => {
    const directory = join(folder, 'for-a-while');
    const fs = fullDisk(1e6);
    const written = createRunFolder(directory, run, fs);
    written.append(EVENTS[0]!);
    fs.room = 10;
    expect(() => written.append(EVENTS[1]!)).toThrow('no space is left');
    fs.room = 1e6;
    written.append(EVENTS[2]!);
    written.dispose();
    expect(contents(directory).events).toEqual([EVENTS[0], EVENTS[2]]);
  });

  test('that may not be written is a sentence, and the run that lies there is as it was', () => {
    const directory = join(folder, 'forbidden');
    writeShortRun(directory, disk);
    const before = contents(directory);
    expect(() => openRunFolder(directory, forbiddenDisk())).toThrow(
      `The run could not be stored in ${directory}: permission was denied; allow writing there first.`,
    );
    expect(() => createRunFolder(join(folder, 'new'), run, forbiddenDisk())).toThrow(
      'permission was denied; allow writing there first.',
    );
    expect(contents(directory)).toEqual(before);
  });
});
