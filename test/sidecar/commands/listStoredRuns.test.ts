import {expect, test} from 'vitest';
import type {RunSummary} from '../../../schemas/protocol.ts';
import {runsTable} from '../../../sidecar/commands/listStoredRuns.ts';

const scores = [0.8, 0.84, 0.79, 0.86, 0.85];

function run(count: number, metric = 'accuracy'): RunSummary {
  return {
    ...{run: 'r', directory: '/d', kind: 'crossValidation', status: 'completed', document: 'net.mlp.json'},
    ...{startedAt: '', seconds: 1, digest: '', documentSha256: '', design: '10 folds'},
    variants: scores
      .slice(0, count)
      .map((mean, i) => ({name: `v${i}`, metrics: {[metric]: {mean, sd: 0.01}}, folds: 10})),
  };
}

const table = (runs: RunSummary[], width = Number.POSITIVE_INFINITY) => runsTable({runs, unreadable: []}, '.', width);

test('three variants are listed as they stand in the document, of more the best', () => {
  expect(table([run(3)])).toContain('v0 80.0 ± 1.0 %, v1 84.0 ± 1.0 %, v2 79.0 ± 1.0 %');
  expect(table([run(5)])).toContain('v3 86.0 ± 1.0 %, v4 85.0 ± 1.0 %, v1 84.0 ± 1.0 % and 2 more');
  expect(table([run(5, 'rmse')])).toContain('v2 0.790 ± 0.010, v0 0.800 ± 0.010, v1 0.840 ± 0.010 and 2 more');
});

test('of a search the winner is listed first, and no setting that was ruled out after a few folds', () => {
  const search = run(5);
  const variants = search.variants.map((variant, i) => ({...variant, folds: i === 3 ? 5 : 10}));
  expect(table([{...search, variants, search: true, winner: 'v2'}])).toContain(
    'v2 79.0 ± 1.0 %, v4 85.0 ± 1.0 %, v1 84.0 ± 1.0 % and 2 more',
  );
  const alone = variants.map((variant, i) => ({...variant, folds: i === 0 ? 10 : 5}));
  expect(table([{...search, variants: alone}])).toMatch(/ {2}v0 80\.0 ± 1\.0 % and 4 more$/);
});

test('a terminal that is too narrow for the table gets results on lines of their own, and none that it would break', () => {
  expect(table([run(5)], 80).split('\n')).toEqual([
    'run  document      kind  status     design',
    '    accuracy or RMSE of each variant',
    'r    net.mlp.json  cv    completed  10 folds',
    '    v3 86.0 ± 1.0 %, v4 85.0 ± 1.0 %, v1 84.0 ± 1.0 % and 2 more',
  ]);
  expect(
    table([run(5)], 30)
      .split('\n')
      .at(-1),
  ).toBe('    v3 86.0 ± 1.0 %, v4 85.0 …');
  expect(table([run(5)], 200).split('\n')).toHaveLength(2);
});
