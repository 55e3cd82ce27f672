import type {NetworkPlace} from '../schemas/protocol.ts';
import type {Series} from './run/networkCurves.ts';

export const TAB_IDS = ['network', 'curves', 'layers', 'search', 'results', 'surface'] as const;
export type TabId = (typeof TAB_IDS)[number];

/** What the user chose to see. It survives a reload of the window. */
export interface View {
  readonly tab: TabId;
  readonly series: Series;
  readonly logScale: boolean;
  readonly showFolds: boolean;
  /** A fold of the curves that stands out; null: none. */
  readonly isolated: {readonly repeat: number; readonly fold: number} | null;
  /** Variants that are not drawn. */
  readonly hidden: readonly string[];
  /** Range of epochs; null: all. */
  readonly zoom: readonly [number, number] | null;
  /** The network of the tabs Network, Layers and Decision surface; null: whichever trains. */
  readonly place: NetworkPlace | null;
  /** The layer that the editor asked to see, marked in the tabs Network and Layers. */
  readonly layer: string | null;
  readonly follow: boolean;
  /** null: the last. */
  readonly epoch: number | null;
  readonly batch: number;
  /** Row of the batch, from 0; null: all rows. */
  readonly row: number | null;
  readonly picture: 'network' | 'matrix';
  /** Batches a second while a recording plays. */
  readonly speed: number;
  /** Numeric columns of the decision surface; null: principal components. */
  readonly features: readonly [string, string] | null;
  readonly metric: string | null;
  readonly resultVariant: string | null;
}

export const FIRST_VIEW: View = {
  tab: 'network',
  series: 'trainingLoss',
  logScale: false,
  showFolds: true,
  isolated: null,
  hidden: [],
  zoom: null,
  place: null,
  layer: null,
  follow: true,
  epoch: null,
  batch: 1,
  row: 0,
  picture: 'network',
  speed: 2,
  features: null,
  metric: null,
  resultVariant: null,
};

/** A view as it was kept, with what it lacks filled in. Anything that is not a view counts as none. */
export function parseView(kept: unknown): View {
  if (typeof kept !== 'object' || kept === null) return FIRST_VIEW;
  const view: View = {...FIRST_VIEW, ...kept};
  return TAB_IDS.includes(view.tab) ? view : FIRST_VIEW;
}

/** The shown epoch of a network that has so many. */
export function shownEpoch({epoch}: View, epochs: number): number {
  return Math.min(epoch ?? epochs, epochs);
}
