import {describe, expect, test} from 'vitest';
import {
  erf,
  exp,
  expm1,
  log,
  log1p,
  normalQuantile,
  sigmoid,
  softplus,
  tanh,
} from '../../../sidecar/kernels/elementary.ts';
import {maskWord, RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {hasFusedMultiplyAdd, hasSimd} from '../../../sidecar/kernels/wasmFeatures.ts';
import {canRun, createKernels, type KernelBuild} from '../../../sidecar/kernels/wasmKernels.ts';

const builds = (['strict', 'relaxed'] as const).filter(canRun);
const random = new RandomStream(randomKey(3));

test('the machine has SIMD: without it nothing below would be tested', () => {
  expect(hasSimd()).toBe(true);
});

test('relaxed kernels run only where strict ones do', () => {
  expect(hasSimd() || !hasFusedMultiplyAdd()).toBe(true);
  expect(canRun('strict')).toBe(hasSimd());
  expect(canRun('relaxed')).toBe(hasSimd() && hasFusedMultiplyAdd());
});

describe.each(builds)('the %s build', build => {
  test.each([
    {name: 'exp', definition: exp},
    {name: 'log', definition: log},
    {name: 'expm1', definition: expm1},
    {name: 'log1p', definition: log1p},
    {name: 'tanh', definition: tanh},
    {name: 'sigmoid', definition: sigmoid},
    {name: 'softplus', definition: softplus},
    {name: 'erf', definition: erf},
    {name: 'normalQuantile', definition: normalQuantile},
  ] as const)('$name gives the bits of the TypeScript function', ({name, definition}) => {
    const {kernels} = createKernels(build);

    const different = probes(name === 'normalQuantile').filter(x => !Object.is(kernels[name](x), definition(x)));

    expect(different).toEqual([]);
  });

  // On both sides of vectors of 4, tiles of 6 and 8, panels of 32, chunks of 24 and segments of 192.
  test.each([
    {rows: 1, inner: 1, columns: 1},
    {rows: 2, inner: 3, columns: 8},
    {rows: 7, inner: 24, columns: 9},
    {rows: 8, inner: 25, columns: 16},
    {rows: 13, inner: 192, columns: 31},
    {rows: 16, inner: 193, columns: 32},
    {rows: 17, inner: 40, columns: 33},
    {rows: 5, inner: 300, columns: 63},
    {rows: 16, inner: 60, columns: 60},
    {rows: 11, inner: 256, columns: 39},
    {rows: 6, inner: 257, columns: 4},
  ])('dense and sparse products of $rows × $inner × $columns are the same bits', shape => {
    const {rows, inner, columns} = shape;
    const room = allocate(build);
    const x = room.fill(rows * inner, () => (random.uniform() < 0.5 ? 0 : random.uniform() - 0.5));
    const matrix = room.panels(inner, columns, () => random.uniform() - 0.5);
    const bias = room.fill(columns, () => random.uniform() - 0.5);
    const [packed, lists, ends, sums] = [rows * inner + inner, 2 * rows * inner, 3 * rows, 32 * rows + 32].map(count =>
      room.fill(count, () => Number.NaN),
    ) as [number, number, number, number];
    // A row behind the last may be written.
    const end = (rows + 1) * columns;
    const [dense, sparse] = [0, 0].map(() => room.fill(end + 1, () => 7)) as [number, number];
    const {kernels} = room;

    kernels.packRows(x, rows, inner, packed);
    kernels.multiplyDense(packed, rows, inner, matrix.address, columns, 0, columns, bias, true, sums, dense);
    kernels.listRows(x, rows, inner, lists, ends);
    kernels.multiplySparse(lists, ends, rows, inner, matrix.address, columns, 0, columns, bias, true, sums, sparse);

    expect(room.read(sparse, rows * columns)).toEqual(room.read(dense, rows * columns));
    expect([room.read(dense, end + 1).at(-1), room.read(sparse, end + 1).at(-1)]).toEqual([7, 7]);
    const expected = productReference(room.read(x, rows * inner), matrix.at, room.read(bias, columns), shape);
    room.read(dense, rows * columns).forEach((value, i) => {
      // Each of the sums rounds inner times, at most 2^-24 of partial sums below inner / 4.
      expect(Math.abs(value - expected[i]!)).toBeLessThan((inner + 1) ** 2 * 2 ** -26);
    });
  });

  test.each([1, 4, 5, 31])('mask words of %i elements are those of the definition, the last dropped one too', count => {
    const room = allocate(build);
    const factors = room.fill(count, () => 7);
    const key = {low: 0xfffffffe, high: 0x9e3779b9};
    const lastDropped = maskWord(key, count - 1);

    room.kernels.drawMask(key.low, key.high, lastDropped, 1.5, count, factors);

    const expected = Float32Array.from({length: count}, (_, i) => (maskWord(key, i) <= lastDropped ? 0 : 1.5));
    expect(room.read(factors, count)).toEqual(expected);
  });
});

/** Values in all parts of the functions' domains, and the special ones. */
function probes(isProbability: boolean): number[] {
  const special = [0, -0, 1, -1, 0.5, 2, -2, 1e-300, -1e-300, 5e-324, 1e300, -1e300, 710, -746, Number.NaN];
  const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -28, 2 ** -54, 0.84375, 1.25, 6];
  const any = Array.from({length: 20_000}, (_, i) => {
    const u = random.uniform();
    if (isProbability) return i % 2 === 0 ? u : u * 10 ** (-300 * random.uniform());
    return (2 * u - 1) * 10 ** (6 * random.uniform() - 3);
  });
  return [...special, ...infinite, ...any];
}

/** Memory of kernels in which a test writes its operands one behind the other. */
function allocate(build: KernelBuild) {
  const {kernels, memory} = createKernels(build);
  memory.grow(15);
  const floats = new Float32Array(memory.buffer);
  let next = Math.ceil(kernels.firstFreeByte() / 64) * 16;
  const fill = (count: number, value: (i: number) => number) => {
    const start = next;
    for (let i = 0; i < count; i++) floats[start + i] = value(i);
    next = start + Math.ceil(count / 16) * 16 + 16;
    return 4 * start;
  };
  return {
    kernels,
    fill,
    read: (address: number, count: number) => floats.slice(address / 4, address / 4 + count),
    /** A matrix [inner × columns] in panels. */
    panels(inner: number, columns: number, value: () => number) {
      const padded = Math.ceil(columns / 8) * 8;
      const address = fill(inner * padded, () => 0);
      const indexOf = (k: number, column: number) => {
        const start = column - (column % 32);
        return address / 4 + start * inner + k * Math.min(32, padded - start) + (column - start);
      };
      for (let k = 0; k < inner; k++) {
        for (let column = 0; column < columns; column++) floats[indexOf(k, column)] = value();
      }
      return {address, at: (k: number, column: number) => floats[indexOf(k, column)]!};
    },
  };
}

/** relu(x · matrix + bias) in float64. */
function productReference(
  x: Float32Array,
  at: (k: number, column: number) => number,
  bias: Float32Array,
  {rows, inner, columns}: {readonly rows: number; readonly inner: number; readonly columns: number},
): number[] {
  return Array.from({length: rows * columns}, (_, i) => {
    const row = Math.floor(i / columns);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += x[row * inner + k]! * at(k, i % columns);
    return Math.max(0, sum + bias[i % columns]!);
  });
}
