/**
 * a · b + c for each lane. The strict build rounds the product and the sum, so that its bits are those of scalar
 * float32 everywhere; the relaxed build rounds once where the processor has a fused instruction.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
