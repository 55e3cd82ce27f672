import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Cell} from '../../../sidecar/data/cell.ts';
import {parseNumber} from '../../../sidecar/data/cell.ts';
import {plainRows, WANTED} from '../../../sidecar/data/plainRows.ts';
import {readRecords} from '../../../sidecar/data/readRecords.ts';
import {dataSection, withFile} from './dataFiles.ts';

type Row = {cells: Cell[]; line: number};

/** Rows of a text that comes in pieces of `length` bytes. */
function rowsOf(text: string, length: number, wanted: Uint8Array | null = null, delimiter = ','): Row[] {
  const found: Row[] = [];
  const rows = plainRows(
    delimiter.charCodeAt(0),
    () => wanted,
    (cells, line) => found.push({cells: [...cells], line}),
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) rows.read(bytes.subarray(at, at + length));
  rows.end();
  return found;
}

const texts = fc
  .array(fc.constantFrom('a', 'é', '1', '-', '.', ',', ',', '\t', ';', ' ', '\u00a0', '\n', '\n', '\r', '\r\n'), {
    maxLength: 40,
  })
  .map(parts => parts.join(''));

describe('rows without quotes', () => {
  test('are those of the parser that knows quotes, with the same lines and the same errors', async () => {
    /** A quote in the first cell sends the whole file to the other parser. */
    const read = (text: string, delimiter: ',' | ';' | '\t') =>
      withFile('data.csv', text, async path => {
        const rows: Row[] = [];
        const visitor = {
          onColumns: (names: readonly string[]) => void rows.push({cells: [...names], line: 1}),
          onRow: (cells: readonly (Cell | undefined)[], line: number) =>
            void rows.push({cells: cells.map(cell => cell ?? null), line}),
        };
        const outcome = readRecords(path, dataSection({delimiter}), () => visitor, undefined);
        return {
          rows,
          problem: await outcome.then(
            () => null,
            (error: Error) => error.message.replace(path, ''),
          ),
        };
      });
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(',', ';', '\t'), async (text, delimiter) => {
        const head = `${delimiter}b\n`;
        expect(await read(`a${head}${text}`, delimiter)).toEqual(await read(`"a"${head}${text}`, delimiter));
      }),
      {numRuns: 300},
    );
  });

  test('do not depend on where the pieces end', () => {
    fc.assert(
      fc.property(texts, fc.integer({min: 1, max: 5}), (text, length) => {
        expect(rowsOf(text, length)).toEqual(rowsOf(text, 1000));
      }),
    );
  });

  test('give numbers where they are wanted, the same as text gives, and else the text', () => {
    const numbers = fc.oneof(
      fc.double().map(String),
      fc.integer().map(String),
      fc.double({min: -1e6, max: 1e6}).map(value => value.toFixed(4)),
      fc.constantFrom(
        '-0',
        '.5',
        '5.',
        '-.25',
        '+1',
        '1e5',
        '0x1f',
        '-',
        '.',
        '',
        ' 7 ',
        '123456789012345',
        '0.1234567890123456',
        '1.2.3',
        'x',
      ),
    );
    fc.assert(
      fc.property(fc.array(numbers, {minLength: 1, maxLength: 5}), texts => {
        const [row] = rowsOf(`z,${texts.join(',')}\n`, 7, new Uint8Array(texts.length + 1).fill(WANTED.number));
        for (const [i, cell] of row!.cells.slice(1).entries()) {
          const text = texts[i]!.trim();
          if (typeof cell === 'number') expect(Object.is(cell, parseNumber(text))).toBe(true);
          else expect(cell).toBe(text);
        }
      }),
    );
    const [row] = rowsOf('z,-12.5,1e5,15\n', 100, Uint8Array.of(0, WANTED.number, WANTED.number, WANTED.nothing));
    expect(row!.cells).toEqual(['z', -12.5, '1e5', null]);
  });

  test('that nothing is wanted of are still rows, and blank lines still are none', () => {
    const wanted = new Uint8Array(1).fill(WANTED.nothing);
    expect(rowsOf('a\n\n  \nb', 100, wanted)).toEqual([
      {cells: ['a'], line: 1},
      {cells: ['b'], line: 4},
    ]);
  });
});
