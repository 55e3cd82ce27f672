/**
 * Numbers that rules compare with and that are a matter of judgement, so an editor's settings may change them. What a
 * paper or the arithmetic fixes stands in the rule itself.
 */
export const THRESHOLDS = {
  /** Share of hidden units that is usually dropped at most. */
  highestHiddenRate: 0.5,
  /** Share of inputs that is dropped at most where there are few. */
  highestInputRate: 0.3,
  /** Below so many inputs each carries something that the others do not. */
  fewInputs: 30,
  /** Units that should be left of a layer on average. */
  fewestLiveUnits: 8,
  /** A single hidden layer below this is too small for dropout. */
  fewestUnitsForDropout: 10,
  /** From fewer rows a rate that is learned tells little. */
  fewRowsToLearnRate: 1000,
  /** Above it most units of concrete dropout are neither kept nor dropped. */
  highestTemperature: 0.5,
  /** L2 penalty that is strong beside dropout and max-norm. */
  strongL2: 0.01,
  smallestMaxNorm: 1,
  largestMaxNorm: 10,
  /** learningRate / (1 − momentum) with and without dropout. */
  largestStepWithDropout: 0.5,
  largestStep: 1,
  /** Parameters for each training row of a network that nothing regularises. */
  parametersPerRow: 10,
  /** Ratio of the widest to the narrowest range of unscaled inputs. */
  rangeRatio: 10,
  /** A layer with so small a share of both neighbours' units is a bottleneck. */
  bottleneckShare: 1 / 8,
  /** Share of relu units that no row activates. */
  deadShare: 0.2,
  /** Area under the ROC curve of one column alone. */
  suspiciousAuc: 0.99,
  /** Below so many rows a single 10-fold cross-validation moves by points. */
  fewRows: 500,
  /** Samples with dropout on, of each test row. */
  fewestSamples: 30,
  /** Rows that a holdout should test. */
  fewestTestRows: 30,
} as const;

export type Thresholds = {readonly [name in keyof typeof THRESHOLDS]: number};

/** The defaults, with those that are given and are finite numbers. */
export function thresholdsFrom(given: unknown): Thresholds {
  const changed: Record<string, number> = {...THRESHOLDS};
  for (const [name, value] of Object.entries(given ?? {})) {
    if (name in THRESHOLDS && typeof value === 'number' && Number.isFinite(value)) changed[name] = value;
  }
  return changed as Thresholds;
}
