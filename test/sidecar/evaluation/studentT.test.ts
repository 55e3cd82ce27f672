import {describe, expect, test} from 'vitest';
import {studentCdf, studentQuantile} from '../../../sidecar/evaluation/studentT.ts';

const points = [-300, -12, -5, -2.2, -1, -0.1, -1e-4, 0, 1e-3, 0.3, 1, 2, 5, 30];

describe("Student's t distribution", () => {
  test('with 1 degree of freedom is that of Cauchy, and with 2 has its closed form', () => {
    for (const t of points) {
      // atan of a small number keeps the digits of the tail.
      const cauchy = t < -1 ? Math.atan(-1 / t) / Math.PI : 0.5 + Math.atan(t) / Math.PI;
      expectClose(studentCdf(t, 1), cauchy);
      const root = Math.sqrt(2 + t * t);
      expectClose(studentCdf(t, 2), t < 0 ? 1 / (root * (root - t)) : 0.5 + t / (2 * root));
    }
  });

  // By mpmath, with 60 digits.
  test.each([
    [-12, 4.4, 7.900049301651024e-5],
    [-40, 9, 9.491499224669913e-12],
    [-2.2, 29, 0.017963379575341325],
    [-0.1, 31.9, 0.46048507795896576],
    [-0.0001, 33, 0.4999604068132515],
    [-2.2, 99, 0.015066410844667942],
    [-12, 299.5, 1.179703794404687e-27],
    [-40, 999, 6.213210598135712e-210],
    [1.5, 9999, 0.9331770125095995],
  ])('is below %f with %f degrees of freedom with the probability %f', (t, freedom, expected) => {
    expectClose(studentCdf(t, freedom), expected);
  });

  test('is symmetric', () => {
    for (const t of points) expectClose(studentCdf(t, 7.3) + studentCdf(-t, 7.3), 1);
  });

  test.each([1, 1e100, 1e154, 1e160, Number.POSITIVE_INFINITY])('ends in 0 and 1 however far out: at %f', t => {
    expect(studentCdf(-t * 1e10, 3)).toBeLessThan(1e-29);
    expect(studentCdf(t * 1e10, 3)).toBe(1);
  });

  test.each([1, 1.3, 2, 9, 32, 99, 9999.5])('has the quantiles of its distribution function with %f', freedom => {
    for (const p of [0.5, 0.6, 0.8, 0.975, 0.9999]) {
      expectClose(studentCdf(-studentQuantile(p, freedom), freedom), 1 - p);
    }
  });
});

/** To the 2e-13 that are promised. */
function expectClose(value: number, expected: number): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(2e-13);
}
