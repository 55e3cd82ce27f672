import type {Cell} from './cell.ts';

/** What is wanted of a column's cells. A reader may give text where it could give nothing or a number. */
export const WANTED = {text: 0, number: 1, nothing: 2} as const;

/** Reads rows piece by piece from UTF-8 text that holds no quote. */
export interface PlainRows {
  /** @throws what `onRow` throws @returns bytes of a row that is not yet complete */
  read(piece: Buffer): number;
  /** The row that no line end follows. */
  end(): void;
  /** The bytes of the row that is not yet complete, and the line on which it begins, for another reader to go on with. */
  rest(): {bytes: Buffer; line: number};
}

const lineFeed = 10;
const carriageReturn = 13;

/**
 * The common case of CSV and TSV, several times as fast as what knows quotes: cells are found as bytes, and become
 * numbers without becoming text where numbers are wanted. What a row is follows `readDelimited`.
 * @param delimiter a byte
 * @param wantedOf what is wanted of each column, asked before each row; null: text
 * @param onRow gets an array that it may not keep
 */
export function plainRows(
  delimiter: number,
  wantedOf: () => Uint8Array | null,
  onRow: (cells: Cell[], line: number) => void,
): PlainRows {
  const cells: Cell[] = [];
  let waiting: Buffer = Buffer.alloc(0);
  /** Line on which the waiting row begins. */
  let line = 1;

  /** Reads rows that end before `end`. @returns where the row that does not begins */
  function readRows(bytes: Buffer, end: number): number {
    let rowStart = 0;
    while (rowStart < end) {
      const rowEnd = readRow(bytes, rowStart, end);
      if (rowEnd < 0) break;
      // CRLF is one line end; whether a feed follows the last return is not known yet.
      if (bytes[rowEnd] === carriageReturn && rowEnd + 1 === bytes.length) break;
      // Lines of nothing but blanks are no rows.
      if (cells.length > 1 || cells[0] !== '') onRow(cells, line);
      line++;
      rowStart = rowEnd + (bytes[rowEnd] === carriageReturn && bytes[rowEnd + 1] === lineFeed ? 2 : 1);
    }
    return rowStart;
  }

  /** Fills `cells`. @returns where the row's line end is, −1 where there is none before `end` */
  function readRow(bytes: Buffer, start: number, end: number): number {
    const wanted = wantedOf();
    let count = 0;
    let cellStart = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte !== delimiter && byte !== lineFeed && byte !== carriageReturn) continue;
      // The first cell is always looked at: it may be a blank line.
      cells[count] = readCell(bytes, cellStart, at, wanted && count > 0 ? wanted[count]! : WANTED.text);
      count++;
      if (byte !== delimiter) {
        cells.length = count;
        return at;
      }
      cellStart = at + 1;
    }
    return -1;
  }

  return {
    read(piece) {
      const bytes = waiting.length === 0 ? piece : Buffer.concat([waiting, piece]);
      waiting = bytes.subarray(readRows(bytes, bytes.length));
      return waiting.length;
    },
    end() {
      if (waiting.length === 0) return;
      // A line end of our own completes the row, and a return that waits for its feed.
      const bytes = Buffer.concat([waiting, Buffer.from('\n')]);
      waiting = Buffer.alloc(0);
      readRows(bytes, bytes.length);
    },
    rest: () => ({bytes: waiting, line}),
  };
}

function readCell(bytes: Buffer, start: number, end: number, wanted: number): Cell {
  if (wanted === WANTED.nothing) return null;
  while (start < end && isBlank(bytes[start]!)) start++;
  while (end > start && isBlank(bytes[end - 1]!)) end--;
  if (start === end) return '';
  if (wanted === WANTED.number) {
    const value = plainNumber(bytes, start, end);
    if (!Number.isNaN(value)) return value;
  }
  return bytes.toString('utf8', start, end).trim();
}

/** Powers of ten that float64 holds exactly, as far as they are needed. */
const POWERS = Float64Array.from({length: 16}, (_, exponent) => Number(`1e${exponent}`));

/**
 * The number that some digits with at most one point and a sign write; NaN for all else, which text is needed for.
 * Up to 15 digits are an integer that float64 holds exactly, and so is the power of ten: their quotient, rounded once,
 * is the nearest float64 (Clinger 1990), what Number() gives.
 */
function plainNumber(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === 45;
  let at = isNegative ? start + 1 : start;
  let value = 0;
  let digits = 0;
  let pointAt = -1;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
    } else if (digit === -2 && pointAt < 0) pointAt = at;
    else return Number.NaN;
  }
  if (digits === 0 || digits > 15) return Number.NaN;
  if (pointAt >= 0) value /= POWERS[end - pointAt - 1]!;
  return isNegative ? -value : value;
}

/** Space, tab, and other ASCII characters that take room without ink. */
function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
