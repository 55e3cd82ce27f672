/** A file of the safetensors format, read. See `safetensors.ts`. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** Values of each tensor, row-major, and its shape. */
  readonly tensors: ReadonlyMap<string, {readonly shape: readonly number[]; readonly values: Float64Array}>;
}

interface Entry {
  readonly dtype: 'F32' | 'F64';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const LARGEST_HEADER = 100e6;

/** @throws RangeError that says what is wrong with the bytes */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < 8 ? -1 : Number(view.getBigUint64(0, true));
  if (headerLength < 2 || headerLength > LARGEST_HEADER || 8 + headerLength > bytes.length) {
    throw new RangeError('it does not begin with the header of a safetensors file');
  }
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  const {__metadata__: metadata = {}, ...entries} = header;
  const tensors = new Map(
    Object.entries(entries).map(([name, entry]) => [name, tensor(name, entry as Entry, view, 8 + headerLength)]),
  );
  return {metadata: metadata as Record<string, string>, tensors};
}

function parseHeader(text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch {
    // Said below, in the words of the file.
  }
  throw new RangeError('its header is not JSON');
}

function tensor(name: string, {dtype, shape, data_offsets: offsets}: Entry, view: DataView, start: number) {
  const size = {F32: 4, F64: 8}[dtype];
  if (size === undefined)
    throw new RangeError(`its tensor ${name} has the type ${dtype}, which is none of F32 and F64`);
  const length = shape.reduce((product, each) => product * each, 1);
  const [begin, end] = offsets;
  if (end - begin !== length * size || start + end > view.byteLength) {
    throw new RangeError(`it was cut short: its tensor ${name} is not all there`);
  }
  const values = Float64Array.from({length}, (_, i) => {
    const at = start + begin + i * size;
    return dtype === 'F32' ? view.getFloat32(at, true) : view.getFloat64(at, true);
  });
  return {shape, values};
}
