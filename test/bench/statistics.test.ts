import {expect, test} from 'vitest';
import {medianInterval} from '../../bench/comparison/statistics.ts';

// The tabled ranks of the sign test at 5 %, two-sided: for 40 values from the 14th to the 27th.
test.each([
  [1, 1, 1],
  [5, 1, 5],
  [6, 1, 6],
  [8, 1, 8],
  [9, 2, 8],
  [20, 6, 15],
  [40, 14, 27],
  // By whole numbers of any size: the chance that no value lies below is none that a double holds.
  [2000, 956, 1045],
])('of %d values the median of what they are drawn from lies between the %d. and the %d.', (count, low, high) => {
  const shuffled = Array.from({length: count}, (_, i) => ((i * 7) % count) + 1);
  const values = new Set(shuffled).size === count ? shuffled : Array.from({length: count}, (_, i) => count - i);
  expect(medianInterval(values)).toEqual([low, high]);
});
