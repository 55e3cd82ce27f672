import {describe, expect, test} from 'vitest';
import type {CompletionItem} from 'vscode-languageserver';
import {completions} from '../../../sidecar/language/completions.ts';
import {applied, documentWith, open, openUnknown} from './support.ts';

async function offered(text: string): Promise<CompletionItem[]> {
  const {analysis, position} = await open(text);
  return completions(analysis, position);
}

const labels = async (text: string) => (await offered(text)).map(({label}) => label);

/** The text after the item of that label was chosen; snippet places are left in. */
async function chosen(text: string, label: string): Promise<string> {
  const item = (await offered(text)).find(each => each.label === label)!;
  const edit = item.textEdit as {range: never; newText: string};
  return applied(text.replace('|', ''), [edit]);
}

const data = (inside: string) => `{"version": 1, "data": {${inside}}, "layers": []}`;
const columns = ['age', 'pulse, at rest', 'colour', 'gaps', 'ill'];

describe('columns are offered, in the order of the file', () => {
  test.each([
    ['as the target', data('"source": "people.csv", "target": "|"'), columns],
    ['as the target, where no quotes are yet', data('"source": "people.csv", "target": |'), columns],
    ['as the target, in a text that is not closed', data('"source": "people.csv", "target": "a|'), columns],
    [
      'as features, without the target and those that are named',
      data('"source": "people.csv", "target": "ill", "features": ["age", "|"]'),
      ['pulse, at rest', 'colour', 'gaps'],
    ],
    ['to exclude', data('"source": "people.csv", "target": "ill", "exclude": [|]'), columns.slice(0, 4)],
    [
      'as groups',
      '{"version": 1, "data": {"source": "people.csv", "target": "ill"}, "layers": [], "evaluation": {"groupBy": "|"}}',
      columns.slice(0, 4),
    ],
    [
      'as names of settings, without those that have some',
      data('"source": "people.csv", "target": "ill", "columns": {"age": {}, "|"}'),
      ['pulse, at rest', 'colour', 'gaps', 'ill'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  test('with what they hold', async () => {
    const items = await offered(data('"source": "people.csv", "target": "|"'));
    expect(items.map(({detail}) => detail)).toEqual([
      'numbers, 20.5 to 59.5',
      'integers, 0 to 16',
      '3 categories',
      'numbers, 0.25 to 9.75, 10 % missing',
      '2 categories',
    ]);
  });

  test('and replace the whole text in quotes', async () => {
    const text = data('"source": "people.csv", "target": "a|ge"');
    expect(await chosen(text, 'pulse, at rest')).toBe(data('"source": "people.csv", "target": "pulse, at rest"'));
  });

  test('as keys with room for their settings', async () => {
    const text = data('"source": "people.csv", "target": "ill", "columns": {"|"}');
    expect(await chosen(text, 'gaps')).toContain('"columns": {"gaps": { $1 }}');
  });

  test('not at all where nothing may be read', () => {
    const {analysis, position} = openUnknown(data('"source": "people.csv", "target": "|"'));
    expect(completions(analysis, position)).toEqual([]);
  });
});

describe('other values that the schema does not know', () => {
  test('data files beside the document', async () => {
    expect(await labels(data('"source": "|"'))).toEqual(['people.csv']);
    // As the snippets leave it: what is chosen fills their place, quotes included, and the next key goes to the next place.
    expect(await chosen(data('"source": |, "target": '), 'people.csv')).toBe(
      data('"source": "people.csv", "target": '),
    );
    expect(await labels(data('"source": "people.csv", "target": |'))).toEqual(columns);
    expect(await labels(data('"source": "no/such/folder/|"'))).toEqual([]);
  });

  test('classes', async () => {
    expect(await labels(data('"source": "people.csv", "target": "ill", "positiveClass": "|"'))).toEqual([
      '"no"',
      '"yes"',
    ]);
    expect(await labels(documentWith('', ', "training": {"classWeights": {"no": 1, "|"}}'))).toEqual(['yes']);
  });

  test('rules in a comment that ignores one', async () => {
    const text = documentWith('\n// mlp-ignore high|\n{"type": "dropout", "rate": 0.7}\n');
    expect(await labels(text)).toContain('high-hidden-rate');
    expect(await chosen(text, 'high-hidden-rate')).toContain('// mlp-ignore high-hidden-rate: \n');
  });
});

describe('in a variant', () => {
  const layers = '{"name": "hidden", "type": "dense", "units": 8}, {"name": "drop", "type": "dropout", "rate": 0.1}';
  const variant = (inside: string) => documentWith(layers, `, "variants": {"a": {${inside}}}`);

  test('paths are offered, layers by name', async () => {
    const found = await labels(variant('"|"'));
    expect(found).toEqual(
      expect.arrayContaining([
        'layers.hidden.units',
        'layers.drop.rate',
        'training.epochs',
        'training.optimizer.learningRate',
        'data.scale',
      ]),
    );
    expect(found.filter(path => /version|source|evaluation|name$/.test(path))).toEqual([]);
  });

  test('paths bring the value that the document has', async () => {
    expect(await chosen(variant('"|"'), 'layers.drop.rate')).toContain(`{"layers.drop.rate": \${1:0.1}}`);
  });

  test('a path is replaced alone where it has a value', async () => {
    expect(await chosen(variant('"lay|": 3'), 'layers.hidden.units')).toContain('{"layers.hidden.units": 3}');
  });

  test('the words of a path are offered as its values', async () => {
    expect(await labels(variant('"layers.hidden.activation": "|"'))).toContain('"tanh"');
    expect(await labels(variant('"training.shuffle": |'))).toEqual(['true', 'false']);
    expect(await labels(variant('"layers.drop": |'))).toEqual(['null']);
    expect(await labels(variant('"layers.nothing.rate": |'))).toEqual([]);
  });
});

describe('what is tuned', () => {
  const layers = '{"name": "hidden", "type": "dense", "units": 8}, {"name": "drop", "type": "dropout", "rate": 0.1}';
  const space = documentWith(layers, ', "tune": {"space": {"|"}}');

  test('is offered by path, with values around that of the document', async () => {
    expect(await chosen(space, 'layers.drop.rate')).toContain(
      `"layers.drop.rate": { "from": \${1:0}, "to": \${2:0.8}, "step": \${3:0.1} }`,
    );
    expect(await chosen(space, 'layers.hidden.units')).toContain(`{ "values": [\${1:8, 16, 32}] }`);
    expect(await chosen(space, 'training.optimizer.learningRate')).toContain(
      `{ "from": \${1:0.0001}, "to": \${2:0.01}, "scale": "log", "count": \${3:5} }`,
    );
    expect(await chosen(space, 'training.shuffle')).toContain('{ "values": [true, false] }');
  });

  test('is no seed, which a variant may set', async () => {
    expect(await labels(space)).not.toContain('training.seed');
    expect(await labels(space.replace('"tune": {"space": {"|"}}', '"variants": {"b": {"|"}}'))).toContain(
      'training.seed',
    );
  });
});

test('nothing is offered where the schema knows all', async () => {
  expect(await labels('{|}')).toEqual([]);
  expect(await labels(documentWith('{"type": "dense", "|"}'))).toEqual([]);
  expect(await labels(documentWith('', ', "training": {"loss": "|"}'))).toEqual([]);
});
