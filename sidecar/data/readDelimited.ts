import {pipeline} from 'node:stream/promises';
import type {CsvError, InfoRecord} from 'csv-parse';
import type {Cell} from './cell.ts';
import {DataError, dataError} from './dataError.ts';
import {type DataFile, type DataSection, readHead} from './dataFile.ts';
import {decodeText, detectEncoding, type Encoding} from './decodeText.ts';
import {type Delimiter, findDelimiter} from './delimiter.ts';
import {type PlainRows, plainRows} from './plainRows.ts';
import type {RecordReader} from './readRecords.ts';

/** Bytes that are looked at to find the delimiter. */
const sampleLength = 1 << 16;

/** A longer row is taken for a quote that was never closed. Without a bound, the rest of the file would be one cell. */
const longestRow = 1 << 24;

/**
 * CSV and TSV by RFC 4180, and a little wider: four delimiters, all kinds of line ends also mixed, blanks around cells,
 * blank lines. A quote inside an unquoted cell is an error rather than a guess.
 */
export const readDelimited: RecordReader = async (file, data, visitor, signal, onPiece) => {
  const {onColumns, onRow} = visitor;
  const head = await readHead(file, sampleLength);
  const encoding = detectEncoding(file, head, data.encoding);
  const delimiter = await delimiterOf(file, data, encoding);
  let columnCount = 0;
  const onCells = (cells: Cell[], line: number): void => {
    if (columnCount === 0) {
      columnCount = cells.length;
      onColumns(
        data.header ? columnNames(file, cells as string[], line) : cells.map((_, index) => `column${index + 1}`),
      );
      if (data.header) return;
    }
    if (cells.length !== columnCount) throw raggedRow(file, cells.length, columnCount, line, data.header);
    onRow(cells, line);
  };
  const pieces = decodeText(file, encoding, signal, onPiece);
  const wantedOf = () => (columnCount === 0 ? null : (visitor.wanted?.() ?? null));
  const quoted = await readToQuote(file, pieces, plainRows(delimiter.charCodeAt(0), wantedOf, onCells));
  if (quoted) await readQuoted(file, quoted, {encoding, delimiter, signal}, onCells);
  if (columnCount === 0)
    throw dataError(file, 'empty-file', 'the file holds nothing but blanks.', {key: 'data.source'});
  return {encoding, delimiter};
};

/** What is left of a file from the row on in which, or not far behind which, it has a quote. */
interface Quoted {
  readonly pieces: AsyncIterable<Buffer>;
  /** The line on which it begins. */
  readonly line: number;
}

/** @returns null if there is no quote in the file: then all of it was read */
async function readToQuote(file: DataFile, pieces: AsyncGenerator<Buffer>, rows: PlainRows): Promise<Quoted | null> {
  for (;;) {
    const {value, done} = await pieces.next();
    if (done) break;
    if (value.includes(quote)) {
      const {bytes, line} = rows.rest();
      return {pieces: following([bytes, value], pieces), line};
    }
    if (rows.read(value) > longestRow) throw rowTooLong(file, rows.rest().line);
  }
  rows.end();
  return null;
}

async function* following(first: readonly Buffer[], pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* pieces;
}

async function readQuoted(
  file: DataFile,
  {pieces, line}: Quoted,
  {encoding, delimiter, signal}: {encoding: Encoding; delimiter: Delimiter; signal: AbortSignal | undefined},
  onCells: (cells: string[], line: number) => void,
): Promise<void> {
  // Loaded here: most files have no quotes, and each worker would load it too.
  const {parse} = await import('csv-parse');
  const lines = lineCounter(line - 1);
  const onRecord = (cells: string[], info: InfoRecord): null => {
    const line = lines.next(cells, info);
    for (let i = 0; i < cells.length; i++) cells[i] = cells[i]!.trim();
    onCells(cells, line);
    return null;
  };
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
    max_record_size: longestRow,
    on_record: onRecord,
  });
  // No record goes further than on_record; the end must still be read for the stream to close.
  parser.resume();
  try {
    await pipeline(pieces, parser, {signal});
  } catch (error) {
    throw await rowError(file, encoding, error, lines.start, signal);
  }
}

async function delimiterOf(file: DataFile, data: DataSection, encoding: Encoding): Promise<Delimiter> {
  if (data.delimiter !== 'auto') return data.delimiter;
  // What the sample's length means in characters depends on the encoding, so it is read through the decoder.
  for await (const piece of decodeText(file, encoding, undefined, () => {})) {
    const sample = piece.toString('utf8', 0, sampleLength);
    const isTsv = data.format === 'tsv' || (data.format === 'auto' && /\.tsv$/i.test(data.source));
    if (isTsv && sample.split(/[\r\n]/, 1)[0]!.includes('\t')) return '\t';
    return findDelimiter(sample, file.byteLength <= sampleLength && piece.length <= sampleLength);
  }
  return ',';
}

/**
 * The line on which each row begins, in what follows the first `linesBefore` lines of the file. The parser counts a CRLF inside quotes as two, so its count only tells whether a
 * row spans lines.
 */
function lineCounter(linesBefore: number) {
  let end = linesBefore;
  let parserEnd = 0;
  let emptyLines = 0;
  /** The line on which a row begins, with the number of empty lines that the parser has met so far. */
  const start = (emptyLinesNow: number) => end + (emptyLinesNow - emptyLines) + 1;
  return {
    start,
    next(cells: readonly string[], info: InfoRecord): number {
      const first = start(info.empty_lines);
      const spansLines = info.lines > parserEnd + (info.empty_lines - emptyLines) + 1;
      end = first + (spansLines ? cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0) : 0);
      parserEnd = info.lines;
      emptyLines = info.empty_lines;
      return first;
    },
  };
}

function columnNames(file: DataFile, cells: readonly string[], line: number): string[] {
  const names = cells.map(cell => cell.trim());
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const number = index + 1;
    if (name === '') {
      const text = 'the column has no name. Give it one in the first line.';
      throw dataError(file, 'empty-column-name', text, {line, column: number, key: 'data.source'});
    }
    const other = seen.get(name);
    if (other !== undefined) {
      const text = `the columns ${other} and ${number} have the same name. ${
        looksLikeData(names)
          ? 'The line looks like a row of data: if it is, set data.header to false.'
          : 'Rename one of them.'
      }`;
      throw dataError(file, 'duplicate-column', text, {line, column: name, key: 'data.header'});
    }
    seen.set(name, number);
  }
  return names;
}

/** Whether names look like a row of data: most of them are numbers. */
export function looksLikeData(names: readonly string[]): boolean {
  return names.filter(name => name !== '' && !Number.isNaN(Number(name))).length > names.length / 2;
}

function raggedRow(file: DataFile, found: number, expected: number, line: number, hasHeader: boolean): DataError {
  const cells = (count: number) => (count === 1 ? '1 cell' : `${count} cells`);
  const first = hasHeader ? `the header has ${expected}` : `the first row has ${expected}`;
  const advice =
    found > expected ? 'Put a cell that holds the delimiter in quotes.' : 'Leave the cells of missing values empty.';
  return dataError(file, 'ragged-row', `the row has ${cells(found)}, but ${first}. ${advice}`, {
    line,
    key: 'data.source',
  });
}

/** @param startOf the line on which the row that could not be read begins */
async function rowError(
  file: DataFile,
  encoding: Encoding,
  error: unknown,
  startOf: (emptyLines: number) => number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (signal?.aborted) return signal.reason;
  if (error instanceof DataError || !isCsvError(error)) return error;
  const column = typeof error.column === 'number' ? error.column + 1 : undefined;
  const line = startOf(error.empty_lines);
  const place = {line, column, key: 'data.source'};
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED': {
      const opened = await openQuoteLine(file, encoding);
      const text = 'the quote (") that opens here is never closed.';
      return dataError(file, 'quote-not-closed', text, {...place, line: opened}, error);
    }
    case 'CSV_MAX_RECORD_SIZE': {
      return rowTooLong(file, line, error);
    }
    default: {
      const text =
        'a quote (") stands inside the cell. Put the whole cell in quotes, and write each quote in it twice ("").';
      return dataError(file, 'stray-quote', text, place, error);
    }
  }
}

function rowTooLong(file: DataFile, line: number, cause?: unknown): DataError {
  const text = 'the row that begins here is longer than 16 MB. Is a quote (") in it never closed?';
  return dataError(file, 'row-too-long', text, {line, key: 'data.source'}, cause);
}

function isCsvError(error: unknown): error is CsvError & {column: unknown; empty_lines: number} {
  return error instanceof Error && 'code' in error && /^(CSV_|INVALID_)/.test(String(error.code));
}

/** The line on which the last quote opens. Everything before it was read, so quotes there come in pairs. */
async function openQuoteLine(file: DataFile, encoding: Encoding): Promise<number> {
  let line = 1;
  let opened = 1;
  let isQuoted = false;
  let last = 0;
  for await (const piece of decodeText(file, encoding, undefined, () => {})) {
    for (const byte of piece) {
      if (byte === carriageReturn || (byte === lineFeed && last !== carriageReturn)) line++;
      if (byte === quote) {
        // A quote right behind a closing one is part of the cell, which stays open from where it was.
        if (!isQuoted && last !== quote) opened = line;
        isQuoted = !isQuoted;
      }
      last = byte;
    }
  }
  return opened;
}

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;
