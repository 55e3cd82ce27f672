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

test('what passes tells of each variant how near it came to failing', () => {
  const [now, before] = [run('now', [0.7, 0.75, 0.72, 0.8]), run('before', [0.71, 0.76, 0.72, 0.79])];
  const {words} = gateRun(now, before);
  expect(words[1]).toMatch(
    /^Largest drop of "net \(now\)": no evidence of a difference in accuracy \(−.*95 % interval .*corrected p = .*\)\.$/,
  );
  expect(gateRun(before, run('old', [0.7, 0.75, 0.72, 0.7])).words[1]).toBe('"net (before)" is worse in no metric.');
});

test('a training, and a run of other data, cannot be judged: each is called what it is', () => {
  const now = run('now', [0.5]);
  const training = {...storedRun('before'), kind: 'training'} as StoredRun;
  const failed = (message: string) => expect.objectContaining({message, exitCode: 3});
  expect(() => gateRun(now, training)).toThrow(failed('The baseline before is a training and no cross-validation.'));
  const other = run('before', [0.5]);
  expect(() => gateRun(now, {...other, data: {...other.data, classes: ['a', 'b']}})).toThrow(
    expect.objectContaining({message: expect.stringContaining('other data'), exitCode: 3}),
  );
});
