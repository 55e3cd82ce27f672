import type {TextEdit} from '../../schemas/problem.ts';

/** The text after edits that do not overlap, as an editor applies them. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  const at = ({line, character}: {line: number; character: number}) => starts[line]! + character;
  const pieces = edits
    .map(({range, newText}, order) => ({from: at(range.start), to: at(range.end), newText, order}))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.order - b.order);
  let result = '';
  let done = 0;
  for (const {from, to, newText} of pieces) {
    if (from < done) throw new RangeError(`edits must not overlap, got one at ${from} before ${done}`);
    result += text.slice(done, from) + newText;
    done = to;
  }
  return result + text.slice(done);
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
