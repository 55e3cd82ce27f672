/** The best of many settings looks better than it is, and nested cross-validation says by how much: shown on pure noise. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {summarize} from '../../../sidecar/evaluation/metrics.ts';
import type {FoldEvent} from '../../../sidecar/experiment/foldTask.ts';
import {loadExperiment} from '../../../sidecar/experiment/loadExperiment.ts';
import {nestedEstimate} from '../../../sidecar/experiment/nestedEstimate.ts';
import {race} from '../../../sidecar/experiment/race.ts';
import {normalQuantile} from '../../../sidecar/kernels/elementary.ts';
import {foldIn, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {withFaults} from '../../support/startFaultyWorkers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-noise-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

/** Networks that differ in width, dropout and learning rate. */
const variants = Object.fromEntries(
  [2, 5, 12].flatMap(units =>
    [0, 0.4].flatMap(rate =>
      [0.02, 0.2].map(learningRate => [
        `${units} ${rate} ${learningRate}`,
        {'layers.hidden.units': units, 'layers.drop.rate': rate, 'training.optimizer.learningRate': learningRate},
      ]),
    ),
  ),
);

/** Five inputs of noise and a class that alternates: 40 rows of which nothing can be learned. One data set may favour all networks by chance: many are looked at. */
async function noise(seed: number) {
  const random = new RandomStream(foldIn(randomKey(seed), 'noise'));
  const normal = () => normalQuantile((random.word() + 0.5) / 2 ** 32).toFixed(4);
  const rows = Array.from({length: 40}, (_, row) => [...Array.from({length: 5}, normal), row % 2 ? 'heads' : 'tails']);
  writeFileSync(join(folder, 'data.csv'), `a,b,c,d,e,coin\n${rows.map(cells => cells.join(',')).join('\n')}\n`);
  const path = join(folder, 'noise.mlp.json');
  const document = {
    version: 1,
    data: {source: 'data.csv', target: 'coin'},
    layers: [
      {name: 'hidden', type: 'dense', units: 2},
      {name: 'drop', type: 'dropout', rate: 0},
    ],
    training: {epochs: 8, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.02, momentum: 0.8}, seed},
    evaluation: {folds: 5},
    variants,
  };
  writeFileSync(path, JSON.stringify(document));
  const {experiment} = await loadExperiment(path, {});
  return experiment!;
}

test('a worker that is lost in it is told of, and costs nothing of the result', async () => {
  const experiment = await noise(7);
  const alone = inProcess({experiment, engine: 'plain'});
  const expected = await nestedEstimate(experiment, alone, 'accuracy', 2);
  const runner = workerThreads({experiment, engine: 'plain'}, {workers: 1, startWorker: withFaults(['exit'])});
  const events: FoldEvent[] = [];
  const listener = {onEvent: (event: FoldEvent) => void events.push(event)};
  expect(await nestedEstimate(experiment, runner, 'accuracy', 2, listener)).toEqual(expected);
  await runner.dispose();
  const problems = events.flatMap(event => (event.event === 'problemMet' ? [event.message] : []));
  expect(problems).toEqual([
    expect.stringMatching(/^The worker of .* was lost, because it ended by itself, exit code 7; /),
  ]);
  // Of its networks nothing else is told but how many there are.
  expect(new Set(events.map(({event}) => event))).toEqual(new Set(['nestedProgressed', 'problemMet']));
});

test('on pure noise the best of twelve settings scores above chance, and nested cross-validation says chance', async () => {
  const found = {naive: [] as number[], nested: [] as number[]};
  for (let seed = 101; seed <= 116; seed++) {
    const experiment = await noise(seed);
    const runner = inProcess({experiment, engine: 'plain'});
    const {records} = await race(experiment, runner, {onEvent() {}}, {metric: 'accuracy', elimination: 'none'});
    const means = experiment.variants.map(({name}) => {
      const own = records.filter(record => record.name === name);
      return summarize(own.map(({outcome}) => outcome.metrics.accuracy ?? null)).mean!;
    });
    const {values} = (await nestedEstimate(experiment, runner, 'accuracy', 3))!;
    found.naive.push(Math.max(...means));
    found.nested.push(summarize(values).mean!);
  }
  const [naive, nested] = [summarize(found.naive), summarize(found.nested)];
  const errorOf = ({sd}: typeof naive) => sd! / Math.sqrt(16);
  expect(naive.mean! - 0.5).toBeGreaterThan(3 * errorOf(naive));
  expect(Math.abs(nested.mean! - 0.5)).toBeLessThan(2.5 * errorOf(nested));
});
