import {expect, test} from 'vitest';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {collectTerms, createTerms, sumRows} from '../../../sidecar/network/plain/sumRows.ts';

// Both sides of the block of eight sums, and no width at all.
test.each([0, 1, 2, 7, 8, 9, 15, 16, 17, 30].map(width => ({width})))(
  'a vector with zeros times a matrix of $width columns has the bits of the dense sum, and the neighbours are left alone',
  ({width}) => {
    const random = new RandomStream(randomKey(width));
    const inner = 23;
    const vector = Float32Array.from({length: inner}, () => (random.below(2) === 0 ? 0 : random.uniform() - 0.5));
    const matrix = Float32Array.from({length: inner * width}, () => random.uniform() - 0.5);
    const out = new Float32Array(width + 6).fill(-7);
    const terms = createTerms(inner);

    collectTerms(vector, 0, 1, inner, width, terms);
    sumRows(terms, matrix, out, 3, width);

    expect([...out]).toEqual([-7, -7, -7, ...denseSums(vector, matrix, width), -7, -7, -7]);
  },
);

test('a column is collected by its stride, and an infinite or undefined element is kept', () => {
  const source = Float32Array.of(0, 1, 0, Number.NaN, 0, -0, 0, Number.POSITIVE_INFINITY);
  const terms = createTerms(4);

  collectTerms(source, 1, 2, 4, 10, terms);

  expect([...terms.values.subarray(0, terms.count)]).toEqual([1, Number.NaN, Number.POSITIVE_INFINITY]);
  expect([...terms.starts.subarray(0, terms.count)]).toEqual([0, 10, 30]);
});

/** In order, zeros included, every product and every sum rounded to float32. */
function denseSums(vector: Float32Array, matrix: Float32Array, width: number): number[] {
  return Array.from({length: width}, (_, j) =>
    vector.reduce((sum, value, i) => Math.fround(sum + Math.fround(value * matrix[i * width + j]!)), 0),
  );
}
