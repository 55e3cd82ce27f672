import type {Position} from '../../schemas/problem.ts';

/** Offset in a text → line and character. Lines end as in the Language Server Protocol: \n, \r\n or \r. */
export function textPositions(text: string): (offset: number) => Position {
  const lineStarts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lineStarts.push(at + 1);
  }
  return offset => {
    const within = Math.max(0, Math.min(offset, text.length));
    let line = 0;
    let after = lineStarts.length;
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if (lineStarts[middle]! <= within) line = middle;
      else after = middle;
    }
    return {line, character: within - lineStarts[line]!};
  };
}
