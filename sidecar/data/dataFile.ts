import {createHash} from 'node:crypto';
import {type FileHandle, open, readdir, stat} from 'node:fs/promises';
import {basename, dirname, extname, join} from 'node:path';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {closestName} from '../closestName.ts';
import {dataError} from './dataError.ts';

export type DataSection = ResolvedDocument['data'];
export type DataFormat = 'delimited' | 'jsonLines' | 'parquet';

/** An open data file. Who opens it closes its handle. */
export interface DataFile {
  readonly path: string;
  /** As the document names it. */
  readonly name: string;
  readonly format: DataFormat;
  readonly handle: FileHandle;
  readonly byteLength: number;
  readonly modifiedMs: number;
}

/** Opens the file of a document's data. @throws DataError if it is not there, or not a file that can be read */
export async function openDataFile(path: string, data: DataSection): Promise<DataFile> {
  const name = data.source;
  // A file with an unknown ending must still exist before its ending is worth a word.
  const file = {path, name, format: 'delimited'} as const;
  try {
    // Looked at before it is opened: opening a pipe would wait for someone to write to it.
    const {size, mtimeMs} = await statFile(file);
    if (size === 0) throw dataError(file, 'empty-file', 'the file is empty.', {key: 'data.source'});
    const format = formatOf(path, data);
    const handle = await open(path);
    return {path, name, format, handle, byteLength: size, modifiedMs: mtimeMs};
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    const code = String(error.code);
    const close = code === 'ENOENT' ? await otherFile(path) : undefined;
    const hint = close === undefined ? '' : ` Did you mean "${close}"?`;
    const meant = close === undefined ? undefined : join(dirname(name), close).replaceAll('\\', '/');
    const [problem, text] = reasons[code] ?? (['file-unreadable', `the file cannot be read (${code}).`] as const);
    throw dataError(file, problem, text + hint, {key: 'data.source', meant}, error);
  }
}

const reasons: Readonly<Record<string, readonly [code: string, text: string]>> = {
  ENOENT: ['file-not-found', 'there is no such file.'],
  ENOTDIR: ['file-not-found', 'a part of its path is a file, not a folder.'],
  EACCES: ['no-permission', 'permission to read it was denied.'],
  EPERM: ['no-permission', 'permission to read it was denied.'],
};

async function statFile(file: {path: string; name: string; format: DataFormat}) {
  const found = await stat(file.path);
  if (found.isFile()) return found;
  const kind = found.isDirectory() ? 'it is a folder' : 'it is not a regular file';
  throw dataError(file, 'not-a-file', `${kind}. Set data.source to a data file.`, {key: 'data.source'});
}

async function otherFile(path: string): Promise<string | undefined> {
  // The folder may be what is missing; then there is nothing to suggest.
  const names = await readdir(dirname(path)).catch(() => []);
  return closestName(basename(path), names);
}

const endings: Readonly<Record<string, DataFormat>> = {
  '.csv': 'delimited',
  '.tsv': 'delimited',
  '.jsonl': 'jsonLines',
  '.ndjson': 'jsonLines',
  '.parquet': 'parquet',
};

/** The format that the document states or the name's ending tells. @throws DataError if neither does */
export function formatOf(path: string, data: DataSection): DataFormat {
  if (data.format === 'jsonLines' || data.format === 'parquet') return data.format;
  if (data.format !== 'auto') return 'delimited';
  const ending = extname(data.source).toLowerCase();
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (format) return format;
  const text = `${ending === '' ? 'without an ending its name does' : `the ending "${ending}" does`} not tell its format. Set data.format to "csv", "tsv", "jsonLines" or "parquet".`;
  throw dataError({path, name: data.source, format: 'delimited'}, 'unknown-format', text, {key: 'data.format'});
}

/** 256 KiB: larger pieces are not read faster, and each is a moment in which nothing else runs. */
const pieceLength = 1 << 18;

/**
 * The bytes of a file in order. Each piece is a buffer of its own, which the reader may keep.
 * @param onPiece sees each piece first, for a hash of the whole
 */
export async function* readBytes(
  {handle}: Pick<DataFile, 'handle'>,
  signal: AbortSignal | undefined,
  onPiece: (piece: Buffer) => void,
): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    signal?.throwIfAborted();
    const {buffer, bytesRead} = await handle.read(Buffer.allocUnsafeSlow(pieceLength), 0, pieceLength, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const piece = buffer.subarray(0, bytesRead);
    onPiece(piece);
    yield piece;
  }
}

/** SHA-256 of a whole file, hexadecimal. */
export async function hashFile(file: DataFile, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of readBytes(file, signal, () => {})) hash.update(piece);
  return hash.digest('hex');
}

/** The first bytes of a file, fewer where it is shorter. */
export async function readHead({handle}: DataFile, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}
