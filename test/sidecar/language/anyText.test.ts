/** Whatever stands in an editor, every feature answers: no throw, no hang, nothing outside the text. */
import {readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Position, Range, TextEdit} from '../../../schemas/problem.ts';
import {type Analysis, analyseText} from '../../../sidecar/language/analysis.ts';
import {codeActions} from '../../../sidecar/language/codeActions.ts';
import {codeLenses} from '../../../sidecar/language/codeLenses.ts';
import {completions} from '../../../sidecar/language/completions.ts';
import {diagnostics} from '../../../sidecar/language/diagnostics.ts';
import {hover} from '../../../sidecar/language/hover.ts';
import {inlayHints} from '../../../sidecar/language/inlayHints.ts';
import {definition, documentLinks, prepareRename, references, rename} from '../../../sidecar/language/names.ts';
import {applied, open, openUnknown, problemsOf} from './support.ts';

const folder = new URL('../../fixtures/documents/valid/', import.meta.url);
const texts = readdirSync(folder).map(name => readFileSync(new URL(name, folder), 'utf8').replaceAll('|', '/'));
texts.push(
  '// mlp-ignore high-hidden-rate\n{"version": 1, "data": {"source": "people.csv", "target": "ill"}, "layers": [{"type": "dense", "units": 9}, {"type": "dropout", "rate": 0.8}], "variants": {"a": {"layers.dense1.units": 5}}}',
);

function everyFeature(analysis: Analysis, at: Position): void {
  const {text} = analysis;
  const lengths = text.split(/\r\n|\n|\r/).map(line => line.length);
  const isInside = ({line, character}: Position) => character >= 0 && character <= (lengths[line] ?? -1);
  const holds = ({start, end}: Range) =>
    expect(isInside(start) && isInside(end), JSON.stringify({start, end, text})).toBe(true);
  const all = {start: {line: 0, character: 0}, end: {line: lengths.length, character: 0}};
  const problems = problemsOf(analysis);
  for (const {range, message} of diagnostics(analysis, problems, 'server', () => undefined)) {
    holds(range);
    expect(message).not.toMatch(/undefined|NaN|\[object/);
  }
  for (const {range} of codeLenses(analysis)) holds(range);
  for (const {position, label} of inlayHints(analysis, all)) {
    holds({start: position, end: position});
    expect(label).not.toMatch(/undefined|NaN/);
  }
  for (const {edit, title} of codeActions(analysis, problems, all, [], undefined)) {
    const edits = Object.values(edit!.changes!)[0] as TextEdit[];
    for (const {range} of edits) holds(range);
    expect(() => applied(text, edits), title).not.toThrow();
  }
  for (const {textEdit} of completions(analysis, at)) holds((textEdit as {range: Range}).range);
  const told = hover(analysis, at);
  if (told) {
    holds(told.range!);
    expect(JSON.stringify(told.contents)).not.toMatch(/undefined|NaN/);
  }
  for (const {range} of documentLinks(analysis, 'file:///a')) holds(range);
  for (const {range} of references(analysis, at)) holds(range);
  definition(analysis, at, undefined);
  prepareRename(analysis, at);
  rename(analysis, at, 'other');
}

const positions = ({text, positionAt}: Analysis, at: number) => positionAt(at % (text.length + 1));

describe('every feature answers', () => {
  test('for any text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 40}), fc.nat(), (text, at) => {
        const analysis = analyseText('file:///net.mlp.json', '/nowhere/net.mlp.json', text);
        const known = {...analysis, data: undefined, stored: {crossValidation: undefined, training: undefined}};
        everyFeature(known, positions(known, at));
      }),
      {numRuns: 150},
    );
  });

  test('for documents from which a piece is missing, or that hold a piece twice', () => {
    const mutation = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.integer({min: -30, max: 60}), fc.nat());
    fc.assert(
      fc.property(mutation, ([text, from, length, at]) => {
        const start = from % text.length;
        const {analysis} = openUnknown(text.slice(0, start) + text.slice(Math.max(0, start + length)));
        everyFeature(analysis, positions(analysis, at));
      }),
      {numRuns: 250},
    );
  });

  test('for documents that end anywhere, with their data', async () => {
    const cut = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(cut, async ([text, end, at]) => {
        const {analysis} = await open(text.slice(0, end % (text.length + 1)));
        everyFeature(analysis, positions(analysis, at));
      }),
      {numRuns: 120},
    );
  });

  test('for a document with 500 layers', async () => {
    const layers = Array.from({length: 500}, (_, index) => `{"type": "dense", "units": ${(index % 40) + 1}}`);
    const {analysis} = await open(
      `{"version": 1, "data": {"source": "people.csv", "target": "ill"}, "layers": [\n${layers.join(',\n')}\n]}`,
    );
    everyFeature(analysis, {line: 250, character: 12});
  });
});
