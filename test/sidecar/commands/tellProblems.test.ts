/** Where the terminal tells what is wrong with a split: at the option that was typed, if that is the cause. */
import {expect, test, vi} from 'vitest';
import {tellProblems} from '../../../sidecar/commands/tellProblems.ts';
import {loadExperiment} from '../../../sidecar/experiment/loadExperiment.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {write} = smallExperiments();

/** What is told of a document whose `evaluation` is that, with its options typed. */
async function told(evaluation: object, options: {folds?: number; repeats?: number}): Promise<string[]> {
  const path = write({evaluation});
  const overrides = Object.entries(options).map(([name, value]) => [`evaluation.${name}`, value]);
  const {problems} = await loadExperiment(path, Object.fromEntries(overrides));
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    tellProblems(problems, 'net.mlp.json', options);
    return error.mock.calls.flat();
  } finally {
    error.mockRestore();
  }
}

const SORTED = {stratified: false, shuffle: false};

test.each([
  ['more folds than rows', {}, {folds: 100}, /^--folds 100: error: The data has 60 rows/],
  ['more folds than groups', {groupBy: 'sum'}, {folds: 61}, /^--folds 61: error: /],
  ['repeats that are all the same', SORTED, {repeats: 2}, /^--repeats 2: error: Without shuffle all 2 repeats/],
  [
    'groups and times at once',
    {method: 'timeOrdered', groupBy: 'sum'},
    {folds: 3},
    /^net\.mlp\.json:\d+:\d+: error: .*groups/,
  ],
])('%s', async (_, evaluation, options, line) => {
  const [first] = await told(evaluation, options);
  expect(first).toMatch(line);
});
