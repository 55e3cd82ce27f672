/** What must hold for every text, and for every document that is nearly right. */
import {readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {type Node, parseTree} from 'jsonc-parser';
import {describe, expect, test} from 'vitest';
import type {Position, Problem} from '../../../schemas/problem.ts';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {resolveNetwork} from '../../../sidecar/document/resolveNetwork.ts';

const folder = new URL('../../fixtures/documents/valid/', import.meta.url);
const validTexts = readdirSync(folder).map(name => readFileSync(new URL(name, folder), 'utf8'));
const mostProblems = 300;

/** The problems of a text, after the checks that hold for any. */
function soundProblems(text: string): readonly Problem[] {
  const {problems, parsed, variants} = checkDocument(text);
  const lengths = parsed.text.split(/\r\n|\n|\r/).map(line => line.length);
  const isInside = ({line, character}: Position) => character >= 0 && character <= (lengths[line] ?? -1);
  for (const {range, message, code} of problems) {
    expect(isInside(range.start) && isInside(range.end), `${code}: ${JSON.stringify(range)} in ${text}`).toBe(true);
    expect(message).toMatch(/[.?…]$/);
    expect(message).not.toMatch(/undefined|\[object/);
  }
  expect(problems.length).toBeLessThanOrEqual(mostProblems);
  if (problems.every(({severity}) => severity !== 'error')) expect(variants).not.toEqual([]);
  for (const {document} of variants) {
    expect(() => resolveNetwork(document, {inputs: 3, task: 'classification', classCount: 2})).not.toThrow();
  }
  return problems;
}

describe('any text', () => {
  test('gives a document or problems inside it', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 60}), text => void soundProblems(text)),
      {numRuns: 500},
    );
  });

  test('that is JSON gives a document or problems inside it', () => {
    fc.assert(
      fc.property(fc.json({maxDepth: 4}), text => void soundProblems(text)),
      {numRuns: 500},
    );
  });

  test('that lacks a piece of a valid document gives a document or problems inside it', () => {
    const cut = fc.tuple(fc.constantFrom(...validTexts), fc.nat(), fc.integer({min: 1, max: 40}));
    fc.assert(
      fc.property(cut, ([text, at, length]) => {
        const start = at % text.length;
        soundProblems(text.slice(0, start) + text.slice(start + length));
      }),
      {numRuns: 500},
    );
  });

  test('with arbitrary values under the right keys gives a document or problems inside it', () => {
    const value = fc.oneof(fc.jsonValue({maxDepth: 2}), fc.constantFrom('dense', 'dropout', 'adam', 0.5, 1));
    const layer = fc.dictionary(fc.constantFrom('type', 'name', 'units', 'rate', 'activation', '__proto__'), value);
    const changes = fc.dictionary(
      fc.constantFrom('layers.dense1', 'layers.a.rate', 'training.epochs', 'layers'),
      value,
    );
    const document = fc.record(
      {
        version: fc.constant(1),
        data: fc.oneof(value, fc.constant({source: 'a', target: 'b'})),
        layers: fc.oneof(value, fc.array(fc.oneof(layer, value))),
        training: fc.oneof(
          value,
          fc.dictionary(fc.constantFrom('optimizer', 'schedule', 'classWeights', 'epochs'), value),
        ),
        variants: fc.oneof(value, fc.dictionary(fc.string(), fc.oneof(changes, value))),
      },
      {requiredKeys: []},
    );
    fc.assert(
      fc.property(document, each => void soundProblems(JSON.stringify(each))),
      {numRuns: 500},
    );
  });

  test('gives few problems, however many mistakes it has', () => {
    const layers = Array.from({length: 5000}, () => ({type: 'dropout', rate: 20, x: 1}));
    const variants = Object.fromEntries(Array.from({length: 500}, (_, index) => [`v${index}`, {x: 1, y: 2}]));
    soundProblems(JSON.stringify({version: 1, data: {source: 'a', target: 'b'}, layers, variants}));
    soundProblems(JSON.stringify({version: 1, data: {source: 'a', target: 'b'}, layers: [], variants}));
    soundProblems(`{${'"a": 1,'.repeat(5000)}}`);
  });
});

describe('every key of a valid document', () => {
  const properties = validTexts.flatMap(text =>
    keyNodes(parseTree(text, [], {allowTrailingComma: true})!).map(key => ({text, ...key})),
  );

  test('gives a problem when it is misspelt, unless it is a name of the user', () => {
    for (const {text, key, container} of properties) {
      const problems = soundProblems(replace(text, key, JSON.stringify(`${key.value}Qqq`)));
      if (['variants', 'data.columns', 'training.classWeights'].includes(container)) continue;
      if (String(key.value).startsWith('training.classWeights.')) continue;
      expect(problems.length, `${container}.${key.value}`).toBeGreaterThan(0);
    }
  });

  test('gives a problem when it is written twice', () => {
    for (const {text, key, value} of properties) {
      const pair = text.slice(key.offset, value.offset + value.length);
      const problems = soundProblems(replace(text, key, `${pair}, ${JSON.stringify(key.value)}`));
      expect(problems.map(({code}) => code)).toContain('duplicate-key');
    }
  });

  test('gives a problem when its value is of another kind', () => {
    for (const {text, key, value, container} of properties) {
      const problems = soundProblems(replace(text, value, '{"qqq": [null]}'));
      expect(problems.length, `${container}.${key.value}`).toBeGreaterThan(0);
    }
  });

  test('gives problems inside the text at most when it is left out', () => {
    for (const {text, key, value} of properties) {
      const rest = text.slice(value.offset + value.length);
      soundProblems(text.slice(0, key.offset) + rest.replace(/^\s*,/, ''));
    }
  });
});

function replace(text: string, {offset, length}: Node, by: string): string {
  return text.slice(0, offset) + by + text.slice(offset + length);
}

function keyNodes(node: Node, path: string[] = []): {key: Node; value: Node; container: string}[] {
  if (node.type === 'array') return (node.children ?? []).flatMap(child => keyNodes(child, [...path, '*']));
  return (node.children ?? []).flatMap(({children}) => {
    const [key, value] = children as [Node, Node];
    return [{key, value, container: path.join('.')}, ...keyNodes(value, [...path, String(key.value)])];
  });
}
