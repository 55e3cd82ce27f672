/**
 * Divides rows into parts without ever dividing a group (a patient, a device, a day). Groups are placed one by one
 * where they disturb the balance least. Balance is the sum over parts and classes of (rows of the class in the part /
 * rows of the class)² / share of the part: smallest when every part has its share of every class. Without classes all
 * rows count as one class, and parts of equal share are filled lightest first.
 */
import type {RandomStream} from '../kernels/random.ts';
import {numbersTo} from './levelParts.ts';

/**
 * k parts of equal share, groups placed largest first. Without classes, part sizes differ by at most the largest group.
 * @param classes class of each row, levelled between the parts; null: only sizes are
 * @param random null: groups of equal size come in the order of their first rows
 * @throws RangeError if there are fewer groups than parts
 */
export function groupedFolds(
  groups: Int32Array,
  classes: Int32Array | null,
  parts: number,
  random: RandomStream | null,
): Int32Array {
  const census = takeCensus(groups, classes);
  // Were groups sorted strictly by size, distinct sizes would leave nothing to chance, and all repeats would be the
  // same split. With shuffling, sizes between the same powers of two count as equal.
  const rank = (group: number) => (random ? 31 - Math.clz32(census.sizes[group]!) : census.sizes[group]!);
  const order = Array.from(numbersTo(census.sizes.length, random)).sort((a, b) => rank(b) - rank(a));
  return placeGroups(census, order, new Array<number>(parts).fill(1 / parts));
}

/** Part 1 gets about `share` of the rows, part 0 the others, groups placed in random order. */
export function groupedShare(
  groups: Int32Array,
  classes: Int32Array | null,
  share: number,
  random: RandomStream | null,
): Int32Array {
  const census = takeCensus(groups, classes);
  return placeGroups(census, Array.from(numbersTo(census.sizes.length, random)), [1 - share, share]);
}

interface Census {
  /** Group of each row, numbered in the order of their first rows. */
  readonly groupOfRow: Int32Array;
  readonly sizes: readonly number[];
  readonly classCount: number;
  /** Rows of each class in each group, [groups × classCount]. */
  readonly counts: Float64Array;
  /** Rows of each class. */
  readonly totals: Float64Array;
}

function takeCensus(groups: Int32Array, classes: Int32Array | null): Census {
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const groupOfRow = groups.map(name => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  });
  const classCount = classes ? classes.reduce((largest, each) => Math.max(largest, each), 0) + 1 : 1;
  const counts = new Float64Array(sizes.length * classCount);
  const totals = new Float64Array(classCount);
  groupOfRow.forEach((group, row) => {
    const rowClass = classes ? classes[row]! : 0;
    counts[group * classCount + rowClass]!++;
    totals[rowClass]!++;
  });
  return {groupOfRow, sizes, classCount, counts, totals};
}

function placeGroups(census: Census, order: readonly number[], shares: readonly number[]): Int32Array {
  const {sizes, classCount, counts, totals} = census;
  const parts = shares.length;
  if (sizes.length < parts) throw new RangeError(`groups must be at least ${parts}, got ${sizes.length}`);
  const partOfGroup = new Int32Array(sizes.length);
  const filled = new Float64Array(parts * classCount);
  const partSizes = new Float64Array(parts);
  let emptyParts = parts;

  order.forEach((group, placed) => {
    // The last groups go to the parts that would otherwise stay empty.
    const onlyEmpty = sizes.length - placed <= emptyParts;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let part = 0; part < parts; part++) {
      if (onlyEmpty && partSizes[part]! > 0) continue;
      let disturbance = 0;
      for (let each = 0; each < classCount; each++) {
        const added = counts[group * classCount + each]!;
        if (added === 0) continue;
        const total = totals[each]!;
        disturbance += (added * (2 * filled[part * classCount + each]! + added)) / (total * total);
      }
      disturbance /= shares[part]!;
      if (disturbance < least || (disturbance === least && partSizes[part]! < partSizes[best]!)) {
        best = part;
        least = disturbance;
      }
    }
    if (partSizes[best] === 0) emptyParts--;
    partOfGroup[group] = best;
    partSizes[best]! += sizes[group]!;
    for (let each = 0; each < classCount; each++) {
      filled[best * classCount + each]! += counts[group * classCount + each]!;
    }
  });
  return census.groupOfRow.map(group => partOfGroup[group]!);
}
