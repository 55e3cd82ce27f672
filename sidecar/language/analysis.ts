import type {Position, Problem, Range} from '../../schemas/problem.ts';
import type {DataError} from '../data/dataError.ts';
import type {DataProfile} from '../data/profile.ts';
import type {Table} from '../data/table.ts';
import {type CheckedDocument, checkDocument} from '../document/checkDocument.ts';
import {textPositions} from '../document/textPositions.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {DataFacts} from '../rules/rule.ts';
import type {StoredFacts} from './storedFacts.ts';

/** A text as it stands in an editor, understood as far as it can be: what every feature starts from. */
export interface Analysis {
  readonly uri: string;
  /** Where the document lies on disk; undefined if it is not stored in a file. */
  readonly path: string | undefined;
  readonly text: string;
  readonly checked: CheckedDocument;
  /** What is known of the data by now. */
  readonly data: KnownData | undefined;
  readonly stored: StoredFacts;
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
}

export interface KnownData {
  readonly profile: DataProfile | undefined;
  /** Of each variant that could be resolved with its data, by name. */
  readonly variants: ReadonlyMap<string, DataFacts>;
  /** Of document and data together; they contain those of the document alone. */
  readonly problems: readonly Problem[];
  /** All that is needed to train it; undefined with mistakes, and where the file is too large to be kept. */
  readonly experiment: Experiment | undefined;
  /** Why the file could not be profiled. */
  readonly failure: DataError | undefined;
}

/** The rows, if they are kept. */
export function keptTable(data: KnownData | undefined): Table | undefined {
  const [facts] = data?.variants.values() ?? [];
  return facts?.rowsRead?.table;
}

/** What holds for a text whatever its data are. */
export function analyseText(uri: string, path: string | undefined, text: string): Omit<Analysis, 'data' | 'stored'> {
  const positionAt = textPositions(text);
  const lineStarts = startsOfLines(text);
  return {
    uri,
    path,
    text,
    checked: checkDocument(text),
    positionAt,
    offsetAt({line, character}) {
      if (line >= lineStarts.length) return text.length;
      return Math.min(lineStarts[line]! + character, lineStarts[line + 1] ?? text.length);
    },
  };
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** The range of a piece of text, by offset. */
export function rangeOf({positionAt}: Pick<Analysis, 'positionAt'>, offset: number, length: number): Range {
  return {start: positionAt(offset), end: positionAt(offset + length)};
}

export function overlaps(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
