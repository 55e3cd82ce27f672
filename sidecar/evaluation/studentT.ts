/**
 * Student's t distribution, as far as comparisons ask for it. A library that knows it took longer to load than a small
 * experiment to compare: 220 KB of each start, and 26 ms at the end of a run of ten folds.
 */
import {exp, log1p} from '../kernels/elementary.ts';

/**
 * P(T ≤ t). The lower tail keeps its digits: for the upper one ask for −t.
 * @param freedom degrees of freedom, > 0, need not be whole
 * @returns within 2e-13 of the exact value, relative, up to 10,000 degrees of freedom
 */
export function studentCdf(t: number, freedom: number): number {
  const tail = lowerTail(-Math.abs(t), freedom);
  return t > 0 ? 1 - tail : tail;
}

/**
 * The t with P(T ≤ t) = p, by Newton's method. Above 0 the distribution function is concave, so that every step from 0
 * stays below the answer and comes closer to it.
 * @param p 0.5 ≤ p < 1
 * @param freedom degrees of freedom, at least 1; fewer need more and more steps
 */
export function studentQuantile(p: number, freedom: number): number {
  let t = 0;
  for (;;) {
    const next = t + (lowerTail(-t, freedom) - (1 - p)) / density(t, freedom);
    // Where rounding is all that is left, a step may be backward.
    if (!(next > t * (1 + 4 * Number.EPSILON))) return t;
    t = next;
  }
}

/** P(T ≤ t) = ½ I_x(ν/2, ½) for t ≤ 0, x = ν / (ν + t²), where I is the regularized incomplete beta function. */
function lowerTail(t: number, freedom: number): number {
  // So far out that its square is no number, nothing is left: with 1 degree of freedom less than 1e-154.
  if (t * t === Number.POSITIVE_INFINITY) return 0;
  const a = freedom / 2;
  const x = freedom / (freedom + t * t);
  const y = (t * t) / (freedom + t * t);
  // x^a y^½ / B(a, ½)
  const front = (exp(-a * log1p((t * t) / freedom)) * Math.sqrt(y)) / betaWithHalf(a);
  // The fraction converges fast on one side of the mean of the beta distribution, and I_x(a, b) = 1 − I_y(b, a).
  if (x < (a + 1) / (a + 2.5)) return (front * betaFraction(a, 0.5, x)) / (2 * a);
  return 0.5 - front * betaFraction(0.5, a, y);
}

function density(t: number, freedom: number): number {
  const a = freedom / 2;
  return exp(-(a + 0.5) * log1p((t * t) / freedom)) / (Math.sqrt(freedom) * betaWithHalf(a));
}

/** The continued fraction of I_x(a, b), by the modified method of Lentz. @see Press et al. 2007, Numerical Recipes, §6.4 */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    c = 1 + even / c;
    d = 1 / (1 + even * d);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    c = 1 + odd / c;
    d = 1 / (1 + odd * d);
    fraction *= c * d;
    // Also where a number is none.
    if (!(Math.abs(c * d - 1) > Number.EPSILON)) return fraction;
  }
}

/**
 * B(a, ½) = √π Γ(a) / Γ(a + ½). Of an a of 16 or more by the asymptotic series of that ratio around w = a − ¼, in which only
 * even powers occur; of a smaller one from the next one's. Logarithms of large factorials would lose digits.
 * @see Tricomi & Erdélyi 1951, Pacific Journal of Mathematics 1:133–142
 */
function betaWithHalf(a: number): number {
  if (a < 16) return (betaWithHalf(a + 1) * (a + 0.5)) / a;
  const w = a - 0.25;
  const q = 1 / (w * w);
  const series = 1 + q * (-1 / 64 + q * (21 / 8192 + q * (-671 / 2 ** 19 + q * (180323 / 2 ** 27))));
  return Math.sqrt(Math.PI / w) * series;
}
