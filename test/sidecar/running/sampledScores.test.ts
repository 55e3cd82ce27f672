import {expect, test} from 'vitest';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {sampledScores} from '../../../sidecar/running/sampledScores.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();

async function scores(changes: object, samples: number) {
  const experiment = await load(changes);
  const runner = inProcess({experiment, engine: 'plain'});
  const report = await crossValidate(experiment, runner, {onEvent() {}}, {keepModels: true});
  return {
    report,
    sampled: await sampledScores(experiment, {engine: 'plain'}, report.outcomes, samples, async () => {}),
  };
}

test('only variants that drop are sampled, on every fold, the same again', async () => {
  const {sampled} = await scores({}, 10);
  expect([...sampled.keys()]).toEqual(['dropout']);
  const {samples, summary} = sampled.get('dropout')!;
  expect(samples).toBe(10);
  expect(summary.nll!.folds).toBe(6);
  expect((await scores({}, 10)).sampled).toEqual(sampled);
});

test('many samples of hardly any dropout score like the plain prediction', async () => {
  const {report, sampled} = await scores({variants: {tiny: {'layers.drop.rate': 0.001}}}, 100);
  const plain = report.variants[0]!.summary.nll!.mean!;
  expect(Math.abs(sampled.get('tiny')!.summary.nll!.mean! - plain)).toBeLessThan(0.01);
  expect(sampled.get('tiny')!.summary.nll!.mean).not.toBe(plain);
});

test('of a real target the values are averaged in its own units', async () => {
  const changes = {
    data: {source: 'data.csv', target: 'sum', exclude: ['sign']},
    training: {epochs: 20, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.02, momentum: 0.9}, seed: 3},
    variants: {dropout: {'layers.drop.rate': 0.2}},
  };
  const {report, sampled} = await scores(changes, 50);
  const [plain, averaged] = [report.variants[0]!.summary.rmse!.mean!, sampled.get('dropout')!.summary.rmse!.mean!];
  expect(averaged / plain).toBeGreaterThan(0.7);
  expect(averaged / plain).toBeLessThan(1.4);
});
