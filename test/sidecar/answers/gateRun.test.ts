/** That a gate lets nothing pass that it could not judge. */
import {expect, test} from 'vitest';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {gateRun} from '../../../sidecar/answers/gateRun.ts';
import {storedRun} from '../../support/storedRun.ts';

/** A completed cross-validation of one variant. @param accuracies of its folds */
function run(id: string, accuracies: readonly number[]): StoredRun {
  const folds = accuracies.map((accuracy, index) => ({
    ...{repeat: 1, fold: index + 1, trainRows: 90, testRows: 10, epochs: 5, status: 'completed'},
    metrics: {accuracy},
  }));
  const crossValidation = {variants: [{name: 'net', folds}], notes: []};
  const variants = [{name: 'net', document: {evaluation: {}, data: {}}}];
  const begun = storedRun(id);
  const data = {...begun.data, classes: ['no', 'yes']};
  return {...begun, status: 'completed', variants, data, crossValidation} as unknown as StoredRun;
}

test('a drop that is the same in every fold cannot be tested, so it does not pass', () => {
  const {passed, words} = gateRun(run('now', [0.5, 0.25, 0.75]), run('before', [0.75, 0.5, 1]));
  expect(passed).toBe(false);
  expect(words).toEqual([
    'Not judged: the run cannot be held to all of its baseline.',
    'Between "net (before)" and "net (now)" there is no test of accuracy: they have one fold in common, or differ by the same in all.',
  ]);
});

test('nor does one in the only fold that both have', () => {
  expect(gateRun(run('now', [0.5]), run('before', [0.75, 0.5, 1])).passed).toBe(false);
});

test('what is the same in every fold passes', () => {
  expect(gateRun(run('now', [0.5, 0.25, 0.75]), run('before', [0.5, 0.25, 0.75])).passed).toBe(true);
  expect(gateRun(run('now', [0.5]), run('before', [0.5])).words[0]).toMatch(/^Passed/);
});
