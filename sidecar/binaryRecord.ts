/**
 * A record of named facts and arrays of numbers as bytes that tell by themselves whether they are whole: magic and
 * version, lengths, a checksum. Records may follow each other in one file; a torn last one is known as such. Numbers
 * are little-endian, as on every machine that runs Node.
 */
import {createHash} from 'node:crypto';

const MAGIC = 0x52504c4d; // "MLPR"
const VERSION = 1;
/** magic, version, length of the head, 0; length of all after this, as float64; checksum. */
const PREFIX_BYTES = 32;
const CHECKSUM_BYTES = 8;

export type NumberArray = Float64Array | Float32Array | Uint32Array;
const KINDS = {f64: Float64Array, f32: Float32Array, u32: Uint32Array} as const;

export interface BinaryRecord {
  /** JSON. */
  readonly head: unknown;
  readonly arrays: {readonly [name: string]: NumberArray};
}

export function encodeRecord({head, arrays}: BinaryRecord): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(arrays).map(([name, values]) => ({name, kind: kindOf(values), length: values.length}));
  const text = new TextEncoder().encode(JSON.stringify({head, arrays: entries}));
  const values = Object.values(arrays);
  const length = values.reduce((sum, array) => sum + padded(array.byteLength), padded(text.length));
  const bytes = new Uint8Array(PREFIX_BYTES + length);
  bytes.set(text, PREFIX_BYTES);
  let at = PREFIX_BYTES + padded(text.length);
  for (const array of values) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += padded(array.byteLength);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, text.length, true);
  view.setFloat64(16, length, true);
  bytes.set(checksum(bytes), PREFIX_BYTES - CHECKSUM_BYTES);
  return bytes;
}

/**
 * The record that begins at `from`; null if there is none, or not all of it.
 * @returns its arrays, copied, and where the next record begins
 */
export function decodeRecord(bytes: Uint8Array, from = 0): (BinaryRecord & {readonly end: number}) | null {
  if (bytes.length - from < PREFIX_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + from);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION) return null;
  const textLength = view.getUint32(8, true);
  const length = view.getFloat64(16, true);
  const end = from + PREFIX_BYTES + length;
  if (!(end <= bytes.length)) return null;
  // Not bytes.slice: that of a Buffer copies nothing, and what it shows may begin anywhere in its memory.
  const record = new Uint8Array(bytes.subarray(from, end));
  if (!checksum(record).every((byte, i) => byte === record[PREFIX_BYTES - CHECKSUM_BYTES + i])) return null;

  const {head, arrays: entries} = JSON.parse(
    new TextDecoder().decode(record.subarray(PREFIX_BYTES, PREFIX_BYTES + textLength)),
  ) as {head: unknown; arrays: {name: string; kind: keyof typeof KINDS; length: number}[]};
  let at = PREFIX_BYTES + padded(textLength);
  const arrays: Record<string, NumberArray> = {};
  for (const {name, kind, length: count} of entries) {
    arrays[name] = new KINDS[kind](record.buffer, at, count);
    at += padded(arrays[name].byteLength);
  }
  return {head, arrays, end};
}

function kindOf(values: NumberArray): keyof typeof KINDS {
  return values instanceof Float64Array ? 'f64' : values instanceof Float32Array ? 'f32' : 'u32';
}

/** Arrays begin where 8-byte numbers may. */
function padded(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8;
}

/** Over everything but itself. */
function checksum(record: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(record.subarray(0, PREFIX_BYTES - CHECKSUM_BYTES));
  return hash.update(record.subarray(PREFIX_BYTES)).digest().subarray(0, CHECKSUM_BYTES);
}
