/** The connections that are drawn: the strongest ones between two columns of single units. */
export interface Connection {
  /** Index of the column that it leads to. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** |weight| as a share of the largest of its layer. */
  readonly strength: number;
}

/** More than this are a felt in which nothing can be seen, and cost more than a frame has. */
export const MOST_CONNECTIONS = 900;

/** @param weights [units × inputs] row-major */
export function strongestConnections(
  column: number,
  weights: Float32Array,
  inputs: number,
  most: number,
): Connection[] {
  const sizes = weights.map(Math.abs);
  const largest = sizes.reduce((max, size) => (size > max ? size : max), 0);
  if (largest === 0 || inputs === 0) return [];
  const limit = sizes.length <= most ? 0 : sizes.slice().sort()[sizes.length - most]!;
  const connections: Connection[] = [];
  for (let i = 0; i < weights.length; i++) {
    const size = sizes[i]!;
    if (size < limit || size === 0) continue;
    const to = Math.floor(i / inputs);
    connections.push({column, from: i - to * inputs, to, weight: weights[i]!, strength: size / largest});
  }
  return connections;
}
