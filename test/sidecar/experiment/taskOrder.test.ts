import {describe, expect, test} from 'vitest';
import {taskOrder} from '../../../sidecar/experiment/taskOrder.ts';

describe('the order of tasks', () => {
  test('is their own on one worker, and for all but the last ones', () => {
    expect(taskOrder([1, 9, 1, 9], 1)).toEqual([0, 1, 2, 3]);
    expect(taskOrder([1, 2, 3, 4, 5, 6, 7, 8, 9], 2).slice(0, 3)).toEqual([0, 1, 2]);
  });

  test('begins with the longest of the last ones, equal ones in their own order', () => {
    expect(taskOrder([5, 1, 7, 5], 2)).toEqual([2, 0, 3, 1]);
  });

  test('holds every task once', () => {
    const costs = Array.from({length: 50}, (_, i) => (i * 7) % 11);
    expect(taskOrder(costs, 4).toSorted((a, b) => a - b)).toEqual(costs.map((_, i) => i));
  });

  test('leaves no core with a long task that began last: four workers end together where they would not have', () => {
    // Fold by fold, a long and three short variants: in their own order the last long one begins when all else is done.
    const costs = Array.from({length: 32}, (_, i) => (i % 4 === 3 ? 40 : 1));
    const inOrder = makespan(
      costs,
      costs.map((_, i) => i),
      4,
    );
    expect(makespan(costs, taskOrder(costs, 4), 4)).toBeLessThan(inOrder);
  });
});

/** When the last of the workers ends, each taking the next task as soon as it is free. */
function makespan(costs: readonly number[], order: readonly number[], workers: number): number {
  const busyUntil = new Array<number>(workers).fill(0);
  for (const index of order) {
    const next = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[next]! += costs[index]!;
  }
  return Math.max(...busyUntil);
}
