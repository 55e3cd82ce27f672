import {createScanner, type Node} from 'jsonc-parser';
import type {Position} from '../../schemas/problem.ts';

export interface Comment {
  readonly offset: number;
  readonly length: number;
  /** Without its signs. */
  readonly text: string;
  /** Zero-based; a block comment may end on a later line. */
  readonly line: number;
  readonly lastLine: number;
  /** Whether something else stands before it on its line. */
  readonly isBehind: boolean;
}

/** The comments of a text, in order. */
export function readComments(text: string, positionAt: (offset: number) => Position): Comment[] {
  const comments: Comment[] = [];
  if (!text.includes('//') && !text.includes('/*')) return comments;
  const scanner = createScanner(text, false);
  let lineOfToken = -1;
  for (let token = scanner.scan(); token !== tokens.endOfFile; token = scanner.scan()) {
    if (token === tokens.blanks || token === tokens.lineBreak) continue;
    const [offset, length] = [scanner.getTokenOffset(), scanner.getTokenLength()];
    const lastLine = positionAt(offset + length).line;
    if (token === tokens.lineComment || token === tokens.blockComment) {
      const {line} = positionAt(offset);
      const inside = text.slice(offset + 2, offset + length);
      const content = token === tokens.blockComment ? inside.replace(/\*\/$/, '') : inside;
      comments.push({offset, length, text: content.trim(), line, lastLine, isBehind: line === lineOfToken});
    } else lineOfToken = lastLine;
  }
  return comments;
}

/** jsonc-parser's SyntaxKind, a const enum. */
const tokens = {lineComment: 12, blockComment: 13, lineBreak: 14, blanks: 15, endOfFile: 17};

/** Those that speak of a node: on its lines, or on the lines right above it with nothing between. */
export function commentsBeside(
  comments: readonly Comment[],
  {offset, length}: Node,
  positionAt: (offset: number) => Position,
): Comment[] {
  const first = positionAt(offset).line;
  const last = positionAt(offset + length).line;
  const from = firstFrom(comments, first);
  let to = from;
  while (to < comments.length && comments[to]!.line <= last) to++;
  let above = from;
  for (let line = first - 1; above > 0; line = comments[above]!.line - 1) {
    const comment = comments[above - 1]!;
    if (comment.lastLine !== line || comment.isBehind) break;
    above--;
  }
  return comments.slice(above, to);
}

/** Index of the first comment that begins on a line or after it. */
function firstFrom(comments: readonly Comment[], line: number): number {
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.line < line) low = middle + 1;
    else high = middle;
  }
  return low;
}
