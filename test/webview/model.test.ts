import {describe, expect, test} from 'vitest';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {LayerMask} from '../../schemas/protocol.ts';
import {MOST_UNITS, markAt, networkLayout} from '../../webview/figures/networkLayout.ts';
import {describeBatch, describeDrops} from '../../webview/run/describeBatch.ts';
import {describeUnit, unitName} from '../../webview/run/describeUnit.ts';
import {dropBand, unitsInside} from '../../webview/run/dropBand.ts';
import {interpolated, variantCurve} from '../../webview/run/foldCurves.ts';
import {layerView} from '../../webview/run/layerView.ts';
import {isKept, keptRows, keptShares} from '../../webview/run/masks.ts';
import {networkShape} from '../../webview/run/networkShape.ts';
import {availableSeries, describeSeries} from '../../webview/run/series.ts';
import {ShownRun} from '../../webview/run/shownRun.ts';
import {unitTable} from '../../webview/run/unitTable.ts';

const stored = {
  variants: [
    {
      name: 'a',
      document: {
        layers: [
          {type: 'dropout', name: 'visible', rate: 0.2},
          {type: 'dense', name: 'hidden', units: 3000, activation: 'relu', maxNorm: 3},
          {type: 'batchNorm'},
          {type: 'dropout', rate: 0.5},
          {type: 'dropConnect', name: 'second', units: 4, activation: 'tanh', rate: 0.1},
        ],
        output: {activation: 'auto'},
        training: {epochs: 4, loss: 'auto'},
      },
    },
  ],
  data: {features: 5, classes: ['no', 'perhaps', 'yes']},
} as unknown as StoredRun;

describe('masks', () => {
  // Two rows of three units: the first row keeps units 1 and 3, the second one unit 2.
  const mask: LayerMask = {
    layer: 'drop',
    rate: 0.5,
    rows: 2,
    width: 3,
    bits: Uint8Array.of(0b010101),
    multipliers: null,
  };

  test('are read row by row, the lowest bit first', () => {
    const read = [0, 1].map(row => [0, 1, 2].map(unit => isKept(mask, row, unit)));
    expect(read).toEqual([
      [true, false, true],
      [false, true, false],
    ]);
    expect(keptRows(mask)).toEqual(Uint32Array.of(1, 1, 1));
  });

  test('of two layers on the same units keep what both keep', () => {
    const other = {...mask, bits: Uint8Array.of(0b111100)};
    expect(keptShares([mask, other], 3, null)).toEqual(Float32Array.of(0, 0.5, 0.5));
    expect(keptShares([mask, other], 3, 0)).toEqual(Float32Array.of(0, 0, 1));
    expect(keptShares([], 3, 0)).toEqual(Float32Array.of(1, 1, 1));
  });
});

describe('a layer that drops weights', () => {
  const shape = networkShape(stored, 'a');
  const column = shape.columns[2]!;
  // Two rows; each of the 4 units has 3 000 incoming weights: row 2 drops the first two of unit 2.
  const bits = new Uint8Array((2 * 4 * 3000) / 8).fill(255);
  for (const input of [0, 1]) {
    const i = 4 * 3000 + 3000 + input;
    bits[i >> 3]! &= ~(1 << (i & 7));
  }
  const mask: LayerMask = {layer: 'second', rate: 0.1, rows: 2, width: 4 * 3000, bits, multipliers: null};
  const place = {variant: 'a', repeat: 1, fold: 1, epoch: 1, batch: 1, batches: 9};
  const masks = {...place, lines: Uint32Array.of(7, 9), layers: [mask]};

  test('says of a unit how many of its weights are dropped, and counts weights, not units', () => {
    const facts = {column, unit: 1, masks, state: null, counts: []};
    expect(describeUnit({...facts, row: 1})[1]).toBe(
      'In row 2 of the batch second keeps 2\u202f998 of its 3\u202f000 incoming weights.',
    );
    expect(describeUnit({...facts, row: null})[1]).toBe(
      'In the mean of this batch second keeps 2\u202f999 of its 3\u202f000 incoming weights.',
    );
    expect(describeUnit({...facts, unit: 0, row: 1})[1]).toContain('keeps 3\u202f000 of');
    expect(describeBatch(shape, masks, 1)).toContain(
      'row 2 (line 9 of the data) trains a network of 11\u202f998 of 12\u202f000 droppable weights, one of 2',
    );
    expect(describeDrops(shape, column.weightNoise!, masks, 1)).toBe('2 of 12\u202f000 weights dropped');
  });
});

test('what has no masks is not said to drop nothing, or units', () => {
  const shapeOf = (...layers: object[]) => {
    const [variant] = stored.variants;
    const dense = {type: 'dense', name: 'hidden', units: 4, activation: 'relu'};
    const document = {...variant!.document, layers: [dense, ...layers]};
    return networkShape({...stored, variants: [{...variant!, document}]}, 'a');
  };
  expect(describeBatch(shapeOf(), null, null)).toBe(
    'This variant has no dropout, so every batch trains the whole network.',
  );
  expect(describeBatch(shapeOf({type: 'concreteDropout'}), null, null)).toBe(
    'This variant drops at a rate that it learns, so there are no masks to show.',
  );
  const noisy = shapeOf({type: 'gaussianDropout', rate: 0.2});
  expect(describeDrops(noisy, noisy.columns[1]!.noise[0]!, null, null)).toBe('× noise');
});

test('inputs are called by their columns, and by their number where nobody knows', () => {
  const inputs = ['age', 'sex=male', 'sex=female', 'sex=unseen', 'x'.repeat(100)];
  const named = networkShape({...stored, data: {...stored.data, inputs}}, 'a').columns[0]!;
  expect([0, 1].map(unit => unitName(named, unit))).toEqual(['Input age', 'Input sex=male']);
  expect(unitName(named, 4)).toBe(`Input ${'x'.repeat(59)}…`);
  expect(unitName(networkShape(stored, 'a').columns[0]!, 1)).toBe('Input 2');
  // A variant with inputs of its own.
  const [variant] = stored.variants;
  const own = networkShape({...stored, variants: [{...variant!, inputs: ['only']}]}, 'a').columns[0]!;
  expect([own.units, unitName(own, 0)]).toEqual([1, 'Input only']);
});

test('99 of 100 units lie in the band of a binomial count', () => {
  // √(10 000 · 0.2 · 0.8) = 40.
  const chance = {draws: 10_000, expected: 2000, deviation: 40};
  const band = dropBand(chance);
  expect(band.expected).toBe(2000);
  expect(band.high - band.expected).toBeCloseTo(2.576 * 40, 9);
  const counts = Uint32Array.of(2000, 1800, 2103, 2104);
  expect(unitsInside({layer: 'drop', rate: 0.2, ...chance, counts})).toBe(2);
});

describe('the shape of a network', () => {
  const shape = networkShape(stored, 'a');

  test('has a column for the inputs, each layer with weights, and the output', () => {
    expect(shape.columns.map(({kind, layer, units, activation}) => [kind, layer, units, activation])).toEqual([
      ['input', null, 5, null],
      ['hidden', 'hidden', 3000, 'relu'],
      ['hidden', 'second', 4, 'tanh'],
      ['output', 'output', 3, 'softmax'],
    ]);
    expect(shape.columns.map(({noise, weightNoise}) => [noise.map(({layer}) => layer), weightNoise?.layer])).toEqual([
      [['visible'], undefined],
      [['dropout2'], undefined],
      [[], 'second'],
      [[], undefined],
    ]);
    expect(shape.columns[1]!.others).toEqual([{layer: 'batchNorm1', type: 'batchNorm'}]);
  });

  test('tells where a layer is seen best', () => {
    const run = new ShownRun('/run', stored, null);
    expect(layerView(run, 'second', 'a')).toEqual({tab: 'network', layer: 'second'}); // Its weights are dropped.
    expect(layerView(run, 'hidden', 'a')).toEqual({tab: 'layers', layer: 'hidden'});
    expect(layerView(run, 'batchNorm1', 'a')).toEqual({tab: 'layers', layer: 'batchNorm1'});
    expect(layerView(run, 'dropout2', 'a')).toEqual({tab: 'network', layer: 'dropout2'});
    expect(layerView(run, 'of another run', 'a')).toEqual({});
  });

  test('leads to a variant that has the layer, where the shown one has not', () => {
    const plain = {name: 'plain', document: {...stored.variants[0]!.document, layers: []}};
    const run = new ShownRun('/run', {...stored, variants: [plain, ...stored.variants]}, null);
    const places = ['plain', 'a'].map(variant => ({variant, repeat: 1, fold: 1}));
    run.addEvents(
      0,
      places.map(place => ({event: 'foldStarted' as const, at: 0, ...place})),
    );
    expect(layerView(run, 'hidden', 'plain')).toEqual({tab: 'layers', layer: 'hidden', place: places[1]});
    expect(layerView(run, 'hidden', 'a')).toEqual({tab: 'layers', layer: 'hidden'});
  });

  test('is a table in which dropped weights are no dropped units', () => {
    const draws = {draws: 10, expected: 1, deviation: 1};
    const counts = [
      {layer: 'second', rate: 0.1, ...draws, counts: new Uint32Array(4 * 3000).fill(7)},
      {layer: 'visible', rate: 0.2, ...draws, counts: new Uint32Array(5).fill(2)},
    ];
    const {rows} = unitTable(shape, {batch: null, counts, stateOf: () => null});
    expect([rows[0]![2], rows[5 + 3000]![2]]).toEqual(['2 of 10', '–']);
  });

  test('keeps hundreds of columns apart', () => {
    const [column] = shape.columns;
    const columns = Array.from({length: 502}, () => column!);
    const layout = networkLayout({...shape, columns}, 800, 400, 50).columns;
    const overlapping = layout.slice(1).filter(({left}, i) => left < layout[i]!.right - 1e-6);
    expect(overlapping).toEqual([]);
    expect(layout.at(-1)!.right).toBeLessThanOrEqual(800);
  });

  test('is laid out inside the picture, small layers unit by unit and large ones with shared marks', () => {
    const layout = networkLayout(shape, 800, 400, 50);
    expect(layout.columns.map(({unitsPerMark}) => unitsPerMark)).toEqual([1, 2, 1, 1]);
    expect(layout.columns.reduce((marks, {x}) => marks + x.length, 0)).toBeLessThanOrEqual(MOST_UNITS);
    for (const [column, {x, y, radius}] of layout.columns.entries()) {
      for (let mark = 0; mark < x.length; mark++) {
        expect(x[mark]! - radius).toBeGreaterThanOrEqual(0);
        expect(x[mark]! + radius).toBeLessThanOrEqual(800);
        expect(y[mark]! - radius).toBeGreaterThanOrEqual(50);
        expect(y[mark]! + radius).toBeLessThanOrEqual(400);
        expect(markAt(layout, x[mark]!, y[mark]!)).toEqual({column, mark});
      }
    }
  });
});

test('a series with gaps is drawn through them, and not beyond its ends', () => {
  const {NaN: none} = Number;
  const values = Float64Array.of(none, 4, none, none, 1, 3, none);
  expect([...interpolated(values)]).toEqual([none, 4, 3, 2, 1, 3, none]);
});

describe('a run', () => {
  const epochs = (fold: number, from: number, trainingLoss: (number | null)[]) => ({
    event: 'epochsEnded' as const,
    at: 0,
    variant: 'a',
    repeat: 1,
    fold,
    from,
    trainingLoss,
    learningRate: trainingLoss.map(() => 0.1),
  });

  test('takes in events once, whatever overlaps after a reconnection', () => {
    const run = new ShownRun('/run', stored, null);
    const events = [epochs(1, 1, [4, 3]), epochs(1, 3, [2])];
    run.addEvents(0, events);
    run.addEvents(1, [...events.slice(1), epochs(1, 4, [1])]);
    expect(run.eventCount).toBe(3);
    expect([...run.networksOf('a')[0]!.curves.values('trainingLoss')]).toEqual([4, 3, 2, 1]);
    expect(run.epochsDone).toBe(4);
  });

  test('has the metrics of its test and validation rows, named and in the order of the one list of metrics', () => {
    const run = new ShownRun('/run', stored, null);
    const testMetrics = {own: [1, 2], rmse: [3, null], accuracy: [null, 0.5]};
    const validationMetrics = {accuracy: [0.25, 0.75]};
    run.addEvents(0, [{...epochs(1, 1, [4, 3]), testLoss: [null, 2], testMetrics, validationMetrics}]);
    const available = availableSeries(run);
    expect(available).toEqual([
      'trainingLoss',
      'testLoss',
      'testMetrics.accuracy',
      'testMetrics.rmse',
      'testMetrics.own',
      'validationMetrics.accuracy',
      'learningRate',
    ]);
    expect(available.map(series => describeSeries(series).axis)).toEqual([
      'Training loss (dropout active)',
      'Test loss (dropout off)',
      'Test accuracy (%, higher is better)',
      'Test RMSE (in units of the target, lower is better)',
      'Test own',
      'Validation accuracy (%, higher is better)',
      'Learning rate',
    ]);
    const [network] = run.networksOf('a');
    expect([...network!.curves.values('testMetrics.accuracy')]).toEqual([Number.NaN, 0.5]);
    expect([...network!.curves.values('cleanLoss')]).toEqual([]);
  });

  test('joins what is not measured in every epoch, and has a mean where all folds have a number', () => {
    const run = new ShownRun('/run', stored, null);
    const of = (fold: number, accuracy: (number | null)[]) => ({
      ...epochs(
        fold,
        1,
        accuracy.map(() => 1),
      ),
      testMetrics: {accuracy},
      validationMetrics: {accuracy},
    });
    run.addEvents(0, [of(1, [0, null, 1]), of(2, [null, 1, null])]);
    expect([...variantCurve(run, 'a', 'testMetrics.accuracy').mean]).toEqual([Number.NaN, 0.75, Number.NaN]);
    expect([...variantCurve(run, 'a', 'validationMetrics.accuracy').mean]).toEqual([0, 1, 1]);
  });

  test('ends the metrics of test rows with the result of the fold, unless other weights were restored', () => {
    const run = new ShownRun('/run', stored, null);
    const place = {variant: 'a', repeat: 1, fold: 1};
    const ended = {...place, event: 'foldEnded', at: 0, epochs: 3, status: 'completed', seconds: 1} as const;
    run.addEvents(0, [
      {...epochs(1, 1, [3, 2, 1]), testMetrics: {accuracy: [0.5, null, null]}},
      {...ended, metrics: {accuracy: 0.9, ece: 0.1}},
      {...epochs(2, 1, [3, 2, 1]), validationLoss: [3, 2, 1], testMetrics: {accuracy: [0.5, null, null]}},
      {...ended, fold: 2, metrics: {accuracy: 0.9}},
    ]);
    const [first, restored] = run.networksOf('a').map(({curves}) => [...curves.values('testMetrics.accuracy')]);
    expect(first).toEqual([0.5, Number.NaN, 0.9]);
    expect(restored).toEqual([0.5, Number.NaN, Number.NaN]);
    expect(run.networksOf('a')[0]!.curves.series).not.toContain('testMetrics.ece');
  });

  test('has the mean and the standard deviation of the folds that reached an epoch', () => {
    const run = new ShownRun('/run', stored, null);
    run.addEvents(0, [epochs(1, 1, [1, 5, null]), epochs(2, 1, [3])]);
    const {mean, high, folds} = variantCurve(run, 'a', 'trainingLoss');
    expect([...folds]).toEqual([2, 1, 0]);
    expect([...mean]).toEqual([2, 5, Number.NaN]);
    expect(high[0]).toBeCloseTo(2 + Math.SQRT2, 12);
    expect(high[1]).toBeNaN();
  });
});
