import type {Fix, Position, Problem, Severity} from '../../schemas/problem.ts';
import {type DocumentEdit, textEdits} from './documentEdits.ts';
import type {Path} from './documentPath.ts';
import type {ParsedDocument} from './parseDocument.ts';

/** A problem of a document's value, before its place in the text is known. */
export interface DocumentProblem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly fixes?: readonly DocumentFix[];
}

/** A way out of a problem, before it is text. */
export interface DocumentFix {
  readonly title: string;
  readonly edits: readonly DocumentEdit[];
}

export function placeProblem(parsed: ParsedDocument, problem: DocumentProblem): Problem {
  const {code, severity, message, path, at} = problem;
  const fixes = placeFixes(parsed, problem.fixes ?? []);
  return {code, severity, message, range: parsed.rangeOf(path, at), ...(fixes.length > 0 ? {fixes} : {})};
}

function placeFixes(parsed: ParsedDocument, fixes: readonly DocumentFix[]): Fix[] {
  return fixes.flatMap(({title, edits}) => {
    const text = textEdits(parsed, edits);
    return text ? [{title, edits: text}] : [];
  });
}

/** The same problem elsewhere: of a variant's document, where the variant or the document wrote it. */
export function movedProblem(problem: DocumentProblem, placeOf: (path: Path) => Path): DocumentProblem {
  const fixes = problem.fixes?.map(({title, edits}) => ({title, edits: edits.map(edit => movedEdit(edit, placeOf))}));
  return {...problem, path: placeOf(problem.path), ...(fixes ? {fixes} : {})};
}

function movedEdit(edit: DocumentEdit, placeOf: (path: Path) => Path): DocumentEdit {
  const path = placeOf(edit.path);
  return edit.kind === 'swap' ? {...edit, path, other: placeOf(edit.other)} : {...edit, path};
}

/** In the order of the text, each problem once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const different = new Map(problems.map(problem => [JSON.stringify({...problem, fixes: undefined}), problem]));
  return [...different.values()].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

export function comesBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

/** A value as a message shows it: short, and as it is written in a document. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  }
  if (typeof value === 'string') return quoted(value);
  return String(value);
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

/** `"a", "b" or "c"`. */
export function alternatives(names: readonly string[]): string {
  const each = names.map(quoted);
  return each.length < 2 ? each.join('') : `${each.slice(0, -1).join(', ')} or ${each.at(-1)}`;
}

/** A value on one line, spaced as people write it. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}: ${inline(each)}`)
    .join(', ')}}`;
}
