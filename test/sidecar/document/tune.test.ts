/** `tune` in a document: what it tries, what is wrong with it, and how a winner is written back. */
import {describe, expect, test} from 'vitest';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {withDropout} from '../../../sidecar/document/dropoutPlaces.ts';
import {dropoutSweep} from '../../../sidecar/document/dropoutSweep.ts';
import {type Tune, tuneCandidates} from '../../../sidecar/document/tuneCandidates.ts';
import {writeChanges, writeVariant} from '../../../sidecar/document/writeChanges.ts';

const linear = {scale: 'linear'} as const;
const usual = {method: 'grid', trials: 20, innerFolds: 3} as const;
const candidates = (tune: Pick<Tune, 'space'> & Partial<Tune>, seed = 1) =>
  tuneCandidates({...usual, ...tune}, dotted => dotted.endsWith('units'), seed);

describe('a grid', () => {
  test('has every combination, named by the shortest ends of its paths', () => {
    const found = candidates({
      space: {
        'layers.drop1.rate': {from: 0, to: 0.4, step: 0.2, ...linear},
        'training.optimizer.learningRate': {from: 0.01, to: 1, count: 3, scale: 'log'},
      },
    });
    expect(found).toHaveLength(9);
    expect(found[1]).toEqual({
      name: 'drop1.rate 0, learningRate 0.1',
      changes: {'layers.drop1.rate': 0, 'training.optimizer.learningRate': 0.1},
    });
    expect(found.map(({changes}) => changes['layers.drop1.rate'])).toEqual([0, 0, 0, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4]);
  });

  test('writes 0.3 and not 0.30000000000000004, ends where it was told to, and rounds whole numbers', () => {
    const values = (range: Omit<Tune['space'][string] & object, 'scale'>, path = 'layers.a.rate') =>
      candidates({space: {[path]: {...linear, ...range}}}).map(({changes}) => changes[path]);
    expect(values({from: 0, to: 0.8, step: 0.1})).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
    expect(values({from: 0, to: 0.75, step: 0.2})).toEqual([0, 0.2, 0.4, 0.6]);
    expect(values({from: 1, to: 8}, 'layers.a.units')).toEqual([1, 3, 5, 6, 8]);
    expect(values({from: 1, to: 2}, 'layers.a.units')).toEqual([1, 2]);
    expect(values({values: ['relu', 'tanh']})).toEqual(['relu', 'tanh']);
  });
});

describe('a random search', () => {
  const space = {
    'layers.a.units': {from: 2, to: 64, scale: 'log'},
    'training.optimizer.learningRate': {from: 0.001, to: 0.1, scale: 'log'},
    'layers.a.activation': {values: ['relu', 'tanh'], ...linear},
  } as const;
  const random = (seed: number) =>
    candidates({space: space as unknown as Tune['space'], method: 'random', trials: 30}, seed);

  test('draws different settings within the ranges, the same ones from the same seed', () => {
    const found = random(1);
    expect(new Set(found.map(({name}) => name)).size).toBe(30);
    expect(random(1)).toEqual(found);
    expect(random(2)).not.toEqual(found);
    for (const {changes} of found) {
      expect(Number.isInteger(changes['layers.a.units'])).toBe(true);
      expect(changes['training.optimizer.learningRate']).toBeGreaterThanOrEqual(0.001);
      expect(changes['training.optimizer.learningRate']).toBeLessThanOrEqual(0.1);
    }
  });

  test('ends where there are no more', () => {
    const few = {'layers.a.activation': {values: ['relu', 'tanh'], ...linear}};
    expect(candidates({space: few, method: 'random', trials: 20})).toHaveLength(2);
  });
});

describe('what is wrong with tune', () => {
  const problemsOf = (tune: object) => {
    const document = {
      version: 1,
      data: {source: 'x.csv', target: 'y'},
      layers: [
        {name: 'hidden', type: 'dense', units: 4},
        {name: 'drop', type: 'dropout', rate: 0.1},
      ],
      tune,
    };
    return checkDocument(JSON.stringify(document)).problems.map(({severity, message}) => `${severity}: ${message}`);
  };
  const range = (path: string, of: object) => problemsOf({space: {[path]: of}});

  test('nothing, where paths and values fit', () => {
    expect(range('layers.drop.rate', {from: 0, to: 0.8, step: 0.1})).toEqual([]);
    expect(range('training.optimizer.learningRate', {from: 1e-4, to: 0.1, scale: 'log'})).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['layers.dorp.rate', {values: [0.1]}, 'Did you mean "layers.drop.rate"?'],
    ['evaluation.folds', {values: [3, 5]}, '"evaluation.folds" must be the same in all variants'],
    ['tune.trials', {values: [3, 5]}, '"tune.trials" must not be set by a variant.'],
    ['layers.drop.rate', {from: 0, to: 1}, '"layers.drop.rate" cannot be 1: rate must be'],
    ['layers.hidden.activation', {values: ['relu', 'rleu']}, '"layers.hidden.activation" cannot be "rleu"'],
    ['layers.drop.rate', {from: 0.5, to: 0.1}, 'from must be below to, got 0.5 and 0.1.'],
    [
      'training.optimizer.learningRate',
      {from: 0.001, to: 1e308, scale: 'log'},
      'to must be at most 3.4e38 in size, as numbers of a network are, got 1e+308.',
    ],
    ['layers.drop.rate', {from: 0, to: 0.5, scale: 'log'}, 'from must be above 0 where the scale is "log", got 0.'],
    ['layers.drop.rate', {from: 0.1, to: 0.5, step: 0.1, scale: 'log'}, 'A scale of "log" has no step'],
    ['layers.drop.rate', {from: 0, to: 0.5, step: 0.1, count: 3}, 'Give step or count, not both.'],
    ['layers.drop.rate', {from: 0, to: 0.5, step: 0.9}, 'step must be at most the distance from 0 to 0.5, got 0.9.'],
    ['layers.drop.rate', {values: [0.1], from: 0}, 'Give either values, or from and to with step or count.'],
    ['layers.drop.rate', {from: 0}, 'Give from and to, or a list of values.'],
    ['layers.drop.rate', {from: 0, to: 0.5, step: 0.0001}, 'The grid has 5001 settings, more than 500'],
    [
      'layers.hidden.units',
      {from: 1.5, to: 2.5},
      'from must be an integer, as all values of layers.hidden.units are, got 1.5.',
    ],
    ['training.epochs', {from: 1, to: 2.5}, 'to must be an integer, as all values of training.epochs are, got 2.5.'],
    ['training.seed', {values: [1, 2]}, 'A seed is not to be tuned: the best of several is the luckiest'],
    ['training.seed', {from: 1, to: 5}, 'set evaluation.repeats.'],
    [
      'training',
      {
        values: [
          {epochs: 3, seed: 1},
          {epochs: 3, seed: 2},
        ],
      },
      'A seed is not to be tuned',
    ],
    ['layers.drop.rate', {values: []}, 'values must be a list of at least one value, got an empty list.'],
    ['layers.drop.rate', [0, 0.3, 0.6], 'Write {"values": [0, 0.3, 0.6]}.'],
    ['layers.drop.rate', {form: 0}, 'Unknown key "form". Did you mean "from"?'],
  ])('%s: %o', (path, of, message) => {
    expect(range(path, of).join('\n')).toContain(message);
  });

  test('a space without a path, and no advice to leave values out', () => {
    expect(problemsOf({space: {}})).toEqual([
      'error: space must be an object that names at least one path, got an empty object.',
    ]);
    expect(range('layers.drop.rate', {values: []}).join()).not.toContain('default');
  });

  test('trials beside a grid', () => {
    const space = {'layers.drop.rate': {values: [0, 0.5]}};
    expect(problemsOf({space, trials: 5}).join()).toContain('a grid tries all its settings');
    expect(problemsOf({space, trials: 5, method: 'random'})).toEqual([]);
  });
});

describe('dropout in all places', () => {
  const layers = [
    {name: 'hidden1', type: 'dense', units: 4},
    {name: 'norm', type: 'batchNorm'},
    {name: 'drop1', type: 'dropout', rate: 0.1},
    {name: 'hidden2', type: 'dense', units: 3, activation: 'selu'},
  ];

  test('changes rates that are there, and puts layers in where there are none', () => {
    expect(withDropout(layers, {input: 0.2, hidden: 0.5})).toEqual([
      {name: 'visible', type: 'dropout', rate: 0.2},
      ...layers.slice(0, 2),
      {name: 'drop1', type: 'dropout', rate: 0.5},
      layers[3],
      {name: 'drop2', type: 'alphaDropout', rate: 0.5},
    ]);
    expect(withDropout(layers, {hidden: 0})).toEqual([...layers.slice(0, 2), {...layers[2], rate: 0}, layers[3]]);
    expect(withDropout([{name: 'visible', type: 'dense', units: 2}], {input: 0.1})[0]!.name).toBe('visible_2');
  });

  test('is swept place by place, both curves from no dropout on', () => {
    const {candidates: all, sweeps} = dropoutSweep(layers);
    expect(all).toHaveLength(17);
    expect(sweeps.map(({place, points}) => [place, points[0], points[8]])).toEqual([
      ['input', {rate: 0, candidate: 0}, {rate: 0.8, candidate: 8}],
      ['hidden', {rate: 0, candidate: 0}, {rate: 0.8, candidate: 16}],
    ]);
    // Where the layers stay the same ones, a change is a rate.
    const whole = dropoutSweep(withDropout(layers, {input: 0.1, hidden: 0.1}));
    expect(whole.candidates[3]!.changes).toEqual({
      'layers.visible.rate': 0.3,
      'layers.drop1.rate': 0,
      'layers.drop2.rate': 0,
    });
    expect(dropoutSweep([]).sweeps.map(({place}) => place)).toEqual(['input']);
  });
});

describe('a winner in the text', () => {
  const text = `// Mine.
{
  "version": 1,
  "data": { "source": "x.csv", "target": "y" },
  "layers": [
    { "type": "dense", "units": 60 }, // wide
    { "name": "drop", "type": "dropout", "rate": 0 }
  ],
  "training": { "epochs": 60 } // long
}
`;

  test('is the smallest change: comments and layout stay', () => {
    expect(writeChanges(text, {'layers.drop.rate': 0.3, 'training.optimizer.learningRate': 0.1})).toBe(
      text
        .replace('"rate": 0 }', '"rate": 0.3 }')
        .replace('"epochs": 60 }', '"epochs": 60, "optimizer": { "learningRate": 0.1 } }'),
    );
  });

  test('puts new layers between those that are there', () => {
    const wanted = [
      {name: 'visible', type: 'dropout', rate: 0.2},
      {name: 'dense1', type: 'dense', units: 60},
      {name: 'drop', type: 'dropout', rate: 0.5},
    ];
    expect(writeChanges(text, {layers: wanted})).toBe(
      text
        .replace(
          '    { "type": "dense"',
          '    { "name": "visible", "type": "dropout", "rate": 0.2 },\n    { "type": "dense"',
        )
        .replace('"rate": 0 }', '"rate": 0.5 }'),
    );
  });

  test('as a variant stands beside the document as it is', () => {
    const once = writeVariant(text, 'tuned', {'layers.drop.rate': 0.3});
    expect(checkDocument(once).variants.map(({name}) => name)).toEqual(['as it stands', 'tuned']);
    const twice = writeVariant(once, 'again', {'layers.drop.rate': 0.4});
    expect(checkDocument(twice).variants.map(({name}) => name)).toEqual(['as it stands', 'tuned', 'again']);
    expect(twice).toContain('// wide');
  });
});
