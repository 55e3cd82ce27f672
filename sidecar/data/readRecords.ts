import {createHash} from 'node:crypto';
import type {Cell} from './cell.ts';
import {type DataFile, type DataSection, hashFile, openDataFile} from './dataFile.ts';
import type {Encoding} from './decodeText.ts';
import type {Delimiter} from './delimiter.ts';
import {readDelimited} from './readDelimited.ts';
import {readJsonLines} from './readJsonLines.ts';

/** What is done with the rows of a file while it is read. Neither function may keep the arrays that it is given. */
export interface RecordVisitor {
  /** Called before the first row, and in JSON Lines again when a row brings new names, with all names so far. */
  onColumns(names: readonly string[]): void;
  /**
   * @param cells in the order of the columns; undefined, or too few, where the row has no such value. Text has no
   *   blanks around it.
   * @param line where the row begins, one-based; in Parquet the number of the row
   */
  onRow(cells: ReadonlyArray<Cell | undefined>, line: number): void;
  /** What is wanted of each column (`WANTED`), asked before each row; absent: text, or what the format holds. */
  wanted?(): Uint8Array;
}

/** How a text file turned out to be written. */
export interface TextFacts {
  readonly encoding: Encoding | null;
  readonly delimiter: Delimiter | null;
}

/** Reads the rows of one format. @param onPiece must see all bytes of the file, in order, if it is a text file */
export type RecordReader = (
  file: DataFile,
  data: DataSection,
  visitor: RecordVisitor,
  signal: AbortSignal | undefined,
  onPiece: (piece: Buffer) => void,
) => Promise<TextFacts>;

export interface FileFacts extends TextFacts {
  readonly format: DataFile['format'];
  readonly byteLength: number;
  readonly modifiedMs: number;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

const readers: Readonly<Record<DataFile['format'], RecordReader>> = {
  delimited: readDelimited,
  jsonLines: readJsonLines,
  // Loaded on demand, since few files are: it would be an eighth of what each start of a run reads.
  parquet: async (...asked) => (await import('./readParquet.ts')).readParquet(...asked),
};

/**
 * Reads a data file from its first row to its last, in bounded memory.
 * @param visit gets the opened file, for its messages, and tells what is done with the rows
 * @throws DataError if the file cannot be read; the signal's reason if it is aborted
 */
export async function readRecords(
  path: string,
  data: DataSection,
  visit: (file: DataFile) => RecordVisitor,
  signal: AbortSignal | undefined,
): Promise<FileFacts> {
  const file = await openDataFile(path, data);
  try {
    const hash = createHash('sha256');
    const facts = await readers[file.format](file, data, visit(file), signal, piece => hash.update(piece));
    const sha256 = file.format === 'parquet' ? await hashFile(file, signal) : hash.digest('hex');
    const {format, byteLength, modifiedMs} = file;
    return {...facts, format, byteLength, modifiedMs, sha256};
  } finally {
    await file.handle.close();
  }
}
