import {describe, expect, test} from 'vitest';
import {
  erf,
  exp,
  expm1,
  log,
  log1p,
  normalQuantile,
  sigmoid,
  softplus,
  tanh,
} from '../../../sidecar/kernels/elementary.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';

// Math's functions are fdlibm's in V8 and elsewhere good to 1 ulp, ours to 1 ulp: together they differ by at most 2.
const tolerance = 2;

const likeMath: ReadonlyArray<[name: string, ours: (x: number) => number, theirs: (x: number) => number]> = [
  ['exp', exp, Math.exp],
  ['log', log, Math.log],
  ['expm1', expm1, Math.expm1],
  ['log1p', log1p, Math.log1p],
  ['tanh', tanh, Math.tanh],
];

describe.each(likeMath)('%s', (_name, ours, theirs) => {
  test('agrees with Math on 100 000 doubles of every size, and 0, infinities, NaN and denormals among them', () => {
    const stream = new RandomStream(randomKey(1));
    const anyDouble = () => doubleOf(stream.word(), stream.word());
    const values = [...specialValues, ...Array.from({length: 100_000}, anyDouble)];

    expect(worst(values, ours, theirs)).toMatchObject({difference: expect.toSatisfy(isWithin)});
  });

  test('agrees with Math on 100 000 numbers in the range that training uses, and at the ends of its pieces', () => {
    const stream = new RandomStream(randomKey(2));
    const ordinary = (_: unknown, i: number) => (2 * stream.uniform() - 1) * [0.01, 1, 25, 750][i % 4]!;
    const values = [...pieceEnds, ...Array.from({length: 100_000}, ordinary)];

    expect(worst(values, ours, theirs)).toMatchObject({difference: expect.toSatisfy(isWithin)});
  });
});

describe('erf', () => {
  // mpmath, 60 digits; the arguments lie in every piece of the approximation and beside its joints.
  test.each([
    [1e-10, 1.1283791670955126e-10],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [0.84, 0.7651427114549945],
    [0.85, 0.7706680576083526],
    [1, 0.8427007929497149],
    [1.24, 0.9205051842990297],
    [1.25, 0.9229001282564583],
    [2, 0.9953222650189527],
    [2.85, 0.9999443437200386],
    [2.86, 0.9999475988269556],
    [3.5, 0.9999992569016276],
    [5, 0.9999999999984626],
    [5.9, 0.9999999999999999],
    [6.1, 1],
    [Number.POSITIVE_INFINITY, 1],
  ])('of ±%d is ±%d', (x, expected) => {
    expect(ulps(erf(x), expected)).toBeLessThanOrEqual(1);
    expect(erf(-x)).toBe(-erf(x));
  });

  test('agrees with its series of positive terms between 0 and 5', () => {
    for (let x = 0.001; x < 5; x += 0.001) {
      // Up to 100 terms of one sign, each within 2^-52: at most 100 · 2^-52 = 2.2e-14, a tenth of that in practice.
      expect(Math.abs(erf(x) / erfSeries(x) - 1), `at ${x}`).toBeLessThan(5e-15);
    }
  });

  test('keeps the sign of zero and passes NaN on', () => {
    expect(erf(-0)).toBe(-0);
    expect(erf(Number.NaN)).toBeNaN();
  });
});

describe('normalQuantile', () => {
  // mpmath: the root of log Φ(z) − log p, 60 digits.
  test.each([
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-20, -9.262340089798407],
    [1e-10, -6.361340902404057],
    [0.5 / 2 ** 32, -6.3379577545537895],
    [0.001, -3.0902323061678136],
    [0.025, -1.9599639845400543],
    [0.074, -1.4466320671589785],
    [0.076, -1.4325027208258116],
    [0.25, -0.6744897501960817],
    [0.4, -0.2533471031357997],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446006],
    [0.975, 1.9599639845400538],
    [0.999, 3.090232306167813],
  ])('of %d is %d', (p, expected) => {
    // Wichura claims 1 part in 1e16, to which a few roundings of the polynomials come.
    expect(Math.abs(normalQuantile(p) / expected - 1)).toBeLessThan(1e-15);
  });

  test('is antisymmetric around ½ where 1 − p is exact', () => {
    for (let i = 1; i < 1024; i++) expect(normalQuantile(1 - i / 1024)).toBe(0 - normalQuantile(i / 1024));
  });

  test('rises with p over the whole range of a 32-bit word', () => {
    let last = normalQuantile(0.5 / 2 ** 32);
    for (let word = 99_991; word < 2 ** 32; word += 99_991) {
      const next = normalQuantile((word + 0.5) / 2 ** 32);
      expect(next > last, `at word ${word}`).toBe(true);
      last = next;
    }
  });

  test.each([
    [0, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
    [-0.1, Number.NaN],
    [1.1, Number.NaN],
    [Number.NaN, Number.NaN],
  ])('of %d is %d', (p, expected) => {
    expect(normalQuantile(p)).toBe(expected);
  });
});

describe('sigmoid and softplus', () => {
  const values = Array.from({length: 3001}, (_, i) => (i - 1500) / 2);

  test('agree with their definitions where those do not overflow', () => {
    for (const x of values.filter(value => Math.abs(value) < 30)) {
      // Each definition rounds three times: 3 ulp, and 1 ulp of ours.
      expect(ulps(sigmoid(x), Math.exp(x) / (1 + Math.exp(x))), `sigmoid at ${x}`).toBeLessThanOrEqual(4);
      expect(ulps(softplus(x), Math.log1p(Math.exp(x))), `softplus at ${x}`).toBeLessThanOrEqual(4);
    }
  });

  test('have their limits at the ends, without NaN', () => {
    expect([sigmoid(800), sigmoid(-800), sigmoid(-700) > 0]).toEqual([1, 0, true]);
    expect([softplus(800), softplus(-800), softplus(-700) > 0]).toEqual([800, 0, true]);
    expect([sigmoid(Number.POSITIVE_INFINITY), softplus(Number.NEGATIVE_INFINITY)]).toEqual([1, 0]);
    expect([sigmoid(Number.NaN), softplus(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
  });

  test('obey sigmoid(x) + sigmoid(−x) = 1 and softplus(x) − softplus(−x) = x', () => {
    for (const x of values) {
      expect(sigmoid(x) + sigmoid(-x)).toBeCloseTo(1, 15);
      expect(Math.abs(softplus(x) - softplus(-x) - x)).toBeLessThanOrEqual(2 ** -52 * Math.abs(x));
    }
  });
});

test('the bits of a thousand values are those written here, on whatever machine this runs', () => {
  // Of every function, of values over its range: any change of a bit changes the hash.
  const functions = [exp, log, expm1, log1p, tanh, sigmoid, softplus, erf];
  let hash = 0x811c9dc5;
  const add = (value: number) => {
    const [low, high] = new Uint32Array(Float64Array.of(value).buffer);
    hash = Math.imul(hash ^ low!, 0x01000193);
    hash = Math.imul(hash ^ high!, 0x01000193);
  };
  for (let i = 1; i <= 125; i++) {
    for (const f of functions) add(f((f === log ? 1 : i % 2 ? 1 : -1) * (f === log1p ? 1 / 128 : 1 / 16) * i));
    add(normalQuantile(i / 126));
  }

  expect(hash >>> 0).toBe(1_471_786_769);
});

const specialValues = [
  0,
  -0,
  1,
  -1,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** -1022,
  -(2 ** -1022),
  1e-310,
  -1e-310,
];

/** Where the results overflow, underflow or become denormal, and where one approximation gives way to the next. */
const pieceEnds = [
  709.782712893384,
  709.7827128933841,
  709.5,
  -708.4,
  -709,
  -744.5,
  -745.1332191019411,
  -745.2,
  0.34657359027997264,
  0.3465735902799727,
  -0.3465735902799727,
  1.0397207708399179,
  -1.0397207708399179,
  0.4142135623730949,
  0.41421356237309515,
  -0.29289321881345254,
  -0.2928932188134525,
  Math.SQRT2,
  Math.SQRT1_2,
  22,
  -22,
  38.816,
  -38.817,
  2 ** 53,
  2 ** 54,
];

function isWithin(difference: number): boolean {
  return difference <= tolerance;
}

function worst(
  values: readonly number[],
  ours: (x: number) => number,
  theirs: (x: number) => number,
): {x: number; difference: number} {
  let found = {x: Number.NaN, difference: -1};
  for (const x of values) {
    const difference = ulps(ours(x), theirs(x));
    if (difference > found.difference) found = {x, difference};
  }
  return found;
}

/** Number of doubles from a to b; NaN is only near NaN, and −0 is not 0. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b) || a === b) return Number.POSITIVE_INFINITY;
  return Math.abs(Number(position(a) - position(b)));
}

/** The place of a double among all doubles. */
function position(value: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(value).buffer)[0]!;
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

function doubleOf(low: number, high: number): number {
  return new Float64Array(Uint32Array.of(low, high).buffer)[0]!;
}

/** 2/√π e^(−x²) Σ 2^n x^(2n+1) / (2n+1)!!, Abramowitz and Stegun 7.1.6. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 150; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  // x² in two parts: its rounding alone would cost x² · 2^-53 in the exponential.
  const upper = Math.fround(x);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-upper * upper) * Math.exp((upper - x) * (upper + x)) * sum;
}
