import {expect, test} from 'vitest';
import {assertPlan} from '../../../sidecar/network/assertPlan.ts';
import {planAtEnd} from '../../../sidecar/network/masks.ts';
import type {DropoutSchedule, NetworkPlan} from '../../../sidecar/network/plan.ts';
import {rateAt} from '../../../sidecar/network/rateAt.ts';
import {dense, networkPlan} from '../../support/randomNetworks.ts';

const rate = 0.4;
const at = (schedule: DropoutSchedule, times: readonly number[]) => times.map(time => rateAt({rate, schedule}, time));

test('without a schedule the rate stays', () => {
  expect([0, 1.5, 1000].map(time => rateAt({rate}, time))).toEqual([rate, rate, rate]);
});

test('early dropout keeps its rate until its last step, and is then off for ever', () => {
  expect(at({type: 'early', until: 10, shape: 'constant'}, [0, 9.99, 10, 11, 500])).toEqual([rate, rate, 0, 0, 0]);
});

test('early dropout falls in a straight line, and is then off for ever', () => {
  const falling = at({type: 'early', until: 10, shape: 'linear'}, [0, 2.5, 5, 9, 10, 11]);

  for (const [i, expected] of [0.4, 0.3, 0.2, 0.04, 0, 0].entries()) expect(falling[i]).toBeCloseTo(expected, 15);
});

test('late dropout is off until its first step, and then keeps its rate', () => {
  expect(at({type: 'late', until: 10, shape: 'constant'}, [0, 9.99, 10, 500])).toEqual([0, 0, rate, rate]);
});

test('curriculum dropout keeps (1 − θ) e^(−γt) + θ, for θ = 1 − rate and γ = 10 / until', () => {
  const times = [0, 0.5, 3, 50, 100, 200];

  const dropped = at({type: 'curriculum', until: 100, shape: 'constant'}, times);

  const theta = 1 - rate;
  for (const [i, time] of times.entries()) {
    // Two roundings of numbers below 1, and an exp of ours that is exact to an ulp.
    expect(Math.abs(1 - dropped[i]! - ((1 - theta) * Math.exp((-10 / 100) * time) + theta))).toBeLessThan(2 ** -51);
  }
  expect(dropped[0]).toBe(0);
});

test('a schedule that ends before it begins is refused', () => {
  const schedule = {type: 'late', until: 0, shape: 'constant'} as const;
  const plan = networkPlan(2, [
    {type: 'dropout', name: 'drop', inputs: 2, rate, schedule},
    dense('output', 2, 1, 'sigmoid'),
  ]);

  expect(() => assertPlan(plan)).toThrow(new RangeError('drop.schedule.until must be a positive number, got 0'));
});

test.each([
  [{type: 'early', until: 10}, 20, 0],
  [{type: 'early', until: 10, shape: 'linear'}, 6, 0.25],
  [{type: 'late', until: 10}, 20, 0.5],
  [{type: 'late', until: 10}, 10, 0],
  [undefined, 20, 0.5],
] as const)(
  'a network drops at the rate of its last epoch when it is sampled: %j after %d epochs',
  (schedule, epochs, rate) => {
    const layer = {type: 'dropout', name: 'drop', inputs: 2, rate: 0.5, ...(schedule ? {schedule} : {})} as const;
    const [atEnd] = planAtEnd({layers: [layer]} as unknown as NetworkPlan, epochs).layers;
    expect(atEnd).toEqual({type: 'dropout', name: 'drop', inputs: 2, rate});
  },
);
