/**
 * The elementary functions in float64, operation for operation those of sidecar/kernels/elementary.ts, so that both
 * give the same bits; sources and reasons are told there.
 *
 * fdlibm, © 1993 Sun Microsystems, whose licence lets it be copied with this notice.
 */

const ln2High: f64 = 0.6931471803691238;
const ln2Low: f64 = 1.9082149292705877e-10;
const halfLn2: f64 = 0.5 * 0.6931471805599453;

export function exp(x: f64): f64 {
  if (isNaN(x) || x == Infinity) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  if (abs(x) < 3.725290298461914e-9) return 1 + x;

  const k = abs(x) > halfLn2 ? nearestMultipleOfLn2(x) : 0;
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;

  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k == 1024) return y * 2 * 8.98846567431158e307;
  return k >= -1021 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * 9.332636185032189e-302;
}

export function log(x: f64): f64 {
  if (isNaN(x) || x < 0) return NaN;
  if (x == 0) return -Infinity;
  if (x == Infinity) return x;
  const isDenormal = x < 2.2250738585072014e-308;
  const normal = isDenormal ? x * 18014398509481984.0 : x;
  const k = exponentOf(normal);
  return logOfParts(isDenormal ? k - 54 : k, mantissaOf(normal) - 1, 0);
}

export function expm1(x: f64): f64 {
  if (isNaN(x) || x == Infinity) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -56 * 0.6931471805599453) return -1;
  if (abs(x) < 5.551115123125783e-17) return x;

  const k = abs(x) > halfLn2 ? nearestMultipleOfLn2(x) : 0;
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
  if (k == 0) return r - (r * e - square);

  e = r * (e - c) - c - square;
  if (k == -1) return 0.5 * (r - e) - 0.5;
  if (k == 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k == 1024) return (r - e + 1) * 2 * 8.98846567431158e307 - 1;
  if (k < 0 || k > 56) return (r - e + 1) * powerOfTwo(k) - 1;
  return k < 20 ? (r - e + (1 - powerOfTwo(-k))) * powerOfTwo(k) : (r - (e + powerOfTwo(-k)) + 1) * powerOfTwo(k);
}

export function log1p(x: f64): f64 {
  if (isNaN(x) || x < -1) return NaN;
  if (x == -1) return -Infinity;
  if (x == Infinity || abs(x) < 1.1102230246251565e-16) return x;
  if (x > -0.2928932188134524 && x < 0.41421356237309503) return logOfParts(0, x, 0);
  const u = 1 + x;
  const k = exponentOf(u);
  const c = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  return logOfParts(k, mantissaOf(u) - 1, c);
}

export function tanh(x: f64): f64 {
  const size = abs(x);
  if (isNaN(x) || size < 2.7755575615628914e-17) return x;
  let y: f64 = 1;
  if (size < 1) {
    const t = expm1(-2 * size);
    y = -t / (t + 2);
  } else if (size < 22) {
    y = 1 - 2 / (expm1(2 * size) + 2);
  }
  return x < 0 ? -y : y;
}

export function sigmoid(x: f64): f64 {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

export function softplus(x: f64): f64 {
  return max<f64>(x, 0) + log1p(exp(-abs(x)));
}

export function erf(x: f64): f64 {
  const size = abs(x);
  if (isNaN(x)) return x;
  if (size < 3.725290298461914e-9) return x + 0.1283791670955126 * x;
  if (size < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(erfNear0Numerator, z) / polynomial(erfNear0Denominator, z));
  }
  const y = size < 1.25 ? erfOf1(size) : size < 6 ? 1 - erfcOfTail(size) : 1;
  return x < 0 ? -y : y;
}

export function normalQuantile(p: f64): f64 {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p == 0) return -Infinity;
  if (p == 1) return Infinity;
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(quantileCentreNumerator, r)) / polynomial(quantileCentreDenominator, r);
  }
  const r = sqrt(-log(q < 0 ? p : 1 - p));
  const z =
    r <= 5
      ? polynomial(quantileTailNumerator, r - 1.6) / polynomial(quantileTailDenominator, r - 1.6)
      : polynomial(quantileFarTailNumerator, r - 5) / polynomial(quantileFarTailDenominator, r - 5);
  return q < 0 ? -z : z;
}

/** The k whose k ln 2 is nearest to x, in float64. */
// @ts-ignore: decorator
@inline
function nearestMultipleOfLn2(x: f64): f64 {
  return trunc(1.4426950408889634 * x + (x < 0 ? -0.5 : 0.5));
}

/** 2^k exactly, −1022 ≤ k ≤ 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: f64): f64 {
  return reinterpret<f64>((<i64>k + 1023) << 52);
}

// The carry from √½'s upper word 0x3fe6a09e moves the mantissas above √2 to the next exponent: x = 2^k m, √½ ≤ m < √2.

// @ts-ignore: decorator
@inline
function exponentOf(x: f64): f64 {
  return <f64>(<i32>(carried(x) >>> 20) - 0x3ff);
}

// @ts-ignore: decorator
@inline
function mantissaOf(x: f64): f64 {
  const upper = <u64>((carried(x) & 0xfffff) + 0x3fe6a09e);
  return reinterpret<f64>((upper << 32) | (reinterpret<u64>(x) & 0xffffffff));
}

// @ts-ignore: decorator
@inline
function carried(x: f64): u32 {
  return <u32>(reinterpret<u64>(x) >>> 32) + (0x3ff00000 - 0x3fe6a09e);
}

function logOfParts(k: f64, f: f64, c: f64): f64 {
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (halfSquare + (odd + even)) + (k * ln2Low + c) - halfSquare + f + k * ln2High;
}

function erfOf1(x: f64): f64 {
  const s = x - 1;
  return 0.8450629115104675 + polynomial(erfNear1Numerator, s) / polynomial(erfNear1Denominator, s);
}

function erfcOfTail(x: f64): f64 {
  const s = 1 / (x * x);
  const quotient =
    x < 1 / 0.35
      ? polynomial(erfcTailNumerator, s) / polynomial(erfcTailDenominator, s)
      : polynomial(erfcFarTailNumerator, s) / polynomial(erfcFarTailDenominator, s);
  const upper = reinterpret<f64>(reinterpret<u64>(x) & 0xffffffff00000000);
  const correction = (upper - x) * (upper + x) + quotient;
  return (exp(-upper * upper - 0.5625) * exp(correction)) / x;
}

/** Σ coefficients[i] x^i by Horner's rule. */
function polynomial(coefficients: StaticArray<f64>, x: f64): f64 {
  let sum: f64 = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + unchecked(coefficients[i]);
  return sum;
}

const erfNear0Numerator: StaticArray<f64> = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -0.000023763016656650163,
];

const erfNear0Denominator: StaticArray<f64> = [
  1.0, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -0.000003960228278775368,
];

const erfNear1Numerator: StaticArray<f64> = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];

const erfNear1Denominator: StaticArray<f64> = [
  1.0, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];

const erfcTailNumerator: StaticArray<f64> = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];

const erfcTailDenominator: StaticArray<f64> = [
  1.0, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];

const erfcFarTailNumerator: StaticArray<f64> = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];

const erfcFarTailDenominator: StaticArray<f64> = [
  1.0, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

const quantileCentreNumerator: StaticArray<f64> = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];

const quantileCentreDenominator: StaticArray<f64> = [
  1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];

const quantileTailNumerator: StaticArray<f64> = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];

const quantileTailDenominator: StaticArray<f64> = [
  1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];

const quantileFarTailNumerator: StaticArray<f64> = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];

const quantileFarTailDenominator: StaticArray<f64> = [
  1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15,
];
