/**
 * Counter-based randomness: every random number of a run is a function of its seed and of where it is used, never of
 * what was drawn before. So any past dropout mask can be recomputed, and a result does not depend on the number of
 * workers or on the order in which folds finish.
 *
 * A key is folded along the path (seed, variant, repeat, fold, epoch, batch, layer), as in JAX; below the last key
 * there are two ways to draw: `RandomStream` for sequences (weights, shuffles), `maskWord` for one element by index.
 */

/** 64 bits that name one place in the tree of random numbers. */
export interface RandomKey {
  readonly low: number;
  readonly high: number;
}

/** The root key of a run. @param seed an integer, 0 ≤ seed ≤ 2^53 − 1 */
export function randomKey(seed: number): RandomKey {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
  return {low: seed >>> 0, high: Math.floor(seed / 2 ** 32)};
}

/** The key of a child: `part` is an index (−2^31 ≤ part < 2^32, taken modulo 2^32) or a name. Numbers and names never collide. */
export function foldIn(key: RandomKey, part: number | string): RandomKey {
  const named = typeof part === 'string';
  philox(named ? [...nameWords(part), 1, 0] : [part >>> 0, 0, 0, 0], key, folded);
  return {low: folded[0]!, high: folded[1]!};
}

const folded = new Uint32Array(4);

/** Numbers drawn one after the other below one key. */
export class RandomStream {
  readonly #key: RandomKey;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #next = 4;

  constructor(key: RandomKey) {
    this.#key = key;
  }

  /** A uniform 32-bit word. */
  word(): number {
    if (this.#next === 4) {
      philox([this.#block >>> 0, Math.floor(this.#block / 2 ** 32), 0, 1], this.#key, this.#words);
      this.#block++;
      this.#next = 0;
    }
    return this.#words[this.#next++]!;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A uniform integer in [0, bound), without modulo bias. @param bound an integer, 1 ≤ bound < 2^32 */
  below(bound: number): number {
    let word = this.word();
    // Words at or above the largest multiple of bound would favour the small remainders: draw again. Those up to
    // 2^32 - bound are none, so that the limit is rarely needed.
    if (word > 2 ** 32 - bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound);
      while (word >= limit) word = this.word();
    }
    // The remainder: the quotient of integers below 2^53 is rounded to none that it does not reach. V8 would take up to
    // four times as long for %.
    return word - Math.floor(word / bound) * bound;
  }

  /** Permutes `values` in place (Fisher-Yates, Durstenfeld's form). */
  shuffle<T extends {[index: number]: number; length: number}>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const value = values[i]!;
      values[i] = values[j]!;
      values[j] = value;
    }
    return values;
  }
}

/**
 * The uniform 32-bit word of element `index` below `key`: two rounds of a 32-bit mixing function, one key word before
 * each. One round would make all masks shifted copies of a single sequence. In a layer the index is
 * row · units + unit, rows counted within the batch.
 * @param index 0 ≤ index < 2^32
 */
export function maskWord(key: RandomKey, index: number): number {
  return mix(mix((index + key.low) | 0) ^ key.high) >>> 0;
}

/** A unit is dropped where its mask word is below this. Exact to 2^-32. @param rate share dropped, 0 ≤ rate < 1 */
export function dropThreshold(rate: number): number {
  return Math.round(rate * 2 ** 32);
}

/** A bijection of 32-bit words. Source: C. Wellons, hash-prospector, the variant of lowest measured bias (0.107). */
function mix(word: number): number {
  word ^= word >>> 16;
  word = Math.imul(word, 0x21f0aaad);
  word ^= word >>> 15;
  word = Math.imul(word, 0xd35a2d97);
  return word ^ (word >>> 15);
}

type FourWords = readonly [number, number, number, number];

/**
 * Philox4x32-10: four uniform words from a counter and a key.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, §3.3.
 * @param out takes the words
 */
export function philox(counter: FourWords, key: RandomKey, out: Uint32Array): void {
  let [c0, c1, c2, c3] = counter;
  let k0 = key.low | 0;
  let k1 = key.high | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd251, 0x1f53, c0);
    const high1 = highProduct(0xcd9e, 0x8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * The upper 32 bits of a 32 × 32 bit product, from 16-bit halves, because a double holds only 53 bits. No sum of halves
 * exceeds 32 bits, and what is signed here is unsigned in the end.
 */
function highProduct(aHigh: number, aLow: number, b: number): number {
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const cross = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

/** Two 32-bit FNV-1a hashes of a name's UTF-16 units, of different offsets. */
function nameWords(name: string): [number, number] {
  let first = 0x811c9dc5;
  let second = 0x01000193;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x01000193);
  }
  return [first >>> 0, second >>> 0];
}
