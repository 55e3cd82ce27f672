import {predictedClass, probabilityOf} from './metrics.ts';

/** Rows whose predicted class is about as probable. */
export interface ReliabilityBin {
  readonly rows: number;
  /** Mean probability of the predicted class. */
  readonly probability: number;
  /** Share of the rows whose predicted class is right: of probabilities that hold, the same. */
  readonly right: number;
}

const BINS = 10;

/**
 * A reliability diagram: bins of equal width by the probability of the predicted class, those without rows left out.
 * @param probabilities in the layout of `metrics.ts`
 * @see Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", ICML, §2
 */
export function reliability(probabilities: Float64Array, actual: ArrayLike<number>, classes: number): ReliabilityBin[] {
  const sums = Array.from({length: BINS}, () => ({rows: 0, probability: 0, right: 0}));
  for (let row = 0; row < actual.length; row++) {
    const predicted = predictedClass(probabilities, row, classes);
    const probability = probabilityOf(probabilities, row, predicted, classes);
    const bin = sums[Math.min(Math.max(Math.ceil(probability * BINS) - 1, 0), BINS - 1)]!;
    bin.rows++;
    bin.probability += probability;
    if (predicted === actual[row]) bin.right++;
  }
  return sums
    .filter(({rows}) => rows > 0)
    .map(({rows, probability, right}) => ({rows, probability: probability / rows, right: right / rows}));
}
