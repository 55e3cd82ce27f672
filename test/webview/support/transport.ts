/** Messages as text, typed arrays as base64: what crosses from this process into the page. */

const TYPES = {Uint8Array, Uint32Array, Float32Array, Float64Array};

export function packMessage(message: unknown): string {
  return JSON.stringify(message, (_, value) => {
    for (const [name, type] of Object.entries(TYPES)) {
      if (value instanceof type) {
        const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        return {typed: name, base64: bytes.toString('base64')};
      }
    }
    return value;
  });
}

export function unpackMessage(packed: string): unknown {
  return JSON.parse(packed, (_, value) => {
    const type = TYPES[value?.typed as keyof typeof TYPES];
    if (!type) return value;
    const bytes = Uint8Array.from(Buffer.from(value.base64, 'base64'));
    return new type(bytes.buffer);
  });
}
