import {hasHiddenLayers, type WrittenLayer, withDropout} from './dropoutPlaces.ts';
import type {Candidate} from './tuneCandidates.ts';

/** Rates from nothing to where a network starves. */
export const SWEPT_RATES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

export interface DropoutSweep {
  readonly candidates: readonly Candidate[];
  /** Each curve, with the index of the candidate of each rate. */
  readonly sweeps: ReadonlyArray<{
    readonly place: 'input' | 'hidden';
    readonly points: ReadonlyArray<{readonly rate: number; readonly candidate: number}>;
  }>;
}

/**
 * Dropout on the inputs at every rate and on the hidden layers at none, and the other way round. Both curves begin with
 * the network that drops nothing.
 * @param layers the hidden ones, all with names
 */
export function dropoutSweep(layers: readonly WrittenLayer[]): DropoutSweep {
  const candidate = (name: string, input: number, hidden: number): Candidate => {
    return {name, changes: layerChanges(layers, withDropout(layers, {input, hidden}))};
  };
  const candidates: Candidate[] = [candidate('no dropout', 0, 0)];
  const places = hasHiddenLayers(layers) ? (['input', 'hidden'] as const) : (['input'] as const);
  const sweeps = places.map(place => ({
    place,
    points: SWEPT_RATES.map(rate => {
      if (rate === 0) return {rate, candidate: 0};
      candidates.push(candidate(`${place} ${rate}`, place === 'input' ? rate : 0, place === 'hidden' ? rate : 0));
      return {rate, candidate: candidates.length - 1};
    }),
  }));
  return {candidates, sweeps};
}

/** What leads from some layers to others: their rates where the layers are the same, otherwise the whole list. */
export function layerChanges(
  before: readonly WrittenLayer[],
  after: readonly WrittenLayer[],
): Readonly<Record<string, unknown>> {
  if (before.length !== after.length) return {layers: after};
  const changed = after.filter((layer, index) => layer.rate !== before[index]!.rate);
  return Object.fromEntries(changed.map(({name, rate}) => [`layers.${name}.rate`, rate]));
}
