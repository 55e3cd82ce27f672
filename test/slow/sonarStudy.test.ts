/**
 * The accuracies of the Sonar study, 10 x 10 folds, lie where an independent implementation (NumPy, PyTorch's
 * initialisation, other folds and seeds) put them: means of 86.3, 87.4, 85.1 and 84.5 % with a standard deviation of
 * about 1.1 between repeats. The bands are those means ± about 2 points.
 */
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {type CrossValidationReport, crossValidate} from '../../sidecar/experiment/crossValidate.ts';
import {loadExperiment} from '../../sidecar/experiment/loadExperiment.ts';
import {defaultEngine} from '../../sidecar/network/engines.ts';
import {workerThreads} from '../../sidecar/runners/workerThreads.ts';

const document = fileURLToPath(new URL('../../examples/sonar/study.mlp.json', import.meta.url));
let report: CrossValidationReport;

beforeAll(async () => {
  const {experiment} = await loadExperiment(document, {});
  const runner = workerThreads({experiment: experiment!, engine: defaultEngine()}, {workers: 2});
  report = await crossValidate(experiment!, runner, {onEvent: () => {}});
  await runner.dispose();
}, 1_200_000);

const accuracyOf = (name: string) =>
  report.variants.find(variant => variant.name === name)!.summary.accuracy!.mean! * 100;

describe('sonar, 10 x 10 stratified folds', () => {
  for (const [name, low, high] of [
    ['baseline', 84.5, 88],
    ['input dropout', 85.5, 89],
    ['hidden dropout', 83.5, 87.5],
    ['raw inputs', 82.5, 86.5],
  ] as const) {
    test(`${name}: mean accuracy from ${low} to ${high} %`, () => {
      expect(accuracyOf(name)).toBeGreaterThanOrEqual(low);
      expect(accuracyOf(name)).toBeLessThanOrEqual(high);
    });
  }

  test('the majority baseline is the share of mines, and the linear one far below the networks', () => {
    const [majority, linear] = report.baselines;
    expect(majority!.summary.accuracy!.mean).toBeCloseTo(111 / 208, 2);
    expect(linear!.summary.accuracy!.mean! * 100).toBeLessThan(accuracyOf('baseline') - 5);
  });

  test('dropout acts: on the same folds the input’s beats none, and that beats the hidden layers’', () => {
    const [none, input, hidden] = ['baseline', 'input dropout', 'hidden dropout'].map(accuracyOf);
    expect(input!).toBeGreaterThan(none!);
    expect(none!).toBeGreaterThan(hidden!);
  });

  test('the corrected p of hidden dropout is larger than the naive one', () => {
    const {p, pCorrected} = report.comparisons.find(({b, metric}) => b === 'hidden dropout' && metric === 'accuracy')!;
    expect(pCorrected!).toBeGreaterThan(p!);
  });
});
