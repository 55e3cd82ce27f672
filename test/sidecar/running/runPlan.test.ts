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
  const progress = createRunProgress({totalEpochs: 40, epochsOf: name => (name === 'net' ? 10 : 0)}, () => now);
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

test('a search estimates its nested cross-validation by its own networks, pauses left out', () => {
  let now = 0;
  const progress = createRunProgress({totalEpochs: 10, epochsOf: () => 10}, () => now);
  const nested = (done: number) => progress.onEvent({event: 'nestedProgressed', done, networks: 20});
  progress.skip({variant: 'net', repeat: 1, fold: 1});
  nested(0);
  now = 3000;
  expect([progress.share, progress.secondsLeft]).toEqual([1, null]);
  progress.pause();
  now = 60_000;
  progress.proceed();
  nested(5);
  expect(progress.secondsLeft).toBe(9);
  nested(20);
  expect(progress.secondsLeft).toBe(0);
});
