/**
 * All kernels of one build. Each works on addresses in the one linear memory; who calls it laid that memory out and
 * knows the shapes. Matrices are row-major float32 without gaps unless a kernel says otherwise.
 *
 * There are two builds of the same sources: strict rounds each product and each sum, and gives the bits of the plain
 * engine; relaxed fuses products with their sums where a processor can.
 */
export * from './activations';
export * from './constraints';
export * from './dropConnect';
export * from './elementary';
export * from './losses';
export * from './matrixProduct';
export * from './noise';
export * from './normalization';
export * from './optimizers';
export * from './packing';
export * from './sparseLists';
export * from './sumRows';
export * from './tiles';
export * from './weightGradient';

/** The first byte behind the constants of the kernels: from here on memory is the caller's. */
export function firstFreeByte(): usize {
  return __heap_base;
}
