let memory = new Float32Array(0);

/**
 * Room for the encoded rows of one task, [length], with whatever it held before; the next call in the same thread gives
 * it away again. Tasks run one after the other in a thread, and the garbage of one large matrix for each would come on
 * top of the next: with large data the difference is several times the file.
 * @param capacity what the largest task of the run needs, so that the room is made once
 */
export function inputMatrix(length: number, capacity: number): Float32Array {
  if (memory.length < length) memory = new Float32Array(Math.max(length, capacity));
  return memory.subarray(0, length);
}
