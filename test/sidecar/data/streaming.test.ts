import {createHash} from 'node:crypto';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {fitEncoder, rowEncoder} from '../../../sidecar/data/encoder.ts';
import {planFeatures} from '../../../sidecar/data/features.ts';
import {profileData} from '../../../sidecar/data/profile.ts';
import {readTable} from '../../../sidecar/data/readTable.ts';
import {rowBlocks, streamedFacts} from '../../../sidecar/data/streamedRows.ts';
import type {Table} from '../../../sidecar/data/table.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {allRows, dataSection, type Given} from './dataFiles.ts';

/** More rows than two chunks have, and columns of every kind, with missing values. */
const ROWS = 20_000;
const text = `wide,dense,size,y\n${Array.from({length: ROWS}, (_, i) => `${i % 13 ? (i * 0.37).toFixed(2) : ''},${1e9 + i},${['small', 'large', '', 'middle'][(i * 7) % 4]},${i % 2}`).join('\n')}\n`;
const given: Given = {missing: {numeric: 'median', indicator: true}};

let folder: string;
let kept: Table;
let streamed: Table;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-streaming-'));
  writeFileSync(join(folder, 'data.csv'), text);
  [kept, streamed] = (await Promise.all([tableIn('never', folder), tableIn('always', folder)])) as [Table, Table];
}, 60_000);
afterAll(() => rmSync(folder, {recursive: true}));

async function tableIn(streaming: 'never' | 'always', storeFolder: string): Promise<Table> {
  const path = join(folder, 'data.csv');
  const data = dataSection({...given, streaming});
  return readTable(path, data, await profileData(path, data, {}), {storeFolder});
}

/** Everything in the columns of a table, short enough to be shown where it differs. */
const summaryOf = ({columns}: Table) =>
  columns.map(column => ({
    kind: column.kind,
    name: column.name,
    numbers: digestOf(column.kind === 'numeric' ? column.values : column.codes),
    categories: column.kind === 'categorical' ? column.categories : [],
  }));

const digestOf = (numbers: Float32Array | Float64Array | Int32Array) =>
  createHash('sha256').update(new Uint8Array(numbers.slice().buffer)).digest('hex');

describe('a table on disk', () => {
  test('has the columns of the table in memory', () => {
    expect(streamed.store).toBeDefined();
    expect(kept.store).toBeUndefined();
    expect(summaryOf(streamed)).toEqual(summaryOf(kept));
    expect(streamed.rows).toBe(ROWS);
    expect(streamed.rowLines).toEqual(kept.rowLines);
  });

  test('is encoded to the same bits, whatever rows are asked for', () => {
    const plans = planFeatures(kept, dataSection(given), ['y']);
    const encoder = fitEncoder(kept, plans, allRows(kept));
    expect(fitEncoder(streamed, plans, allRows(streamed))).toEqual(encoder);
    const encode = [kept, streamed].map(table => rowEncoder(table, encoder));
    const random = new RandomStream(randomKey(2));
    for (const rows of [
      allRows(kept),
      Uint32Array.of(ROWS - 1, 0, 8191, 8192, 8192, 3),
      Uint32Array.from({length: 500}, () => random.below(ROWS)),
      new Uint32Array(0),
    ]) {
      const [a, b] = encode.map(one => {
        const out = new Float32Array(rows.length * encoder.width).fill(Number.NaN);
        one(rows, out);
        return digestOf(out);
      });
      expect(b).toBe(a);
    }
  });

  test('leaves no file behind', () => {
    expect(readdirSync(folder)).toEqual(['data.csv']);
  });

  test('lies among the temporary files where its folder cannot be made', async () => {
    const table = await tableIn('always', join(folder, 'data.csv', 'impossible'));
    expect(summaryOf(table)).toEqual(summaryOf(kept));
  });

  test('knows which rows lie together', () => {
    const {chunkRows} = streamedFacts(streamed.store!);
    expect(chunkRows).toBe(8192);
    expect([...rowBlocks(streamed, Uint32Array.of(0, 8191, 8192, 19_999))!.of]).toEqual([0, 0, 1, 2]);
    expect(rowBlocks(kept, Uint32Array.of(0))).toBeNull();
  });
});
