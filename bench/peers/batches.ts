import {foldIn, RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import type {CaseFile} from '../comparison/caseFile.ts';

/** Row numbers batch by batch, pass after pass without end, each pass in another order if the case says so. */
export function* batches({rows, batchSize, shuffle}: CaseFile): Generator<Uint32Array, never> {
  const order = Uint32Array.from({length: rows}, (_, row) => row);
  for (let pass = 0; ; pass++) {
    if (shuffle) new RandomStream(foldIn(randomKey(5), pass)).shuffle(order);
    for (let start = 0; start < rows; start += batchSize) yield order.subarray(start, start + batchSize);
  }
}

/** Copies rows of a matrix [· × width]. */
export function gather(matrix: Float32Array, rows: Uint32Array, width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    out.set(matrix.subarray(row * width, (row + 1) * width), i * width);
  });
  return out;
}
