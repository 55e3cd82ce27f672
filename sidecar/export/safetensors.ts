/**
 * The safetensors format: u64 length of a JSON header, the header, then the tensors' bytes, all little-endian.
 * Source: huggingface/safetensors, "Format".
 */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: 'F32' | 'F64';
  readonly shape: readonly number[];
  /** As many as the shape holds, row-major. */
  readonly values: Float64Array;
}

/** @param metadata strings only, as the format demands */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const size = {F32: 4, F64: 8};
  let end = 0;
  const entries = tensors.map(({name, dtype, shape, values}) => {
    const begin = end;
    end += values.length * size[dtype];
    return [name, {dtype, shape, data_offsets: [begin, end]}] as const;
  });
  const header = new TextEncoder().encode(JSON.stringify({__metadata__: metadata, ...Object.fromEntries(entries)}));
  // Padded with blanks, so that the tensors begin at a multiple of 8 bytes.
  const headerLength = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  file.set(header, 8);
  let at = 8 + headerLength;
  for (const {dtype, values} of tensors) {
    for (const value of values) {
      if (dtype === 'F32') view.setFloat32(at, value, true);
      else view.setFloat64(at, value, true);
      at += size[dtype];
    }
  }
  return file;
}
