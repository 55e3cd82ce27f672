import {beforeAll, describe, expect, test} from 'vitest';
import type {Watched} from '../../../schemas/protocol.ts';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import {evaluateFold} from '../../../sidecar/experiment/evaluateFold.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {LiveState, Watcher} from '../../../sidecar/experiment/watcher.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import {batchMasks, trainedBatchMasks} from '../../../sidecar/watching/batchMasks.ts';
import {layersAt} from '../../../sidecar/watching/layersAt.ts';
import {trainedNetwork} from '../../../sidecar/watching/trainedNetwork.ts';
import {watchNetwork} from '../../../sidecar/watching/watchNetwork.ts';
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

  test.each([0, 100])('shows its layers in a small share of the time, when it is looked at from epoch %d on', from => {
    let time = 0;
    let shown = 0;
    const [fold] = experiment.folds;
    evaluateFold(
      {experiment, engine: 'plain'},
      {subject: {kind: 'variant', index: 0}, fold: fold!, keepModel: false},
      {
        control: undisturbed,
        start: null,
        onEvent() {},
        observe(network) {
          let watcher: Watcher | undefined;
          const watching = () => {
            watcher ??= watchNetwork(
              network,
              {...watched, variant: ''},
              ({layers}) => {
                // Looking takes 1 ms, which is earned in 100.
                if (!layers) return;
                shown++;
                time++;
              },
              () => time,
            );
            return watcher;
          };
          return {
            batchesEnded(place, ...rest) {
              time += 4;
              if (place.epoch >= from) watching().batchesEnded(place, ...rest);
            },
            epochEnded(record, trained) {
              if (record.epoch >= from) watching().epochEnded(record, trained);
            },
          };
        },
      },
    );
    // Of 4 ms each epoch: the first after 200 ms, when twice as much is earned as it takes, and the end.
    const workedMs = 4 * (200 - from);
    expect(shown).toBe((workedMs - 200) / 100 + 2);
  });

  test('shows in a pause before an epoch the batch that was trained last, and the layers that it left', () => {
    const place = {variant: experiment.variants[0]!.name, repeat: 1, fold: 1};
    const seen: LiveState[] = [];
    let isWaiting = false;
    evaluateFold(
      {experiment, engine: 'plain'},
      {subject: {kind: 'variant', index: 0}, fold: experiment.folds[0]!, keepModel: false},
      {
        control: {
          grant(epoch, batch, batches, beforeWaiting) {
            isWaiting = batch === 0 && (epoch === 1 || epoch === 2);
            if (isWaiting) beforeWaiting();
            isWaiting = false;
            return batches - batch;
          },
        },
        start: null,
        onEvent() {},
        observe: network =>
          watchNetwork(network, {...place, layers: null, rate: 30}, live => void (isWaiting && seen.push(live))),
      },
    );
    const network = trainedNetwork(experiment, place);
    const batches = seen.flatMap(({batch}) => batch ?? []);
    expect(batches).toMatchObject([
      {epoch: 1, batch: 4},
      {epoch: 2, batch: 4},
    ]);
    for (const batch of batches)
      expect(trainedBatchMasks(network, batch, null)).toEqual(batchMasks(network, batch, null));
    // Their gradients are those of the same batch.
    expect(seen.flatMap(({layers}) => (layers ? [layers] : []))).toEqual(layersAt(experiment, place, [1, 2]));
  });

  test('tells of no more batches than were asked for', async () => {
    const variant = experiment.variants[0]!.name;
    const started = Date.now();
    const {seen} = await run({...watched, variant, rate: 5});
    // The first, the last, and five a second between them.
    expect(seen.filter(live => live.batch).length).toBeLessThanOrEqual(2 + ((Date.now() - started) / 1000) * 5);
  });
});
