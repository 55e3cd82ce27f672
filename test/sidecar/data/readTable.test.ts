import {utimesSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {profileData} from '../../../sidecar/data/profile.ts';
import {readTable} from '../../../sidecar/data/readTable.ts';
import {columnOf, dataErrorOf, dataSection, profileOf, tableOf, valuesOf, withFile} from './dataFiles.ts';

describe('the profile of a column', () => {
  test('has the counts and statistics of its numbers', async () => {
    const {rows, columns} = await profileOf('x,y\n2,a\n4,b\n,a\n4.0,b\n6,a\n');
    expect(rows).toBe(5);
    // (2 + 4 + 4 + 6) / 4 = 4; the squared distances 4, 0, 0, 4 have the mean 2.
    expect(columns[0]).toEqual({
      name: 'x',
      kind: 'numeric',
      count: 4,
      missing: 1,
      distinct: 3,
      numbers: {min: 2, max: 6, mean: 4, sd: Math.sqrt(2), allIntegers: true},
      categories: null,
      problem: null,
    });
  });

  test('has the categories and how often they are there, in alphabetical order', async () => {
    const {columns} = await profileOf('x,y\n1,b\n2,a\n3,b\n4,NA\n5,Z\n');
    expect(columns[1]).toMatchObject({
      kind: 'categorical',
      count: 4,
      missing: 1,
      distinct: 3,
      numbers: null,
      categories: [
        {name: 'Z', count: 1},
        {name: 'a', count: 1},
        {name: 'b', count: 2},
      ],
    });
  });

  test('counts different values exactly up to 1000, by value where they are numbers', async () => {
    const rows = Array.from(
      {length: 2400},
      (_, i) => `${i % 1000},${i % 1001},${i % 600}${i < 1200 ? '' : '.0'},a${i}`,
    );
    const {columns} = await profileOf(`thousand,more,twice,text,y\n${rows.map(row => `${row},0`).join('\n')}\n`);
    expect(columns.map(column => column.distinct)).toEqual([1000, '>1000', 600, '>1000', 1]);
  });

  test('has no problem with 1000 categories', async () => {
    const rows = Array.from({length: 2000}, (_, i) => `c${i % 1000},0`);
    const {columns} = await profileOf(`x,y\n${rows.join('\n')}\n`);
    expect(columns[0]).toMatchObject({distinct: 1000, problem: null});
    expect(columns[0]!.categories).toHaveLength(1000);
  });

  const kinds: Record<string, readonly [cells: string, kind: 'numeric' | 'categorical']> = {
    'all kinds of numbers': ['1,-1,+1,1e-3,1E5,.5,5.,  7 ,', 'numeric'],
    'integers beyond 2^53': ['9007199254740993,18014398509481985', 'numeric'],
    'numbers and markers of missing values': ['1,NA,?,null,N/A,', 'numeric'],
    text: ['red,green', 'categorical'],
    'text with a few numbers': ['red,1,green,2', 'categorical'],
    'the texts of booleans': ['true,false', 'categorical'],
    dates: ['2020-01-01,2020-01-02', 'categorical'],
    'nothing but missing values': [',NA', 'categorical'],
  };
  test.each(Object.entries(kinds))('knows %s', async (_, [cells, kind]) => {
    const rows = cells.split(',').map(cell => `${cell},p`);
    const {columns} = await profileOf(`x,y\n${rows.join('\n')}\n`);
    expect(columns[0]!.kind).toBe(kind);
  });

  test('takes the type that the document says', async () => {
    const {columns} = await profileOf('x,z,y\n1,1,a\n2,1.0,b\n', {columns: {z: {type: 'categorical'}}});
    expect(columns[1]).toMatchObject({kind: 'categorical', distinct: 2});
  });

  test('tells size, fingerprint and form of the file', async () => {
    expect(await profileOf('x;y\n1;a\n')).toMatchObject({
      format: 'delimited',
      delimiter: ';',
      encoding: 'utf-8',
      byteLength: 8,
      sha256: '4fd4cbfbdd73c50aa0651665a3bac615300dbecd769301b33b031e39417003ba',
    });
  });
});

describe('a table', () => {
  test('holds the sonar data: 208 rows of 60 numbers, 97 rocks and then 111 mines', async () => {
    const path = fileURLToPath(new URL('../../../examples/sonar/sonar.csv', import.meta.url));
    const data = dataSection({source: 'sonar.csv', header: false, target: 'column61'});
    const table = await readTable(path, data, await profileData(path, data, {}), {});
    expect(table.rows).toBe(208);
    expect(table.columns.slice(0, 60).every(column => column.kind === 'numeric')).toBe(true);
    expect(valuesOf(table, 'column61')).toEqual([...Array(97).fill('R'), ...Array(111).fill('M')]);
    expect(valuesOf(table, 'column1').slice(0, 2)).toEqual([0.02, 0.0453].map(Math.fround));
    expect(table).toMatchObject({source: 'sonar.csv', omitted: {withoutTarget: 0, withMissingValue: 0}});
  });

  test('lies in shared memory, in float32 unless that would round away what differs', async () => {
    const content = 'a,b,c,d,g,y\n1,1000000.5,1e-35,k,16777217,0.1\n2.5,1000000.75,2e-35,l,16777216,0.2\n';
    const table = await tableOf(content, {}, {keep: ['g']});
    const types = table.columns.map(column =>
      column.kind === 'numeric' ? column.values.constructor.name : column.codes.constructor.name,
    );
    expect(types).toEqual([
      'Float32Array',
      'Float64Array',
      'Float64Array',
      'Int32Array',
      'Float64Array',
      'Float64Array',
    ]);
    expect(valuesOf(table, 'b')).toEqual([1000000.5, 1000000.75]);
    expect(valuesOf(table, 'y')).toEqual([0.1, 0.2]);
    expect(valuesOf(table, 'g')).toEqual([16777217, 16777216]);
    for (const column of table.columns) {
      const array = column.kind === 'numeric' ? column.values : column.codes;
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(array.length).toBe(2);
    }
    expect(table.rowLines.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('has no rows without a target, and none with a missing value where those are dropped', async () => {
    const content = 'a,b,c,y\n1,p,,u\n,q,,v\n3,,,u\n4,p,,\n,,,NA\n6,q,,v\n';
    const table = await tableOf(content, {
      columns: {a: {missing: 'dropRow'}},
      exclude: ['c'],
      missing: {categorical: 'dropRow'},
    });
    expect(valuesOf(table, 'a')).toEqual([1, 6]);
    expect(valuesOf(table, 'b')).toEqual(['p', 'q']);
    expect([...table.rowLines]).toEqual([2, 7]);
    expect(table.omitted).toEqual({withoutTarget: 2, withMissingValue: 2});
  });

  test('has no rows without a group where those are dropped', async () => {
    const table = await tableOf('x,g,y\n1,1,a\n2,,b\n3,2,b\n', {missing: {numeric: 'dropRow'}}, {keep: ['g']});
    expect(valuesOf(table, 'g')).toEqual([1, 2]);
  });

  test('sorts the categories by the alphabet, not by the file', async () => {
    const column = columnOf(await tableOf('x,y\nb,0\na,1\n,0\nc,1\nb,1\n'), 'x');
    expect(column).toMatchObject({kind: 'categorical', categories: ['a', 'b', 'c']});
    expect(column.kind === 'categorical' && [...column.codes]).toEqual([1, 0, -1, 2, 1]);
  });

  test('holds columns that this document excludes but a variant may use, and tells why it has no others', async () => {
    const rows = Array.from({length: 12}, (_, i) => `${i},id${i},${i % 2 ? i : 'x'},1,${i % 2}`);
    const content = `spare,id,mixed,x,y\n${rows.join('\n')}\n`;
    const table = await tableOf(content, {features: ['x'], columns: {spare: {type: 'ignore'}}});
    expect(table.columns.map(column => column.name)).toEqual(['mixed', 'x', 'y']);
    expect(table.unread).toMatchObject([{name: 'spare'}, {name: 'id', problem: {code: 'identifier-column'}}]);
  });

  test('may have as many groups or classes as there are rows', async () => {
    const rows = Array.from({length: 1500}, (_, i) => `${i},g${i},c${i}`);
    const table = await tableOf(`x,g,y\n${rows.join('\n')}\n`, {}, {keep: ['g']});
    expect(valuesOf(table, 'g')).toEqual(rows.map((_, i) => `g${i}`));
  });
});

describe('a file that is changed between the two passes is an error', () => {
  const message = 'data.csv: the file was changed while it was being read. Try again once nothing writes to it.';
  const content = 'x,y\n1,a\n2,b\n';
  const changes: Record<string, string> = {
    'another length': 'x,y\n1,a\n2,b\n3,a\n',
    'the same length': 'x,y\n1,a\n3,b\n',
    'the same length, and broken': 'x,y\n1,a\n2,"\n',
  };
  for (const [name, changed] of Object.entries(changes)) {
    test.each([false, true])(`${name}, time kept: %s`, async keepsTime => {
      await withFile('data.csv', content, async path => {
        const data = dataSection();
        const time = new Date(2020, 1, 1);
        utimesSync(path, time, time);
        const profile = await profileData(path, data, {});
        writeFileSync(path, changed);
        if (keepsTime) utimesSync(path, time, time);
        expect((await dataErrorOf(() => readTable(path, data, profile, {}))).message).toBe(message);
      });
    });
  }
});

describe('reading stops when its signal is aborted', () => {
  const content = `x,y\n${'1,a\n2,b\n'.repeat(200_000)}`;
  test.each(['data.csv', 'data.jsonl'])('%s', async source => {
    const text = source === 'data.csv' ? content : '{"x":1,"y":"a"}\n'.repeat(200_000);
    await withFile(source, text, async path => {
      const data = dataSection({source});
      const profile = await profileData(path, data, {});
      for (const read of [
        (signal: AbortSignal) => profileData(path, data, {signal}),
        (signal: AbortSignal) => readTable(path, data, profile, {signal}),
      ]) {
        const reason = new Error('enough');
        await expect(read(AbortSignal.abort(reason))).rejects.toBe(reason);
        const controller = new AbortController();
        const reading = read(controller.signal);
        setImmediate(() => controller.abort(reason));
        await expect(reading).rejects.toBe(reason);
      }
    });
  });
});
