/** Edits change what they say and nothing else: not the layout, not the comments. */
import {readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type DocumentEdit, textEdits} from '../../../sidecar/document/documentEdits.ts';
import type {Path} from '../../../sidecar/document/documentPath.ts';
import {parseDocument} from '../../../sidecar/document/parseDocument.ts';
import {applied} from '../../support/textEdits.ts';

function edited(text: string, ...edits: DocumentEdit[]): string {
  return applied(text, textEdits(parseDocument(text), edits)!);
}

describe('an edit', () => {
  test.each<[string, string, DocumentEdit, string]>([
    ['replaces a value', '{"a": 1, "b": 2}', {kind: 'set', path: ['a'], value: 'x'}, '{"a": "x", "b": 2}'],
    ['adds a key on the same line', '{"a": 1}', {kind: 'set', path: ['b'], value: 2}, '{"a": 1, "b": 2}'],
    ['adds a key to an empty object', '{}', {kind: 'set', path: ['b'], value: 2}, '{"b": 2}'],
    [
      'adds a key on a line of its own, as far in as the one before',
      '{\n    "a": 1\n}',
      {kind: 'set', path: ['b'], value: 2},
      '{\n    "a": 1,\n    "b": 2\n}',
    ],
    [
      'leaves a comment at the end of a line where it belongs',
      '{\n  "a": 1 // one\n}',
      {kind: 'set', path: ['b'], value: 2},
      '{\n  "a": 1, // one\n  "b": 2\n}',
    ],
    [
      'keeps a trailing comma',
      '{\n  "a": 1, // one\n}',
      {kind: 'set', path: ['b'], value: 2},
      '{\n  "a": 1, // one\n  "b": 2,\n}',
    ],
    [
      'adds the objects around a key',
      '{"a": 1}',
      {kind: 'set', path: ['b', 'c'], value: {d: [1, 2]}},
      '{"a": 1, "b": {"c": {"d": [1, 2]}}}',
    ],
    [
      'writes blanks inside braces where the document does',
      '{ "a": { "b": 1 } }',
      {kind: 'set', path: ['c'], value: {d: 1}},
      '{ "a": { "b": 1 }, "c": { "d": 1 } }',
    ],
    ['takes out the first key', '{"a": 1, "b": 2}', {kind: 'remove', path: ['a']}, '{"b": 2}'],
    ['takes out the last key', '{"a": 1, "b": 2}', {kind: 'remove', path: ['b']}, '{"a": 1}'],
    ['takes out the only key', '{"a": 1}', {kind: 'remove', path: ['a']}, '{}'],
    ['takes out whole lines', '{\n  "a": 1,\n  "b": 2 // two\n}', {kind: 'remove', path: ['b']}, '{\n  "a": 1\n}'],
    [
      'takes out whole lines that end with \\r\\n',
      '{\r\n  "a": 1,\r\n  "b": 2\r\n}',
      {kind: 'remove', path: ['a']},
      '{\r\n  "b": 2\r\n}',
    ],
    ['takes out an item', '[1, 2, 3]', {kind: 'remove', path: [1]}, '[1, 3]'],
    ['renames a key', '{"a": 1}', {kind: 'renameKey', path: ['a'], key: 'b'}, '{"b": 1}'],
    ['adds an item behind another', '[1, 2]', {kind: 'insertAfter', path: [0], value: 9}, '[1, 9, 2]'],
    ['adds an item behind the last', '[1, 2]', {kind: 'insertAfter', path: [1], value: 9}, '[1, 2, 9]'],
    [
      'adds an item behind another on a line of its own',
      '[\n  {"a": 1}, // one\n  {"b": 2}\n]',
      {kind: 'insertAfter', path: [0], value: {c: 3}},
      '[\n  {"a": 1}, // one\n  {"c": 3},\n  {"b": 2}\n]',
    ],
    [
      'adds an item before another',
      '[\n  {"b": 2}\n]',
      {kind: 'insertBefore', path: [0], value: {c: 3}},
      '[\n  {"c": 3},\n  {"b": 2}\n]',
    ],
    ['appends to a list', '{"a": ["x"]}', {kind: 'append', path: ['a'], value: 'y'}, '{"a": ["x", "y"]}'],
    [
      'appends to a list that is not there',
      '{"b": 1}',
      {kind: 'append', path: ['a'], value: 'y'},
      '{"b": 1, "a": ["y"]}',
    ],
    [
      'exchanges items',
      '[{"a": 1}, /* two */ [2]]',
      {kind: 'swap', path: [0], other: [1]},
      '[[2], /* two */ {"a": 1}]',
    ],
  ])('%s', (_, text, edit, expected) => {
    expect(edited(text, edit)).toBe(expected);
  });

  test('is not possible where the text has no such place', () => {
    const parsed = parseDocument('{"a": 1}');
    expect(textEdits(parsed, [{kind: 'remove', path: ['b']}])).toBeUndefined();
    expect(textEdits(parsed, [{kind: 'set', path: ['a', 'b'], value: 1}])).toBeUndefined();
    expect(textEdits(parsed, [{kind: 'insertAfter', path: ['a'], value: 1}])).toBeUndefined();
  });

  test('several keys can be added to one object at once', () => {
    const text = '{\n  "a": 1\n}';
    const add = (key: string): DocumentEdit => ({kind: 'set', path: [key], value: 2});
    expect(parseDocument(edited(text, add('b'), add('c'))).value).toEqual({a: 1, b: 2, c: 2});
  });
});

describe('any edit of a valid document', () => {
  const folder = new URL('../../fixtures/documents/valid/', import.meta.url);
  const texts = readdirSync(folder).map(name => readFileSync(new URL(name, folder), 'utf8'));
  // Comments behind, above, between and before commas.
  texts.push(
    '{ // open\n  "a": 1 /* one */, // behind\n  /* above */ "b": [1, /* in */ 2, // two\n 3 // three\n ],\n  "c": {"d": 1, "e": [] /* e */ }\n, "f": {}\n  // close\n}',
  );
  const places = texts.flatMap(text => pathsOf(parseDocument(text).value).map(path => ({text, path})));

  test('leaves a document that can be read, changed as it says, with all comments but those of what is gone', () => {
    const edit = fc.record({
      place: fc.constantFrom(...places),
      kind: fc.constantFrom('set', 'remove', 'add', 'after', 'before'),
    });
    fc.assert(
      fc.property(edit, ({place: {text, path}, kind}) => {
        const parsed = parseDocument(text);
        const made = madeEdit(kind, path);
        const edits = textEdits(parsed, [made]);
        if (!edits) return;
        const after = parseDocument(applied(text, edits));
        expect(after.problems, after.text).toEqual([]);
        expect(after.value, after.text).toEqual(expectedValue(parsed.value, made));
        const lost = parsed.comments().length - after.comments().length;
        expect(lost, after.text).toBeLessThanOrEqual(
          kind === 'remove' || kind === 'set' ? commentsInside(parsed, path) : 0,
        );
      }),
      {numRuns: 600},
    );
  });
});

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
  const steps: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const inside = steps.flatMap(step => pathsOf((value as Record<string | number, unknown>)[step], [...path, step]));
  return path.length === 0 ? inside : [path, ...inside];
}

function madeEdit(kind: string, path: Path): DocumentEdit {
  switch (kind) {
    case 'set':
      return {kind: 'set', path, value: 'changed'};
    case 'add':
      return {kind: 'set', path: [...path.slice(0, -1), 'added'], value: {x: [1]}};
    case 'after':
      return {kind: 'insertAfter', path, value: 'added'};
    case 'before':
      return {kind: 'insertBefore', path, value: 'added'};
    default:
      return {kind: 'remove', path};
  }
}

function expectedValue(value: unknown, edit: DocumentEdit): unknown {
  const copy = structuredClone(value);
  const last = edit.path.at(-1)!;
  // biome-ignore lint/suspicious/noExplicitAny: the definition that the edits are held to is shortest so.
  const container = edit.path.slice(0, -1).reduce((inner: any, step) => inner[step], copy);
  if (edit.kind === 'set') container[last] = edit.value;
  else if (edit.kind === 'insertAfter') container.splice(Number(last) + 1, 0, edit.value);
  else if (edit.kind === 'insertBefore') container.splice(Number(last), 0, edit.value);
  else if (Array.isArray(container)) container.splice(Number(last), 1);
  else delete container[last];
  return copy;
}

/** Comments that stand inside a value, or on its lines. */
function commentsInside(parsed: ReturnType<typeof parseDocument>, path: Path): number {
  const node = parsed.nodeAt(path)!;
  const {start, end} = parsed.rangeAt(node.offset, node.length);
  return parsed.comments().filter(({line}) => line >= start.line && line <= end.line).length;
}
