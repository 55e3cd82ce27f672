import {describe, expect, test} from 'vitest';
import type {Problem} from '../../../schemas/problem.ts';
import {countProblems, formatProblem} from '../../../sidecar/document/formatProblem.ts';

const problem: Problem = {
  code: 'unknown-key',
  severity: 'error',
  message: 'Unknown key "rat". Did you mean "rate"?',
  range: {start: {line: 4, character: 24}, end: {line: 4, character: 29}},
};

describe('formatProblem', () => {
  test.each<[string, Problem['data'], string]>([
    ['the place in the document, one-based', undefined, 'a.mlp.json:5:25'],
    ['the place in the data, where it is known', {file: 'a.csv', line: 3, column: 7}, 'a.csv:3:7'],
    ['the start of the line where the column has a name', {file: 'a.csv', line: 3, column: 'age'}, 'a.csv:3:1'],
    ['the place in the document where the data have none', {file: 'a.csv'}, 'a.mlp.json:5:25'],
  ])('shows %s', (_, data, place) => {
    const line = formatProblem({...problem, data}, 'a.mlp.json');
    expect(line).toBe(`${place}: error: Unknown key "rat". Did you mean "rate"? [unknown-key]`);
  });
});

test('countProblems counts by severity', () => {
  const problems: Problem[] = [problem, problem, {...problem, severity: 'warning'}];
  expect(countProblems(problems)).toEqual({error: 2, warning: 1, information: 0, hint: 0});
});
