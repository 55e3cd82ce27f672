/**
 * For each unit: w ← w · min(1, maxNorm / ‖w‖₂), w its incoming weights; the bias is left alone.
 * @param weight [units × inputs]
 * @see Srivastava et al. 2014, JMLR 15:1929–1958, §5.1
 */
export function boundNorms(weight: Float64Array, inputs: number, maxNorm: number): void {
  for (let start = 0; start < weight.length; start += inputs) {
    let squares = 0;
    for (let i = start; i < start + inputs; i++) squares += weight[i]! * weight[i]!;
    const norm = Math.sqrt(squares);
    if (norm <= maxNorm) continue;
    for (let i = start; i < start + inputs; i++) weight[i]! *= maxNorm / norm;
  }
}
