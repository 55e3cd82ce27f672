import type {KernelInstance} from '../../kernels/wasmKernels.ts';

/**
 * The one linear memory of a network, laid out before it is used: layers reserve what they need for their whole life,
 * then `commit` grows the memory once. Addresses are in bytes; 0 is nowhere.
 */
export interface KernelMemory {
  /** Reserves room for float32 numbers, which begin as 0. @returns its address, a multiple of 64 */
  reserveFloats(count: number): number;
  /** The same for float64 numbers. */
  reserveDoubles(count: number): number;
  commit(): void;
  /** All of the memory, by address / 4. Only after `commit`. */
  readonly float32: Float32Array;
  /** The same memory, as whole numbers. */
  readonly uint32: Uint32Array;
  /** All of the memory, by address / 8. Only after `commit`. */
  readonly float64: Float64Array;
}

export function layOutMemory({kernels, memory}: KernelInstance): KernelMemory {
  let end = kernels.firstFreeByte();
  const reserve = (bytes: number) => {
    const address = Math.ceil(end / alignment) * alignment;
    end = address + bytes + slack;
    return address;
  };
  let float32 = new Float32Array();
  let uint32 = new Uint32Array();
  let float64 = new Float64Array();
  return {
    reserveFloats: count => reserve(4 * count),
    reserveDoubles: count => reserve(8 * count),
    commit() {
      const pages = Math.ceil(end / pageBytes);
      if (pages > largestPages) {
        throw new RangeError(`a network must fit 4 GiB of memory, got one of ${(end / 2 ** 30).toFixed(1)} GiB`);
      }
      memory.grow(Math.max(0, pages - memory.buffer.byteLength / pageBytes));
      float32 = new Float32Array(memory.buffer);
      uint32 = new Uint32Array(memory.buffer);
      float64 = new Float64Array(memory.buffer);
    },
    get float32() {
      return float32;
    },
    get uint32() {
      return uint32;
    },
    get float64() {
      return float64;
    },
  };
}

/** A cache line. */
const alignment = 64;
/** Kernels that go on by whole vectors read and write up to one vector behind the end. */
const slack = 64;
const pageBytes = 65_536;
const largestPages = 65_536;
