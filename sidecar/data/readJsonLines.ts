import {type Cell, NESTED} from './cell.ts';
import {dataError} from './dataError.ts';
import {type DataFile, readHead} from './dataFile.ts';
import {decodeText, detectEncoding} from './decodeText.ts';
import type {RecordReader} from './readRecords.ts';

/** A longer line is taken for a file that is not JSON Lines. */
const longestLine = 1 << 24;

/** One JSON object a line. The columns are the keys of all objects, in the order in which they first appear. */
export const readJsonLines: RecordReader = async (file, data, {onColumns, onRow}, signal, onPiece) => {
  const encoding = detectEncoding(file, await readHead(file, 16), data.encoding);
  const indexOf = new Map<string, number>();
  let line = 0;
  const onLine = (text: string) => {
    line++;
    if (text.trim() === '') return;
    const entries = Object.entries(parseObject(file, text, line));
    const known = indexOf.size;
    for (const [key] of entries) addColumn(file, indexOf, key.trim(), line);
    if (indexOf.size > known) onColumns([...indexOf.keys()]);
    const cells = new Array<Cell>(indexOf.size).fill(null);
    for (const [key, value] of entries) cells[indexOf.get(key.trim())!] = cellOf(value);
    onRow(cells, line);
  };

  let rest = '';
  for await (const piece of decodeText(file, encoding, signal, onPiece)) {
    const lines = (rest + piece.toString()).split(/\r\n|\n|\r(?!$)/);
    // The last line may go on in the next piece, and so may a CRLF.
    rest = lines.pop()!;
    lines.forEach(onLine);
    if (rest.length > longestLine) {
      const text = 'the line is longer than 16 MB. JSON Lines has one object a line, and no list around them.';
      throw dataError(file, 'row-too-long', text, {line: line + 1, key: 'data.source'});
    }
  }
  for (const last of rest.split('\r')) onLine(last);
  if (indexOf.size === 0) throw dataError(file, 'empty-file', 'the file holds no values.', {key: 'data.source'});
  return {encoding, delimiter: null};
};

function parseObject(file: DataFile, text: string, line: number): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = text.trimStart().startsWith('[')
      ? 'a list that spans lines is no JSON Lines. Write one object a line, and no list around them.'
      : `the line is not valid JSON (${error instanceof Error ? withoutPosition(error.message) : error}).`;
    throw dataError(file, 'invalid-json', reason, {line, key: 'data.source'}, error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  throw dataError(file, 'invalid-json', `the line must be one JSON object, got ${found}.`, {line, key: 'data.source'});
}

/** The parser's message without what differs between its versions: the position and the text around it. */
function withoutPosition(message: string): string {
  return message.replace(/(, |\s)(\.\.\.|").*$| (in JSON )?at position.*$/s, '').replace(/\s+$/, '');
}

function addColumn(file: DataFile, indexOf: Map<string, number>, name: string, line: number): void {
  if (name === '') {
    const text = 'a key of the object is empty. Give the column a name.';
    throw dataError(file, 'empty-column-name', text, {line, key: 'data.source'});
  }
  if (!indexOf.has(name)) indexOf.set(name, indexOf.size);
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || value === null) return value;
  return typeof value === 'boolean' ? String(value) : NESTED;
}
