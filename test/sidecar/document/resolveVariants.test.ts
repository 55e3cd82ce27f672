import {describe, expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';

const base = {
  version: 1,
  data: {source: 'iris.csv', target: 'species', columns: {'sepal.length': {}, sepal: {}}},
  layers: [
    {type: 'dropout', name: 'visible', rate: 0.1},
    {type: 'dense', units: 8},
    {type: 'dropout', rate: 0.2},
    {type: 'dense', units: 4},
  ],
};

const resolve = (variants: object | undefined, document: object = base) =>
  checkDocument(JSON.stringify({...document, variants}));

/** The document of the only variant, which must have no problems. */
function changed(change: object, document: object = base): ResolvedDocument {
  const {variants, problems} = resolve({only: change}, document);
  expect(problems).toEqual([]);
  return variants[0]!.document;
}

describe('resolveVariants', () => {
  test.each([[undefined], [{}]])('makes a document with the variants %o one variant named "model"', variants => {
    const resolved = resolve(variants);
    expect(resolved.variants.map(({name}) => name)).toEqual(['model']);
  });

  test('keeps the order of the text, also of names that are numbers', () => {
    const text = `${JSON.stringify(base).slice(0, -1)}, "variants": {"b": {}, "2": {"training.seed": 1}, "1": {"training.seed": 2}}}`;
    expect(checkDocument(text).variants.map(({name}) => name)).toEqual(['b', '2', '1']);
  });

  test('fills in every default, in layers, optimizer and schedule too', () => {
    const {variants} = resolve(undefined, {
      ...base,
      training: {optimizer: {type: 'sgd'}, schedule: {type: 'cosine'}, earlyStopping: {}, momentumRamp: undefined},
    });
    const {document} = variants[0]!;
    expect(document.data.missing).toEqual({
      markers: ['NA', 'N/A', 'null', '?'],
      numeric: 'mean',
      categorical: 'mostFrequent',
      indicator: false,
    });
    expect(document.data.columns).toEqual({'sepal.length': {type: 'auto'}, sepal: {type: 'auto'}});
    expect(document.layers[1]).toEqual({
      type: 'dense',
      name: 'dense1',
      units: 8,
      activation: 'relu',
      l1: 0,
      l2: 0,
      init: 'pytorch',
    });
    expect(document.output).toEqual({activation: 'auto', l1: 0, l2: 0, init: 'pytorch'});
    expect(document.training).toEqual({
      epochs: 100,
      batchSize: 32,
      shuffle: true,
      dropLast: false,
      loss: 'auto',
      optimizer: {type: 'sgd', learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0},
      schedule: {type: 'cosine', finalLearningRate: 0, warmUp: 0},
      classWeights: 'none',
      earlyStopping: {patience: 20, minDelta: 0, share: 0.1},
      seed: 0,
      numerics: 'reproducible',
    });
    expect(document.evaluation.folds).toBe(10);
    expect(document).not.toHaveProperty('variants');
  });

  test('keeps what was written apart from the defaults', () => {
    const {variants} = resolve({only: {'training.epochs': 5}});
    expect(variants[0]!.written.training).toEqual({epochs: 5});
  });

  test('names layers by type and number', () => {
    const {layers} = changed({});
    expect(layers.map(({name}) => name)).toEqual(['visible', 'dense1', 'dropout2', 'dense2']);
  });

  test('sets a key of a layer by its given and by its automatic name', () => {
    const {layers} = changed({'layers.visible.rate': 0.5, 'layers.dropout2.rate': 0.6, 'layers.dense2.units': 5});
    expect(layers).toMatchObject([{rate: 0.5}, {units: 8}, {rate: 0.6}, {units: 5}]);
  });

  test('changes a type and sets keys of the new type, in any order, keeping the name', () => {
    const {layers} = changed({'layers.dense1.rate': 0.5, 'layers.dense1.type': 'dropConnect'});
    expect(layers[1]).toMatchObject({type: 'dropConnect', name: 'dense1', units: 8, rate: 0.5});
  });

  test('replaces a whole layer, keeping its name', () => {
    const {layers} = changed({'layers.visible': {type: 'gaussianDropout', rate: 0.3}});
    expect(layers[0]).toEqual({type: 'gaussianDropout', name: 'visible', rate: 0.3, mask: 'row'});
  });

  test('takes a layer out with null, and still finds the places of the others', () => {
    const {variants, parsed, problems} = resolve({only: {'layers.visible': null, 'layers.dense2.units': 5}});
    const [{document, placeOf}] = variants as [(typeof variants)[0]];
    expect(problems).toEqual([]);
    expect(document.layers.map(({name}) => name)).toEqual(['dense1', 'dropout2', 'dense2']);
    expect(placeOf(['layers', 0, 'units'])).toEqual(['layers', 1, 'units']);
    expect(placeOf(['layers', 2, 'units'])).toEqual(['variants', 'only', 'layers.dense2.units']);
    expect(parsed.rangeOf(placeOf(['layers', 2, 'units']), 'value').start.line).toBe(0);
  });

  test('replaces all layers and the optimizer as wholes', () => {
    const document = changed({layers: [{type: 'dense', units: 2}], 'training.optimizer': {type: 'adagrad'}});
    expect(document.layers).toMatchObject([{type: 'dense', name: 'dense1', units: 2}]);
    expect(document.training.optimizer).toEqual({type: 'adagrad', learningRate: 0.01, epsilon: 1e-10, weightDecay: 0});
  });

  test('sets a key of an optimizer that the document leaves to its default', () => {
    expect(changed({'training.optimizer.learningRate': 0.5}).training.optimizer).toMatchObject({
      type: 'adam',
      learningRate: 0.5,
    });
  });

  test('removes an optional key with null, so that its default applies', () => {
    const document = {...base, training: {epochs: 7, clipNorm: 1}};
    const {training} = changed({'training.epochs': null, 'training.clipNorm': null}, document);
    expect(training.epochs).toBe(100);
    expect(training.clipNorm).toBeUndefined();
  });

  test('matches names that hold dots longest first', () => {
    const {columns} = changed({'data.columns.sepal.length.scale': 'none', 'data.columns.sepal.scale': 'robust'}).data;
    expect(columns).toMatchObject({'sepal.length': {scale: 'none'}, sepal: {scale: 'robust'}});
  });

  test('makes an entry for a column that the document does not have', () => {
    const {columns} = changed({'data.columns.petal.width.scale': 'none'}).data;
    expect(columns['petal.width']).toMatchObject({scale: 'none'});
  });

  test('weighs a class whose weight the document does not give', () => {
    expect(changed({'training.classWeights.setosa': 2}).training.classWeights).toEqual({setosa: 2});
  });

  test('may change the seed', () => {
    expect(changed({'training.seed': 3}).training.seed).toBe(3);
  });

  test.each([
    'version',
    'variants',
    '$schema',
    'evaluation',
    'evaluation.folds',
    'evaluation.nonsense',
    'data',
    'data.source',
    'data.target',
    'data.missing.numeric',
    'data.columns',
    'data.columns.sepal',
    'data.columns.sepal.type',
    'data.columns.sepal.missing',
    'data.columns.sepal.fillValue',
  ])('must not change %s', path => {
    const {problems, variants} = resolve({base: {}, other: {[path]: 'x'}});
    expect(problems.map(({code}) => code)).toEqual(['fixed-path']);
    expect(variants.map(({name}) => name)).toEqual(['base']);
  });

  test.each([
    ['data.scale', 'none'],
    ['data.scaleTarget', 'none'],
    ['data.categories', 'ordinal'],
    ['data.features', ['sepal']],
    ['data.exclude', ['id']],
    ['data.columns.sepal.scale', 'none'],
    ['data.columns.sepal.categories', 'ordinal'],
    ['data.columns.sepal.indicator', true],
  ])('may change %s', (path, value) => {
    changed({[path]: value});
  });

  test('does not put a part into a word', () => {
    const {problems} = resolve(
      {only: {'training.classWeights.setosa': 2}},
      {...base, training: {classWeights: 'balanced'}},
    );
    expect(problems.map(({message}) => message)).toEqual([
      '"training.classWeights.setosa" cannot be set: "training.classWeights" is "balanced". Set it as a whole.',
    ]);
  });

  test('takes a whole and its part as a conflict in either order', () => {
    const whole = {'training.optimizer': {type: 'sgd'}};
    const part = {'training.optimizer.momentum': 0.9};
    for (const change of [
      {...whole, ...part},
      {...part, ...whole},
    ]) {
      const {problems} = resolve({only: change});
      expect(problems.map(({code}) => code)).toContain('conflicting-paths');
    }
  });

  test('warns of equal variants, whatever the order of their keys', () => {
    const {problems, variants} = resolve({
      a: {'training.epochs': 5, 'training.seed': 1},
      b: {'training.seed': 1, 'training.epochs': 5},
    });
    expect(problems.map(({code, severity}) => [code, severity])).toEqual([['equal-variants', 'warning']]);
    expect(variants).toHaveLength(2);
  });

  test('keeps silent on a key that has an effect in another variant', () => {
    const training = {optimizer: {type: 'sgd', momentum: 0.9}, momentumRamp: {from: 0.5, epochs: 10}};
    const {problems} = resolve({a: {}, b: {'training.optimizer': {type: 'adam'}}}, {...base, training});
    expect(problems).toEqual([]);
  });
});
