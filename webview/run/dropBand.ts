import type {DropCounts} from '../../schemas/protocol.ts';

/** Half the width, in standard deviations, of the band that holds 99 of 100 units. */
export const BAND_WIDTH = 2.576;

export interface DropBand {
  /** Drops expected of each unit. */
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/** By chance 99 of 100 units lie between `low` and `high`. */
export function dropBand({draws, expected, deviation}: Omit<DropCounts, 'layer' | 'rate' | 'counts'>): DropBand {
  const half = BAND_WIDTH * deviation;
  return {expected, low: Math.max(0, expected - half), high: Math.min(draws, expected + half)};
}

export function unitsInside(counts: DropCounts): number {
  const {low, high} = dropBand(counts);
  return counts.counts.reduce((inside, count) => inside + Number(low <= count && count <= high), 0);
}
