import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Column} from '../../../schemas/generated/resolvedDocument.ts';
import {DataError} from '../../../sidecar/data/dataError.ts';
import type {DataSection} from '../../../sidecar/data/dataFile.ts';
import {type DataProfile, profileData, type ReadOptions} from '../../../sidecar/data/profile.ts';
import {readTable} from '../../../sidecar/data/readTable.ts';
import type {Table, Column as TableColumn} from '../../../sidecar/data/table.ts';

/** What tests of this room share: data files that exist for the time of a test, and a document's data section. */

/** What a test says of a section `data`. */
export interface Given extends Partial<Omit<DataSection, 'missing' | 'columns'>> {
  readonly missing?: Partial<DataSection['missing']>;
  readonly columns?: {readonly [name: string]: Partial<Column>};
}

/** A section `data` with its defaults. */
export function dataSection(given: Given = {}): DataSection {
  const columns = Object.entries(given.columns ?? {});
  return {
    source: 'data.csv',
    format: 'auto',
    delimiter: 'auto',
    header: true,
    encoding: 'auto',
    target: 'y',
    task: 'auto',
    scale: 'standard',
    scaleTarget: 'standard',
    categories: 'oneHot',
    streaming: 'auto',
    ...given,
    columns: Object.fromEntries(columns.map(([name, column]) => [name, {type: 'auto', ...column}])),
    missing: {
      markers: ['NA', 'N/A', 'null', '?'],
      numeric: 'mean',
      categorical: 'mostFrequent',
      indicator: false,
      ...given.missing,
    },
  };
}

/** Calls `use` with the path of a file of that name and content, and removes it afterwards. */
export async function withFile<T>(
  name: string,
  content: string | Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-data-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, content);
    return await use(path);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

export function profileOf(
  content: string | Uint8Array,
  given: Given = {},
  options: ReadOptions = {},
): Promise<DataProfile> {
  const data = dataSection(given);
  return withFile(data.source, content, path => profileData(path, data, options));
}

export function tableOf(content: string | Uint8Array, given: Given = {}, options: ReadOptions = {}): Promise<Table> {
  const data = dataSection(given);
  return withFile(data.source, content, async path =>
    readTable(path, data, await profileData(path, data, options), options),
  );
}

/** The values of a column as a test writes them: numbers or category names, null where missing. */
export function valuesOf(table: Table, name: string): (number | string | null)[] {
  const column = columnOf(table, name);
  return column.kind === 'numeric'
    ? Array.from(column.values, value => (Number.isNaN(value) ? null : value))
    : Array.from(column.codes, code => (code < 0 ? null : column.categories[code]!));
}

export function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find(other => other.name === name);
  if (!column) throw new RangeError(`table must have a column ${name}`);
  return column;
}

/** The DataError that a promise or a function ends in. */
export async function dataErrorOf(use: () => unknown): Promise<DataError> {
  try {
    await use();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('expected a DataError, got none');
}

/** All rows of a table. */
export function allRows({rows}: Pick<Table, 'rows'>): Uint32Array {
  return Uint32Array.from({length: rows}, (_, row) => row);
}
