import {describe, expect, test} from 'vitest';
import type {Problem} from '../../../schemas/problem.ts';
import {parseDocument} from '../../../sidecar/document/parseDocument.ts';
import {withoutSuppressed} from '../../../sidecar/document/suppressions.ts';

/** A warning `rule` on every line, and what is left of them. */
function linesLeft(text: string): number[] {
  const problems = text.split('\n').map((_, line): Problem => {
    const start = {line, character: 0};
    return {code: 'rule', severity: 'warning', message: 'So.', range: {start, end: start}};
  });
  return withoutSuppressed(parseDocument(text), problems)
    .filter(({code}) => code === 'rule')
    .map(({range}) => range.start.line);
}

describe('a comment mlp-ignore', () => {
  test.each<[string, string, number[]]>([
    ['behind something speaks of its line', '{\n"a": 1, // mlp-ignore rule: why\n"b": 2\n}', [0, 2, 3]],
    [
      'on its own line speaks of the next key',
      '{\n// mlp-ignore rule: why\n"a": {\n"b": 1\n},\n"c": 2\n}',
      [0, 1, 5, 6],
    ],
    ['on its own line speaks of the next item', '{"a": [\n1,\n// mlp-ignore rule: why\n{\n}, 2\n]}', [0, 1, 2, 5]],
    ['before the first brace speaks of all', '// mlp-ignore rule: why\n{\n"a": 1\n}', []],
    ['before a closing brace speaks of nothing', '{\n"a": 1\n// mlp-ignore rule: why\n}', [0, 1, 3]],
    ['names several rules', '{\n"a": 1, // mlp-ignore other, rule: why\n"b": 2\n}', [0, 2, 3]],
    ['of another rule changes nothing', '{\n"a": 1 // mlp-ignore other: why\n}', [0, 1, 2]],
    ['that is a block is one too', '{\n"a": 1, /* mlp-ignore rule: why */ "b": 2\n}', [0, 2]],
    ['works in a text with a mistake', '{\n"a": 1, // mlp-ignore rule: why\n"b" 2\n', [0, 2, 3]],
  ])('%s', (_, text, expected) => {
    expect(linesLeft(text)).toEqual(expected);
  });

  test('leaves errors', () => {
    const start = {line: 1, character: 0};
    const error: Problem = {code: 'rule', severity: 'error', message: 'So.', range: {start, end: start}};
    expect(withoutSuppressed(parseDocument('{\n"a": 1 // mlp-ignore rule: why\n}'), [error])).toEqual([error]);
  });

  test('without a reason is asked for one', () => {
    const text = '{\n"a": 1 // mlp-ignore rule\n}';
    expect(withoutSuppressed(parseDocument(text), [])).toEqual([
      {
        code: 'ignored-without-reason',
        severity: 'hint',
        message: 'Say why rule does not apply here: // mlp-ignore rule: reason',
        range: {start: {line: 1, character: 7}, end: {line: 1, character: 25}},
      },
    ]);
  });
});
