/**
 * Inputs of all rows: a matrix [rows × width], or, where that would be large, what writes the inputs of some rows to
 * out [rows.length × width].
 */
export type Inputs = Float32Array | ((rows: Uint32Array, out: Float32Array) => void);

/** Rows that are encoded together. */
const BLOCK_ROWS = 1024;

/**
 * Visits rows in their order.
 * @param visit gets an array in which the inputs of `row` begin at `at`, valid until it returns
 */
export function eachRow(
  inputs: Inputs,
  width: number,
  rows: Uint32Array,
  visit: (inputs: Float32Array, at: number, row: number) => void,
): void {
  if (typeof inputs !== 'function') {
    for (const row of rows) visit(inputs, row * width, row);
    return;
  }
  const room = new Float32Array(Math.min(rows.length, BLOCK_ROWS) * width);
  for (let start = 0; start < rows.length; start += BLOCK_ROWS) {
    const block = rows.subarray(start, start + BLOCK_ROWS);
    inputs(block, room.subarray(0, block.length * width));
    for (let i = 0; i < block.length; i++) visit(room, i * width, block[i]!);
  }
}
