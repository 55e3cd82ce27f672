/**
 * The elementary functions in float64, built only from operations that IEEE 754 rounds correctly (+ − × ÷ √) and from
 * exact scaling by powers of two. `Math.exp` and its kin may differ in the last bit between processors and versions of
 * V8; these give the same bits everywhere, so that a training run does too. Errors stay within about 2 ulp.
 *
 * Source, unless a function names another: FreeBSD's and musl's fdlibm (e_exp.c, e_log.c, s_expm1.c, s_log1p.c,
 * s_tanh.c, s_erf.c), © 1993 Sun Microsystems, whose licence lets it be copied with this notice.
 */

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  if (Math.abs(x) < 2 ** -28) return 1 + x;

  // x = k ln 2 + (high − low), |high − low| ≤ ½ ln 2. The upper part of ln 2 has trailing zeros: k · ln2High is exact.
  const k = Math.abs(x) > 0.5 * Math.LN2 ? nearestMultipleOfLn2(x) : 0;
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;

  // e^r = 1 + 2 r / (R − r), R a polynomial of degree 5 in r².
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // 2^1024 is no double, and below 2^-1022 the product must be rounded once only, at its end.
  if (k === 1024) return y * 2 * 2 ** 1023;
  return k >= -1021 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * 2 ** -1000;
}

/** The natural logarithm: −∞ at 0, NaN below. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  // A denormal has no exponent of its own.
  const isDenormal = x < 2 ** -1022;
  const k = splitMantissa(isDenormal ? x * 2 ** 54 : x);
  return logOfParts(isDenormal ? k - 54 : k, float64[0]! - 1, 0);
}

/** e^x − 1, exact also near 0. */
export function expm1(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -56 * Math.LN2) return -1;
  if (Math.abs(x) < 2 ** -54) return x;

  // x = k ln 2 + r, and c is what r lost in rounding.
  const k = Math.abs(x) > 0.5 * Math.LN2 ? nearestMultipleOfLn2(x) : 0;
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const c = high - r - low;

  const half = 0.5 * r;
  const square = r * half;
  const p =
    1 +
    square *
      (-0.03333333333333313 +
        square *
          (0.0015873015872548146 +
            square * (-0.0000793650757867488 + square * (0.000004008217827329362 + square * -2.0109921818362437e-7))));
  const t = 3 - p * half;
  let e = square * ((p - t) / (6 - r * t));
  if (k === 0) return r - (r * e - square);

  // e^x − 1 = 2^k (1 + r − e) − 1, in the order that cancels least.
  e = r * (e - c) - c - square;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k === 1024) return (r - e + 1) * 2 * 2 ** 1023 - 1;
  if (k < 0 || k > 56) return (r - e + 1) * powerOfTwo(k) - 1;
  return k < 20 ? (r - e + (1 - powerOfTwo(-k))) * powerOfTwo(k) : (r - (e + powerOfTwo(-k)) + 1) * powerOfTwo(k);
}

/** ln(1 + x), exact also near 0: −∞ at −1, NaN below. */
export function log1p(x: number): number {
  if (Number.isNaN(x) || x < -1) return Number.NaN;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < 2 ** -53) return x;
  // √½ − 1 and √2 − 1: between them 1 + x need not be reduced.
  if (x > -0.2928932188134524 && x < 0.41421356237309503) return logOfParts(0, x, 0);
  const u = 1 + x;
  const k = splitMantissa(u);
  // What 1 + x lost in rounding, relative to it.
  const c = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  return logOfParts(k, float64[0]! - 1, c);
}

/** The hyperbolic tangent. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x) || size < 2 ** -55) return x;
  let y = 1;
  if (size < 1) {
    const t = expm1(-2 * size);
    y = -t / (t + 2);
  } else if (size < 22) {
    y = 1 - 2 / (expm1(2 * size) + 2);
  }
  return x < 0 ? -y : y;
}

/** 1 / (1 + e^−x), without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

/** ln(1 + e^x), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}

/** The error function, 2/√π ∫₀ˣ e^−t² dt. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size < 2 ** -28) return x + 0.1283791670955126 * x;
  if (size < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(erfNear0.numerator, z) / polynomial(erfNear0.denominator, z));
  }
  const y = size < 1.25 ? erfOf1(size) : size < 6 ? 1 - erfcOfTail(size) : 1;
  return x < 0 ? -y : y;
}

/**
 * The z with P(N(0, 1) ≤ z) = p: −∞ at 0, ∞ at 1, NaN outside [0, 1]. Relative error about 1e-16.
 * Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
 * (1988) 477–484, PPND16.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(quantileCentre.numerator, r)) / polynomial(quantileCentre.denominator, r);
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const {numerator, denominator} = r <= 5 ? quantileTail : quantileFarTail;
  const t = r <= 5 ? r - 1.6 : r - 5;
  const z = polynomial(numerator, t) / polynomial(denominator, t);
  return q < 0 ? -z : z;
}

// ln 2 in two parts, the upper one with 32 bits.
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** The k whose k ln 2 is nearest to x. */
function nearestMultipleOfLn2(x: number): number {
  return Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
}

// The bits of one double, for its exponent. On a big-endian machine the upper word comes first.
const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
const upperWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** 2^k exactly, −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  words[upperWord] = (k + 1023) << 20;
  words[1 - upperWord] = 0;
  return float64[0]!;
}

/** x = 2^k m with √½ ≤ m < √2. Returns k and leaves m in `float64[0]`. @param x positive, finite, not denormal */
function splitMantissa(x: number): number {
  float64[0] = x;
  // 0x3fe6a09e is the upper word of √½: the carry moves the mantissas above √2 to the next exponent.
  const upper = words[upperWord]! + (0x3ff00000 - 0x3fe6a09e);
  words[upperWord] = (upper & 0xfffff) + 0x3fe6a09e;
  return (upper >>> 20) - 0x3ff;
}

/** k ln 2 + ln(1 + f) + c, |f| < √2 − 1, through s = f / (2 + f): ln(1 + f) = 2 s + s³ (2/3 + 2/5 s² + …). */
function logOfParts(k: number, f: number, c: number): number {
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (halfSquare + (odd + even)) + (k * ln2Low + c) - halfSquare + f + k * ln2High;
}

/** erf for 0.84375 ≤ x < 1.25, around erf(1). */
function erfOf1(x: number): number {
  const s = x - 1;
  return 0.8450629115104675 + polynomial(erfNear1.numerator, s) / polynomial(erfNear1.denominator, s);
}

/** 1 − erf(x) for 1.25 ≤ x < 6: e^(−x²) with x² in two parts, because its rounding error would be magnified. */
function erfcOfTail(x: number): number {
  const {numerator, denominator} = x < 1 / 0.35 ? erfcTail : erfcFarTail;
  const s = 1 / (x * x);
  float64[0] = x;
  words[1 - upperWord] = 0;
  const upper = float64[0]!;
  const correction = (upper - x) * (upper + x) + polynomial(numerator, s) / polynomial(denominator, s);
  return (exp(-upper * upper - 0.5625) * exp(correction)) / x;
}

/** Σ coefficients[i] x^i by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

const erfNear0 = {
  numerator: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -0.000023763016656650163,
  ],
  denominator: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -0.000003960228278775368,
  ],
};

const erfNear1 = {
  numerator: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
    0.035478304325618236, -0.002166375594868791,
  ],
  denominator: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
};

const erfcTail = {
  numerator: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  denominator: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};

const erfcFarTail = {
  numerator: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  denominator: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
};

const quantileCentre = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};

const quantileTail = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

const quantileFarTail = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
