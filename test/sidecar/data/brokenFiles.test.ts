import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parquetWriteBuffer} from 'hyparquet-writer';
import {describe, expect, test} from 'vitest';
import type {DataErrorPlace} from '../../../sidecar/data/dataError.ts';
import {planFeatures} from '../../../sidecar/data/features.ts';
import {profileData} from '../../../sidecar/data/profile.ts';
import {readTable} from '../../../sidecar/data/readTable.ts';
import {planTarget} from '../../../sidecar/data/target.ts';
import {dataErrorOf, dataSection, type Given, withFile} from './dataFiles.ts';

interface Broken extends DataErrorPlace {
  readonly content: string | Uint8Array;
  readonly data?: Given;
  readonly keep?: readonly string[];
  readonly code: string;
  readonly message: string;
}

const good = 'x,y\n1,a\n2,b\n3,a\n';
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      {name: 'x', data: [1, 2, 3], type: 'DOUBLE'},
      {name: 'y', data: ['a', 'b', 'a'], type: 'STRING'},
    ],
  }),
);
const inParquet = {source: 'data.parquet'};
const inJson = {source: 'data.jsonl'};

const broken: Record<string, Broken> = {
  'an empty file': {
    content: '',
    code: 'empty-file',
    message: 'data.csv: the file is empty.',
    key: 'data.source',
  },
  'a file of blank lines': {
    content: '\n  \n\r\n',
    code: 'empty-file',
    message: 'data.csv: the file holds nothing but blanks.',
    key: 'data.source',
  },
  'a header and no rows': {
    content: 'x,y\n',
    code: 'no-rows',
    message: 'data.csv: the file has a header but no rows.',
    key: 'data.source',
  },
  'a row with too many cells': {
    content: 'x,y\n1,a\n\n2,b,c\n',
    code: 'ragged-row',
    message:
      'data.csv, line 4: the row has 3 cells, but the header has 2. Put a cell that holds the delimiter in quotes.',
    line: 4,
    key: 'data.source',
  },
  'a row with too few cells, without a header': {
    content: '1,2,a\n3,4,b\n5\n',
    data: {header: false, target: 'column3'},
    code: 'ragged-row',
    message: 'data.csv, line 3: the row has 1 cell, but the first row has 3. Leave the cells of missing values empty.',
    line: 3,
    key: 'data.source',
  },
  'a ragged row below a cell that spans lines': {
    content: 'x,y\r\n1,"a\r\n\r\nb"\r\n2,b,c\r\n',
    code: 'ragged-row',
    message:
      'data.csv, line 5: the row has 3 cells, but the header has 2. Put a cell that holds the delimiter in quotes.',
    line: 5,
    key: 'data.source',
  },
  'a quote that is never closed': {
    content: 'x,y\n1,a\n2,"b\n3,a\n',
    code: 'quote-not-closed',
    message: 'data.csv, line 3, column 2: the quote (") that opens here is never closed.',
    line: 3,
    column: 2,
    key: 'data.source',
  },
  'a quote that is never closed behind a cell of two lines, with quotes in it': {
    content: 'x,y,z\n1,a,b\n2,"a\nb","c ""d""\ne ""f\n3,a,b\n',
    data: {target: 'z'},
    code: 'quote-not-closed',
    message: 'data.csv, line 4, column 3: the quote (") that opens here is never closed.',
    line: 4,
    column: 3,
    key: 'data.source',
  },
  'a quote inside a cell': {
    content: 'x,y\n1,5" pipe\n',
    code: 'stray-quote',
    message:
      'data.csv, line 2, column 2: a quote (") stands inside the cell. Put the whole cell in quotes, and write each quote in it twice ("").',
    line: 2,
    column: 2,
    key: 'data.source',
  },
  'text behind a closing quote, below a blank line': {
    content: 'x,y\n\n1,"a" or b\n',
    code: 'stray-quote',
    message:
      'data.csv, line 3, column 2: a quote (") stands inside the cell. Put the whole cell in quotes, and write each quote in it twice ("").',
    line: 3,
    column: 2,
    key: 'data.source',
  },
  'a quote that swallows the rest of a large file': {
    content: `x,y\n1,a\n2,"b\n${'3,a\n'.repeat(2 ** 22 + 10)}`,
    code: 'row-too-long',
    message: 'data.csv, line 3: the row that begins here is longer than 16 MB. Is a quote (") in it never closed?',
    line: 3,
    key: 'data.source',
  },
  'two columns of one name': {
    content: 'x,y,x\n1,a,2\n',
    code: 'duplicate-column',
    message: 'data.csv, line 1, column "x": the columns 1 and 3 have the same name. Rename one of them.',
    line: 1,
    column: 'x',
    key: 'data.header',
  },
  'a row of data taken for the header': {
    content: '0.5,1,0.5,R\n0.1,2,0.2,M\n',
    data: {target: 'column4'},
    code: 'duplicate-column',
    message:
      'data.csv, line 1, column "0.5": the columns 1 and 3 have the same name. The line looks like a row of data: if it is, set data.header to false.',
    line: 1,
    column: '0.5',
    key: 'data.header',
  },
  'a row of data of different values taken for the header': {
    content: '0.5,1,R\n0.1,2,M\n',
    data: {target: 'column3'},
    code: 'unknown-column',
    message:
      'data.csv: the file has no column "column3". The first line looks like a row of data: if it is, set data.header to false, and the columns are called column1, column2, ….',
    key: 'data.target',
  },
  'a column without a name': {
    content: ',x,y\n0,1,a\n',
    code: 'empty-column-name',
    message: 'data.csv, line 1, column 1: the column has no name. Give it one in the first line.',
    line: 1,
    column: 1,
    key: 'data.source',
  },
  'a misspelt target': {
    content: 'age,Species\n1,a\n2,b\n',
    data: {target: 'speces'},
    code: 'unknown-column',
    message: 'data.csv: the file has no column "speces". Did you mean "Species"?',
    key: 'data.target',
  },
  'a target that is like no column': {
    content: good,
    data: {target: 'outcome'},
    code: 'unknown-column',
    message: 'data.csv: the file has no column "outcome". It has "x" and "y".',
    key: 'data.target',
  },
  'features that are not there': {
    content: 'length,y\n1,a\n2,b\n',
    data: {features: ['lenght']},
    code: 'unknown-column',
    message: 'data.csv: the file has no column "lenght". Did you mean "length"?',
    key: 'data.features',
  },
  'excluded columns that are not there': {
    content: good,
    data: {exclude: ['id']},
    code: 'unknown-column',
    message: 'data.csv: the file has no column "id". It has "x" and "y".',
    key: 'data.exclude',
  },
  'settings of a column that is not there': {
    content: good,
    data: {columns: {weight: {type: 'numeric'}}},
    code: 'unknown-column',
    message: 'data.csv: the file has no column "weight". It has "x" and "y".',
    key: 'data.columns.weight',
  },
  'groups that are not there': {
    content: good,
    keep: ['patient'],
    code: 'unknown-column',
    message: 'data.csv: the file has no column "patient". It has "x" and "y".',
    key: 'evaluation',
  },
  'the target among the features': {
    content: good,
    data: {features: ['x', 'y']},
    code: 'not-an-input',
    message: 'data.csv: "y" cannot be in data.features: it is the target. Remove it there.',
    key: 'data.features',
  },
  'groups among the features': {
    content: 'x,g,y\n1,1,a\n2,2,b\n',
    data: {features: ['x', 'g']},
    keep: ['g'],
    code: 'not-an-input',
    message: 'data.csv: "g" cannot be in data.features: it divides the rows (groupBy or timeBy). Remove it there.',
    key: 'data.features',
  },
  'an excluded feature': {
    content: 'x,z,y\n1,1,a\n2,2,b\n',
    data: {features: ['x', 'z'], exclude: ['z']},
    code: 'not-an-input',
    message: 'data.csv: "z" cannot be in data.features: it is in data.exclude. Remove it there.',
    key: 'data.features',
  },
  'an ignored feature': {
    content: 'x,z,y\n1,1,a\n2,2,b\n',
    data: {features: ['x', 'z'], columns: {z: {type: 'ignore'}}},
    code: 'not-an-input',
    message: 'data.csv: "z" cannot be in data.features: its type is "ignore". Remove it there.',
    key: 'data.features',
  },
  'no column but the target': {
    content: 'y\na\nb\n',
    code: 'no-inputs',
    message: 'data.csv: there is no input. The file has no column but the target: a network needs at least one input.',
    key: 'data.source',
  },
  'all inputs excluded': {
    content: good,
    data: {exclude: ['x']},
    code: 'no-inputs',
    message:
      'data.csv: there is no input. All columns but the target are left out: a network needs at least one input.',
    key: 'data.exclude',
  },
  'text among numbers': {
    content: 'age,y\n1,a\n2,b\nold,a\n4,b\n',
    code: 'text-among-numbers',
    message:
      'data.csv, line 4, column "age": "old" is text among numbers. Correct it, add it to data.missing.markers, or set data.columns.age.type to "categorical".',
    line: 4,
    column: 'age',
    key: 'data.columns.age.type',
  },
  'text in a column that is said to be numeric': {
    content: 'age,y\nyoung,a\n2,b\nold,a\n',
    data: {columns: {age: {type: 'numeric'}}},
    code: 'text-among-numbers',
    message:
      'data.csv, line 2, column "age": "young" is text among numbers. Correct it, add it to data.missing.markers, or remove data.columns.age.type.',
    line: 2,
    column: 'age',
    key: 'data.columns.age.type',
  },
  'hexadecimal numbers': {
    content: 'x,y\n1,a\n0x10,b\n3,a\n',
    code: 'text-among-numbers',
    message:
      'data.csv, line 3, column "x": "0x10" is text among numbers. Correct it, add it to data.missing.markers, or set data.columns.x.type to "categorical".',
    line: 3,
    column: 'x',
    key: 'data.columns.x.type',
  },
  'NaN among numbers': {
    content: 'x,y\n1,a\n2,b\nNaN,a\n4,b\n',
    code: 'not-finite',
    message:
      'data.csv, line 4, column "x": "NaN" is not a finite number. Correct it, add it to data.missing.markers, or set data.columns.x.type to "categorical".',
    line: 4,
    column: 'x',
    key: 'data.columns.x.type',
  },
  'infinity in a target': {
    content: 'x,y\n1,2.5\n2,-inf\n4,3\n',
    code: 'not-finite',
    message:
      'data.csv, line 3, column "y": "-inf" is not a finite number. Correct it, add it to data.missing.markers, or set data.columns.y.type to "categorical".',
    line: 3,
    column: 'y',
    key: 'data.columns.y.type',
  },
  'a number that float32 cannot hold': {
    content: 'x,y\n1,a\n-1e39,b\n4,a\n',
    code: 'not-finite',
    message:
      'data.csv, line 3, column "x": "-1e39" is too large a number (at most ±3.4e38). Correct it, add it to data.missing.markers, or set data.columns.x.type to "categorical".',
    line: 3,
    column: 'x',
    key: 'data.columns.x.type',
  },
  'decimal commas': {
    content: 'x;y\n1;a\n1,5;b\n2,25;a\n',
    code: 'decimal-comma',
    message:
      'data.csv, line 3, column "x": "1,5" has a decimal comma. Write numbers with a point and without separators between thousands, or set data.columns.x.type to "categorical".',
    line: 3,
    column: 'x',
    key: 'data.columns.x.type',
  },
  'a column of identifiers': {
    content: `id,x,y\n${Array.from({length: 12}, (_, i) => `p${i},${i},${i % 2}`).join('\n')}\n`,
    code: 'identifier-column',
    message:
      'data.csv, column "id": all 12 values differ, as in an identifier, from which nothing can be learned. Add it to data.exclude.',
    column: 'id',
    key: 'data.columns.id',
  },
  'more than 1000 categories': {
    content: `name,x,y\n${Array.from({length: 2400}, (_, i) => `p${i % 1200},${i},${i % 2}`).join('\n')}\n`,
    code: 'too-many-categories',
    message:
      'data.csv, column "name": the column has more than 1000 categories, too many to learn from. Add it to data.exclude.',
    column: 'name',
    key: 'data.columns.name',
  },
  'an input without any value': {
    content: 'x,z,y\n1,,a\n2,NA,b\n',
    code: 'empty-column',
    message: 'data.csv, column "z": all values are missing. Add the column to data.exclude.',
    column: 'z',
    key: 'data.columns.z',
  },
  'no row with a target': {
    content: 'x,y\n1,\n2,?\n',
    code: 'no-rows-left',
    message: 'data.csv, column "y": no row has a target. Set data.target to a column with values.',
    column: 'y',
    key: 'data.target',
  },
  'no row left': {
    content: 'x,z,y\n1,,a\n,2,b\n3,4,\n',
    data: {missing: {numeric: 'dropRow'}},
    code: 'no-rows-left',
    message:
      'data.csv: no row is left: each lacks a value in a column whose missing is "dropRow", or the target. Fill the values in, or choose another way for missing values.',
    key: 'data.missing',
  },
  'a missing value that is an error': {
    content: 'x,y\n1,a\n\n,b\n3,a\n',
    data: {missing: {numeric: 'error'}},
    code: 'missing-value',
    message:
      'data.csv, line 4, column "x": the value is missing, and data.missing makes that an error. Fill it in, or choose what replaces it.',
    line: 4,
    column: 'x',
    key: 'data.missing.numeric',
  },
  'text that is not UTF-8': {
    content: Buffer.from('x,y\r\n1,a\r\n2,caf\xe9\r\n', 'latin1'),
    code: 'wrong-encoding',
    message: 'data.csv, line 3: the text is not UTF-8. Save it as UTF-8, or set data.encoding to "windows-1252".',
    line: 3,
    key: 'data.encoding',
  },
  'a character that the end of the file cuts off': {
    content: Buffer.from([...Buffer.from('x,y\n1,a\n2,b'), 0xe2, 0x82]),
    code: 'wrong-encoding',
    message: 'data.csv, line 3: the text is not UTF-8. Save it as UTF-8, or set data.encoding to "windows-1252".',
    line: 3,
    key: 'data.encoding',
  },
  'half a character of UTF-16': {
    content: Buffer.from('\ufeffx,y\n1,a\n2,\ud83d b\n', 'utf16le'),
    code: 'wrong-encoding',
    message:
      'data.csv, line 3: the text is not UTF-16 (little endian). Set data.encoding to the encoding it was saved in, or save it as UTF-8.',
    line: 3,
    key: 'data.encoding',
  },
  'a byte order mark against the stated encoding': {
    content: Buffer.from(`\ufeff${good}`, 'utf16le'),
    data: {encoding: 'windows-1252'},
    code: 'wrong-encoding',
    message:
      'data.csv: the file begins with the byte order mark of UTF-16 (little endian), but data.encoding is "windows-1252". Set data.encoding to "auto".',
    key: 'data.encoding',
  },
  'a binary file': {
    content: Buffer.from('x,y\n1,\0\0\0\n'),
    code: 'binary-file',
    message:
      'data.csv: it is a binary file: it holds zero bytes. If it is UTF-16 text, set data.encoding to "utf-16le".',
    key: 'data.source',
  },
  'a binary file that is no UTF-8 either': {
    content: Buffer.from([...Buffer.from('x,y\n1,'), 0xff, 0x80, 0, 0, 0x0a]),
    code: 'binary-file',
    message:
      'data.csv: it is a binary file: it holds zero bytes. If it is UTF-16 text, set data.encoding to "utf-16le".',
    key: 'data.source',
  },
  'a spreadsheet': {
    content: Buffer.from('PK\x03\x04 and so on'),
    code: 'binary-file',
    message: 'data.csv: it is a spreadsheet or a zip archive. Export or unpack it as CSV first.',
    key: 'data.source',
  },
  'an unknown ending': {
    content: good,
    data: {source: 'data.txt'},
    code: 'unknown-format',
    message:
      'data.txt: the ending ".txt" does not tell its format. Set data.format to "csv", "tsv", "jsonLines" or "parquet".',
    key: 'data.format',
  },
  'no ending': {
    content: good,
    data: {source: 'data'},
    code: 'unknown-format',
    message:
      'data: without an ending its name does not tell its format. Set data.format to "csv", "tsv", "jsonLines" or "parquet".',
    key: 'data.format',
  },
  'a line that is no JSON': {
    content: '{"x": 1, "y": "a"}\n{"x": 2, "y": }\n',
    data: inJson,
    code: 'invalid-json',
    message: "data.jsonl, line 2: the line is not valid JSON (Unexpected token '}').",
    line: 2,
    key: 'data.source',
  },
  'a list around JSON objects': {
    content: '[\n{"x": 1, "y": "a"}\n]\n',
    data: inJson,
    code: 'invalid-json',
    message:
      'data.jsonl, line 1: a list that spans lines is no JSON Lines. Write one object a line, and no list around them.',
    line: 1,
    key: 'data.source',
  },
  'a line of JSON that is no object': {
    content: '{"x": 1, "y": "a"}\n\n[1, "a"]\n',
    data: inJson,
    code: 'invalid-json',
    message: 'data.jsonl, line 3: the line must be one JSON object, got a list.',
    line: 3,
    key: 'data.source',
  },
  'JSON objects without a key': {
    content: '{}\n{}\n',
    data: inJson,
    code: 'empty-file',
    message: 'data.jsonl: the file holds no values.',
    key: 'data.source',
  },
  'a nested value': {
    content: '{"x": 1, "y": "a"}\n{"x": [1, 2], "y": "b"}\n',
    data: inJson,
    code: 'nested-value',
    message:
      'data.jsonl, line 2, column "x": the value is a list, an object or bytes. Columns hold single values: add it to data.exclude.',
    line: 2,
    column: 'x',
    key: 'data.columns.x',
  },
  'a target that no JSON line has': {
    content: '{"x": 1}\n{"x": 2}\n',
    data: inJson,
    code: 'unknown-column',
    message: 'data.jsonl: the file has no column "y". It has "x".',
    key: 'data.target',
  },
  'Parquet cut short': {
    content: parquet.subarray(0, parquet.length - 20),
    data: inParquet,
    code: 'parquet-cut-short',
    message: 'data.parquet: the end of the file is missing. Copy or write it again.',
    key: 'data.source',
  },
  'text with the ending of Parquet': {
    content: good,
    data: inParquet,
    code: 'not-parquet',
    message: 'data.parquet: it is no Parquet file. Set data.format to the format that it has.',
    key: 'data.format',
  },
  'Parquet with the ending of text': {
    content: parquet,
    code: 'binary-file',
    message: 'data.csv: it is a Parquet file. Set data.format to "parquet".',
    key: 'data.source',
  },
};

describe('a broken data file is told in one sentence with its place', () => {
  test.each(Object.entries(broken))('%s', async (_, {content, data: given, keep = [], code, message, ...place}) => {
    const data = dataSection(given);
    await withFile(data.source, content, async path => {
      const found = await dataErrorOf(() => load(path, data, keep));
      expect({code: found.code, message: found.message, ...placeOf(found)}).toEqual({code, message, ...place});
      expect([path, data.source]).toContain(found.file);
    });
  });
});

/** What every run does with its data. */
async function load(path: string, data: ReturnType<typeof dataSection>, keep: readonly string[]): Promise<void> {
  const options = {keep: [...keep]};
  const table = await readTable(path, data, await profileData(path, data, options), options);
  planTarget(table, data);
  planFeatures(table, data, [data.target, ...keep]);
}

function placeOf({line, column, key}: DataErrorPlace): DataErrorPlace {
  return {...(line === undefined ? {} : {line}), ...(column === undefined ? {} : {column}), ...(key ? {key} : {})};
}

describe('a path that is no readable file is told in one sentence', () => {
  const data = dataSection();

  test('a file that is not there, with one of nearly the same name beside it', async () => {
    const message = await withFile('dta.csv', good, async path =>
      messageAt(path.replace('dta.csv', 'data.csv'), 'file-not-found'),
    );
    expect(message).toBe('data.csv: there is no such file. Did you mean "dta.csv"?');
  });

  test('a file in a folder that is not there', async () => {
    expect(await messageAt(join(tmpdir(), 'no such folder', 'data.csv'), 'file-not-found')).toBe(
      'data.csv: there is no such file.',
    );
  });

  test('a folder', async () => {
    expect(await messageAt(tmpdir(), 'not-a-file')).toBe('data.csv: it is a folder. Set data.source to a data file.');
  });

  test('a path through a file', async () => {
    const message = await withFile('data.csv', good, path => messageAt(join(path, 'data.csv'), 'file-not-found'));
    expect(message).toBe('data.csv: a part of its path is a file, not a folder.');
  });

  test.skipIf(process.platform === 'win32')('a device', async () => {
    expect(await messageAt('/dev/null', 'not-a-file')).toBe(
      'data.csv: it is not a regular file. Set data.source to a data file.',
    );
  });

  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mlp-data-'));
    const path = join(folder, 'data.csv');
    writeFileSync(path, good);
    chmodSync(path, 0);
    expect(await messageAt(path, 'no-permission')).toBe('data.csv: permission to read it was denied.');
    rmSync(folder, {recursive: true});
  });

  async function messageAt(path: string, code: string): Promise<string> {
    const error = await dataErrorOf(() => profileData(path, data, {}));
    expect(error).toMatchObject({code, file: path, key: 'data.source'});
    return error.message;
  }
});

test('what is wrong in a column that is not used does not matter', async () => {
  const content = 'x,note,mixed,y\n1,"a, b",1,a\n2,NaN,2,b\n3,c,three,a\n';
  const data = dataSection({exclude: ['note'], columns: {mixed: {type: 'ignore'}}});
  await expect(withFile('data.csv', content, path => load(path, data, []))).resolves.toBeUndefined();
});
