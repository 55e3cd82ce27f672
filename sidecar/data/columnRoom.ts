import {
  type NumberType,
  StoredCategoricalColumn,
  StoredNumericColumn,
  type StoredPlace,
  type StoreWriter,
} from './columnStore.ts';
import type {CategoricalColumn, NumericColumn} from './table.ts';

/** Where the numbers of one column go while a file is read: into shared memory, or to disk. */
export interface ColumnRoom {
  /** Rows come in order. */
  write(row: number, value: number): void;
  numericColumn(name: string, rows: number): NumericColumn;
  /** @param ranks what stands for each number written */
  categoricalColumn(name: string, rows: number, ranks: Int32Array, categories: readonly string[]): CategoricalColumn;
}

/** @param capacity most rows */
export function memoryRoom(type: NumberType, capacity: number): ColumnRoom {
  const values = sharedNumbers(type, capacity);
  return {
    write(row, value) {
      values[row] = value;
    },
    numericColumn: (name, rows) => ({
      kind: 'numeric',
      name,
      values: values.subarray(0, rows) as Float32Array | Float64Array,
    }),
    categoricalColumn(name, rows, ranks, categories) {
      const codes = values.subarray(0, rows) as Int32Array;
      for (let row = 0; row < rows; row++) if (codes[row]! >= 0) codes[row] = ranks[codes[row]!]!;
      return {kind: 'categorical', name, codes, categories};
    },
  };
}

/** @param column of the store */
export function storedRoom(writer: StoreWriter, column: number, type: NumberType): ColumnRoom {
  const chunk = writer.chunkOf(column);
  const {store} = writer;
  const place = (rows: number, ranks: Int32Array | null): StoredPlace => ({
    store,
    rows,
    offset: writer.offsetOf(column),
    type,
    ranks,
  });
  return {
    write(row, value) {
      chunk[row % store.chunkRows] = value;
    },
    numericColumn: (name, rows) => new StoredNumericColumn(name, place(rows, null)),
    categoricalColumn: (name, rows, ranks, categories) =>
      new StoredCategoricalColumn(name, place(rows, ranks), categories),
  };
}

function sharedNumbers(type: NumberType, length: number): Float32Array | Float64Array | Int32Array {
  switch (type) {
    case 'float32':
      return new Float32Array(new SharedArrayBuffer(4 * length));
    case 'float64':
      return new Float64Array(new SharedArrayBuffer(8 * length));
    case 'int32':
      return new Int32Array(new SharedArrayBuffer(4 * length));
  }
}
