import type {Series} from './networkCurves.ts';
import {describeSeries} from './series.ts';
import type {ShownRun, TrainedNetwork} from './shownRun.ts';

/** Mean of a series over the folds of a variant, and one standard deviation around it, for each epoch from 1. */
export interface VariantCurve {
  readonly variant: string;
  readonly networks: readonly TrainedNetwork[];
  readonly mean: Float64Array;
  /** NaN where only one fold has come so far. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Folds that reached each epoch. */
  readonly folds: Uint32Array;
}

export function variantCurve(run: ShownRun, variant: string, series: Series): VariantCurve {
  const networks = run.networksOf(variant);
  const {isSparse} = describeSeries(series);
  const columns = networks.map(({curves}) =>
    // Where each fold has other epochs, a mean over whichever are there would jump from fold to fold.
    isSparse ? interpolated(curves.values(series)) : curves.values(series),
  );
  // So would one that goes on beyond the last number of a fold: it stands where all folds have one.
  const reached = isSparse ? networks.flatMap(({curves}, i) => (columns[i]!.length > 0 ? [curves.epochs] : [])) : [];
  const needed = (epoch: number) => reached.filter(trained => trained > epoch).length;
  const epochs = columns.reduce((longest, {length}) => Math.max(longest, length), 0);
  const folds = new Uint32Array(epochs);
  const mean = new Float64Array(epochs);
  const squares = new Float64Array(epochs);
  // Welford's update: stable also where the folds hardly differ.
  for (const values of columns) {
    for (let epoch = 0; epoch < values.length; epoch++) {
      const value = values[epoch]!;
      if (!Number.isFinite(value)) continue;
      const count = ++folds[epoch]!;
      const delta = value - mean[epoch]!;
      mean[epoch]! += delta / count;
      squares[epoch]! += delta * (value - mean[epoch]!);
    }
  }
  const low = new Float64Array(epochs).fill(Number.NaN);
  const high = new Float64Array(epochs).fill(Number.NaN);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const count = folds[epoch]!;
    if (count === 0 || count < needed(epoch)) mean[epoch] = Number.NaN;
    if (count < 2 || Number.isNaN(mean[epoch]!)) continue;
    const sd = Math.sqrt(squares[epoch]! / (count - 1));
    low[epoch] = mean[epoch]! - sd;
    high[epoch] = mean[epoch]! + sd;
  }
  return {variant, networks, mean, low, high, folds};
}

/** Straight lines between the numbers that are there. */
export function interpolated(values: Float64Array): Float64Array {
  const filled = values.slice();
  let last = -1;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    if (last >= 0) {
      const slope = (values[i]! - values[last]!) / (i - last);
      for (let between = last + 1; between < i; between++) filled[between] = values[last]! + slope * (between - last);
    }
    last = i;
  }
  return filled;
}
