import {expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {randomKey} from '../../../sidecar/kernels/random.ts';
import {writeEpochOrder} from '../../../sidecar/training/epochOrder.ts';

const training = {shuffle: true} as ResolvedDocument['training'];
/** Ten blocks of ten rows, of which every third row is not trained on; three blocks are mixed at a time. */
const rows = Uint32Array.from({length: 100}, (_, row) => row).filter(row => row % 3 !== 0);
const blocks = {of: rows.map(row => Math.floor(row / 10)), together: 3};

function orderOf(epoch: number, from: typeof blocks | null = blocks): number[] {
  const out = new Uint32Array(rows.length);
  writeEpochOrder(rows, training, randomKey(4), epoch, out, from);
  return [...out];
}

test('rows that lie on disk are each taken once, those of a few blocks together, the blocks in random order', () => {
  for (const epoch of [0, 1, 2]) {
    const order = orderOf(epoch);
    expect(order.toSorted((a, b) => a - b)).toEqual([...rows]);
    // At any time only the rows of three blocks are read: the others are over or have not begun.
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    order.forEach((row, i) => {
      const block = Math.floor(row / 10);
      if (!first.has(block)) first.set(block, i);
      last.set(block, i);
    });
    order.forEach((_, i) => {
      const open = [...first.keys()].filter(block => first.get(block)! <= i && i <= last.get(block)!);
      expect(open.length).toBeLessThanOrEqual(3);
    });
    // Mixed, not block after block.
    expect(
      order.filter((row, i) => i > 0 && Math.floor(row / 10) !== Math.floor(order[i - 1]! / 10)).length,
    ).toBeGreaterThan(20);
  }
});

test('every epoch has another order, and the same one each time', () => {
  expect(orderOf(1)).toEqual(orderOf(1));
  expect(orderOf(1)).not.toEqual(orderOf(0));
});

test('a shuffled order of one block is that of a table in memory', () => {
  expect(orderOf(0, {of: new Uint32Array(rows.length), together: 3})).toEqual(orderOf(0, null));
});

test('without shuffling rows are taken as they lie', () => {
  const out = new Uint32Array(rows.length);
  writeEpochOrder(rows, {...training, shuffle: false}, randomKey(4), 0, out, blocks);
  expect(out).toEqual(rows);
});
