import {expect, test} from 'vitest';
import type {Training} from '../../../schemas/generated/run.ts';
import {randomKey} from '../../../sidecar/kernels/random.ts';
import {initialParameters} from '../../../sidecar/network/initialize.ts';
import {learnedRates} from '../../../sidecar/network/learnedRates.ts';
import {trainingReport} from '../../../sidecar/terminal/trainingReport.ts';
import {dense, networkPlan} from '../../support/randomNetworks.ts';

const concrete = (name: string, inputs: number, startRate: number) =>
  ({type: 'concreteDropout', name, inputs, startRate, temperature: 0.1, lengthScale: 0.1, precision: 1}) as const;

test('a network that was not trained has the rates that it starts from, by layer', () => {
  const plan = networkPlan(3, [
    concrete('first', 3, 0.1),
    dense('hidden', 3, 4, 'relu'),
    concrete('second', 4, 0.4),
    dense('output', 4, 1, 'sigmoid'),
  ]);

  const rates = learnedRates(plan, initialParameters(plan, randomKey(1)));

  // The logits are rounded to float32.
  expect(Object.keys(rates)).toEqual(['first', 'second']);
  expect(rates.first).toBeCloseTo(0.1, 7);
  expect(rates.second).toBeCloseTo(0.4, 7);
});

test('the report of a training names the rates that were learned, and is silent where none were', () => {
  const model = {name: 'a', parameters: 7, epochs: 3, status: 'completed', trainingLoss: 0.5, metrics: {}} as const;
  const result = {
    ...{run: 'id', directory: 'folder', status: 'completed', digest: '0'.repeat(64), numerics: 'reproducible'},
    ...{engine: 'wasm', seconds: 1, data: {rows: 9, features: 2, classes: null, sha256: ''}},
    models: [
      {...model, learnedRates: {first: 0.0314, second: 0.25}},
      {...model, name: 'b'},
    ],
  } as unknown as Training;

  const lines = trainingReport(result, []).split('\n');

  expect(lines.filter(line => line.startsWith('Rates'))).toEqual([
    'Rates that "a" learned: first 0.031, second 0.250.',
  ]);
});
