/** The connections that are drawn: the strongest ones between two columns of single units. */
export interface Connection {
  /** Index of the column that it leads to. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** |weight| as a share of that of the strong ones of its layer, at most 1: a single giant must not hide the others. */
  readonly strength: number;
}

/** More than this are a felt in which nothing can be seen, and cost more than a frame has. */
export const MOST_CONNECTIONS = 600;

/** @param weights [units × inputs] row-major */
export function strongestConnections(
  column: number,
  weights: Float32Array,
  inputs: number,
  most: number,
): Connection[] {
  const sizes = weights.map(Math.abs);
  const sorted = sizes.slice().sort();
  const strong = strongWeight(sorted);
  if (strong === 0 || inputs === 0) return [];
  const limit = sizes.length <= most ? 0 : sorted[sizes.length - most]!;
  const connections: Connection[] = [];
  for (let i = 0; i < weights.length; i++) {
    const size = sizes[i]!;
    if (size < limit || size === 0) continue;
    const to = Math.floor(i / inputs);
    connections.push({column, from: i - to * inputs, to, weight: weights[i]!, strength: Math.min(1, size / strong)});
  }
  return connections;
}

/** All connections into, or out of, one unit. @param weights [units × inputs] row-major */
export function unitConnections(
  column: number,
  weights: Float32Array,
  inputs: number,
  side: 'from' | 'to',
  unit: number,
): Connection[] {
  const strong = strongWeight(weights.map(Math.abs).sort());
  if (strong === 0) return [];
  const units = weights.length / inputs;
  return Array.from({length: side === 'to' ? inputs : units}, (_, other) => {
    const [from, to] = side === 'to' ? [other, unit] : [unit, other];
    const weight = weights[to * inputs + from]!;
    return {column, from, to, weight, strength: Math.min(1, Math.abs(weight) / strong)};
  });
}

/** What one of twenty weights exceeds. @param sorted sizes, ascending */
function strongWeight(sorted: Float32Array): number {
  return sorted[Math.floor(0.95 * (sorted.length - 1))] || (sorted.at(-1) ?? 0);
}
