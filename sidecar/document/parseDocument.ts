import {createScanner, type Node, type ParseError, parseTree} from 'jsonc-parser';
import type {Problem, Range} from '../../schemas/problem.ts';
import {type Comment, commentsBeside, readComments} from './comments.ts';
import type {Path} from './documentPath.ts';
import {quoted, shown} from './documentProblem.ts';
import {syntaxMistakes} from './syntaxMistakes.ts';
import {textPositions} from './textPositions.ts';

export interface ParsedDocument {
  /** Without a byte order mark; ranges count in it, as editors do. */
  readonly text: string;
  /** What the text says, as far as it could be read; undefined if it is no object. */
  readonly value: Record<string, unknown> | undefined;
  readonly tree: Node | undefined;
  /** Of the text alone: syntax, and keys that are written twice. */
  readonly problems: readonly Problem[];
  /**
   * Where something is written. A path that does not exist gives the key of the nearest thing around it. What has no
   * key (the root, an item of a list), and what spans several lines, is marked by its opening bracket.
   */
  rangeOf(path: Path, at: 'key' | 'value'): Range;
  /** The value at the path, if it is written. */
  nodeAt(path: Path): Node | undefined;
  rangeAt(offset: number, length: number): Range;
  /** In the order of the text. */
  comments(): readonly Comment[];
  /** The texts of the comments on the lines of what is at the path, and right above it. */
  commentsAt(path: Path): string[];
  /** Keys of the object at the path, in the order in which they are written. */
  keysOf(path: Path): string[];
}

/** Reads JSON with comments and trailing commas. Never throws: whatever is wrong is in `problems`. */
export function parseDocument(textWithMark: string): ParsedDocument {
  const text = textWithMark.replace(/^\uFEFF/, '');
  const positionAt = textPositions(text);
  const rangeAt = (offset: number, length: number): Range => ({
    start: positionAt(offset),
    end: positionAt(offset + length),
  });
  let found: Comment[] | undefined;
  const comments = () => {
    found ??= readComments(text, positionAt);
    return found;
  };
  const problems: Problem[] = [];
  const report = (code: string, message: string, offset: number, length: number) =>
    problems.push({code, severity: 'error', message, range: rangeAt(offset, length)});
  const read = (tree?: Node): ParsedDocument => ({
    text,
    value: tree?.type === 'object' ? (readValue(tree) as Record<string, unknown>) : undefined,
    tree,
    problems,
    rangeOf: (path, at) => rangeOfPath(tree, path, at, rangeAt),
    nodeAt: path => nodeAt(tree, path),
    rangeAt,
    comments,
    commentsAt(path) {
      const node = nodeAt(tree, path);
      return node ? commentsBeside(comments(), node, positionAt).map(comment => comment.text) : [];
    },
    keysOf: path => keysAt(tree, path),
  });

  if (text.length > longestText) {
    const size = (text.length / 1e6).toFixed(1);
    report('document-too-large', `The document must have at most 2 million characters, got ${size} million.`, 0, 0);
    return read();
  }
  const tooDeep = firstBracketBelow(text, deepestNesting);
  if (tooDeep !== undefined) {
    const message = `Brackets must be nested at most ${deepestNesting} deep; a document needs ten at most.`;
    report('nesting-too-deep', message, tooDeep, 1);
    return read();
  }

  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, {allowTrailingComma: true});
  if (!tree && errors.every(({offset}) => offset >= text.length)) {
    report('empty-document', 'The document is empty. It must be an object that begins with {"version": 1, …}.', 0, 0);
    return read();
  }
  for (const {message, offset, length} of syntaxMistakes(text, errors, offset => positionAt(offset).line)) {
    report('json-syntax', message, offset, length);
  }
  if (tree && tree.type !== 'object' && problems.length === 0) {
    const {offset, length} = firstLine(text, tree);
    report('wrong-type', `The document must be an object, { … }, got ${shown(readValue(tree))}.`, offset, length);
  }
  for (const key of repeatedKeys(tree)) {
    if (problems.length >= mostProblems) break;
    const message = `Key ${quoted(String(key.value))} is written twice in one object. Remove one of the two.`;
    report('duplicate-key', message, key.offset, key.length);
  }
  return read(tree);
}

/** Whether the value is what the text says: after a syntax error, more problems would only follow from it. */
export function isReadable({value, problems}: ParsedDocument): boolean {
  return value !== undefined && problems.every(({code}) => code === 'duplicate-key');
}

/** A quarter of a second to parse; a document with ten thousand layers has one million. */
const longestText = 2_000_000;
/** The parser and what walks the tree are recursive. */
const deepestNesting = 64;
const mostProblems = 100;

function firstBracketBelow(text: string, limit: number): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token = scanner.scan(); token !== tokens.endOfFile; token = scanner.scan()) {
    if (token === tokens.openBrace || token === tokens.openBracket) depth++;
    if (token === tokens.closeBrace || token === tokens.closeBracket) depth = Math.max(0, depth - 1);
    if (depth > limit) return scanner.getTokenOffset();
  }
  return undefined;
}

/** jsonc-parser's SyntaxKind, a const enum, which type stripping cannot read. */
const tokens = {openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, endOfFile: 17};

function readValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(readValue);
  if (node.type !== 'object') return node.value;
  const object: Record<string, unknown> = {};
  for (const {key, value} of propertiesOf(node)) {
    if (!value) continue;
    // Not by assignment: "__proto__" is a key like any other.
    const descriptor = {value: readValue(value), enumerable: true, writable: true, configurable: true};
    Object.defineProperty(object, String(key.value), descriptor);
  }
  return object;
}

function propertiesOf(node: Node | undefined): {key: Node; value: Node | undefined}[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({children}) => (children?.[0] ? [{key: children[0], value: children[1]}] : []));
}

function* repeatedKeys(node: Node | undefined): Generator<Node> {
  const seen = new Set<unknown>();
  for (const {key} of propertiesOf(node)) {
    if (seen.has(key.value)) yield key;
    seen.add(key.value);
  }
  for (const child of node?.children ?? []) yield* repeatedKeys(child);
}

function rangeOfPath(
  tree: Node | undefined,
  path: Path,
  at: 'key' | 'value',
  rangeAt: (offset: number, length: number) => Range,
): Range {
  if (!tree) return rangeAt(0, 0);
  let node = tree;
  let key: Node | undefined;
  let isFound = true;
  for (const step of path) {
    const next = childOf(node, step);
    if (next) key = next.key;
    isFound = next?.value !== undefined;
    if (!next?.value) break;
    node = next.value;
  }
  const value = rangeAt(node.offset, node.length);
  if (isFound && at === 'value' && value.start.line === value.end.line) return value;
  if (key) return rangeAt(key.offset, key.length);
  return isContainer(node) ? rangeAt(node.offset, 1) : value;
}

/** The last of equal keys, as in `readValue`. */
function childOf(node: Node, step: string | number): {key?: Node; value: Node | undefined} | undefined {
  if (typeof step === 'string') {
    const property =
      node.type === 'object' ? node.children?.findLast(each => each.children?.[0]?.value === step) : undefined;
    return property && {key: property.children?.[0], value: property.children?.[1]};
  }
  const value = node.type === 'array' ? node.children?.[step] : undefined;
  return value && {value};
}

function isContainer(node: Node): boolean {
  return node.type === 'object' || node.type === 'array';
}

function nodeAt(tree: Node | undefined, path: Path): Node | undefined {
  let node = tree;
  for (const step of path) node = node && childOf(node, step)?.value;
  return node;
}

function keysAt(tree: Node | undefined, path: Path): string[] {
  return [...new Set(propertiesOf(nodeAt(tree, path)).map(({key}) => String(key.value)))];
}

function firstLine(text: string, {offset, length}: Node): {offset: number; length: number} {
  const lineEnd = text.slice(offset, offset + length).search(/[\r\n]/);
  return {offset, length: lineEnd < 0 ? length : lineEnd};
}
