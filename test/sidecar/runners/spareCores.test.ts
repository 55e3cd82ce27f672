/** How many workers leave the machine to others, and that a runner keeps to it. */
import {expect, test} from 'vitest';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import {type ProcessorTime, spareCores, workersBeside} from '../../../sidecar/runners/spareCores.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();
const start: ProcessorTime = {atMs: 1000, busyMs: 50_000, ownMs: 20_000};

/** Ten seconds later. @param others cores that other programs kept busy, and `own` this one */
const after = (others: number, own: number): ProcessorTime => ({
  atMs: 11_000,
  busyMs: start.busyMs + (others + own) * 10_000,
  ownMs: start.ownMs + own * 10_000,
});

test.each([
  {others: 0.2, own: 7, workers: 7, cores: 8, expected: 7},
  {others: 1, own: 7, workers: 7, cores: 8, expected: 7},
  {others: 1.1, own: 6.9, workers: 7, cores: 8, expected: 6},
  {others: 3.5, own: 4.5, workers: 7, cores: 8, expected: 4},
  {others: 8, own: 0, workers: 7, cores: 8, expected: 1},
  {others: 0, own: 2, workers: 2, cores: 8, expected: 2},
  {others: 1.5, own: 0.5, workers: 1, cores: 2, expected: 1},
])('beside $others busy cores of $cores, of $workers workers $expected are at work', ({others, own, ...given}) => {
  expect(workersBeside(given.workers, given.cores, start, after(others, own))).toBe(given.expected);
});

test('a change is believed once it has lasted for five seconds, and so is its end', () => {
  let now: ProcessorTime = start;
  let reads = 0;
  const read = () => {
    reads++;
    return now;
  };
  const most = spareCores(3, 4, read, () => now.atMs);
  const pass = (ms: number, others: number) => {
    now = {...now, atMs: now.atMs + ms, busyMs: now.busyMs + others * ms};
  };
  pass(3000, 4);
  expect(most()).toBe(3);
  expect(reads).toBe(1);
  pass(3000, 4);
  expect(most()).toBe(1);
  pass(6000, 2);
  expect(most()).toBe(2);
  pass(6000, 0);
  expect(most()).toBe(3);
});

test('a runner asks how many may be at work only while tasks wait', async () => {
  const experiment = await load({});
  let asked = 0;
  const mostBusy = () => {
    asked++;
    return 1;
  };
  // It looks after its workers every 10 ms, and there is nothing to do.
  const runner = workerThreads({experiment, engine: 'plain'}, {workers: 1, hangMs: 40, mostBusy});
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(asked).toBe(0);
  await runner.dispose();
});

test('where nothing can be told of the machine, all are at work', () => {
  expect(spareCores(3, 4, () => null)()).toBe(3);
});

test('a runner begins no more tasks than may be at work, goes on when more may, and gives the same bits', async () => {
  const experiment = await load({evaluation: {folds: 3}});
  const most = {now: 1};
  const runner = workerThreads({experiment, engine: 'plain'}, {workers: 3, mostBusy: () => most.now});
  let [going, highest] = [0, 0];
  let ended = 0;
  const report = await crossValidate(experiment, runner, {
    onEvent({event}) {
      if (event === 'foldStarted') going++;
      if (event === 'foldEnded') {
        going--;
        ended++;
        if (ended === 4) {
          expect(highest).toBe(1);
          most.now = 3;
          // The one that is at work already would do all that is left before another is loaded.
          runner.pause();
        }
      }
      highest = Math.max(highest, going);
      if (highest > 1) runner.proceed();
    },
  });
  await runner.dispose();
  expect(highest).toBeGreaterThan(1);
  const alone = workerThreads({experiment, engine: 'plain'}, {workers: 1});
  expect(report.digest).toBe((await crossValidate(experiment, alone, {onEvent() {}})).digest);
  await alone.dispose();
});
