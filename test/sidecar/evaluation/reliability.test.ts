import {expect, test} from 'vitest';
import {reliability} from '../../../sidecar/evaluation/reliability.ts';

test('rows are put together by how probable their predicted class is said to be', () => {
  // Probabilities of class 1: the predicted class is 1, 1, 0 and 1, said with 0.91, 0.95, 0.9 and 0.6.
  const bins = reliability(Float64Array.of(0.91, 0.95, 0.1, 0.6), [1, 0, 0, 0], 2);
  expect(bins).toEqual([
    {rows: 1, probability: 0.6, right: 0},
    {rows: 1, probability: 0.9, right: 1},
    {rows: 2, probability: expect.closeTo(0.93, 12), right: 0.5},
  ]);
});

test('of several classes the most probable one counts, and certainty has a bin', () => {
  const bins = reliability(Float64Array.of(1, 0, 0, 0.2, 0.5, 0.3), [0, 2], 3);
  expect(bins).toEqual([
    {rows: 1, probability: 0.5, right: 0},
    {rows: 1, probability: 1, right: 1},
  ]);
});
