import type {ConcreteDropoutPlan, NetworkPlan} from './plan.ts';

/**
 * The penalty of a layer of concrete dropout with the rate p, on D inputs, before a dense layer with the weights W:
 *
 *   λw ‖W‖² / (1 − p) + λp D (p log p + (1 − p) log(1 − p)),   λw = l² / (τ N),   λp = 2 / (τ N)
 *
 * for real targets and N rows; for classes λp is 1 / N, as cross-entropy is no squared distance. Its gradient adds
 * 2 λw W / (1 − p) to that of W, and to that of the logit of p
 *
 *   λw ‖W‖² p / (1 − p) + λp D logit(p) p (1 − p).
 *
 * @see Gal, Hron and Kendall 2017, "Concrete dropout", §3, and the authors' published notebook
 */
export interface ConcretePenalties {
  /** λw. */
  readonly weights: number;
  /** λp D. */
  readonly rate: number;
}

/**
 * A stored network, which only predicts, has no rows that it learns from: its penalties are NaN, so that training it
 * without them would show at once.
 */
export function concretePenalties(
  layer: ConcreteDropoutPlan,
  {loss, trainRows = Number.NaN}: NetworkPlan,
): ConcretePenalties {
  const isClassification = loss === 'crossEntropy' || loss === 'binaryCrossEntropy';
  const rows = (isClassification ? 1 : layer.precision) * trainRows;
  return {weights: layer.lengthScale ** 2 / rows, rate: ((isClassification ? 1 : 2) / rows) * layer.inputs};
}

/** What the penalty adds to the gradient of the logit. @param rate p = σ(logit) @param squares ‖W‖² */
export function logitPenaltyGradient(
  {weights, rate: entropy}: ConcretePenalties,
  logit: number,
  rate: number,
  squares: number,
): number {
  return (weights * squares * rate) / (1 - rate) + entropy * logit * rate * (1 - rate);
}
