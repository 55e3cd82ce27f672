/** What a network's skill rests on: shuffled columns, units cut off, fewer rows. */
import {describe, expect, test} from 'vitest';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import {eachFoldNetwork} from '../../../sidecar/explaining/foldNetworks.ts';
import {
  ablateUnits,
  cutColumns,
  hiddenUnits,
  importances,
  layerAblations,
  permuteColumns,
} from '../../../sidecar/explaining/importance.ts';
import {curvePoint, curveSentence, smallerFolds} from '../../../sidecar/explaining/learningCurve.ts';
import {randomKey} from '../../../sidecar/kernels/random.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();

const turn = async () => {};

/** "sum" is 3a − b: a matters most, b less, and nothing else is there. */
const regression = {
  data: {source: 'data.csv', target: 'sum', exclude: ['sign']},
  training: {epochs: 30, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.02, momentum: 0.9}, seed: 3},
  evaluation: {folds: 5},
  variants: {plain: {}},
};

async function foldNetworks(experiment: Experiment) {
  const runner = inProcess({experiment, engine: 'plain'});
  const {outcomes} = await crossValidate(experiment, runner, {onEvent() {}}, {keepModels: true});
  const models = outcomes.flatMap(({task: {fold}, outcome}) => (outcome.model ? [{fold, model: outcome.model}] : []));
  const {table, target, variants} = experiment;
  const setting = {table, target, plan: variants[0]!.network, engine: engines.plain};
  return {setting, models, outcomes};
}

describe('permutation importance', () => {
  test('finds the columns that the target is made of, in their order, with error bars', async () => {
    const {setting, models} = await foldNetworks(await load(regression));
    const {encoder} = models[0]!.model;
    const folds = await eachFoldNetwork(setting, models, network =>
      permuteColumns(network, encoder, 5, randomKey(1), turn),
    );
    const [a, b] = importances(['a', 'b'], folds, ['rmse']).map(({changes}) => changes.rmse!);
    expect(a!.mean!).toBeGreaterThan(b!.mean!);
    expect(b!.interval![0]).toBeGreaterThan(0);
    expect(b!.p!).toBeLessThan(0.05);
  });

  test('leaves the network as it was: measured again, it says what the cross-validation said', async () => {
    const {setting, models, outcomes} = await foldNetworks(await load({variants: {plain: {}}}));
    const {encoder} = models[0]!.model;
    const units = hiddenUnits(setting.plan);
    const after = await eachFoldNetwork(setting, models, async network => {
      const first = await permuteColumns(network, encoder, 2, randomKey(1), turn);
      const second = await cutColumns(network, encoder, turn);
      const third = await ablateUnits(network, units, turn);
      expect([second.whole, third.whole]).toEqual([first.whole, first.whole]);
      return network.measure();
    });
    const said = outcomes.filter(({name}) => name === 'plain').map(({outcome}) => outcome.metrics);
    expect(after).toEqual(said);
  });
});

describe('ablation', () => {
  test('cuts a unit off by the weights that go out of it', async () => {
    const {setting, models} = await foldNetworks(await load({variants: {plain: {}}}));
    const units = hiddenUnits(setting.plan);
    expect(units).toHaveLength(8);
    // One hidden layer of 8 units, 2 inputs, 1 output: weights 0…15, biases 16…23, output weights 24…31.
    expect(units.map(({outgoing}) => outgoing)).toEqual(Array.from({length: 8}, (_, unit) => [24 + unit]));
    const [fold] = await eachFoldNetwork(setting, models.slice(0, 1), async network => {
      const every = {layer: 'hidden', unit: 0, outgoing: units.flatMap(({outgoing}) => outgoing)};
      const all = await ablateUnits(network, [every], turn);
      // Without any unit the network says the same of every row: no better than ranking by chance.
      return all.without[0]!;
    });
    expect(fold!.rocAuc).toBe(0.5);
  });

  test('is summed up for each layer: the mean unit, the one missed most, and those that are idle', () => {
    const units = [0, 1, 2].map(at => ({layer: at < 2 ? 'one' : 'two', unit: at % 2, outgoing: [at]}));
    const rows = {trainRows: 10, testRows: 5};
    let folds = 0;
    const fold = (...changes: number[]) => ({
      ...{...rows, repeat: 0, fold: folds++},
      whole: {accuracy: 0.9, nll: 0.3},
      without: changes.map(change => ({accuracy: 0.9 - change, nll: 0.3 + change})),
    });
    const [one, two] = layerAblations(units, [fold(0, 0.2, 0.1), fold(0.1, 0.3, 0.1)], ['accuracy', 'nll']);
    expect(one).toMatchObject({layer: 'one', units: 2, idle: 0.25});
    expect(one!.changes.nll!.mean).toBeCloseTo(0.15, 12);
    expect(one!.changes.nll!.worst).toBeCloseTo(0.25, 12);
    expect(one!.changes.accuracy!.worst).toBeCloseTo(-0.25, 12);
    expect(two!.changes.nll!.mean).toBeCloseTo(0.1, 12);
    expect(one!.missed.map(unit => [unit.repeat, unit.fold, unit.unit])).toEqual([
      [1, 2, 2],
      [1, 1, 2],
      [1, 2, 1],
    ]);
    expect(one!.missed[0]!.changes.nll).toBeCloseTo(0.3, 12);
  });
});

describe('a learning curve', () => {
  test('takes a share of each training part, of every class, and the same test rows', async () => {
    const experiment = await load({});
    const [half, whole] = [smallerFolds(experiment, 0.5), smallerFolds(experiment, 1)];
    expect(half.map(({test: tested}) => tested)).toEqual(whole.map(({test: tested}) => tested));
    half.forEach(({train}, at) => {
      expect(train.length).toBe(Math.round(whole[at]!.train.length / 2));
      expect([...train].every(row => whole[at]!.train.includes(row))).toBe(true);
      expect(new Set([...train].map(row => experiment.target.values[row]))).toEqual(new Set([0, 1]));
    });
  });

  test.each([
    [
      'fell in every fold',
      [0.5, 0.6, 0.55, 0.52, 0.58],
      'More rows would help: from 80 to 100 training rows NLL got better (−0.100), corrected p < 0.05.',
    ],
    ['fell in some', [0.7, 0.1, 0.9, 0.4, 0.6], 'More rows may help: from 80 to 100 training rows NLL got better'],
    [
      'did not fall',
      [0.8, 0.7, 0.9, 0.6, 0.7],
      'More rows like these would hardly help: from 80 to 100 training rows NLL did not get better',
    ],
  ])('that %s says so', (_, last, sentence) => {
    const before = [0.6, 0.7, 0.66, 0.62, 0.67];
    const points = [
      {rows: 80, values: {nll: before}},
      {rows: 100, values: {nll: last}},
    ];
    expect(
      curveSentence(
        points,
        'nll',
        last.map(() => 20),
      ),
    ).toContain(sentence);
  });

  test('has a point for each size, with the metrics of its folds', () => {
    const fold = {repeat: 0, fold: 0, train: new Uint32Array(30), test: new Uint32Array(10)};
    const outcome = {metrics: {nll: 0.4}} as Parameters<typeof curvePoint>[1][number];
    expect(curvePoint([fold], [outcome], ['nll'])).toEqual({rows: 30, values: {nll: [0.4]}});
  });
});
