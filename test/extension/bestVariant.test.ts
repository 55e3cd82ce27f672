import {expect, test} from 'vitest';
import {bestVariant} from '../../extension/runs/bestVariant.ts';
import type {RunSummary} from '../../schemas/protocol.ts';

/** @param tried mean and folds of each variant, v0, v1 … */
function run(metric: string, tried: ReadonlyArray<readonly [mean: number, folds: number]>): RunSummary {
  return {
    ...{run: 'r', directory: '/d', kind: 'crossValidation', status: 'completed', document: 'net.mlp.json'},
    ...{startedAt: '', seconds: 1, digest: '', documentSha256: '', design: '10 folds'},
    variants: tried.map(([mean, folds], i) => ({name: `v${i}`, metrics: {[metric]: {mean, sd: null}}, folds})),
  };
}

test('the best variant has the best mean of those that were tested on most folds', () => {
  expect(
    bestVariant(
      run('accuracy', [
        [0.8, 10],
        [0.82, 10],
        [0.9, 5],
      ]),
    )?.name,
  ).toBe('v1');
  expect(
    bestVariant(
      run('rmse', [
        [3, 10],
        [2, 10],
        [1, 5],
      ]),
    )?.name,
  ).toBe('v1');
  expect(bestVariant(run('accuracy', []))).toBeUndefined();
});

test('the best variant of a search is its winner, whatever metric it was asked for', () => {
  expect(
    bestVariant({
      ...run('accuracy', [
        [0.8, 10],
        [0.82, 10],
      ]),
      winner: 'v0',
    })?.name,
  ).toBe('v0');
});
