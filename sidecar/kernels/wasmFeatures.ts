/**
 * What WebAssembly can do on this machine. Both answers are found once, by trying: `validate` tells whether the
 * instructions exist, and only their result whether a fused product is really fused.
 */

/** Whether 128-bit vectors exist: everywhere but on processors older than about 2008 and in some emulators. */
export function hasSimd(): boolean {
  simd ??= WebAssembly.validate(splatModule);
  return simd;
}

/** Whether `relaxed_madd` rounds once. Some machines have the instruction but round the product too. */
export function hasFusedMultiplyAdd(): boolean {
  fused ??= probeMultiplyAdd();
  return fused;
}

let simd: boolean | undefined;
let fused: boolean | undefined;

function probeMultiplyAdd(): boolean {
  if (!WebAssembly.validate(multiplyAddModule)) return false;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(multiplyAddModule));
  const multiplyAdd = instance.exports.f as (a: number, b: number, c: number) => number;
  // (1 + 2^-12)² = 1 + 2^-11 + 2^-24, whose last term is lost when the product is rounded to float32.
  const a = 1 + 2 ** -12;
  return multiplyAdd(a, a, -(1 + 2 ** -11)) === 2 ** -24;
}

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** (func (result f32) (f32x4.extract_lane 0 (f32x4.splat (f32.const 0)))) */
const splatModule = Uint8Array.from([
  ...header,
  ...[1, 5, 1, 0x60, 0, 1, 0x7d],
  ...[3, 2, 1, 0],
  ...[10, 14, 1, 12, 0, 0x43, 0, 0, 0, 0, 0xfd, 0x13, 0xfd, 0x1f, 0, 0x0b],
]);

/** (func (export "f") (param $a f32) (param $b f32) (param $c f32) (result f32) lane 0 of relaxed_madd of their splats) */
const multiplyAddModule = Uint8Array.from([
  ...header,
  ...[1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 22, 1, 20, 0],
  ...[0x20, 0, 0xfd, 0x13, 0x20, 1, 0xfd, 0x13, 0x20, 2, 0xfd, 0x13],
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0, 0x0b],
]);
