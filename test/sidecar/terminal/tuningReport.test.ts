import {expect, test} from 'vitest';
import type {CrossValidation, Tuning} from '../../../schemas/generated/run.ts';
import {tuningReport} from '../../../sidecar/terminal/tuningReport.ts';

test('a sweep names what its winner is compared with, the other rate, and the metric that its marks follow', () => {
  const points = [{rate: 0, metrics: {accuracy: {mean: 0.8, error: 0.02}}}];
  const recommended = {best: 0, low: 0, high: 0, worse: []};
  const sweeps = ['input', 'hidden'].map(place => ({place, points, recommended, words: ''}));
  const comparison = {a: 'no dropout', b: 'input 0.2', metric: 'accuracy', verdict: 'no evidence', notes: ['Chances.']};
  const result = {
    ...{status: 'completed', seconds: 1, numerics: 'fast', engine: 'plain', digest: '0', directory: 'run'},
    ...{variants: [], baselines: [], comparisons: [comparison]},
    tuning: {metric: 'nll', method: 'sweep', trials: [], sweeps, words: []},
  } as unknown as CrossValidation & {tuning: Tuning};
  const lines = tuningReport(result, ['accuracy']).split('\n');
  const titles = lines.filter(line => line.includes('by rate'));
  expect(titles.map(title => title.split(':')[0])).toEqual([
    'Input dropout, hidden dropout 0 meanwhile',
    'Hidden dropout, input dropout 0 meanwhile',
  ]);
  for (const title of titles) expect(title).toContain('◂ recommended by NLL');
  const at = lines.indexOf('Compared with "no dropout" on the same folds (corrected resampled t-test):');
  expect(lines.slice(at + 1, at + 3)).toEqual(['  "input 0.2": no evidence.', '      Chances.']);
});
