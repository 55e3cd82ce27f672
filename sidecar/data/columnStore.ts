/**
 * Columns that are kept on disk, because they would fill the memory: a file of chunks, each of some consecutive rows, in
 * which every column is one run of numbers. So a column can be read alone, and some rows with all of their columns.
 */

import {randomUUID} from 'node:crypto';
import {closeSync, fstatSync, mkdirSync, openSync, readSync, unlinkSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {CategoricalColumn, Column, NumericColumn, Table} from './table.ts';

/** Plain data: worker threads have the same files open as their process. */
export interface ColumnStore {
  /** Descriptor of the file, which has no name any more: it is gone when the process ends, however it ends. */
  readonly file: number;
  /** Rows of each chunk but the last. */
  readonly chunkRows: number;
  readonly chunkBytes: number;
}

/** Where the numbers of a column lie. */
export interface StoredPlace {
  readonly store: ColumnStore;
  readonly rows: number;
  /** Of the column in each chunk, in bytes. */
  readonly offset: number;
  readonly type: NumberType;
  /** What stands for each stored number; null: it stands for itself. */
  readonly ranks: Int32Array | null;
}

export type NumberType = 'float32' | 'float64' | 'int32';
type Numbers = Float32Array | Float64Array | Int32Array;

const arrays = {float32: Float32Array, float64: Float64Array, int32: Int32Array} as const;

/** A column on disk, which is read anew whenever it is asked for, but for the last one that was. */
export class StoredNumericColumn implements NumericColumn {
  readonly kind = 'numeric';
  readonly name: string;
  readonly place: StoredPlace;
  constructor(name: string, place: StoredPlace) {
    this.name = name;
    this.place = place;
  }
  get values(): Float32Array | Float64Array {
    return readColumn(this.place) as Float32Array | Float64Array;
  }
}

export class StoredCategoricalColumn implements CategoricalColumn {
  readonly kind = 'categorical';
  readonly name: string;
  readonly place: StoredPlace;
  readonly categories: readonly string[];
  constructor(name: string, place: StoredPlace, categories: readonly string[]) {
    this.name = name;
    this.place = place;
    this.categories = categories;
  }
  get codes(): Int32Array {
    return readColumn(this.place) as Int32Array;
  }
}

type StoredColumn = StoredNumericColumn | StoredCategoricalColumn;

const isStored = (column: Column): column is StoredColumn => 'place' in column;

/** A table that was posted to another thread: posting leaves of a stored column its place alone. */
export function receiveTable(table: Table): Table {
  if (!table.store) return table;
  const columns = table.columns.map(column => {
    if (!isStored(column)) return column;
    return column.kind === 'numeric'
      ? new StoredNumericColumn(column.name, column.place)
      : new StoredCategoricalColumn(column.name, column.place, column.categories);
  });
  return {...table, columns};
}

/** Makes a store while the rows of a file go by. */
export interface StoreWriter {
  readonly store: ColumnStore;
  /** The chunk that is being filled: the numbers of a column, [chunkRows]. */
  chunkOf(column: number): Numbers;
  offsetOf(column: number): number;
  /** To be called after each row. */
  endRow(): void;
  end(): void;
}

/** The disk does not take the columns. The cause is the system's error. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

/**
 * @param folder where the file is made, of some gigabytes; if that is not possible, among the temporary files
 * @throws StoreFailure, also where rows end
 */
export function createStore(folder: string, types: readonly NumberType[]): StoreWriter {
  const chunkRows = rowsOfChunk(types.reduce((sum, type) => sum + arrays[type].BYTES_PER_ELEMENT, 0));
  let chunkBytes = 0;
  const offsets = types.map(type => {
    const offset = chunkBytes;
    // A multiple of 8, as views of doubles need.
    chunkBytes += chunkRows * arrays[type].BYTES_PER_ELEMENT;
    return offset;
  });
  const file = storing(() => openNameless(folder));
  const store = {file, chunkRows, chunkBytes};
  files.register(store, file);
  const bytes = new Uint8Array(chunkBytes);
  const views = types.map((type, column) => new arrays[type](bytes.buffer, offsets[column], chunkRows));
  let rows = 0;
  const flush = () => storing(() => writeAll(file, bytes));
  return {
    store,
    chunkOf: column => views[column]!,
    offsetOf: column => offsets[column]!,
    endRow() {
      rows++;
      if (rows % chunkRows === 0) flush();
    },
    end() {
      if (rows % chunkRows !== 0) flush();
    },
  };
}

function storing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new StoreFailure('columns cannot be kept on disk', {cause});
  }
}

/** A disk with little room takes a part first, and fails afterwards. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** A chunk has about a megabyte, so that many fit in memory; a power of two of rows, at least 64 and at most 8,192. */
function rowsOfChunk(rowBytes: number): number {
  return 2 ** Math.min(13, Math.max(6, Math.floor(Math.log2(2 ** 20 / rowBytes))));
}

/** Closes the file of a store that nobody refers to any more. Threads that only received it keep it alive by its run. */
const files = new FinalizationRegistry<number>(file => closeSync(file));

/** A file without a name cannot be left behind. */
function openNameless(folder: string): number {
  const name = `${randomUUID()}.columns`;
  for (const place of [folder, tmpdir()]) {
    try {
      mkdirSync(place, {recursive: true});
      const path = join(place, name);
      const file = openSync(path, 'wx+');
      unlinkSync(path);
      return file;
    } catch (error) {
      // A folder that cannot be written is no reason to fail while there is another.
      if (place === tmpdir()) throw error;
    }
  }
  throw new Error('there is no place for temporary files');
}

let recent: {place: StoredPlace; values: Numbers} | null = null;

/** A whole column. The last one is kept: most who ask for a column ask for its values many times. */
function readColumn(place: StoredPlace): Numbers {
  if (recent?.place === place) return recent.values;
  recent = null;
  const values = new arrays[place.type](place.rows);
  const {store, rows} = place;
  for (let from = 0; from < rows; from += store.chunkRows) {
    const part = values.subarray(from, Math.min(from + store.chunkRows, rows));
    readAt(store, part, (from / store.chunkRows) * store.chunkBytes + place.offset);
  }
  rank(values, place);
  recent = {place, values};
  return values;
}

/**
 * Some consecutive rows of a table with all stored columns: a table of its own, in memory.
 * @param chunk counted from 0
 */
export function readChunk(table: Table & {store: ColumnStore}, chunk: number): Table {
  const {store} = table;
  const from = chunk * store.chunkRows;
  const rows = Math.min(store.chunkRows, table.rows - from);
  const bytes = new Uint8Array(store.chunkBytes);
  readAt(store, bytes, chunk * store.chunkBytes);
  const columns = table.columns.map((column): Column => {
    if (!isStored(column)) {
      return column.kind === 'numeric'
        ? {...column, values: column.values.subarray(from, from + rows)}
        : {...column, codes: column.codes.subarray(from, from + rows)};
    }
    const {place} = column;
    const values = rank(new arrays[place.type](bytes.buffer, place.offset, rows), place);
    return column.kind === 'numeric'
      ? {kind: column.kind, name: column.name, values: values as Float32Array}
      : {kind: column.kind, name: column.name, codes: values as Int32Array, categories: column.categories};
  });
  return {...table, rows, columns, rowLines: table.rowLines.subarray(from, from + rows), store: undefined};
}

function rank<N extends Numbers>(values: N, {ranks}: StoredPlace): N {
  if (ranks) for (let i = 0; i < values.length; i++) if (values[i]! >= 0) values[i] = ranks[values[i]!]!;
  return values;
}

function readAt({file}: ColumnStore, out: Numbers | Uint8Array, position: number): void {
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done);
    if (read === 0)
      throw new Error(`the column store ends at ${fstatSync(file).size} bytes, wanted ${position + done}`);
    done += read;
  }
}
