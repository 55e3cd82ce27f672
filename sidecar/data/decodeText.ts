import {isUtf8} from 'node:buffer';
import {dataError} from './dataError.ts';
import {type DataFile, type DataSection, readBytes} from './dataFile.ts';

export type Encoding = Exclude<DataSection['encoding'], 'auto'>;

/** How a text file is encoded: as stated, or UTF-8 unless its first bytes are the mark of UTF-16. */
export function detectEncoding(file: DataFile, head: Buffer, stated: DataSection['encoding']): Encoding {
  refuseBinary(file, head);
  const marked = (Object.keys(marks) as (keyof typeof marks)[]).find(name => head.indexOf(marks[name]) === 0);
  if (stated === 'auto') return marked ?? 'utf-8';
  if (marked === undefined || marked === stated) return stated;
  const text = `the file begins with the byte order mark of ${names[marked]}, but data.encoding is "${stated}". Set data.encoding to "auto".`;
  throw dataError(file, 'wrong-encoding', text, {key: 'data.encoding'});
}

/** Byte order marks. Windows-1252 has none. */
const marks = {
  'utf-8': Buffer.from([0xef, 0xbb, 0xbf]),
  'utf-16le': Buffer.from([0xff, 0xfe]),
  'utf-16be': Buffer.from([0xfe, 0xff]),
};

const names: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little endian)',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'windows-1252',
};

/** Files that are often taken for text. */
function refuseBinary(file: DataFile, head: Buffer): void {
  const known = [
    {begins: 'PK\x03\x04', text: 'it is a spreadsheet or a zip archive. Export or unpack it as CSV first.'},
    {begins: '\x1f\x8b', text: 'it is compressed (gzip). Unpack it first.'},
    {begins: '\x28\xb5\x2f\xfd', text: 'it is compressed (Zstandard). Unpack it first.'},
    {begins: 'PAR1', text: 'it is a Parquet file. Set data.format to "parquet".'},
  ].find(({begins}) => head.indexOf(begins, 0, 'latin1') === 0);
  if (known) throw dataError(file, 'binary-file', known.text, {key: 'data.source'});
}

/**
 * A text file as UTF-8 without its byte order mark. Every piece that comes out holds whole characters.
 * @throws DataError at the first byte that the encoding does not allow, with its line, and for binary files
 */
export async function* decodeText(
  file: DataFile,
  encoding: Encoding,
  signal: AbortSignal | undefined,
  onPiece: (piece: Buffer) => void,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let position = 0;
  for await (const bytes of readBytes(file, signal, onPiece)) {
    const joined = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const length = wholeLength(joined, encoding);
    const mark = isFirst ? markLength(joined, encoding) : 0;
    yield await decodePiece(file, encoding, joined.subarray(mark, length), position + mark);
    isFirst = false;
    rest = joined.subarray(length);
    position += length;
  }
  if (rest.length > 0) throw await invalidText(file, encoding, rest, position);
}

/** Bytes at the beginning of `bytes` that are whole characters; what follows needs the next piece. */
function wholeLength(bytes: Buffer, encoding: Encoding): number {
  if (encoding === 'windows-1252') return bytes.length;
  if (encoding === 'utf-8') return bytes.length - unfinishedUtf8(bytes);
  const even = bytes.length - (bytes.length % 2);
  if (even === 0) return 0;
  const lastUnit = encoding === 'utf-16le' ? bytes.readUInt16LE(even - 2) : bytes.readUInt16BE(even - 2);
  return lastUnit >= 0xd800 && lastUnit < 0xdc00 ? even - 2 : even;
}

/** Bytes at the end that begin a character of more bytes: 0 to 3. */
function unfinishedUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function markLength(bytes: Buffer, encoding: Encoding): number {
  if (encoding === 'windows-1252') return 0;
  return bytes.indexOf(marks[encoding]) === 0 ? marks[encoding].length : 0;
}

async function decodePiece(file: DataFile, encoding: Encoding, bytes: Buffer, position: number): Promise<Buffer> {
  const text = toUtf8(bytes, encoding);
  const isUtf16 = encoding.startsWith('utf-16');
  // Zero bytes come first: another encoding makes no text of a picture or a program.
  if (text ? text.includes(0) : !isUtf16 && bytes.includes(0)) {
    const advice = isUtf16 ? '' : ' If it is UTF-16 text, set data.encoding to "utf-16le".';
    throw dataError(file, 'binary-file', `it is a binary file: it holds zero bytes.${advice}`, {key: 'data.source'});
  }
  if (!text) throw await invalidText(file, encoding, bytes, position);
  return text;
}

/** @returns undefined where the bytes are not of the encoding */
function toUtf8(bytes: Buffer, encoding: Encoding): Buffer | undefined {
  switch (encoding) {
    case 'utf-8':
      return isUtf8(bytes) ? bytes : undefined;
    case 'windows-1252':
      return Buffer.from(bytes.toString('latin1').replace(/[\x80-\x9f]/g, windows1252Character));
    case 'utf-16le':
    case 'utf-16be': {
      if (bytes.length % 2 !== 0) return undefined;
      const text = (encoding === 'utf-16be' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
      // With the flag u, only half a pair matches.
      return /\p{Surrogate}/u.test(text) ? undefined : Buffer.from(text);
    }
  }
}

/**
 * Where windows-1252 differs from ISO 8859-1. By hand, since TextDecoder takes one for the other in some versions of
 * Node (nodejs/node#56542). @see https://encoding.spec.whatwg.org/index-windows-1252.txt
 */
function windows1252Character(character: string): string {
  return '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'[character.charCodeAt(0) - 0x80]!;
}

/** Lines are only counted now that one is needed: counting them always would cost time in every file. */
async function invalidText(file: DataFile, encoding: Encoding, bytes: Buffer, position: number) {
  let valid = 0;
  for (let step = 2 ** Math.ceil(Math.log2(bytes.length + 1)); step >= 1; step /= 2) {
    const prefix = bytes.subarray(0, Math.min(valid + step, bytes.length));
    if (toUtf8(prefix.subarray(0, wholeLength(prefix, encoding)), encoding)) valid = prefix.length;
  }
  const line = await lineAt(file, encoding, position + valid);
  const text = `the text is not ${names[encoding]}. ${
    encoding === 'utf-8'
      ? 'Save it as UTF-8, or set data.encoding to "windows-1252".'
      : 'Set data.encoding to the encoding it was saved in, or save it as UTF-8.'
  }`;
  return dataError(file, 'wrong-encoding', text, {line, key: 'data.encoding'});
}

/** The one-based line of a byte, before which all is valid text. */
async function lineAt(file: DataFile, encoding: Encoding, position: number): Promise<number> {
  let line = 1;
  let at = 0;
  let lastByte = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of readBytes(file, undefined, () => {})) {
    const bytes = Buffer.concat([rest, piece]).subarray(0, position - at);
    const length = wholeLength(bytes, encoding);
    for (const byte of toUtf8(bytes.subarray(0, length), encoding) ?? []) {
      if (byte === carriageReturn || (byte === lineFeed && lastByte !== carriageReturn)) line++;
      lastByte = byte;
    }
    rest = bytes.subarray(length);
    at += length;
    if (at + rest.length >= position) break;
  }
  return line;
}

const lineFeed = 10;
const carriageReturn = 13;
