/** How somebody looks into a network while it trains: made where it trains, and only while it is watched. */
import type {LayerState, NetworkPlace, Watched} from '../../schemas/protocol.ts';
import type {TrainingSamples} from '../training/trainingSamples.ts';
import type {TrainingKeys, TrainingObserver} from '../training/trainNetwork.ts';
import type {FoldContext} from './foldTask.ts';

/** A network that is about to train, with all that its batches and masks follow from. */
export interface WatchedNetwork {
  readonly place: NetworkPlace;
  readonly context: FoldContext;
  /** Index into `context.experiment.variants`. */
  readonly variant: number;
  readonly keys: TrainingKeys;
  readonly samples: TrainingSamples;
  /** Row of the table of each row of `samples`: those that are learned from, then those that early stopping watches. */
  readonly rows: Uint32Array;
  /** How many of them are learned from. */
  readonly learned: number;
}

/** Told what happens in the network. It must not change it. */
export type Watcher = Required<Pick<TrainingObserver, 'batchesEnded' | 'epochEnded' | 'waiting'>>;

/** @param send takes what is shown; typed arrays are copied */
export type CreateWatcher = (network: WatchedNetwork, watched: Watched, send: (live: LiveState) => void) => Watcher;

/** What a worker shows. */
export interface LiveState {
  readonly place: NetworkPlace;
  /** Date.now() when the batch was trained. */
  readonly at: number;
  /** The last batch that was trained. What it dropped follows from this, and is computed where nothing trains. */
  readonly batch: TrainedBatch | null;
  readonly layers: readonly LayerState[] | null;
}

export interface TrainedBatch {
  /** Both from 1. */
  readonly epoch: number;
  readonly batch: number;
  /** Of `WatchedNetwork.samples`, in the order of the batch. */
  readonly rows: Uint32Array;
}

export function isSamePlace(one: NetworkPlace, other: NetworkPlace): boolean {
  return one.variant === other.variant && one.repeat === other.repeat && one.fold === other.fold;
}
