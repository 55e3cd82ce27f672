import {describe, expect, test} from 'vitest';
import type {Range} from '../../../schemas/problem.ts';
import {parseDocument} from '../../../sidecar/document/parseDocument.ts';

const text = `{
  // A comment.
  "version": 1,
  "layers": [
    {"type": "dropout", "rate": 0.2},
    {
      "type": "dense",
      "units": 60,
    },
  ],
}`;

/** What a range marks. */
function marked(text: string, {start, end}: Range): string {
  const lines = text.split(/\r\n|\n|\r/);
  expect(start.line).toBe(end.line);
  return lines[start.line]!.slice(start.character, end.character);
}

describe('parseDocument', () => {
  test('reads comments and trailing commas', () => {
    const parsed = parseDocument(text);
    expect(parsed.problems).toEqual([]);
    expect(parsed.value).toEqual({
      version: 1,
      layers: [
        {type: 'dropout', rate: 0.2},
        {type: 'dense', units: 60},
      ],
    });
  });

  test.each<[string, (string | number)[], 'key' | 'value', string]>([
    ['a value', ['version'], 'value', '1'],
    ['a key', ['version'], 'key', '"version"'],
    ['a value in a list', ['layers', 0, 'rate'], 'value', '0.2'],
    ['an object on one line', ['layers', 0], 'value', '{"type": "dropout", "rate": 0.2}'],
    ['an item of a list, whose key there is not, by its bracket', ['layers', 0], 'key', '{'],
    ['an object on several lines by its bracket', ['layers', 1], 'value', '{'],
    ['a list on several lines by its key', ['layers'], 'value', '"layers"'],
    ['what is missing in the document by its first bracket', ['data'], 'key', '{'],
    ['what is missing further down by the nearest key', ['layers', 7, 'units'], 'value', '"layers"'],
    ['the document by its first bracket', [], 'value', '{'],
    ['what is below a number by its key', ['version', 'minor'], 'value', '"version"'],
  ])('marks %s', (_, path, at, expected) => {
    expect(marked(text, parseDocument(text).rangeOf(path, at))).toBe(expected);
  });

  test('counts lines that end with \\n, \\r\\n and \\r, and characters in UTF-16 units', () => {
    const mixed = '{\r\n"a": 1,\r"b": "😀", "c": 2,\n"d": 3}';
    const parsed = parseDocument(mixed);
    const starts = ['a', 'b', 'c', 'd'].map(key => parsed.rangeOf([key], 'key').start);
    expect(starts).toEqual([
      {line: 1, character: 0},
      {line: 2, character: 0},
      {line: 2, character: 11},
      {line: 3, character: 0},
    ]);
  });

  test('accepts a byte order mark and does not count it', () => {
    const parsed = parseDocument('\uFEFF{"a": 1}');
    expect(parsed.problems).toEqual([]);
    expect(parsed.rangeOf(['a'], 'key').start).toEqual({line: 0, character: 1});
  });

  test('takes the last of equal keys, and says so', () => {
    const parsed = parseDocument('{"a": 1, "a": 2}');
    expect(parsed.value).toEqual({a: 2});
    expect(parsed.rangeOf(['a'], 'value').start.character).toBe(14);
    expect(parsed.problems.map(({code}) => code)).toEqual(['duplicate-key']);
  });

  test('reads "__proto__" as a key like any other', () => {
    const {value} = parseDocument('{"__proto__": {"polluted": true}}');
    expect(Object.keys(value!)).toEqual(['__proto__']);
    expect(value!.polluted).toBeUndefined();
  });

  test('gives keys in the order of the text, numbers too', () => {
    expect(parseDocument('{"variants": {"b": {}, "2": {}, "1": {}}}').keysOf(['variants'])).toEqual(['b', '2', '1']);
  });

  test('reports at most three syntax errors, on different lines', () => {
    const {problems} = parseDocument(`{\n${'a: b,\n'.repeat(50)}}`);
    expect(problems).toHaveLength(3);
    expect(new Set(problems.map(({range}) => range.start.line)).size).toBe(3);
  });

  test.each([
    ['100,000 lists in each other', '['.repeat(100_000), 'nesting-too-deep'],
    ['100,000 objects in each other', '{"a":'.repeat(100_000), 'nesting-too-deep'],
    ['10 million characters', `{"a": "${'x'.repeat(10_000_000)}"}`, 'document-too-large'],
    ['10 million spaces', ' '.repeat(10_000_000), 'document-too-large'],
    ['no characters', '', 'empty-document'],
    ['a lone quote', '"', 'json-syntax'],
    ['a lone comment', '/*', 'json-syntax'],
    ['zeros', '\0\0', 'json-syntax'],
  ])('%s give one problem', (_, input, code) => {
    const {problems, value} = parseDocument(input);
    expect(problems.map(problem => problem.code)).toEqual([code]);
    expect(value).toBeUndefined();
  });
});

describe('a syntax error is said in a sentence', () => {
  test.each([
    ['{"a": 01}', 'A number must not begin with 0.'],
    ['{"a": +1}', 'A number must not begin with a plus sign: write 1.'],
    ['{"a": NaN}', 'A number must be finite, got NaN.'],
    ['{"a": 1e}', 'This number is not complete.'],
    ['{"a": }', 'A value is missing before this }.'],
    ['{"a": [1,,2]}', 'A value is missing before this comma.'],
    ['{"a": 1]', 'The object of line 1 must end with }, got ].'],
    ['{"a": "\\u12"}', '\\u must be followed by four hexadecimal digits.'],
    ['{"a": "\t"}', 'Tabs and line breaks must be written \\t and \\n in text.'],
    ['{"a": "x\n}', 'This text is never closed: a double quote is missing at its end.'],
    ['{"a": relu}', 'Text must be in double quotes: "relu".'],
    ['{"a": 0x10}', '"x10"'],
    ['{"a"=1}', 'A colon must stand between key and value, got =.'],
    ['{"a": 1} {"b": 2}', 'The document must be one object, got more after its end.'],
    ['{"a":', 'The document ends where a value is expected.'],
    ['{"a": [1, 2', 'This [ is never closed: ] is missing.'],
    ['{"a": “x”}', 'Text must be in double quotes: "x".'],
  ])('%s', (input, message) => {
    const {problems} = parseDocument(input);
    expect(problems[0]!.message).toContain(message);
    expect(problems).toHaveLength(1);
  });
});
