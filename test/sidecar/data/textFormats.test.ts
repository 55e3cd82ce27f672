import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {DataSection} from '../../../sidecar/data/dataFile.ts';
import {findDelimiter} from '../../../sidecar/data/delimiter.ts';
import {profileOf, tableOf, valuesOf} from './dataFiles.ts';

const encodings: readonly {name: string; stated: DataSection['encoding']; bytes: (text: string) => Buffer}[] = [
  {name: 'UTF-8', stated: 'auto', bytes: text => Buffer.from(text)},
  {name: 'UTF-8 with a byte order mark', stated: 'auto', bytes: text => Buffer.from(`\ufeff${text}`)},
  {name: 'UTF-8 with a byte order mark, as stated', stated: 'utf-8', bytes: text => Buffer.from(`\ufeff${text}`)},
  {name: 'UTF-16 LE with a mark', stated: 'auto', bytes: text => Buffer.from(`\ufeff${text}`, 'utf16le')},
  {name: 'UTF-16 BE with a mark', stated: 'auto', bytes: text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()},
  {name: 'UTF-16 LE, as stated', stated: 'utf-16le', bytes: text => Buffer.from(text, 'utf16le')},
  {name: 'UTF-16 BE, as stated', stated: 'utf-16be', bytes: text => Buffer.from(text, 'utf16le').swap16()},
  {name: 'windows-1252', stated: 'windows-1252', bytes: windows1252},
];
const delimiters = [',', ';', '\t', '|'] as const;
const lineEnds = {LF: '\n', CRLF: '\r\n', CR: '\r'};

describe('a table is read the same in all encodings, with all delimiters and line ends', () => {
  for (const {name, stated, bytes} of encodings) {
    for (const delimiter of delimiters) {
      test.each(Object.entries(lineEnds))(`${name}, ${JSON.stringify(delimiter)}, %s`, async (_, end) => {
        const lines = [
          ['größe', '"in €"', 'y'],
          ['1.5', `"a${delimiter}b"`, 'Ÿ'],
          [' -2 ', `"c""d"`, ' é '],
          ['', `"e${end}f"`, 'Ÿ'],
          ['+.5e1', '', 'é'],
        ];
        const text = lines.map(cells => cells.join(delimiter) + end).join('');
        const table = await tableOf(bytes(text), {encoding: stated});
        expect(table.columns.map(column => column.name)).toEqual(['größe', 'in €', 'y']);
        expect(valuesOf(table, 'größe')).toEqual([1.5, -2, null, 5]);
        expect(valuesOf(table, 'in €')).toEqual([`a${delimiter}b`, 'c"d', `e${end}f`, null]);
        expect(valuesOf(table, 'y')).toEqual(['Ÿ', 'é', 'Ÿ', 'é']);
        expect([...table.rowLines]).toEqual([2, 3, 4, 6]);
      });
    }
  }
});

test('a UTF-16 file has the profile of the same file in UTF-8, but for its bytes', async () => {
  const text = 'x,y\n1,α\n2,𝛽\n3,α\n';
  const {byteLength, sha256, modifiedMs, encoding, ...utf8} = await profileOf(text);
  const utf16 = await profileOf(Buffer.from(`\ufeff${text}`, 'utf16le'));
  expect(utf16).toMatchObject(utf8);
  expect([encoding, utf16.encoding]).toEqual(['utf-8', 'utf-16le']);
  expect([byteLength, utf16.byteLength]).toEqual([21, 36]);
});

test('characters that lie across the pieces in which a file is read stay whole', async () => {
  // 4-byte characters behind one more byte: none of the boundaries at 2^18 falls between two of them.
  const word = '𝛽'.repeat(100);
  const rows = Array.from({length: 2000}, (_, i) => `${i},${word}${i % 7}`).join('\n');
  for (const content of [Buffer.from(`x,y\n${rows}`), Buffer.from(`\ufeffx,y\n${rows}`, 'utf16le')]) {
    const table = await tableOf(content);
    expect(table.rows).toBe(2000);
    expect([...new Set(valuesOf(table, 'y'))]).toEqual(Array.from({length: 7}, (_, i) => word + i));
  }
});

describe('a CRLF that lies across two pieces of a file ends one line', () => {
  const head = {'data.csv': 'x,y\r\n1,a\r\n2,', 'data.jsonl': '{"x":1,"y":"a"}\r\n{"x":2,"y":"'};
  test.each(Object.entries(head))('%s', async (source, start) => {
    const end = source === 'data.csv' ? '\r\n' : '"}\r\n';
    // The carriage return is the last byte of the first piece.
    const filler = 'b'.repeat(2 ** 18 + 1 - start.length - end.length);
    const rest = source === 'data.csv' ? '3,a\r\n' : '{"x":3,"y":"a"}\r\n';
    const table = await tableOf(start + filler + end + rest, {source});
    expect(valuesOf(table, 'y')).toEqual(['a', filler, 'a']);
    expect([...table.rowLines]).toEqual(source === 'data.csv' ? [2, 3, 4] : [1, 2, 3]);
  });
});

test('all bytes of windows-1252 are the characters of its index', async () => {
  const bytes = Buffer.from(Array.from({length: 128}, (_, i) => i + 128));
  const content = Buffer.concat([Buffer.from('x,y\n1,"'), bytes, Buffer.from('"\n2,b\n')]);
  const table = await tableOf(content, {encoding: 'windows-1252'});
  const upper = Array.from({length: 96}, (_, i) => String.fromCharCode(160 + i)).join('');
  const lower = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
  expect(valuesOf(table, 'y')[0]).toBe(lower + upper);
});

describe('the delimiter is found from the first lines', () => {
  const cases: Record<string, readonly [text: string, delimiter: string]> = {
    'a comma': ['a,b\n1,2\n', ','],
    'a semicolon with decimal commas': ['a;b\n1,5;2,5\n3,5;4,5\n', ';'],
    'a semicolon with decimal commas and no header': ['1,5;2,5\n3,5;4,5\n', ';'],
    'a tab with text that holds commas': ['name\tage\na, b\t1\nc, d\t2\n', '\t'],
    'a vertical bar': ['a|b\n1|2\n', '|'],
    'delimiters inside quotes do not count': ['"a;x",b\n"1;2",3\n', ','],
    'line ends inside quotes do not end a line': ['a,"b\nc;d"\n1,"e;\nf"\n', ','],
    'one column': ['a\n1\n2\n', ','],
    'one column of texts with a comma now and then': ['note\nyes, please\nno\n', ','],
    'a row with too many cells': ['a,b\n1,2\n1,2,3\n4,5\n', ','],
    'one line': ['a;b;c', ';'],
  };
  test.each(Object.entries(cases))('%s', (_, [text, delimiter]) => {
    expect(findDelimiter(text, true)).toBe(delimiter);
  });

  test('a line that the sample cuts off does not count', () => {
    expect(findDelimiter('a,b;c\n1,2;3\n4,', false)).toBe(';');
    expect(findDelimiter('a,b;c\n1,2;3\n4,', true)).toBe(',');
  });

  test('a stated delimiter is used as it is', async () => {
    const table = await tableOf('a;b,y\n1;2,p\n3;4,q\n', {delimiter: ','});
    expect(table.columns.map(column => column.name)).toEqual(['a;b', 'y']);
  });

  test('a .tsv file is divided by tabs where it has some', async () => {
    const table = await tableOf('a;b\ty;z\n1;2\tp\n', {source: 'data.tsv', target: 'y;z'});
    expect(table.columns.map(column => column.name)).toEqual(['a;b', 'y;z']);
  });
});

test('without a header, columns are numbered from 1', async () => {
  const table = await tableOf('1,a\n2,b\n', {header: false, target: 'column2'});
  expect(table.columns.map(column => column.name)).toEqual(['column1', 'column2']);
  expect([...table.rowLines]).toEqual([1, 2]);
});

test('line ends may be mixed, and blank lines are passed over', async () => {
  const table = await tableOf('\n x , y \r\n1,a\r2,b\n\r\n  \n3,a');
  expect(valuesOf(table, 'x')).toEqual([1, 2, 3]);
  expect([...table.rowLines]).toEqual([3, 4, 7]);
});

test('any table written as CSV is read back with the same values', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', '𝛽', ',', ';', '"', '\n', '\r\n', '\t', '|', ' ', "'", '#', '\\'),
  });
  const number = fc.oneof(fc.float({noNaN: true, noDefaultInfinity: true}), fc.integer());
  const row = fc.record({
    x: fc.option(number),
    name: fc.option(text),
    quote: fc.array(fc.boolean(), {minLength: 2, maxLength: 2}),
  });
  const property = fc.asyncProperty(
    fc.array(row, {minLength: 1, maxLength: 30}),
    fc.constantFrom(...delimiters),
    fc.constantFrom(...Object.values(lineEnds)),
    fc.boolean(),
    async (rows, delimiter, end, endsWithLine) => {
      const cell = (value: string, isQuoted: boolean) =>
        isQuoted || /[",;\t|\n\r]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
      const lines = rows.map(({x, name, quote}) =>
        [cell(x === null ? '' : String(x), quote[0]!), cell(name ?? '', quote[1]!), 'p', '1'].join(delimiter),
      );
      const content = ['x', 'name', 'y', 'z'].join(delimiter) + end + lines.join(end) + (endsWithLine ? end : '');
      // Columns of their own types: the rows are random, so they may look like anything.
      const columns = {x: {type: 'numeric'}, name: {type: 'categorical'}} as const;
      const table = await tableOf(content, {delimiter, columns}, {keep: ['x', 'name']});
      // −0 is written as 0.
      expect(valuesOf(table, 'x')).toEqual(rows.map(({x}) => (x === null ? null : x + 0)));
      expect(valuesOf(table, 'name')).toEqual(rows.map(({name}) => name?.trim() || null));
    },
  );
  await fc.assert(property, {numRuns: 200});
});

function windows1252(text: string): Buffer {
  const special: Record<string, number> = {'€': 0x80, Ÿ: 0x9f};
  return Buffer.from(Array.from(text, character => special[character] ?? character.charCodeAt(0)));
}
