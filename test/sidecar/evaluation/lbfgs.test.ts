import {expect, test} from 'vitest';
import {minimize} from '../../../sidecar/evaluation/lbfgs.ts';

/** ½ Σ curvature_i · (x_i − i)², least at x_i = i. */
function quadratic(curvatures: readonly number[]) {
  return (x: Float64Array, gradient: Float64Array) => {
    let value = 0;
    curvatures.forEach((curvature, i) => {
      gradient[i] = curvature * (x[i]! - i);
      value += (curvature * (x[i]! - i) ** 2) / 2;
    });
    return value;
  };
}

test('a quadratic of condition 10³ is solved to the tolerance', () => {
  const curvatures = Array.from({length: 20}, (_, i) => 10 ** ((i * 3) / 19));
  const x = new Float64Array(20);
  const outcome = minimize(quadratic(curvatures), x, {iterations: 150, tolerance: 1e-8});
  expect(outcome.converged).toBe(true);
  // |gradient_i| = curvature_i · |x_i − i| ≤ 1e-8 with curvatures of at least 1.
  x.forEach((value, i) => {
    expect(Math.abs(value - i)).toBeLessThanOrEqual(1e-8);
  });
});

test('the value never rises, and no more iterations are made than allowed', () => {
  const curvatures = Array.from({length: 30}, (_, i) => 3 ** (i / 3));
  const evaluate = quadratic(curvatures);
  let before = Number.POSITIVE_INFINITY;
  for (let iterations = 0; iterations < 15; iterations++) {
    const x = new Float64Array(30);
    expect(minimize(evaluate, x, {iterations, tolerance: 0})).toEqual({iterations, converged: false});
    const value = evaluate(x, new Float64Array(30));
    expect(value).toBeLessThan(before);
    before = value;
  }
});

test('a start at the minimum is left alone', () => {
  const x = Float64Array.from([0, 1, 2]);
  expect(minimize(quadratic([1, 1, 1]), x, {iterations: 10, tolerance: 1e-8})).toEqual({
    iterations: 0,
    converged: true,
  });
  expect([...x]).toEqual([0, 1, 2]);
});

test('it ends where rounding hides any improvement', () => {
  const x = new Float64Array(3);
  const outcome = minimize(quadratic([1, 7, 1e6]), x, {iterations: 1000, tolerance: 0});
  expect(outcome.iterations).toBeLessThan(200);
  x.forEach((value, i) => {
    expect(value).toBeCloseTo(i, 6);
  });
});
