/**
 * The one product behind dense layers: a vector, its zeros left out, times a matrix. The forward pass, the weight
 * gradient and the input gradient are all sums of matrix rows,
 *
 *   out[j] = Σ_n value[n] · matrix[start[n] + j],   n in ascending order,
 *
 * so a zero, be it a dropped unit, an inactive relu or a zero input, costs nothing.
 *
 * The bits are those of float32 hardware: every product and every sum is rounded to float32, and the sum runs in
 * order from +0. (A product of two float32 numbers, or a sum, rounded first to float64 and then to float32 is the
 * float32 result: float64 has more than 2 · 24 + 2 bits.) A sum that starts at +0 is never −0, so leaving out a
 * product ±0 changes no bit as long as the other factor is finite. Vector code that sums in this order agrees.
 *
 * Rounding each step costs 1.0 ns per product instead of 0.6 ns with float64 sums that are rounded once; it is the
 * price of having the same numbers as an engine in float32 vectors.
 */
export function sumRows(terms: Terms, matrix: Float32Array, out: Float32Array, outStart: number, width: number): void {
  const {values, starts, count} = terms;
  const round = Math.fround;
  if (width < 8) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let n = 0; n < count; n++) sum = round(sum + round(values[n]! * matrix[(starts[n]! + j) | 0]!));
      out[outStart + j] = sum;
    }
    return;
  }
  // Eight sums in registers: one alone waits for its own additions and takes 2.7 ns a product instead of 1.1.
  for (let block = 0; block < width; block += 8) {
    // The last block overlaps the one before it: sums made twice cost less than a loop for the odd ones.
    const j = Math.min(block, width - 8);
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    let sum4 = 0;
    let sum5 = 0;
    let sum6 = 0;
    let sum7 = 0;
    for (let n = 0; n < count; n++) {
      const value = values[n]!;
      const at = (starts[n]! + j) | 0;
      sum0 = round(sum0 + round(value * matrix[at]!));
      sum1 = round(sum1 + round(value * matrix[at + 1]!));
      sum2 = round(sum2 + round(value * matrix[at + 2]!));
      sum3 = round(sum3 + round(value * matrix[at + 3]!));
      sum4 = round(sum4 + round(value * matrix[at + 4]!));
      sum5 = round(sum5 + round(value * matrix[at + 5]!));
      sum6 = round(sum6 + round(value * matrix[at + 6]!));
      sum7 = round(sum7 + round(value * matrix[at + 7]!));
    }
    const to = outStart + j;
    out[to] = sum0;
    out[to + 1] = sum1;
    out[to + 2] = sum2;
    out[to + 3] = sum3;
    out[to + 4] = sum4;
    out[to + 5] = sum5;
    out[to + 6] = sum6;
    out[to + 7] = sum7;
  }
}

/** The nonzero elements of a vector, and where the matrix row of each begins. */
export interface Terms {
  readonly values: Float32Array;
  readonly starts: Int32Array;
  count: number;
}

/** Room for vectors of up to `length` elements. */
export function createTerms(length: number): Terms {
  // One more, because `collectTerms` writes each element before it knows whether it is kept.
  return {values: new Float32Array(length + 1), starts: new Int32Array(length + 1), count: 0};
}

/** Collects the nonzero ones of the elements source[first + i · stride], 0 ≤ i < length; row i of the matrix begins at i · width. */
export function collectTerms(
  source: Float32Array,
  first: number,
  stride: number,
  length: number,
  width: number,
  terms: Terms,
): void {
  const {values, starts} = terms;
  let count = 0;
  let from = first;
  let start = 0;
  for (let i = 0; i < length; i++) {
    const value = source[from]!;
    // Written always, kept or not: a branch that half of the units take is mispredicted too often.
    values[count] = value;
    starts[count] = start;
    count += value !== 0 ? 1 : 0;
    from += stride;
    start += width;
  }
  terms.count = count;
}

/** Σ value[n], rounded to float32 after each addition. */
export function sumTerms(terms: Terms): number {
  const {values, count} = terms;
  let sum = 0;
  for (let n = 0; n < count; n++) sum = Math.fround(sum + values[n]!);
  return sum;
}
