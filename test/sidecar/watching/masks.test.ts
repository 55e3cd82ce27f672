import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {LayerMask, Masks} from '../../../schemas/protocol.ts';
import {encodeRows, fitEncoder} from '../../../sidecar/data/encoder.ts';
import {encodeTarget} from '../../../sidecar/data/target.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import {loadExperiment} from '../../../sidecar/experiment/loadExperiment.ts';
import type {Engine, EpochPlan} from '../../../sidecar/network/engine.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import {trainNetwork} from '../../../sidecar/training/trainNetwork.ts';
import {batchMasks} from '../../../sidecar/watching/batchMasks.ts';
import {createDropCounter} from '../../../sidecar/watching/dropCounter.ts';
import {type TrainedNetwork, trainedNetwork} from '../../../sidecar/watching/trainedNetwork.ts';

let folder: string;
let experiment: Experiment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-watching-'));
  const rows = Array.from({length: 50}, (_, i) => {
    const [a, b] = [Math.sin(i * 2.3), Math.cos(i * 1.1)];
    return `${a.toFixed(3)},${b.toFixed(3)},${a * b > 0 ? 'same' : 'other'}`;
  });
  writeFileSync(join(folder, 'data.csv'), `a,b,sign\n${rows.join('\n')}\n`);
  const document = {
    version: 1,
    data: {source: 'data.csv', target: 'sign'},
    layers: [
      {name: 'visible', type: 'dropout', rate: 0.3},
      {name: 'connect', type: 'dropConnect', units: 6, activation: 'tanh', rate: 0.4},
      {name: 'hidden', type: 'dense', units: 5, activation: 'selu'},
      {name: 'alpha', type: 'alphaDropout', rate: 0.2},
      {name: 'noise', type: 'gaussianDropout', rate: 0.25},
      {name: 'never', type: 'dropout', rate: 0},
      {name: 'together', type: 'dense', units: 9, activation: 'tanh'},
      {name: 'fading', type: 'dropout', rate: 0.4, mask: 'batch', schedule: {type: 'early', until: 4, shape: 'linear'}},
    ],
    training: {
      epochs: 4,
      batchSize: 8,
      optimizer: {type: 'sgd', learningRate: 0.1, momentum: 0.9},
      earlyStopping: {share: 0.2, patience: 4},
      seed: 3,
    },
    evaluation: {folds: 3, repeats: 2},
  };
  const path = join(folder, 'net.mlp.json');
  writeFileSync(path, JSON.stringify(document));
  const loaded = await loadExperiment(path, {});
  expect(loaded.problems.filter(problem => problem.severity === 'error')).toEqual([]);
  experiment = loaded.experiment!;
});
afterAll(() => rmSync(folder, {recursive: true}));

const place = {variant: 'baseline', repeat: 2, fold: 3};
const network = () => trainedNetwork(experiment, {...place, variant: experiment.variants[0]!.name});

/** The inputs of a network's rows, in their order. */
function samplesOf({lines}: TrainedNetwork) {
  const {table, target, variants} = experiment;
  const rows = lines.map(line => table.rowLines.indexOf(line));
  const encoder = fitEncoder(table, variants[0]!.features, rows);
  const inputs = new Float32Array(rows.length * variants[0]!.network.inputs);
  encodeRows(table, encoder, rows, inputs);
  return {inputs, targets: encodeTarget(target, null, rows), weights: null};
}

/** The engine, with the noise of each step replaced by what `change` makes of it, and told which rows it trains on. */
function altered(engine: Engine, change: (epoch: EpochPlan, step: number) => EpochPlan): Engine {
  return {
    ...engine,
    createNetwork(plan) {
      const inner = engine.createNetwork(plan);
      return {
        ...inner,
        trainSteps(epoch, from, to, losses) {
          for (let step = from; step < to; step++) inner.trainSteps(change(epoch, step), step, step + 1, losses);
          return to - from;
        },
      };
    },
  };
}

function trainedParameters(engine: Engine, watched: TrainedNetwork): Float64Array {
  const outcome = trainNetwork({
    engine,
    plan: watched.plan,
    training: watched.training,
    samples: samplesOf(watched),
    trainRows: Uint32Array.from(watched.lines, (_, i) => i),
    validationRows: null,
    keys: watched.keys,
    start: null,
    control: undisturbed,
    observer: {epochEnded: () => {}},
    now: () => performance.now(),
  });
  if (outcome.kind !== 'completed') throw new Error(outcome.kind);
  const parameters = new Float64Array(outcome.network.parameterCount);
  outcome.network.readParameters(parameters);
  return parameters;
}

/** A mask as an engine takes it. */
function valuesOf({bits, multipliers, rows, width}: LayerMask): ArrayLike<number> {
  return multipliers ?? Array.from({length: rows * width}, (_, i) => (bits![i >> 3]! >> (i & 7)) & 1);
}

/** A training in which every step is given the masks that are recomputed for it. */
function trainedOnRecomputedMasks(engine: Engine, change = (masks: Masks) => masks): Float64Array {
  const watched = network();
  const samples = samplesOf(watched);
  let epoch = 0;
  const names = watched.plan.layers.filter(layer => 'rate' in layer).map(({name}) => name);
  const given = altered(engine, (plan, step) => {
    if (step === 0) epoch++;
    const masks = change(batchMasks(watched, {epoch, batch: step + 1}, names));
    const trainedLines = [...plan.order.subarray(step * 8, (step + 1) * 8)].map(row => watched.lines[row]!);
    expect([...masks.lines]).toEqual(trainedLines);
    return {...plan, samples, noise: {kind: 'given', values: {[step]: masks.layers.map(valuesOf)} as never}};
  });
  return trainedParameters(given, watched);
}

describe('recomputed masks', () => {
  test.each(['wasm', 'plain'] as const)(
    'are those that train: %s ends at the same bits when it is given them, and the rows are those of the batch',
    name => {
      expect(trainedOnRecomputedMasks(engines[name])).toEqual(trainedParameters(engines[name], network()));
    },
  );

  test('are those that train the reference engine, whose Gaussian multipliers have digits beyond float32', () => {
    const given = trainedOnRecomputedMasks(engines.reference);
    trainedParameters(engines.reference, network()).forEach((value, i) => {
      expect(Math.abs(value - given[i]!)).toBeLessThan(1e-6);
    });
  });

  test.each(['visible', 'connect', 'alpha', 'noise', 'fading'])(
    'matter: a few bits of layer "%s" changed in one batch, and the network is another',
    name => {
      const flipped = trainedOnRecomputedMasks(engines.wasm, masks => {
        const {bits, multipliers} = masks.layers.find(({layer}) => layer === name)!;
        if (masks.epoch > 1 || masks.batch > 1) return masks;
        if (bits) bits[0]! ^= 0xff;
        if (multipliers) multipliers[0]! += 0.5;
        return masks;
      });
      expect(flipped).not.toEqual(trainedParameters(engines.wasm, network()));
    },
  );

  test('are told for all layers that drop, with the bits behind the last unit left 0', () => {
    const masks = batchMasks(network(), {epoch: 2, batch: 1}, null);
    expect(masks).toMatchObject({...place, variant: network().place.variant, epoch: 2, batch: 1});
    expect(masks.layers.map(({layer, rate, rows, width}) => [layer, rate, rows, width])).toEqual([
      ['visible', 0.3, 8, 2],
      ['connect', 0.4, 8, 12],
      ['alpha', 0.2, 8, 5],
      ['noise', 0.25, 8, 5],
      // A quarter of its schedule is over, and all rows share a mask.
      ['fading', 0.4 * 0.75, 8, 9],
    ]);
    const fading = Array.from(valuesOf(masks.layers.at(-1)!));
    expect(fading).toEqual(fading.map((_, i) => fading[i % 9]));
    const last = batchMasks(network(), {epoch: 1, batch: masks.batches}, ['alpha']);
    expect(last.layers[0]!.rows).toBe(network().lines.length - (masks.batches - 1) * 8);
    const {bits, rows, width} = last.layers[0]!;
    expect(bits![bits!.length - 1]! >> ((rows * width) & 7)).toBe(0);
  });

  test.each([
    [{epoch: 5, batch: 1}, null, 'This network has 4 epochs, and no epoch 5.'],
    [{epoch: 1, batch: 99}, null, 'An epoch of this network has 4 batches, and no batch 99.'],
    [{epoch: 1, batch: 1}, ['hidden'], 'The network has no layer "hidden" that drops.'],
  ])('of %j in %j do not exist', (at, layers, message) => {
    expect(() => batchMasks(network(), at, layers)).toThrow(message);
  });

  test('of a network that the run does not have are refused', () => {
    expect(() => trainedNetwork(experiment, {...place, variant: 'other'})).toThrow('This run has no variant "other".');
    const variant = network().place.variant;
    expect(() => trainedNetwork(experiment, {variant, repeat: 1, fold: 9})).toThrow(
      'This run has no fold 9 in repeat 1.',
    );
    expect(() => trainedNetwork(experiment, {variant, repeat: 0, fold: 0})).toThrow(
      'This run has no fold 0 in repeat 0.',
    );
  });

  test('of the network that trains on all rows follow from the seed too', () => {
    const variant = network().place.variant;
    const all = trainedNetwork({...experiment, folds: []}, {variant, repeat: 0, fold: 0});
    // Early stopping keeps a fifth of the 50 rows for itself.
    expect(all.lines).toHaveLength(40);
    expect(all.place).toEqual({variant, repeat: 0, fold: 0});
  });
});

describe('drop counts', () => {
  test('are the zeros of the masks, summed', () => {
    const watched = network();
    const counter = createDropCounter(watched, 2);
    const expected = new Map<string, number[]>();
    while (counter.next.epoch <= 3) {
      const {epoch, batch} = counter.next;
      for (const mask of batchMasks(watched, {epoch, batch}, ['visible', 'connect', 'alpha', 'never', 'fading'])
        .layers) {
        const units = mask.layer === 'connect' ? 6 : mask.width;
        const sums = expected.get(mask.layer) ?? Array.from({length: units}, () => 0);
        const perUnit = mask.width / units;
        Array.from(valuesOf(mask)).forEach((kept, i) => {
          sums[Math.floor((i % mask.width) / perUnit)]! += 1 - kept;
        });
        expected.set(mask.layer, sums);
      }
      counter.countBatch();
    }
    const counts = counter.read();
    expect(counts.map(({layer, draws}) => [layer, draws])).toEqual([
      ['visible', 2 * watched.lines.length],
      ['connect', 2 * watched.lines.length * 2],
      ['alpha', 2 * watched.lines.length],
      ['never', 2 * watched.lines.length],
      ['fading', 2 * watched.lines.length],
    ]);
    for (const {layer, counts: found} of counts) expect([...found]).toEqual(expected.get(layer));
    expect([...counts[3]!.counts].every(count => count === 0)).toBe(true);
  });

  test('stay within 4.5 standard deviations of what chance drops', () => {
    const counter = createDropCounter(network());
    // Epochs to come are as good as those of the past.
    while (counter.next.epoch <= 400) counter.countBatch();
    for (const {layer, rate, draws, counts, expected, deviation} of counter.read()) {
      for (const count of counts) expect(Math.abs(count - expected)).toBeLessThanOrEqual(4.5 * deviation);
      if (layer === 'fading') continue; // Its rate is not one number.
      expect(expected).toBeCloseTo(draws * rate, 6);
      expect(deviation).toBeCloseTo(Math.sqrt(draws * rate * (1 - rate)), 6);
    }
  });

  test('of a rate that fades, in masks that rows share, scatter as they say', () => {
    const variant = network().place.variant;
    const scores = experiment.folds.flatMap(({repeat, fold}) => {
      const counter = createDropCounter(trainedNetwork(experiment, {variant, repeat: repeat + 1, fold: fold + 1}));
      while (counter.next.epoch <= 4) counter.countBatch();
      const {counts, expected, deviation} = counter.read().find(({layer}) => layer === 'fading')!;
      return Array.from(counts, count => (count - expected) / deviation);
    });
    const variance = scores.reduce((sum, score) => sum + score * score, 0) / scores.length;
    // 54 scores: the variance of such a mean of squares is 2 / 54, and 0.77 is four times its root.
    expect(scores).toHaveLength(54);
    expect(Math.abs(variance - 1)).toBeLessThan(0.77);
  });
});
