import {expect, test} from 'vitest';
import type {Target} from '../../../sidecar/data/table.ts';
import {epochMeasures} from '../../../sidecar/experiment/epochMeasures.ts';
import type {Network} from '../../../sidecar/network/engine.ts';
import type {NetworkPlan} from '../../../sidecar/network/plan.ts';

const CAP = 4096;
const plan = {
  inputs: 1,
  layers: [{type: 'dense', name: 'output', inputs: 1, units: 1, activation: 'linear'}],
  loss: 'meanSquaredError',
} as unknown as NetworkPlan;

/** Three parts of twice as many rows as are measured, of which every other one is predicted wrongly. */
function measured(rowsOfEach: number) {
  const part = (number: number) => Uint32Array.from({length: rowsOfEach}, (_, i) => number * rowsOfEach + i);
  const [learned, watched, tested] = [part(0), part(1), part(2)];
  const target: Target = {task: 'regression', name: 'y', values: new Float64Array(3 * rowsOfEach)};
  const asked: number[] = [];
  const network = {
    plan,
    predict(inputs, rows, out) {
      asked.push(rows.length);
      // Each row's one input is its number.
      for (let i = 0; i < rows.length; i++) out[i] = inputs[rows[i]!]! % 2;
    },
  } as Network;
  const encode = (rows: Uint32Array, out: Float32Array) => out.set(rows);
  const rows = Uint32Array.of(...learned, ...watched);
  const inputs = Float32Array.from(rows);
  const samples = {inputs, targets: new Float32Array(rows.length), weights: null};
  const {measure} = epochMeasures({
    ...{plan, target, targetScale: {mean: 0, sd: 1}, encode, samples},
    ...{learned: rowsOfEach, watched, test: tested, weights: () => null},
  });
  return {
    asked,
    ...measure(
      network,
      Float64Array.from(watched, row => row % 2),
    ),
  };
}

test('a network is measured on at most 4,096 rows of each part, from all over it', () => {
  const {asked, cleanLoss, validation, test: tested} = measured(2 * CAP);
  // Of rows that are learned from and of test rows; those that early stopping watches were predicted for itself.
  expect(asked).toEqual([CAP, CAP]);
  // Every other row is measured: those of even numbers.
  expect([cleanLoss, validation!.mae, tested!.loss, tested!.metrics.mae]).toEqual([0, 0, 0, 0]);
});

test('a network of no more than 4,096 rows in each part is measured on all of them', () => {
  const {asked, cleanLoss, validation, test: tested} = measured(CAP);
  expect(asked).toEqual([CAP, CAP]);
  expect([cleanLoss, validation!.mae, tested!.loss, tested!.metrics.mae]).toEqual([0.5, 0.5, 0.5, 0.5]);
});
