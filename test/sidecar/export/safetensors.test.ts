import {expect, test} from 'vitest';
import {writeSafetensors} from '../../../sidecar/export/safetensors.ts';

test('a safetensors file holds its header, padded to 8 bytes, and then the values, little-endian', () => {
  const file = writeSafetensors(
    [
      {name: 'a', dtype: 'F32', shape: [2], values: Float64Array.of(1, -2.5)},
      {name: 'b', dtype: 'F64', shape: [1, 1], values: Float64Array.of(0.1)},
    ],
    {kind: 'test'},
  );
  const view = new DataView(file.buffer);
  const length = Number(view.getBigUint64(0, true));
  expect(length % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))).toEqual({
    __metadata__: {kind: 'test'},
    a: {dtype: 'F32', shape: [2], data_offsets: [0, 8]},
    b: {dtype: 'F64', shape: [1, 1], data_offsets: [8, 16]},
  });
  expect(view.getFloat32(8 + length, true)).toBe(1);
  expect(view.getFloat32(12 + length, true)).toBe(-2.5);
  expect(view.getFloat64(16 + length, true)).toBe(0.1);
  expect(file.length).toBe(8 + length + 16);
});
