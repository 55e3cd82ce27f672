import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll} from 'vitest';
import type {Position, Problem, TextEdit} from '../../../schemas/problem.ts';
import {sortProblems} from '../../../sidecar/document/documentProblem.ts';
import {type Analysis, analyseText} from '../../../sidecar/language/analysis.ts';
import {createDataCache} from '../../../sidecar/language/dataCache.ts';
import {knowData} from '../../../sidecar/language/knownData.ts';
import {NOTHING_STORED, type StoredFacts} from '../../../sidecar/language/storedFacts.ts';
import {lint} from '../../../sidecar/rules/lint.ts';
import {THRESHOLDS} from '../../../sidecar/rules/thresholds.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlp-editor-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** 40 rows: two numeric columns, one with categories, one with gaps, and two classes. */
const rows = Array.from({length: 40}, (_, row) =>
  [
    20.5 + ((row * 7) % 40),
    (row * row) % 17,
    ['red', 'green', 'blue'][row % 3],
    row % 10 ? row / 4 : '',
    row % 2 ? 'yes' : 'no',
  ].join(),
);
writeFileSync(join(folder, 'people.csv'), ['age,"pulse, at rest",colour,gaps,ill', ...rows].join('\n'));

const cache = createDataCache();

export interface Opened {
  readonly analysis: Analysis;
  /** Of the cursor. */
  readonly position: Position;
}

/** A text with `|` for the cursor, in a folder with people.csv, its data known. */
export async function open(textWithCursor: string, stored: StoredFacts = NOTHING_STORED): Promise<Opened> {
  const offset = textWithCursor.indexOf('|');
  const text = offset < 0 ? textWithCursor : textWithCursor.replace('|', '');
  const path = join(folder, 'net.mlp.json');
  const analysis = analyseText(pathToFileURL(path).href, path, text);
  const data = await knowData(cache, path, analysis.checked);
  return {analysis: {...analysis, data, stored}, position: analysis.positionAt(Math.max(0, offset))};
}

/** The same, without reading anything. */
export function openUnknown(textWithCursor: string): Opened {
  const text = textWithCursor.replace('|', '');
  const analysis = analyseText('untitled:net.mlp.json', undefined, text);
  const offset = Math.max(0, textWithCursor.indexOf('|'));
  return {analysis: {...analysis, data: undefined, stored: NOTHING_STORED}, position: analysis.positionAt(offset)};
}

/** What the server tells of a document. */
export function problemsOf({checked, data}: Analysis): Problem[] {
  const facts = {thresholds: THRESHOLDS, data: data?.variants ?? new Map(), run: undefined, trained: []};
  return sortProblems([
    ...(data?.problems ?? checked.problems),
    ...lint(checked.parsed, checked.sound.variants, facts),
  ]);
}

/** A document around layers and more sections, one key a line where it matters. */
export function documentWith(layers: string, more = ''): string {
  return `{"version": 1, "data": {"source": "people.csv", "target": "ill"}, "layers": [${layers}]${more}}`;
}

/** The text after edits of a workspace edit or a fix. */
export {applied} from '../../support/textEdits.ts';
export type {TextEdit};
