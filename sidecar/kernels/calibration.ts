import {canRun, createKernels, type KernelBuild} from './wasmKernels.ts';

/**
 * Whether the relaxed kernels are at least as fast as the strict ones on this machine. Fused instructions exist wherever
 * `canRun('relaxed')`, but not every version of V8 compiles them well (that of Node 20 was slower), so both builds are
 * timed, once in a process and for about 5 ms: enough for V8 to optimize the one loop that products spend their time in.
 */
export function isRelaxedFaster(): boolean {
  faster ??= canRun('relaxed') && compareBuilds();
  return faster;
}

let faster: boolean | undefined;

const calibrationMs = 5;

function compareBuilds(): boolean {
  const strict = timedProduct('strict');
  const relaxed = timedProduct('relaxed');
  let strictMs = Number.POSITIVE_INFINITY;
  let relaxedMs = Number.POSITIVE_INFINITY;
  const end = performance.now() + calibrationMs;
  // In turns, and the shortest of each: what else the machine does hits both, and only lengthens a time.
  do {
    strictMs = Math.min(strictMs, strict());
    relaxedMs = Math.min(relaxedMs, relaxed());
  } while (performance.now() < end);
  return relaxedMs <= strictMs;
}

const [rows, inner, columns] = [48, 128, 64];
const pageBytes = 65_536;

/** A dense product, 0.4 million multiplications. @returns does it once, and gives the ms that it took */
function timedProduct(build: KernelBuild): () => number {
  const {kernels, memory} = createKernels(build);
  const sizes = [(rows + 1) * inner, inner * columns, (rows + 1) * inner, (rows + 1) * 32, (rows + 1) * columns];
  const bytes = sizes.map(size => Math.ceil(size / 16) * 64 + 64);
  memory.grow(Math.ceil(bytes.reduce((sum, size) => sum + size) / pageBytes));
  let end = Math.ceil(kernels.firstFreeByte() / 64) * 64;
  const [x, matrix, packed, sums, out] = bytes.map(size => {
    end += size;
    return end - size;
  }) as [number, number, number, number, number];
  new Float32Array(memory.buffer, x, sizes[0]! + sizes[1]!).fill(0.5);
  kernels.packRows(x, rows, inner, packed);
  return () => {
    const start = performance.now();
    kernels.multiplyDense(packed, rows, inner, matrix, columns, 0, columns, 0, false, sums, out);
    return performance.now() - start;
  };
}
