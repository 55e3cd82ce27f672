/**
 * What many predictions of the same rows, each with another dropout mask or from another network, say together: their
 * mean, and how far it can be trusted. Samples are added one by one, so that memory does not grow with their number.
 */
import {log} from '../kernels/elementary.ts';

export interface SampledSummary {
  readonly samples: number;
  /** The layout of `metrics.ts`: for two classes the probability of class 1, for more [rows × classes], else values. */
  readonly mean: Float64Array;
  /** Sample standard deviation of each of these over the samples. */
  readonly sd: Float64Array;
  /**
   * Of classes, [rows], in nats: the entropy of the mean, all that is uncertain about the class; and what of it is
   * doubt about the network itself, the mutual information of class and mask, entropy of the mean less mean entropy. Large
   * where the samples contradict each other, small where they agree that the row is a toss-up. null for a real target.
   */
  readonly entropy: Float64Array | null;
  readonly mutualInformation: Float64Array | null;
}

export interface SampledPredictions {
  /** @param predictions of all rows, in the layout of `metrics.ts` */
  add(predictions: Float64Array): void;
  /** Half the width of the widest 95 % interval of a mean; infinite with fewer than 2 samples. */
  widestInterval(): number;
  summary(): SampledSummary;
}

/**
 * @param length of each prediction: rows, or rows × classes
 * @param classes number of classes, ≥ 2; null: a real target
 * @see Gal & Ghahramani 2016, ICML, arXiv 1506.02142 (mean and variance); Houlsby et al. 2011, arXiv 1112.5745 (mutual information)
 */
export function sampledPredictions(length: number, classes: number | null): SampledPredictions {
  const mean = new Float64Array(length);
  // Σ (x − mean)², by Welford's update: exact also where all samples are nearly equal.
  const squares = new Float64Array(length);
  const columns = classes === null || classes === 2 ? 1 : classes;
  const entropies = classes === null ? null : new Float64Array(length / columns);
  let samples = 0;

  return {
    add(predictions) {
      if (predictions.length !== length) {
        throw new RangeError(`predictions must be of length ${length}, got ${predictions.length}`);
      }
      samples++;
      for (let i = 0; i < length; i++) {
        const deviation = predictions[i]! - mean[i]!;
        mean[i]! += deviation / samples;
        squares[i]! += deviation * (predictions[i]! - mean[i]!);
      }
      entropies?.forEach((total, row) => {
        entropies[row] = total + entropyOf(predictions, row, columns);
      });
    },
    widestInterval() {
      if (samples < 2) return Number.POSITIVE_INFINITY;
      const largest = squares.reduce((most, each) => Math.max(most, each), 0);
      return 1.96 * Math.sqrt(largest / (samples - 1) / samples);
    },
    summary() {
      const entropy = entropies?.map((_, row) => entropyOf(mean, row, columns)) ?? null;
      return {
        samples,
        mean: mean.slice(),
        sd: squares.map(each => (samples < 2 ? 0 : Math.sqrt(each / (samples - 1)))),
        entropy,
        // Rounding may leave a little less than nothing.
        mutualInformation: entropies?.map((total, row) => Math.max(0, (entropy?.[row] ?? 0) - total / samples)) ?? null,
      };
    },
  };
}

/** Entropy in nats of the predicted classes of a row. */
function entropyOf(probabilities: Float64Array, row: number, columns: number): number {
  if (columns === 1) return term(probabilities[row]!) + term(1 - probabilities[row]!);
  let total = 0;
  for (let each = 0; each < columns; each++) total += term(probabilities[row * columns + each]!);
  return total;
}

function term(probability: number): number {
  return probability > 0 ? -probability * log(probability) : 0;
}
