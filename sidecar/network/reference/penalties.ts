/**
 * Adds to dWeight the gradient of l1 · Σ|w| + l2 · Σw²: l1 · sign(w) + 2 · l2 · w, with slope 0 at w = 0. The reported
 * loss is without them.
 */
export function penaltyBackward(weight: Float64Array, l1: number, l2: number, dWeight: Float64Array): void {
  for (let i = 0; i < weight.length; i++) dWeight[i]! += l1 * Math.sign(weight[i]!) + 2 * l2 * weight[i]!;
}
