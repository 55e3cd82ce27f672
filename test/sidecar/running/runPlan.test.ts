import {expect, test} from 'vitest';
import {planRun, workersInMemory} from '../../../sidecar/running/runPlan.ts';
import {createRunProgress} from '../../../sidecar/running/runProgress.ts';
import {UserError} from '../../../sidecar/userError.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();

test('as many workers run as have memory, and none more than there are networks', async () => {
  const experiment = await load({evaluation: {folds: 2}});
  expect(planRun(experiment, 'crossValidation', 100).workers).toBeLessThanOrEqual(4);
  expect(planRun(experiment, 'training', 100)).toMatchObject({networks: 2, totalEpochs: 16, workers: 2});
  // One takes a little more than 40 MB, of 80 % of what is free.
  expect([60e6, 110e6, 1e9].map(bytes => workersInMemory(experiment, bytes))).toEqual([1, 2, 19]);
});

test('a network that fits into no memory is a sentence before it starts, not a crash in the midst', async () => {
  const experiment = await load({
    variants: {},
    layers: [
      {name: 'wide', type: 'dense', units: 20_000},
      {name: 'two', type: 'dense', units: 5000},
    ],
  });
  expect(() => workersInMemory(experiment, 1e9)).toThrow(UserError);
  expect(() => workersInMemory(experiment, 1e9)).toThrow(
    'One network of this experiment needs about 2.4 GB of memory, and only 1.0 GB are free. Lower units, batchSize or the number of columns, or end other programs.',
  );
});

test('the progress of a run counts epochs that are told twice once, and leaves pauses out of its estimate', () => {
  let now = 0;
  const progress = createRunProgress(
    {totalEpochs: 40, nestedEpochs: 0, epochsOf: name => (name === 'net' ? 10 : 0)},
    () => now,
  );
  const net = (fold: number) => ({variant: 'net', repeat: 1, fold});
  const epochs = (fold: number, from: number, count: number) =>
    progress.onEvent({event: 'epochsEnded', ...net(fold), from, trainingLoss: Array(count).fill(1), learningRate: []});
  expect([progress.share, progress.secondsLeft]).toEqual([0, null]);
  progress.skip(net(4));
  progress.onEvent({event: 'foldStarted', ...net(1), trainedEpochs: 4});
  now = 2000;
  epochs(1, 5, 4);
  expect([progress.share, progress.secondsLeft]).toEqual([18 / 40, 11]);
  progress.pause();
  now = 60_000;
  expect(progress.secondsLeft).toBe(11);
  progress.proceed();
  // Its worker is lost: it begins again at 4, and tells epochs 5 to 8 again.
  progress.onEvent({event: 'foldStarted', ...net(1), trainedEpochs: 4});
  epochs(1, 5, 4);
  expect(progress.share).toBe(18 / 40);
  progress.onEvent({event: 'foldEnded', ...net(1), epochs: 9, status: 'completed', seconds: 1, metrics: {}});
  expect(progress.share).toBe(20 / 40);
});

test('a search estimates its nested cross-validation from the start, then by its own networks, pauses left out', () => {
  let now = 0;
  const progress = createRunProgress({totalEpochs: 10, nestedEpochs: 30, epochsOf: () => 10}, () => now);
  const net = {variant: 'net', repeat: 1, fold: 1};
  const nested = (done: number) => progress.onEvent({event: 'nestedProgressed', done, networks: 20});
  progress.onEvent({event: 'foldStarted', ...net});
  now = 1000;
  progress.onEvent({event: 'epochsEnded', ...net, from: 1, trainingLoss: Array(5).fill(1), learningRate: []});
  // Five epochs a second, and 35 to come.
  expect([progress.share, progress.secondsLeft]).toEqual([5 / 40, 7]);
  now = 2000;
  progress.onEvent({event: 'foldEnded', ...net, epochs: 10, status: 'completed', seconds: 2, metrics: {}});
  nested(0);
  now = 3000;
  expect([progress.share, progress.secondsLeft]).toEqual([10 / 40, 6]);
  progress.pause();
  now = 60_000;
  progress.proceed();
  now += 2000;
  nested(5);
  expect([progress.share, progress.secondsLeft]).toEqual([17.5 / 40, 9]);
  nested(20);
  expect([progress.share, progress.secondsLeft]).toEqual([1, 0]);
});

test('a search that is resumed in its nested cross-validation tells its speed from what it trains now', () => {
  let now = 0;
  const progress = createRunProgress({totalEpochs: 10, nestedEpochs: 30, epochsOf: () => 10}, () => now);
  progress.skip({variant: 'net', repeat: 1, fold: 1});
  const nested = (done: number) => progress.onEvent({event: 'nestedProgressed', done, networks: 20});
  nested(16);
  now = 1000;
  expect([progress.share, progress.secondsLeft]).toEqual([34 / 40, null]);
  nested(18);
  expect(progress.secondsLeft).toBe(1);
});

test('a search plans its nested cross-validation in epochs of its other networks', async () => {
  const experiment = await load({evaluation: {folds: 3, repeats: 2}});
  // On each of 3 folds: both variants of 8 epochs on two thirds of the rows three times, and the chosen one once.
  expect(planRun(experiment, 'crossValidation', 1, {innerFolds: 3}).nestedEpochs).toBe(3 * (2 * 8 * 2 + 8));
  expect(planRun(experiment, 'crossValidation', 1, {innerFolds: 0}).nestedEpochs).toBe(0);
  expect(planRun(experiment, 'crossValidation', 1).nestedEpochs).toBe(0);
});
