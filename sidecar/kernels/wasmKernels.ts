import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {hasFusedMultiplyAdd, hasSimd} from './wasmFeatures.ts';

/** strict gives the plain engine's bits; relaxed fuses products with sums, and rounds differently on other machines. */
export type KernelBuild = 'strict' | 'relaxed';

/**
 * The kernels of sidecar/kernels/assembly at work on a memory of their own. Addresses are in bytes, counts in elements;
 * what each does stands at its source.
 */
export interface Kernels {
  firstFreeByte(): number;

  gatherRows(matrix: number, order: number, count: number, width: number, out: number): void;
  packRows(x: number, rows: number, inner: number, out: number): void;
  packColumns(x: number, rows: number, columns: number, out: number): void;
  packPanel(x: number, rows: number, columns: number, start: number, out: number): void;
  transposePanel(matrix: number, inner: number, columns: number, start: number, transposed: number): void;
  countNonZeros(x: number, count: number): number;
  listRows(x: number, rows: number, columns: number, lists: number, counts: number): void;
  listColumns(x: number, rows: number, columns: number, turned: number, lists: number, counts: number): void;

  multiplyDense(
    packed: number,
    rows: number,
    inner: number,
    matrix: number,
    columns: number,
    first: number,
    last: number,
    bias: number,
    isRelu: boolean,
    sums: number,
    out: number,
  ): void;
  multiplySparse(
    lists: number,
    counts: number,
    rows: number,
    inner: number,
    matrix: number,
    columns: number,
    first: number,
    last: number,
    bias: number,
    isRelu: boolean,
    sums: number,
    out: number,
  ): void;

  setGradients(distance: number, keeps: boolean): void;
  learnDense(
    x: number,
    xStride: number,
    d: number,
    dStride: number,
    rows: number,
    inputs: number,
    width: number,
    units: number,
    panel: number,
    sign: number,
    slope: number,
    gradient: number,
  ): void;
  learnSparse(
    lists: number,
    counts: number,
    d: number,
    inputs: number,
    width: number,
    panel: number,
    sign: number,
    slope: number,
    gradient: number,
  ): void;
  sumColumns(d: number, rows: number, columns: number, out: number): void;

  setOptimizer(
    kind: number,
    isNesterov: boolean,
    weightDecay: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    distance: number,
  ): void;
  beginUpdate(rate: number, momentum: number, correction: number, shrink: number): void;
  update(w: number, g: number, count: number): void;
  /** 0 or 1. */
  isFiniteSoFar(): number;

  addPenalties(w: number, g: number, count: number, sign: number, slope: number): void;
  addSquaresOfRows(sum: number, x: number, rows: number, columns: number): number;
  addSquaresOfPanels(sum: number, matrix: number, inner: number, columns: number, squares: number): number;
  scale(x: number, count: number, factor: number): void;
  boundRowNorms(weight: number, units: number, inputs: number, maxNorm: number): void;
  boundPanelNorms(panel: number, inputs: number, width: number, maxNorm: number, squares: number): void;

  activate(code: number, z: number, out: number, count: number): void;
  multiplyByDerivative(code: number, z: number, y: number, d: number, count: number): void;
  relu(z: number, out: number, count: number): void;
  multiplyByReluDerivative(y: number, d: number, count: number): void;

  drawMask(low: number, high: number, lastDropped: number, kept: number, count: number, factors: number): void;
  drawGaussian(low: number, high: number, deviation: number, count: number, factors: number): void;
  drawLogistic(low: number, high: number, count: number, noise: number): void;
  writeConcreteFactors(
    noise: number,
    logit: number,
    temperature: number,
    count: number,
    z: number,
    factors: number,
  ): void;
  concreteLogitGradient(d: number, out: number, z: number, rate: number, temperature: number, count: number): number;
  fill(factors: number, value: number, count: number): void;
  multiplyElements(x: number, factors: number, count: number, out: number): void;
  addOffsets(factors: number, kept: number, dropped: number, count: number, out: number): void;

  normalizeBatch(
    x: number,
    rows: number,
    width: number,
    momentum: number,
    epsilon: number,
    runningMean: number,
    runningVariance: number,
    inverseDeviations: number,
    normalized: number,
  ): void;
  normalizeByRunning(
    x: number,
    rows: number,
    width: number,
    epsilon: number,
    runningMean: number,
    runningVariance: number,
    normalized: number,
  ): void;
  normalizeRows(
    x: number,
    rows: number,
    width: number,
    epsilon: number,
    inverseDeviations: number,
    normalized: number,
  ): void;
  scaleAndShift(normalized: number, rows: number, width: number, gain: number, shift: number, out: number): void;
  sumNormalizationGradients(
    d: number,
    normalized: number,
    rows: number,
    width: number,
    sums: number,
    dGain: number,
    dShift: number,
  ): void;
  batchNormInputGradient(
    d: number,
    normalized: number,
    rows: number,
    width: number,
    gain: number,
    inverseDeviations: number,
    sums: number,
    dInput: number,
  ): void;
  layerNormInputGradient(
    d: number,
    normalized: number,
    rows: number,
    width: number,
    gain: number,
    inverseDeviations: number,
    dInput: number,
  ): void;

  multiplyMasked(
    x: number,
    rows: number,
    inputs: number,
    weight: number,
    units: number,
    kept: number,
    factor: number,
    z: number,
  ): void;
  maskedWeightGradient(
    d: number,
    rows: number,
    units: number,
    x: number,
    inputs: number,
    kept: number,
    dWeight: number,
  ): void;
  maskedInputGradient(
    d: number,
    rows: number,
    units: number,
    weight: number,
    inputs: number,
    kept: number,
    dX: number,
  ): void;
  addBias(z: number, rows: number, units: number, bias: number): void;

  lossAndGradient(
    code: number,
    logits: number,
    targets: number,
    weights: number,
    rows: number,
    outputs: number,
    powers: number,
    dLogits: number,
  ): number;
  writeAnswers(code: number, logits: number, rows: number, outputs: number, out: number): void;

  exp(x: number): number;
  log(x: number): number;
  expm1(x: number): number;
  log1p(x: number): number;
  tanh(x: number): number;
  sigmoid(x: number): number;
  softplus(x: number): number;
  erf(x: number): number;
  normalQuantile(x: number): number;
}

/** Columns of a full panel of weights, as in assembly/panels.ts; the last panel is rounded up to 8. */
export const panelColumns = 32;
/** Columns that one segment of a row's list covers, as in assembly/sparseLists.ts. */
export const segmentColumns = 192;
/** Inputs whose gradient is held at a time, as in assembly/tiles.ts. */
export const chunkColumns = 24;

export interface KernelInstance {
  readonly kernels: Kernels;
  /** One page, or what an earlier owner needed; it grows as its owner needs. */
  readonly memory: WebAssembly.Memory;
}

/**
 * Kernels on a memory of zeros: those of a network that is gone, or new ones. The callers' machine code is compiled for
 * one instance: with a new one for each fold a Sonar step took 26 µs instead of 17, so instances are used again.
 * @throws Error if the machine cannot run this build, or if it has not been built
 */
export function createKernels(build: KernelBuild): KernelInstance {
  const instance = idle[build].pop();
  if (!instance) return instantiate(build, new WebAssembly.Memory({initial: 1}));
  new Uint8Array(instance.memory.buffer).fill(0, instance.kernels.firstFreeByte());
  return instance;
}

/** Gives back what `createKernels` gave; nobody may use it any more. */
export function releaseKernels(build: KernelBuild, instance: KernelInstance): void {
  const isSmall = instance.memory.buffer.byteLength <= LARGEST_IDLE_BYTES;
  if (isSmall && idle[build].length < MOST_IDLE) idle[build].push(instance);
}

const idle: {readonly [Build in KernelBuild]: KernelInstance[]} = {strict: [], relaxed: []};

/** Networks that are trained follow each other; an ensemble of a hundred that ends together leaves no hundred memories. */
const MOST_IDLE = 2;

/** A memory never shrinks: a large one is not kept for a network that may be small. */
const LARGEST_IDLE_BYTES = 16 * 2 ** 20;

/**
 * The same on a memory that other threads may work on too, each with kernels of its own. Settings such as the optimizer
 * belong to the kernels, not to the memory.
 * @param memory one that `createSharedKernels` made, in this or another thread
 */
export function createSharedKernels(build: KernelBuild, memory = sharedMemory()): KernelInstance {
  return instantiate(`${build}-shared`, memory);
}

function sharedMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({initial: 1, maximum: 65_536, shared: true});
}

type ModuleName = KernelBuild | `${KernelBuild}-shared`;

function instantiate(name: ModuleName, memory: WebAssembly.Memory): KernelInstance {
  const module = modules.get(name) ?? compileKernels(name);
  const {exports} = new WebAssembly.Instance(module, {env: {memory}});
  return {kernels: exports as unknown as Kernels, memory};
}

/** Whether this machine runs a build: relaxed only where products are really fused, else it would gain nothing. */
export function canRun(build: KernelBuild): boolean {
  return hasSimd() && (build === 'strict' || hasFusedMultiplyAdd());
}

const modules = new Map<ModuleName, WebAssembly.Module>();

function compileKernels(name: ModuleName): WebAssembly.Module {
  const build = name.startsWith('strict') ? 'strict' : 'relaxed';
  if (!canRun(build)) {
    throw new Error(`the ${build} kernels need a machine with ${build === 'strict' ? '' : 'fused '}WebAssembly SIMD`);
  }
  const module = new WebAssembly.Module(readKernels(name));
  modules.set(name, module);
  return module;
}

function readKernels(name: ModuleName): Uint8Array<ArrayBuffer> {
  // From the sources they are in dist/, beside the bundle otherwise.
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/' : './';
  const path = fileURLToPath(new URL(`${folder}kernels-${name}.wasm`, import.meta.url));
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new Error(`${path} must be the built kernels: run \`node scripts/buildKernels.ts\``, {cause: error});
  }
}
