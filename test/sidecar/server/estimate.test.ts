import {expect, test} from 'vitest';
import {secondsLeft} from '../../../sidecar/server/estimate.ts';
import type {LabRun} from '../../../sidecar/server/labRun.ts';

/** As much of a run as an estimate looks at. @param epochs its work */
function run(status: LabRun['status'], epochs: number, left: number | null = null, progress = 0): LabRun {
  return {status, secondsLeft: left, progress, work: 5000 * epochs} as LabRun;
}

const estimates = (runs: LabRun[]) => [...secondsLeft(runs).values()];

test('a run that waits takes its share of work, after those before it', () => {
  // 100 epochs of 200 take 10 s: ten a second.
  expect(estimates([run('running', 200, 10, 0.5), run('queued', 50), run('queued', 100)])).toEqual([10, 15, 25]);
});

test('nothing is said of runs that wait until one tells how fast it is', () => {
  expect(estimates([run('running', 200), run('queued', 50)])).toEqual([null, null]);
});

test('a paused run keeps nobody waiting, and an ended one takes no time', () => {
  const runs = [run('completed', 100), run('paused', 200, 30, 0.5), run('running', 200, 10, 0.5), run('queued', 50)];
  expect(estimates(runs)).toEqual([0, 30, 10, 15]);
});

test('a run that has trained all its epochs, but not ended, tells nothing of how fast others will be', () => {
  expect(estimates([run('running', 200, 10, 1), run('queued', 50)])).toEqual([10, null]);
});
