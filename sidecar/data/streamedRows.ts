import {type ColumnStore, readChunk} from './columnStore.ts';
import type {Encoder, RowEncoder} from './encoder.ts';
import type {Table} from './table.ts';

/** What the chunks of a table on disk may take in the memory of each thread. */
export const KEPT_CHUNK_BYTES = 128e6;

/**
 * Encodes rows of a table on disk, chunk by chunk. Chunks that were used last stay in memory, so rows should come in an
 * order that stays among few chunks for a while, as `writeEpochOrder` arranges them.
 * @param encoderOf makes what encodes the rows of a chunk
 */
export function streamedRowEncoder(
  table: Table & {store: ColumnStore},
  {width}: Encoder,
  encoderOf: (chunk: Table) => RowEncoder,
): RowEncoder {
  const {chunkRows, chunkBytes} = table.store;
  const most = mostChunks(chunkBytes);
  const kept = new Map<number, RowEncoder>();
  const encoderOfChunk = (chunk: number): RowEncoder => {
    const encode = kept.get(chunk) ?? encoderOf(readChunk(table, chunk));
    // A map keeps its keys in the order in which they came: the first is the one used longest ago.
    kept.delete(chunk);
    kept.set(chunk, encode);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return encode;
  };
  return (rows, out) => {
    if (out.length !== rows.length * width) {
      throw new RangeError(`out must have ${rows.length} × ${width} elements, got ${out.length}`);
    }
    for (const [chunk, places] of placesByChunk(rows, chunkRows)) {
      const local = Uint32Array.from(places, place => rows[place]! - chunk * chunkRows);
      const encoded = new Float32Array(local.length * width);
      encoderOfChunk(chunk)(local, encoded);
      places.forEach((place, i) => {
        out.set(encoded.subarray(i * width, (i + 1) * width), place * width);
      });
    }
  };
}

function mostChunks(chunkBytes: number): number {
  return Math.max(2, Math.floor(KEPT_CHUNK_BYTES / chunkBytes));
}

/** Which rows lie together on disk. */
export interface RowBlocks {
  /** The chunk of each row, ascending. */
  readonly of: Uint32Array;
  /** Chunks among which rows may be shuffled: half of those that memory holds, as one batch may have rows of two windows. */
  readonly together: number;
}

/** How the rows of a store are read and shuffled. */
export function streamedFacts({chunkRows, chunkBytes}: ColumnStore): {chunkRows: number; shuffledChunks: number} {
  return {chunkRows, shuffledChunks: Math.floor(mostChunks(chunkBytes) / 2)};
}

/** @param rows of the table, ascending @returns null for a table in memory, where all rows are equally near */
export function rowBlocks({store}: Table, rows: Uint32Array): RowBlocks | null {
  if (!store) return null;
  const {chunkRows, shuffledChunks} = streamedFacts(store);
  return {of: rows.map(row => Math.floor(row / chunkRows)), together: shuffledChunks};
}

/** The indices into `rows` of the rows of each chunk. */
function placesByChunk(rows: Uint32Array, chunkRows: number): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const chunk = Math.floor(rows[i]! / chunkRows);
    const known = places.get(chunk);
    if (known) known.push(i);
    else places.set(chunk, [i]);
  }
  return places;
}
