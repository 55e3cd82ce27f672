let memory = new Float32Array(0);

/** Larger matrices of inputs are not kept: their rows are encoded whenever they are needed. */
export const LARGEST_MATRIX_BYTES = 100e6;

/**
 * Room for the encoded rows of one task, [length], with whatever it held before; the next call in the same thread gives
 * it away again. Tasks run one after the other in a thread, and the garbage of one matrix for each would come on top of
 * the next.
 * @param capacity what the largest task of the run needs, so that the room is made once
 * @returns null where the largest task needs more than `largestBytes`
 */
export function inputMatrix(
  length: number,
  capacity: number,
  largestBytes: number = LARGEST_MATRIX_BYTES,
): Float32Array | null {
  if (capacity * 4 > largestBytes) return null;
  if (memory.length < length) memory = new Float32Array(Math.max(length, capacity));
  return memory.subarray(0, length);
}
