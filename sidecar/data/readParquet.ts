import * as zlib from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from 'hyparquet';
import {type Cell, NESTED} from './cell.ts';
import {DataError, dataError} from './dataError.ts';
import {type DataFile, readHead} from './dataFile.ts';
import type {RecordReader} from './readRecords.ts';

/** Apache Parquet, one row group at a time, so that memory is bounded by the largest of them. */
export const readParquet: RecordReader = async (file, _data, {onColumns, onRow}, signal) => {
  await refuseOtherFiles(file);
  const buffer = asyncBuffer(file);
  const metadata = await withReasons(file, () => parquetMetadataAsync(buffer, {geoparquet: false}));
  const names = await withReasons(file, async () => topLevelNames(file, metadata));
  onColumns(names);
  const scan = await withReasons(file, () =>
    parquetScan({file: buffer, metadata, compressors, geoparquet: false, useOffsetIndex: false}),
  );
  for (const {rowStart, rowEnd} of scan.ranges) {
    const columns: ArrayLike<unknown>[] = [];
    for (const column of names) {
      signal?.throwIfAborted();
      columns.push(await withReasons(file, () => scan.readColumn({column, rowStart, rowEnd})));
    }
    const cells = new Array<Cell>(names.length);
    for (let row = rowStart; row < rowEnd; row++) {
      for (let i = 0; i < cells.length; i++) cells[i] = cellOf(columns[i]![row - rowStart]);
      onRow(cells, row + 1);
    }
  }
  return {encoding: null, delimiter: null};
};

const magic = 'PAR1';

async function refuseOtherFiles(file: DataFile): Promise<void> {
  const head = (await readHead(file, 4)).toString('latin1');
  const tail = Buffer.alloc(4);
  await file.handle.read(tail, 0, 4, Math.max(0, file.byteLength - 4));
  if (head !== magic) {
    const text = 'it is no Parquet file. Set data.format to the format that it has.';
    throw dataError(file, 'not-parquet', text, {key: 'data.format'});
  }
  if (tail.toString('latin1') !== magic || file.byteLength < 12) {
    throw dataError(file, 'parquet-cut-short', 'the end of the file is missing. Copy or write it again.', {
      key: 'data.source',
    });
  }
}

function asyncBuffer({handle, byteLength}: DataFile): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(Math.max(0, end - start));
      const {bytesRead} = await handle.read(bytes, 0, bytes.length, start);
      return bytesRead === bytes.length ? bytes.buffer : bytes.buffer.slice(0, bytesRead);
    },
  };
}

/** Snappy is built in; what Node can unpack is added. Zstandard is there from Node 22.15 on. */
const compressors: Compressors = {
  GZIP: input => zlib.gunzipSync(input),
  BROTLI: input => zlib.brotliDecompressSync(input),
  ...(typeof zlib.zstdDecompressSync === 'function' ? {ZSTD: input => zlib.zstdDecompressSync(input)} : {}),
};

function topLevelNames(file: DataFile, metadata: FileMetaData): string[] {
  const names = parquetSchema(metadata).children.map(child => child.element.name);
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name.trim() === '') {
      const text = 'the column has no name. Give it one.';
      throw dataError(file, 'empty-column-name', text, {column: index + 1, key: 'data.source'});
    }
    if (first < index) {
      const text = `the columns ${first + 1} and ${index + 1} have the same name. Rename one of them.`;
      throw dataError(file, 'duplicate-column', text, {column: name, key: 'data.source'});
    }
  }
  return names;
}

/** What the reader throws depends on the bytes of the file, so it is the file's fault, not ours. */
async function withReasons<T>(file: DataFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError || !(error instanceof Error)) throw error;
    const codec = /unsupported compression codec: (\w+)/.exec(error.message)?.[1];
    const text = codec
      ? `it is compressed with ${codec}, which cannot be read. Write it with Snappy, gzip or Zstandard.`
      : `it is damaged, or uses something of Parquet that cannot be read (${error.message}). Write it again, or as CSV.`;
    throw dataError(file, 'parquet-unreadable', text, {key: 'data.source'}, error);
  }
}

function cellOf(value: unknown): Cell {
  switch (typeof value) {
    case 'number':
      return value;
    case 'string':
      return value.trim();
    case 'boolean':
      return String(value);
    case 'bigint':
      // Identifiers beyond 2^53 would merge as numbers; as text they stay apart, and are numbers where those are wanted.
      return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value);
    case 'undefined':
      return null;
    default:
      if (value === null) return null;
      return value instanceof Date ? value.getTime() : NESTED;
  }
}
