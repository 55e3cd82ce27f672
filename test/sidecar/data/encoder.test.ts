import {describe, expect, test} from 'vitest';
import {type Encoder, encodeRows, fitEncoder, rowEncoder} from '../../../sidecar/data/encoder.ts';
import {planFeatures} from '../../../sidecar/data/features.ts';
import type {Table} from '../../../sidecar/data/table.ts';
import {allRows, dataSection, type Given, tableOf} from './dataFiles.ts';

/** The table of a text, its encoder fitted on the first `training` rows, and all rows encoded, a list for each row. */
async function encoded(text: string, given: Given, training: number) {
  const table = await tableOf(text, given);
  const encoder = fitEncoder(table, planFeatures(table, dataSection(given), ['y']), firstRows(training));
  return {table, encoder, rows: rowsOf(table, encoder)};
}

function firstRows(count: number): Uint32Array {
  return Uint32Array.from({length: count}, (_, row) => row);
}

function rowsOf(table: Table, encoder: Encoder): number[][] {
  const out = new Float32Array(table.rows * encoder.width).fill(Number.NaN);
  encodeRows(table, encoder, allRows(table), out);
  return Array.from({length: table.rows}, (_, row) => [
    ...out.subarray(row * encoder.width, (row + 1) * encoder.width),
  ]);
}

/** A column x of numbers, missing where null, and a target. */
function numbers(values: readonly (number | null)[]): string {
  return `x,y\n${values.map((value, i) => `${value ?? ''},${i % 2}`).join('\n')}\n`;
}

/** A column c of categories, missing where empty. */
function categories(values: readonly string[]): string {
  return `c,y\n${values.map((value, i) => `${value},${i % 2}`).join('\n')}\n`;
}

describe('numbers are scaled as computed by hand', () => {
  // The training rows are 2, 4, 6, 12 and 1: mean 5, variance (9 + 1 + 1 + 49 + 16) / 5 = 15.2;
  // sorted 1, 2, 4, 6, 12: quartiles 2 and 6. The test row is 20.
  const values = [2, 4, 6, 12, 1, 20];
  const sd = Math.sqrt(15.2);
  const expected = {
    standard: values.map(x => (x - 5) / sd),
    minMax: values.map(x => (x - 1) / 11),
    robust: values.map(x => (x - 4) / 4),
    none: values,
  };
  test.each(Object.entries(expected))('%s', async (scale, wanted) => {
    const {rows} = await encoded(numbers(values), {scale: scale as keyof typeof expected}, 5);
    expect(rows.flat()).toEqual(wanted.map(Math.fround));
  });

  test('quartiles between two values are interpolated', async () => {
    // Of 0, 1, 10, 100: at 0.75, 1.5 and 2.25 of the way from the first to the last: 0.75, 5.5 and 32.5.
    const {encoder} = await encoded(numbers([100, 0, 10, 1]), {scale: 'robust'}, 4);
    expect(encoder.columns[0]).toMatchObject({center: 5.5, spread: 31.75});
  });

  test('a column that is constant in the training rows is 0 in all, unless it is left as it is', async () => {
    for (const scale of ['standard', 'minMax', 'robust'] as const) {
      const {rows} = await encoded(numbers([0.1, 0.1, 0.1, 7]), {scale}, 3);
      expect(rows.flat()).toEqual([0, 0, 0, 0]);
    }
    const {rows} = await encoded(numbers([0.5, 0.5, 0.5, 7]), {scale: 'none'}, 3);
    expect(rows.flat()).toEqual([0.5, 0.5, 0.5, 7]);
  });

  test('a column is constant even if rounding gives its mean another last digit', async () => {
    // So close together they stay float64, in which the sum of ten times 1000.1 is not 10001.
    const {encoder, rows} = await encoded(numbers([...Array(10).fill(1000.1), 1000.2]), {}, 10);
    expect(encoder.columns[0]).toMatchObject({statistics: {sd: expect.not.closeTo(0, 300)}});
    expect(rows.flat()).toEqual(Array(11).fill(0));
  });

  test('a column that is mostly constant keeps its distances where the quartiles are equal', async () => {
    const {rows} = await encoded(numbers([3, 3, 3, 3, 9, 5]), {scale: 'robust'}, 5);
    expect(rows.flat()).toEqual([0, 0, 0, 0, 6, 2]);
  });
});

describe('missing numbers are replaced as computed by hand', () => {
  // The training rows are 1, missing, 8, 3, 3, 10: mean 5, median 3, most frequent 3. The last row is a test row.
  const values = [1, null, 8, 3, 3, 10, null];
  const fills: Record<string, readonly [given: Given['columns'], fill: number]> = {
    mean: [{x: {missing: 'mean'}}, 5],
    median: [{x: {missing: 'median'}}, 3],
    mostFrequent: [{x: {missing: 'mostFrequent'}}, 3],
    constant: [{x: {missing: 'constant', fillValue: -2}}, -2],
  };
  test.each(Object.entries(fills))('%s', async (_, [columns, fill]) => {
    const given = {columns, missing: {indicator: true}} as const;
    const {rows} = await encoded(numbers(values), {...given, scale: 'none'}, 6);
    expect(rows).toEqual(values.map(value => [value ?? fill, value === null ? 1 : 0]));
    // The scale is that of the values that are there: from 1 to 10.
    const scaled = await encoded(numbers(values), {...given, scale: 'minMax'}, 6);
    expect(scaled.rows.map(row => row[0])).toEqual(values.map(value => Math.fround(((value ?? fill) - 1) / 9)));
  });

  test('of equally frequent numbers the smallest, of equally frequent categories the first', async () => {
    const given: Given = {scale: 'none', missing: {numeric: 'mostFrequent'}};
    expect((await encoded(numbers([5, 2, 5, 2, 9, null]), given, 6)).rows.at(-1)).toEqual([2]);
    const {encoder} = await encoded(categories(['b', 'a', 'b', 'a', '']), {}, 5);
    expect(encoder.columns[0]).toMatchObject({fill: 'a'});
  });

  test('where no training row has a value, 0 stands in for all', async () => {
    for (const numeric of ['mean', 'median', 'mostFrequent'] as const) {
      const {rows} = await encoded(numbers([null, null, 4, null]), {missing: {numeric}}, 2);
      expect(rows.flat()).toEqual([0, 0, 0, 0]);
    }
  });

  test('dropped rows are not there, and then no value is missing', async () => {
    const {table, rows} = await encoded(
      numbers(values),
      {scale: 'none', missing: {numeric: 'dropRow', indicator: true}},
      5,
    );
    expect(rows).toEqual([[1], [8], [3], [3], [10]]);
    expect(table.omitted.withMissingValue).toBe(2);
  });
});

describe('categories', () => {
  test('with two training rows have an input; rarer and new ones share that of the unseen', async () => {
    // c is in one training row, d in none.
    const {encoder, rows} = await encoded(categories(['a', 'b', 'a', 'b', 'c', 'c', 'd']), {}, 5);
    expect(encoder.columns[0]).toMatchObject({inputs: ['c=a', 'c=b', 'c=c', 'c=d', 'c=unseen']});
    expect(rows).toEqual([
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 1],
    ]);
  });

  const fills: Record<string, readonly [given: Given, rows: readonly (readonly number[])[]]> = {
    'the most frequent': [
      {},
      [
        [1, 0, 0],
        [0, 1, 0],
        [1, 0, 0],
        [0, 1, 0],
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
      ],
    ],
    'a category of their own': [
      {missing: {categorical: 'category'}},
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 1, 0],
      ],
    ],
    'a constant that is a category': [
      {columns: {c: {missing: 'constant', fillValue: 'b'}}},
      [
        [1, 0, 0],
        [0, 1, 0],
        [1, 0, 0],
        [0, 1, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 1, 0],
      ],
    ],
  };
  test.each(Object.entries(fills))('that are missing become %s', async (_, [given, expected]) => {
    expect((await encoded(categories(['a', 'b', 'a', 'b', 'a', '', '']), given, 7)).rows).toEqual(expected);
  });

  test('that are missing once in training are unseen, like any rare category', async () => {
    const given: Given = {missing: {categorical: 'category', indicator: true}};
    const {rows} = await encoded(categories(['a', 'a', 'b', 'b', '', '']), given, 5);
    expect(rows.slice(4)).toEqual([
      [0, 0, 0, 1, 1],
      [0, 0, 0, 1, 1],
    ]);
  });

  test('that are missing in all training rows are unseen', async () => {
    const {rows} = await encoded(categories(['', '', 'a']), {}, 2);
    expect(rows).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });

  test('coded by their order are its positions, scaled like numbers', async () => {
    const given: Given = {
      categories: 'ordinal',
      columns: {c: {order: ['low', 'middle', 'high', 'top'], indicator: true}},
    };
    const text = categories(['low', 'high', 'high', 'low', 'high', '', 'middle', 'top']);
    const none = await encoded(text, {...given, scale: 'none'}, 5);
    expect(none.rows).toEqual([0, 2, 2, 0, 2, 2, 1, 3].map((at, i) => [at, i === 5 ? 1 : 0]));
    const {rows} = await encoded(text, {...given, scale: 'minMax'}, 5);
    expect(rows.map(row => row[0])).toEqual([0, 1, 1, 0, 1, 1, 0.5, 1.5]);
  });
});

describe('an encoder', () => {
  const text = 'x,c,y\n1,a,0\n,b,1\n5,,0\n2,a,1\n7,b,0\n';
  const given: Given = {missing: {indicator: true, numeric: 'median'}, scale: 'robust'};

  test('is plain data: stored as JSON and read back, it does the same', async () => {
    const {table, encoder, rows} = await encoded(text, given, 4);
    const restored = JSON.parse(JSON.stringify(encoder)) as Encoder;
    expect(restored).toEqual(encoder);
    expect(rowsOf(table, restored)).toEqual(rows);
  });

  test('encodes another table by the names of its columns and categories', async () => {
    const {encoder, rows} = await encoded(text, given, 4);
    const other = await tableOf('c,y,x\nnew,1,\nb,0,\na,0,1\n', {columns: {x: {type: 'numeric'}}});
    expect(encoder.columns.map(column => column.inputs)).toEqual([
      ['x', 'x missing'],
      ['c=a', 'c=b', 'c=unseen', 'c missing'],
    ]);
    const [unseen, , first] = rowsOf(other, encoder);
    expect(first).toEqual(rows[0]);
    expect(unseen!.slice(2)).toEqual([0, 0, 1, 0]);
  });

  test('gives the rows that are asked for, in their order', async () => {
    const {table, encoder, rows} = await encoded(text, given, 4);
    const out = new Float32Array(3 * encoder.width);
    encodeRows(table, encoder, Uint32Array.of(4, 0, 4), out);
    expect([...out]).toEqual([rows[4], rows[0], rows[4]].flat());
  });

  test('gives finite inputs for the largest numbers', async () => {
    const {rows} = await encoded(numbers([1, 1.0001, 1, 1.0001, 3.4e38, -3.4e38]), {}, 4);
    expect(rows.flat().every(Number.isFinite)).toBe(true);
  });

  test('refuses a place of another size and a table without its columns', async () => {
    const {table, encoder} = await encoded(text, given, 4);
    expect(() => encodeRows(table, encoder, allRows(table), new Float32Array(7))).toThrow(
      new RangeError('out must have 5 × 6 elements, got 7'),
    );
    const other = {...table, columns: table.columns.slice(1)};
    expect(() => encodeRows(other, encoder, allRows(table), new Float32Array(30))).toThrow(
      new RangeError('table must have a numeric column x, got none'),
    );
  });
});

test('rows that are encoded in parts, in any order, have the bits of the whole, in columns of every kind', async () => {
  const text = `n,m,o,c,y\n${Array.from({length: 40}, (_, i) => `${i % 7 ? i * 1.5 : ''},${i * i},${['low', 'high', ''][i % 3]},${['a', 'b', 'c', ''][i % 4]},${i % 2}`).join('\n')}\n`;
  const given = {
    missing: {markers: [''], numeric: 'median', categorical: 'mostFrequent', indicator: true},
    columns: {o: {categories: 'ordinal', order: ['low', 'high']}, m: {scale: 'robust'}},
  } as Given;
  const {table, encoder, rows} = await encoded(text, given, 30);
  expect(new Set(encoder.columns.map(({kind}) => kind))).toEqual(new Set(['numeric', 'ordinal', 'oneHot']));
  const encode = rowEncoder(table, encoder);
  for (const part of [Uint32Array.of(39, 0, 7, 7), Uint32Array.of(14), new Uint32Array(0)]) {
    const out = new Float32Array(part.length * encoder.width).fill(Number.NaN);
    encode(part, out);
    expect([...out]).toEqual([...part].flatMap(row => rows[row]!));
  }
});
