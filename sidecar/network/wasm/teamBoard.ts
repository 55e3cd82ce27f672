import type {Lesson, Product} from './panelWork.ts';

/**
 * The memory through which the threads of one network speak. One of them, the owner, trains; the others help. The owner
 * writes on the board what is to be done and how many panels it has, all threads take panels until none is left, and
 * the owner goes on when all are finished. A helper that is late or asleep takes none, so nothing ever waits for it.
 *
 * What is on the board stays until its last panel is finished: who holds a panel may read it without a lock.
 */
export interface TeamBoard {
  readonly words: Int32Array;
  readonly numbers: Float64Array;
}

/** Bytes of a board, whose address is a multiple of 64. */
export const boardBytes = 1024;

export function teamBoard({buffer}: WebAssembly.Memory, address: number): TeamBoard {
  return {
    words: new Int32Array(buffer, address, 128),
    numbers: new Float64Array(buffer, address + 512, 64),
  };
}

/** Words on cache lines of their own: a thread that looks at one is not disturbed by who writes another. */
export const WORD = {
  /** Counts up with each work; helpers sleep on it. */
  work: 0,
  /** Panels that nobody has taken yet. */
  left: 16,
  /** Panels that are finished; the owner sleeps on it. */
  finished: 32,
  /** Helpers asleep. */
  asleep: 48,
  /** 1 when a helper has updated a parameter to NaN or infinity. */
  hasInfinite: 64,
  /** 1 when a helper has thrown, which must not happen. */
  hasFailed: 65,
  /** 1 when there will be no more work. */
  isOver: 66,
  /** Helpers at work or asleep, and panels that helpers have done. */
  helpers: 67,
  helped: 68,
  /** What is to be done: a `KIND`, and its panels. */
  kind: 80,
  panels: 81,
} as const;

export const KIND = {multiply: 0, learn: 1, finish: 2} as const;

/** Where the numbers of `beginUpdate` are, and those of a product or lesson. */
const UPDATE = 0;
const OPERANDS = 8;

/** Takes a panel. @returns its number, from 0; −1 if none is left */
export function takePanel({words}: TeamBoard): number {
  for (;;) {
    const left = Atomics.load(words, WORD.left);
    if (left <= 0) return -1;
    if (Atomics.compareExchange(words, WORD.left, left, left - 1) === left) return left - 1;
  }
}

/** @returns whether it was the last one */
export function finishPanel({words}: TeamBoard): boolean {
  return Atomics.add(words, WORD.finished, 1) + 1 === Atomics.load(words, WORD.panels);
}

export function writeUpdate({numbers}: TeamBoard, update: readonly [number, number, number, number]): void {
  for (let i = 0; i < 4; i++) numbers[UPDATE + i] = update[i]!;
}

export function readUpdate({numbers}: TeamBoard): [number, number, number, number] {
  return [numbers[UPDATE]!, numbers[UPDATE + 1]!, numbers[UPDATE + 2]!, numbers[UPDATE + 3]!];
}

export function writeProduct({numbers}: TeamBoard, product: Product): void {
  let at = OPERANDS;
  numbers[at++] = Number(product.isSparse);
  numbers[at++] = product.operand;
  numbers[at++] = product.counts;
  numbers[at++] = product.rows;
  numbers[at++] = product.inner;
  numbers[at++] = product.matrix;
  numbers[at++] = product.columns;
  numbers[at++] = product.bias;
  numbers[at++] = Number(product.isRelu);
  numbers[at++] = product.out;
}

export function readProduct({numbers}: TeamBoard, product: Product): void {
  let at = OPERANDS;
  product.isSparse = numbers[at++] !== 0;
  product.operand = numbers[at++]!;
  product.counts = numbers[at++]!;
  product.rows = numbers[at++]!;
  product.inner = numbers[at++]!;
  product.matrix = numbers[at++]!;
  product.columns = numbers[at++]!;
  product.bias = numbers[at++]!;
  product.isRelu = numbers[at++] !== 0;
  product.out = numbers[at++]!;
}

export function writeLesson({numbers}: TeamBoard, lesson: Lesson): void {
  let at = OPERANDS;
  numbers[at++] = Number(lesson.isSparse);
  numbers[at++] = lesson.operand;
  numbers[at++] = lesson.stride;
  numbers[at++] = lesson.counts;
  numbers[at++] = lesson.dOutput;
  numbers[at++] = lesson.rows;
  numbers[at++] = lesson.inputs;
  numbers[at++] = lesson.units;
  numbers[at++] = lesson.weight;
  numbers[at++] = lesson.sign;
  numbers[at++] = lesson.slope;
  numbers[at++] = Number(lesson.keepsGradients);
  numbers[at++] = lesson.maxNorm;
  numbers[at++] = lesson.transposed;
}

export function readLesson({numbers}: TeamBoard, lesson: Lesson): void {
  let at = OPERANDS;
  lesson.isSparse = numbers[at++] !== 0;
  lesson.operand = numbers[at++]!;
  lesson.stride = numbers[at++]!;
  lesson.counts = numbers[at++]!;
  lesson.dOutput = numbers[at++]!;
  lesson.rows = numbers[at++]!;
  lesson.inputs = numbers[at++]!;
  lesson.units = numbers[at++]!;
  lesson.weight = numbers[at++]!;
  lesson.sign = numbers[at++]!;
  lesson.slope = numbers[at++]!;
  lesson.keepsGradients = numbers[at++] !== 0;
  lesson.maxNorm = numbers[at++]!;
  lesson.transposed = numbers[at++]!;
}

/** A product and a lesson without meaning, for `readProduct` and `readLesson` to fill in. */
export function blankProduct(): Product {
  const none = {operand: 0, counts: 0, rows: 0, inner: 0, matrix: 0, columns: 0, bias: 0, out: 0};
  return {...none, isSparse: false, isRelu: false};
}

export function blankLesson(): Lesson {
  const none = {
    operand: 0,
    stride: 0,
    counts: 0,
    dOutput: 0,
    rows: 0,
    inputs: 0,
    units: 0,
    weight: 0,
    sign: 0,
    slope: 0,
  };
  return {...none, isSparse: false, keepsGradients: false, maxNorm: 0, transposed: 0};
}
