import {gzipSync, zstdCompressSync} from 'node:zlib';
import {parquetWriteBuffer} from 'hyparquet-writer';
import {describe, expect, test} from 'vitest';
import {columnOf, dataErrorOf, profileOf, tableOf, valuesOf} from './dataFiles.ts';

describe('JSON Lines', () => {
  const inJson = {source: 'data.jsonl'};

  test('the columns are the keys of all lines, in the order in which they come', async () => {
    const content = '{"x": 1, "y": "a"}\n\n{"z": 5, "y": "b"}\r\n{"y": "a", "z": null, "x": -2.5e3}';
    const table = await tableOf(content, inJson);
    expect(table.columns.map(column => column.name)).toEqual(['x', 'y', 'z']);
    expect(valuesOf(table, 'x')).toEqual([1, null, -2500]);
    expect(valuesOf(table, 'z')).toEqual([null, 5, null]);
    expect([...table.rowLines]).toEqual([1, 3, 4]);
  });

  test('the target need not be in the first line', async () => {
    const table = await tableOf('{"x": 1}\n{"x": 2, "y": "a"}\n{"x": 3, "y": "b"}\n', inJson);
    expect(table).toMatchObject({rows: 2, omitted: {withoutTarget: 1}});
  });

  test('booleans are categories, and text is read as in CSV', async () => {
    const content = '{"b": true, "t": " 1.5 ", "y": 0}\n{"b": false, "t": "NA", "y": 1}\n{"b": null, "t": 3, "y": 1}\n';
    const table = await tableOf(content, {source: 'data.ndjson'});
    expect(valuesOf(table, 'b')).toEqual(['true', 'false', null]);
    expect(valuesOf(table, 't')).toEqual([1.5, null, 3]);
  });

  test('numbers can be markers of missing values', async () => {
    const content = '{"x": -999, "y": "a"}\n{"x": 1, "y": "b"}\n';
    const table = await tableOf(content, {...inJson, missing: {markers: ['-999']}});
    expect(valuesOf(table, 'x')).toEqual([null, 1]);
  });

  test('names that objects have by themselves are names like any other', async () => {
    const content = '{"__proto__": 1, "constructor": 2, "y": "a"}\n{"__proto__": 3, "y": "b"}\n';
    const table = await tableOf(content, inJson);
    expect(valuesOf(table, '__proto__')).toEqual([1, 3]);
    expect(valuesOf(table, 'constructor')).toEqual([2, null]);
  });

  test('a file in UTF-16 with any line ends is read the same', async () => {
    const lines = ['{"x":1,"y":"ä"}', '{"x":2,"y":"b"}'];
    for (const end of ['\n', '\r\n', '\r']) {
      const table = await tableOf(Buffer.from(`\ufeff${lines.join(end)}${end}`, 'utf16le'), inJson);
      expect(valuesOf(table, 'y')).toEqual(['ä', 'b']);
      expect([...table.rowLines]).toEqual([1, 2]);
    }
  });

  test('lines longer than the pieces in which a file is read stay whole', async () => {
    const long = 'ä'.repeat(300_000);
    const table = await tableOf(`{"x":1,"y":"${long}"}\r\n{"x":2,"y":"b"}\r\n`, inJson);
    expect(valuesOf(table, 'y')).toEqual([long, 'b']);
  });
});

describe('Parquet', () => {
  const inParquet = {source: 'data.parquet'};
  const day = 86_400_000;
  const columnData = [
    {name: 'real', data: [0.5, null, -1e30, 4], type: 'DOUBLE' as const},
    {name: 'whole', data: [1n, 2n, 3n, null], type: 'INT64' as const},
    {name: 'text', data: ['ä', ' b ', null, 'NA'], type: 'STRING' as const},
    {name: 'flag', data: [true, false, null, true], type: 'BOOLEAN' as const},
    {name: 'when', data: [new Date(0), new Date(day), new Date(2 * day), null], type: 'TIMESTAMP' as const},
    {name: 'y', data: ['p', 'q', 'p', 'q'], type: 'STRING' as const},
  ];

  test('numbers, text, booleans and times are read, over several row groups', async () => {
    const content = new Uint8Array(parquetWriteBuffer({columnData, rowGroupSize: 3}));
    const table = await tableOf(content, inParquet, {keep: ['real', 'when']});
    expect(valuesOf(table, 'real')).toEqual([0.5, null, -1e30, 4]);
    expect(valuesOf(table, 'whole')).toEqual([1, 2, 3, null]);
    expect(valuesOf(table, 'text')).toEqual(['ä', 'b', null, null]);
    expect(valuesOf(table, 'flag')).toEqual(['true', 'false', null, 'true']);
    expect(valuesOf(table, 'when')).toEqual([0, day, 2 * day, null]);
    expect(valuesOf(table, 'y')).toEqual(['p', 'q', 'p', 'q']);
    expect([...table.rowLines]).toEqual([1, 2, 3, 4]);
  });

  test('it has the profile of the same data in CSV, but for the file', async () => {
    const csv = 'x,y\n1,p\n2.5,q\n,p\n';
    const columns = [
      {name: 'x', data: [1, 2.5, null], type: 'DOUBLE' as const},
      {name: 'y', data: ['p', 'q', 'p'], type: 'STRING' as const},
    ];
    const inColumns = await profileOf(new Uint8Array(parquetWriteBuffer({columnData: columns})), inParquet);
    expect(inColumns.columns).toEqual((await profileOf(csv)).columns);
    expect(inColumns).toMatchObject({rows: 3, format: 'parquet', delimiter: null, encoding: null});
  });

  test('identifiers beyond 2^53 stay apart as categories, and are numbers otherwise', async () => {
    const ids = [2n ** 60n, 2n ** 60n + 1n, 5n];
    const columns = [
      {name: 'id', data: ids, type: 'INT64' as const},
      {name: 'x', data: [1, 2, 3], type: 'DOUBLE' as const},
      {name: 'y', data: ['p', 'q', 'p'], type: 'STRING' as const},
    ];
    const content = new Uint8Array(parquetWriteBuffer({columnData: columns}));
    const asText = await tableOf(content, {...inParquet, columns: {id: {type: 'categorical'}}});
    expect(valuesOf(asText, 'id')).toEqual(ids.map(String));
    const asNumber = await tableOf(content, inParquet, {keep: ['id']});
    expect(valuesOf(asNumber, 'id')).toEqual([2 ** 60, 2 ** 60, 5]);
  });

  test('reading stops when its signal is aborted', async () => {
    // Its first column is damaged: who reads it before looking at the signal ends in another error.
    const content = new Uint8Array(parquetWriteBuffer({columnData})).fill(0xff, 4, 60);
    const reason = new Error('enough');
    await expect(profileOf(content, inParquet, {signal: AbortSignal.abort(reason)})).rejects.toBe(reason);
  });

  test('pages packed with gzip or Zstandard are unpacked', async () => {
    const packers = {
      GZIP: (input: Uint8Array) => gzipSync(input),
      ZSTD: (input: Uint8Array) => zstdCompressSync(input),
    };
    for (const codec of ['GZIP', 'ZSTD'] as const) {
      const content = new Uint8Array(parquetWriteBuffer({columnData, codec, compressors: packers}));
      expect(valuesOf(await tableOf(content, inParquet), 'text')).toEqual(['ä', 'b', null, null]);
    }
  });

  test('what cannot be read is told: another compression, damage, NaN, nested values', async () => {
    const packed = new Uint8Array(
      parquetWriteBuffer({columnData, codec: 'LZ4_RAW', compressors: {LZ4_RAW: input => input}}),
    );
    expect(await dataErrorOf(() => profileOf(packed, inParquet))).toMatchObject({
      code: 'parquet-unreadable',
      message:
        'data.parquet: it is compressed with LZ4_RAW, which cannot be read. Write it with Snappy, gzip or Zstandard.',
    });
    const damaged = new Uint8Array(parquetWriteBuffer({columnData})).fill(0xff, 4, 60);
    expect(await dataErrorOf(() => profileOf(damaged, inParquet))).toMatchObject({code: 'parquet-unreadable'});

    const y = {name: 'y', data: ['p', 'q'], type: 'STRING' as const};
    const notFinite = new Uint8Array(
      parquetWriteBuffer({columnData: [{name: 'x', data: [1, Number.NaN], type: 'DOUBLE'}, y]}),
    );
    expect(await dataErrorOf(() => tableOf(notFinite, inParquet))).toMatchObject({
      code: 'not-finite',
      line: undefined,
      message:
        'data.parquet, row 2, column "x": "NaN" is not a finite number. Correct it, add it to data.missing.markers, or set data.columns.x.type to "categorical".',
    });
    const asMissing = await tableOf(notFinite, {...inParquet, missing: {markers: ['NaN']}});
    expect(valuesOf(asMissing, 'x')).toEqual([1, null]);

    const nested = new Uint8Array(
      parquetWriteBuffer({columnData: [{name: 'x', data: [{a: 1}, {a: 2}], type: 'JSON'}, y]}),
    );
    expect(await dataErrorOf(() => tableOf(nested, inParquet))).toMatchObject({code: 'nested-value', column: 'x'});
  });
});

test('the format that the document states counts more than the ending', async () => {
  const table = await tableOf('{"x": 1, "y": "a"}\n{"x": 2, "y": "b"}\n', {source: 'data.csv', format: 'jsonLines'});
  expect(columnOf(table, 'x').kind).toBe('numeric');
});
