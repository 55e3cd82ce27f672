import {beforeAll, describe, expect, test} from 'vitest';
import type {Watched} from '../../../schemas/protocol.ts';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {LiveState} from '../../../sidecar/experiment/watcher.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {batchMasks, trainedBatchMasks} from '../../../sidecar/watching/batchMasks.ts';
import {trainedNetwork} from '../../../sidecar/watching/trainedNetwork.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();
let experiment: Experiment;
beforeAll(async () => {
  experiment = await load({
    layers: [
      {name: 'hidden', type: 'dense', units: 32, maxNorm: 2},
      {name: 'drop', type: 'dropout', rate: 0.5},
    ],
    training: {epochs: 200, batchSize: 8, seed: 3},
    evaluation: {folds: 2},
    variants: undefined,
  });
});

const watched: Omit<Watched, 'variant'> = {repeat: 1, fold: 2, layers: null, rate: 30};

async function run(watch: Watched | null) {
  const seen: LiveState[] = [];
  const runner = workerThreads({experiment, engine: 'plain'}, {workers: 1});
  runner.watch(watch);
  const {digest} = await crossValidate(experiment, runner, {onEvent: () => {}, onLive: live => seen.push(live)});
  await runner.dispose();
  return {digest, seen};
}

describe('a network that is watched', () => {
  test('trains to the same bits, and tells which batches train and the state of its layers', async () => {
    const variant = experiment.variants[0]!.name;
    const [alone, {digest, seen}] = [await run(null), await run({...watched, variant})];
    expect(alone.seen).toEqual([]);
    expect(digest).toBe(alone.digest);

    const network = trainedNetwork(experiment, {variant, repeat: 1, fold: 2});
    const batches = seen.flatMap(live => live.batch ?? []);
    expect(batches.length).toBeGreaterThan(0);
    // What is computed from the rows that trained is what follows from the place alone.
    for (const batch of batches)
      expect(trainedBatchMasks(network, batch, null)).toEqual(batchMasks(network, batch, null));

    // The end is shown always, however little time there was.
    expect(batches.at(-1)).toMatchObject({epoch: 200, batch: 4});
    const last = seen.flatMap(live => (live.layers ? [live.layers] : [])).at(-1)!;
    expect(last.map(({layer, epoch}) => [layer, epoch])).toEqual([
      ['hidden', 200],
      ['drop', 200],
      ['output', 200],
    ]);
    const [hidden] = last;
    expect(hidden!.incomingNorms).toHaveLength(32);
    expect(Math.max(...hidden!.incomingNorms!)).toBeLessThanOrEqual(2 + 1e-5);
    expect(hidden!.gradientNorm).toBeGreaterThan(0);
    expect(hidden!.active).toHaveLength(32);
    for (const {at} of seen) expect(at).toBeLessThanOrEqual(Date.now());
  });

  test('tells of no more batches than were asked for', async () => {
    const variant = experiment.variants[0]!.name;
    const started = Date.now();
    const {seen} = await run({...watched, variant, rate: 5});
    // The first, the last, and five a second between them.
    expect(seen.filter(live => live.batch).length).toBeLessThanOrEqual(2 + ((Date.now() - started) / 1000) * 5);
  });
});
