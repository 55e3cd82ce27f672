import {createScanner, type Node} from 'jsonc-parser';
import type {TextEdit} from '../../schemas/problem.ts';
import type {Path} from './documentPath.ts';
import type {ParsedDocument} from './parseDocument.ts';

/** A change of a document, as a fix or a refactoring thinks of it: by path, before it is text. */
export type DocumentEdit =
  /** Replaces a value; a key that is not there is added as the last, with the objects around it. */
  | {readonly kind: 'set'; readonly path: Path; readonly value: unknown}
  /** Takes out a key with its value, or an item of a list. */
  | {readonly kind: 'remove'; readonly path: Path}
  | {readonly kind: 'renameKey'; readonly path: Path; readonly key: string}
  /** Adds an item behind or before the item at the path. */
  | {readonly kind: 'insertAfter' | 'insertBefore'; readonly path: Path; readonly value: unknown}
  /** Adds an item at the end of the list at the path, or a list of it alone. */
  | {readonly kind: 'append'; readonly path: Path; readonly value: unknown}
  /** Exchanges two items of a list, or two keys of an object with their values. */
  | {readonly kind: 'swap'; readonly path: Path; readonly other: Path};

/** A replaced piece of text, by offset. */
interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly newText: string;
}

/**
 * The smallest changes of the text that do it: comments, order and layout of everything else stay.
 * @returns undefined where the text has no such place
 */
export function textEdits(parsed: ParsedDocument, edits: readonly DocumentEdit[]): TextEdit[] | undefined {
  const pieces: Piece[] = [];
  for (const edit of edits) {
    const found = piecesOf(parsed, edit);
    if (!found) return undefined;
    pieces.push(...found);
  }
  return pieces.map(({offset, length, newText}) => ({range: parsed.rangeAt(offset, length), newText}));
}

function piecesOf(parsed: ParsedDocument, edit: DocumentEdit): Piece[] | undefined {
  const {text} = parsed;
  switch (edit.kind) {
    case 'set':
      return setValue(parsed, edit.path, edit.value);
    case 'remove': {
      const child = childAt(parsed.tree, edit.path);
      return child && removeChild(text, child);
    }
    case 'renameKey': {
      const key = childAt(parsed.tree, edit.path)?.node.children?.[0];
      const isKey = key !== undefined && typeof edit.path.at(-1) === 'string';
      return isKey ? [{offset: key.offset, length: key.length, newText: JSON.stringify(edit.key)}] : undefined;
    }
    case 'insertAfter':
    case 'insertBefore': {
      const child = childAt(parsed.tree, edit.path);
      if (child?.parent.type !== 'array') return undefined;
      const added = written(text, edit.value);
      return edit.kind === 'insertAfter' ? insertAfter(text, child, added) : insertBefore(text, child, added);
    }
    case 'append': {
      const list = parsed.nodeAt(edit.path);
      if (!list) return setValue(parsed, edit.path, [edit.value]);
      return list.type === 'array' ? addLast(text, list, written(text, edit.value)) : undefined;
    }
    case 'swap': {
      const [a, b] = [childAt(parsed.tree, edit.path), childAt(parsed.tree, edit.other)];
      if (!a || !b) return undefined;
      const textOf = ({offset, length}: Node) => text.slice(offset, offset + length);
      return [
        {offset: a.node.offset, length: a.node.length, newText: textOf(b.node)},
        {offset: b.node.offset, length: b.node.length, newText: textOf(a.node)},
      ];
    }
  }
}

/** A key with its value, or an item, among its siblings. */
interface Child {
  readonly parent: Node;
  readonly node: Node;
  readonly index: number;
}

function childAt(tree: Node | undefined, path: Path): Child | undefined {
  let parent = tree;
  for (const [depth, step] of path.entries()) {
    const siblings = parent?.children ?? [];
    const index =
      typeof step === 'number'
        ? parent?.type === 'array' && step < siblings.length
          ? step
          : -1
        : parent?.type === 'object'
          ? siblings.findLastIndex(each => each.children?.[0]?.value === step)
          : -1;
    const node = siblings[index];
    if (!parent || !node) return undefined;
    if (depth === path.length - 1) return {parent, node, index};
    parent = node.type === 'property' ? node.children?.[1] : node;
  }
  return undefined;
}

function setValue(parsed: ParsedDocument, path: Path, value: unknown): Piece[] | undefined {
  const {text} = parsed;
  const old = parsed.nodeAt(path);
  if (old) return [{offset: old.offset, length: old.length, newText: written(text, value)}];
  // The innermost object that is there takes the rest of the path.
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const container = parsed.nodeAt(path.slice(0, depth));
    if (!container) continue;
    const [key, ...rest] = path.slice(depth);
    if (container.type !== 'object' || typeof key !== 'string' || rest.some(step => typeof step !== 'string')) return;
    const nested = rest.reduceRight<unknown>((inner, step) => ({[step]: inner}), value);
    return addLast(text, container, `${JSON.stringify(key)}: ${written(text, nested)}`);
  }
  return undefined;
}

function addLast(text: string, container: Node, added: string): Piece[] {
  const index = (container.children?.length ?? 0) - 1;
  const node = container.children?.[index];
  if (node) return insertAfter(text, {parent: container, node, index}, added);
  const inner = text.slice(container.offset + 1, container.offset + container.length - 1);
  const space = container.type === 'object' && isSpaced(text) ? ' ' : '';
  // Comments in an empty object or list stay before what is added.
  if (inner.trim() !== '') return [{offset: container.offset + container.length - 1, length: 0, newText: `${added}\n`}];
  return [{offset: container.offset + 1, length: inner.length, newText: `${space}${added}${space}`}];
}

function insertAfter(text: string, child: Child, added: string): Piece[] {
  const end = child.node.offset + child.node.length;
  const comma = commaAfter(text, end);
  const behind = comma === undefined ? end : comma + 1;
  const restOfLine = lineRest(text, behind);
  if (!isLastOnLine(restOfLine)) {
    return [{offset: behind, length: 0, newText: comma === undefined ? `, ${added}` : ` ${added},`}];
  }
  // A comment at the end of the line belongs to what stands before it.
  const lineEnd = behind + restOfLine.length;
  const line = `${lineBreak(text)}${indentOf(text, child)}${added}`;
  if (comma !== undefined) return [{offset: lineEnd, length: 0, newText: `${line},`}];
  if (lineEnd === end) return [{offset: end, length: 0, newText: `,${line}`}];
  return [
    {offset: end, length: 0, newText: ','},
    {offset: lineEnd, length: 0, newText: line},
  ];
}

function insertBefore(text: string, child: Child, added: string): Piece[] {
  const {offset} = child.node;
  const startsLine = lineStart(text, offset).trim() === '';
  const gap = startsLine ? `${lineBreak(text)}${lineStart(text, offset)}` : ' ';
  return [{offset, length: 0, newText: `${added},${gap}`}];
}

function removeChild(text: string, {parent, node, index}: Child): Piece[] {
  const end = node.offset + node.length;
  const comma = commaAfter(text, end);
  const previous = parent.children?.[index - 1];
  const pieces: Piece[] = [];
  if (comma === undefined && previous) {
    const before = commaAfter(text, previous.offset + previous.length);
    if (before !== undefined) pieces.push({offset: before, length: 1, newText: ''});
  }
  // A comma that stands on a later line, behind a comment, is taken out alone.
  const isNear = comma !== undefined && text.slice(end, comma).trim() === '' && !text.slice(end, comma).includes('\n');
  if (comma !== undefined && !isNear) pieces.push({offset: comma, length: 1, newText: ''});
  const behind = isNear ? comma + 1 : end;
  const before = lineStart(text, node.offset);
  const rest = lineRest(text, behind);
  if (before.trim() === '' && isLastOnLine(rest)) {
    const start = node.offset - before.length;
    const lineEnd = behind + rest.length;
    const breakLength = text.startsWith('\r\n', lineEnd) ? 2 : lineEnd < text.length ? 1 : 0;
    pieces.push({offset: start, length: lineEnd + breakLength - start, newText: ''});
    return pieces;
  }
  const isLast = comma === undefined && index === (parent.children?.length ?? 0) - 1;
  const blanksBehind = isLast ? 0 : /^[ \t]*/.exec(text.slice(behind, behind + longestLine))![0].length;
  const from = isLast && previous ? node.offset - /[ \t]*$/.exec(before)![0].length : node.offset;
  const touching = pieces[0];
  // The comma before and the blanks behind it are one piece.
  if (touching && touching.offset + 1 === from) {
    return [{offset: touching.offset, length: behind + blanksBehind - touching.offset, newText: ''}];
  }
  pieces.push({offset: from, length: behind + blanksBehind - from, newText: ''});
  return pieces;
}

/** Offset of the comma behind a value, comments between them aside; undefined if none follows. */
function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  // jsonc-parser's SyntaxKind, a const enum: 5 is the comma.
  return scanner.scan() === 5 ? scanner.getTokenOffset() : undefined;
}

/** The line from an offset on. */
function lineRest(text: string, offset: number): string {
  const window = text.slice(offset, offset + longestLine);
  const end = window.search(/[\r\n]/);
  return end < 0 ? window : window.slice(0, end);
}

/** The line up to an offset. */
function lineStart(text: string, offset: number): string {
  const window = text.slice(Math.max(0, offset - longestLine), offset);
  return window.slice(Math.max(window.lastIndexOf('\n'), window.lastIndexOf('\r')) + 1);
}

const longestLine = 2000;

/** Nothing but blanks and a comment follows. */
function isLastOnLine(restOfLine: string): boolean {
  return restOfLine.length < longestLine && /^\s*(\/\/.*|\/\*((?!\*\/).)*\*\/\s*)?$/.test(restOfLine);
}

function indentOf(text: string, {node, parent}: Child): string {
  const before = lineStart(text, node.offset);
  const indent = /^[ \t]*/.exec(before)![0];
  // The child stands behind its opening bracket: what follows it is one step further in.
  return before.trim() !== '' && lineStart(text, parent.offset) === before.slice(0, before.search(/[[{]\s*$/))
    ? `${indent}  `
    : indent;
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** A value on one line, as the document writes its own: with or without blanks inside braces. */
function written(text: string, value: unknown): string {
  const pad = isSpaced(text) ? ' ' : '';
  const write = (each: unknown): string => {
    if (Array.isArray(each)) return `[${each.map(write).join(', ')}]`;
    if (typeof each !== 'object' || each === null) return JSON.stringify(each);
    const pairs = Object.entries(each).map(([key, one]) => `${JSON.stringify(key)}: ${write(one)}`);
    return pairs.length === 0 ? '{}' : `{${pad}${pairs.join(', ')}${pad}}`;
  };
  return write(value);
}

function isSpaced(text: string): boolean {
  return text.includes('{ "');
}
