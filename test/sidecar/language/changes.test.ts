/** What changes a text: quick fixes, refactorings, renaming. */
import {describe, expect, test} from 'vitest';
import type {CodeAction, WorkspaceEdit} from 'vscode-languageserver';
import {codeActions} from '../../../sidecar/language/codeActions.ts';
import {definition, documentLinks, prepareRename, references, rename} from '../../../sidecar/language/names.ts';
import {applied, documentWith, open, problemsOf, type TextEdit} from './support.ts';

const layers = '{"name": "hidden", "type": "dense", "units": 32}, {"name": "drop", "type": "dropout", "rate": 0.2}';

async function actions(textWithCursor: string): Promise<{text: string; actions: CodeAction[]}> {
  const {analysis, position} = await open(textWithCursor);
  const range = {start: position, end: position};
  return {text: analysis.text, actions: codeActions(analysis, problemsOf(analysis), range, [], undefined)};
}

/** The text after the action of that title. */
async function done(textWithCursor: string, title: string): Promise<string> {
  const {text, actions: found} = await actions(textWithCursor);
  const action = found.find(each => each.title === title);
  expect(action, found.map(each => each.title).join('\n')).toBeDefined();
  return applied(text, editsOf(action!.edit!));
}

const editsOf = (edit: WorkspaceEdit) => Object.values(edit.changes!)[0] as TextEdit[];

describe('a quick fix', () => {
  test('of the schema is there, too, though the editor tells of the mistake', async () => {
    const text = documentWith('{"type": "dense", "unit|z": 8}');
    expect(await done(text, 'Rename to "units"')).toBe(documentWith('{"type": "dense", "units": 8}'));
  });

  test('turns the share kept into the share dropped', async () => {
    const text = documentWith('{"type": "dropout", "keep|Prob": 0.8}');
    expect(await done(text, 'Write "rate": 0.2')).toBe(documentWith('{"type": "dropout", "rate": 0.2}'));
  });

  test('turns H2O’s bound of the squared norm into one of the norm', async () => {
    const text = documentWith('{"type": "dense", "units": 3, "max|_w2": 10}');
    expect(await done(text, 'Write "maxNorm": 3.162')).toBe(
      documentWith('{"type": "dense", "units": 3, "maxNorm": 3.162}'),
    );
  });

  test('of the data is there', async () => {
    const text = '{"version": 1, "data": {"source": "people.csv", "target": "i|lll"}, "layers": []}';
    expect(await done(text, 'Set target to "ill"')).toContain('"target": "ill"');
    const file = '{"version": 1, "data": {"source": "peo|ple.csb", "target": "ill"}, "layers": []}';
    expect(await done(file, 'Set source to "people.csv"')).toContain('"source": "people.csv"');
  });

  test('belongs to its diagnostic, and the first one is preferred', async () => {
    const {analysis} = await open(documentWith('{"type": "dense", "units": 64}, {"type": "dropout", "rate": 0.7}'));
    const problem = problemsOf(analysis).find(({code}) => code === 'high-hidden-rate')!;
    const shown = {range: problem.range, message: '', code: problem.code, source: 'mlp'};
    const found = codeActions(analysis, [problem], problem.range, [shown], ['quickfix']);
    expect(found.map(({title, isPreferred, diagnostics}) => [title, isPreferred, diagnostics?.length])).toEqual([
      ['Set rate to 0.5', true, 1],
      ['Ignore high-hidden-rate here, with a reason', undefined, 1],
    ]);
  });

  test('can ignore a rule, which is then silent', async () => {
    const text = documentWith('\n  {"type": "dense", "units": 64},\n  {"type": "dropout", "rate": 0.|7}\n');
    const ignored = await done(text, 'Ignore high-hidden-rate here, with a reason');
    expect(ignored).toContain('\n  // mlp-ignore high-hidden-rate: \n  {"type": "dropout"');
  });
});

describe('a refactoring', () => {
  test('adds dropout behind a layer, alpha dropout behind selu', async () => {
    expect(await done(documentWith('{"type": "den|se", "units": 8}'), 'Add dropout behind this layer')).toBe(
      documentWith('{"type": "dense", "units": 8}, {"type": "dropout", "rate": 0.2}'),
    );
    const selu = documentWith('{"name": "a", "type": "den|se", "units": 8, "activation": "selu"}');
    expect(await done(selu, 'Add dropout behind this layer')).toContain(
      '{"name": "drop1", "type": "alphaDropout", "rate": 0.2}',
    );
  });

  test('adds a max-norm', async () => {
    expect(await done(documentWith('{"type": "den|se", "units": 8}'), 'Add a max-norm of 4')).toBe(
      documentWith('{"type": "dense", "units": 8, "maxNorm": 4}'),
    );
  });

  test('converts a share kept', async () => {
    const text = documentWith('{"type": "dropout", "rate": 0.|8}');
    expect(await done(text, 'Convert the share kept to the share dropped: 0.2')).toContain('"rate": 0.2');
  });

  test('derives a variant', async () => {
    expect(await done(documentWith(layers.replace('0.2', '0.|2')), 'Derive a variant with another rate')).toBe(
      documentWith(layers, ', "variants": {"baseline": {}, "other rate": {"layers.drop.rate": 0.2}}'),
    );
  });

  test('names layers as variants would call them', async () => {
    const text = documentWith('{"type": "den|se", "units": 8}, {"type": "dropout", "rate": 0.2}');
    expect(await done(text, 'Name the layers without a name')).toBe(
      documentWith(
        '{"type": "dense", "units": 8, "name": "dense1"}, {"type": "dropout", "rate": 0.2, "name": "dropout1"}',
      ),
    );
  });

  test('sorts keys as the reference has them, unless comments stand between', async () => {
    const text = documentWith('{"units": 8, "name": "a", "ty|pe": "dense"}');
    expect(await done(text, 'Sort these keys')).toBe(documentWith('{"name": "a", "type": "dense", "units": 8}'));
    const commented = documentWith('{"units": 8, /* why */ "ty|pe": "dense"}');
    expect((await actions(commented)).actions.map(({title}) => title)).not.toContain('Sort these keys');
  });

  test('is not offered where it makes no sense', async () => {
    expect((await actions('{|}')).actions.filter(({kind}) => kind !== 'quickfix')).toEqual([]);
    const titles = (await actions(documentWith(layers.replace('dense', 'den|se')))).actions.map(({title}) => title);
    expect(titles).not.toContain('Add dropout behind this layer');
  });
});

describe('a layer', () => {
  const text = (cursor: string) =>
    documentWith(layers, ', "variants": {"a": {"layers.drop.rate": 0.5}, "b": {"layers.drop": null}}').replace(
      cursor.replace('|', ''),
      cursor,
    );

  async function renamed(textWithCursor: string, name: string) {
    const {analysis, position} = await open(textWithCursor);
    const result = rename(analysis, position, name);
    return 'refused' in result ? result.refused : applied(analysis.text, editsOf(result));
  }

  const expected = text('').replaceAll('"drop"', '"late"').replaceAll('layers.drop', 'layers.late');

  test.each([['"name": "dr|op"'], ['"layers.dr|op.rate"'], ['"layers.drop|"']])(
    'is renamed from %s, with all paths to it',
    async cursor => {
      expect(await renamed(text(cursor), 'late')).toBe(expected);
    },
  );

  test('that has its name from its type gets one of its own', async () => {
    const unnamed = documentWith(
      '{"type": "dropout", "rate": 0}',
      ', "variants": {"a": {"layers.drop|out1.rate": 0.5}}',
    );
    expect(await renamed(unnamed, 'late')).toBe(
      documentWith('{"name": "late", "type": "dropout", "rate": 0}', ', "variants": {"a": {"layers.late.rate": 0.5}}'),
    );
  });

  test.each([
    ['hidden', 'Another layer is called "hidden".'],
    ['a.b', 'A name must have a character, and no dot.'],
    ['output', '"output" is the name of the output layer.'],
    ['', 'A name must have a character, and no dot.'],
  ])('cannot be called %j', async (name, refusal) => {
    expect(await renamed(text('"name": "dr|op"'), name)).toBe(refusal);
  });

  test('is found from the paths that address it, and they from it', async () => {
    const {analysis, position} = await open(text('"layers.dr|op.rate"'));
    const target = definition(analysis, position, undefined)!;
    expect(analysis.text.slice(analysis.offsetAt(target.range.start), analysis.offsetAt(target.range.end))).toBe(
      '"rate"',
    );
    expect(references(analysis, position)).toHaveLength(3);
    expect(prepareRename(analysis, position)?.placeholder).toBe('drop');
  });

  test('is the only thing that can be renamed', async () => {
    const {analysis, position} = await open(text('"tar|get"'));
    expect(prepareRename(analysis, position)).toBeUndefined();
    expect(rename(analysis, position, 'x')).toHaveProperty('refused');
  });
});

test('the source leads to the data file', async () => {
  const {analysis, position} = await open(
    '{"version": 1, "data": {"source": "peo|ple.csv", "target": "ill"}, "layers": []}',
  );
  expect(definition(analysis, position, 'file:///people.csv')?.uri).toBe('file:///people.csv');
  expect(documentLinks(analysis, 'file:///people.csv').map(({target}) => target)).toEqual(['file:///people.csv']);
  expect(documentLinks(analysis, undefined)).toEqual([]);
});
