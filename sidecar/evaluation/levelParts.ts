/**
 * Divides rows that are independent of each other into parts of level size: the number of each row's part. `random`
 * null means without shuffling: rows keep their order. Shares give part 1 to the rows held out, 0 to the others.
 */
import type {RandomStream} from '../kernels/random.ts';

/** Contiguous parts, or of a random permutation. The first rows % parts parts are one row larger, as in KFold. */
export function contiguousParts(rows: number, parts: number, random: RandomStream | null): Int32Array {
  const out = new Int32Array(rows);
  const order = numbersTo(rows, random);
  let at = 0;
  for (let part = 0; part < parts; part++) {
    const end = at + Math.floor(rows / parts) + (part < rows % parts ? 1 : 0);
    while (at < end) out[order[at++]!] = part;
  }
  return out;
}

/**
 * Parts of which each class has the same number of rows, or one more. Think of the rows sorted by class and dealt like
 * cards: part i gets the places i, i + parts, …, and where a class ends, the next goes on. So the remainders rotate
 * between the classes and the parts stay level. Which rows of a class go where is random, or contiguous without
 * shuffling, as in scikit-learn's StratifiedKFold.
 */
export function classParts(classes: Int32Array, parts: number, random: RandomStream | null): Int32Array {
  const out = new Int32Array(classes.length);
  let start = 0;
  for (const members of rowsByClass(classes)) {
    random?.shuffle(members);
    let at = 0;
    for (let part = 0; part < parts; part++) {
      const end = at + placesOf(part, parts, start + members.length) - placesOf(part, parts, start);
      while (at < end) out[members[at++]!] = part;
    }
    start += members.length;
  }
  return out;
}

/** Parts of like distribution of a real value: each block of `parts` rows in the order of value is spread over all. */
export function valueParts(values: Float64Array, parts: number, random: RandomStream | null): Int32Array {
  const out = new Int32Array(values.length);
  const order = rowsByValue(values, random);
  for (let start = 0; start < order.length; start += parts) {
    const deck = numbersTo(parts, random);
    const end = Math.min(start + parts, order.length);
    for (let at = start; at < end; at++) out[order[at]!] = deck[at - start]!;
  }
  return out;
}

/** Holds out `count` rows, without shuffling the last ones. */
export function lastShare(rows: number, count: number, random: RandomStream | null): Int32Array {
  const out = new Int32Array(rows);
  for (const row of numbersTo(rows, random).subarray(rows - count)) out[row] = 1;
  return out;
}

/** Holds out `count` rows, of each class its share to within one row; without shuffling the last ones of each class. */
export function classShare(classes: Int32Array, count: number, random: RandomStream | null): Int32Array {
  const out = new Int32Array(classes.length);
  const byClass = rowsByClass(classes);
  const counts = shareCounts(
    byClass.map(members => members.length),
    count,
  );
  byClass.forEach((members, index) => {
    random?.shuffle(members);
    for (const row of members.subarray(members.length - counts[index]!)) out[row] = 1;
  });
  return out;
}

/**
 * Holds out `count` rows spread over the range of a real value: the rows in the order of value are cut into as many
 * blocks as the smaller side has rows, and it gets a random row of each block, without shuffling the middle one.
 */
export function valueShare(values: Float64Array, count: number, random: RandomStream | null): Int32Array {
  const rows = values.length;
  const order = rowsByValue(values, random);
  const heldOutIsSmaller = count <= rows - count;
  const blocks = heldOutIsSmaller ? count : rows - count;
  const out = new Int32Array(rows).fill(heldOutIsSmaller ? 0 : 1);
  for (let block = 0; block < blocks; block++) {
    const start = Math.floor((block * rows) / blocks);
    const size = Math.floor(((block + 1) * rows) / blocks) - start;
    out[order[start + (random ? random.below(size) : size >> 1)]!] = heldOutIsSmaller ? 1 : 0;
  }
  return out;
}

/**
 * How many of each class are held out when `count` of all rows are: the quotas size · count / rows, rounded down, and
 * the rows still missing go to the largest remainders. No count is off its quota by one or more.
 */
export function shareCounts(sizes: readonly number[], count: number): number[] {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  // In integers: the remainder of size · count on division by rows, so that equal remainders are seen as equal.
  const counts = sizes.map(size => Math.floor((size * count) / rows));
  const remainders = sizes.map((size, index) => size * count - counts[index]! * rows);
  const missing = count - counts.reduce((sum, each) => sum + each, 0);
  const byRemainder = sizes.map((_, index) => index).sort((a, b) => remainders[b]! - remainders[a]! || a - b);
  for (const index of byRemainder.slice(0, missing)) counts[index]!++;
  return counts;
}

/** How many of the places 0 … end − 1 are dealt to a part. */
function placesOf(part: number, parts: number, end: number): number {
  return Math.floor((end - part + parts - 1) / parts);
}

/** The rows of each class, classes in the order of their first rows. */
function rowsByClass(classes: Int32Array): Uint32Array[] {
  const byClass = new Map<number, number[]>();
  classes.forEach((each, row) => {
    const members = byClass.get(each);
    if (members) members.push(row);
    else byClass.set(each, [row]);
  });
  return [...byClass.values()].map(members => Uint32Array.from(members));
}

/** Row numbers in the order of value; equal values in random order. */
function rowsByValue(values: Float64Array, random: RandomStream | null): number[] {
  return Array.from(numbersTo(values.length, random)).sort((a, b) => values[a]! - values[b]!);
}

/** 0 … count − 1, in random order if there is one. */
export function numbersTo(count: number, random: RandomStream | null): Uint32Array {
  const numbers = Uint32Array.from({length: count}, (_, index) => index);
  return random ? random.shuffle(numbers) : numbers;
}
