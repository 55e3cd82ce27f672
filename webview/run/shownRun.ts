import type {FoldEnded, NestedProgressed, RunEvent, SettingStopped} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {FoldPredictions, LayerState, Live, Masks, NetworkPlace, RunState} from '../../schemas/protocol.ts';
import {NetworkCurves} from './networkCurves.ts';

/** What is known of one network of a run. */
export interface TrainedNetwork {
  readonly place: NetworkPlace;
  readonly curves: NetworkCurves;
  ended: FoldEnded | null;
}

/** The states of one layer that came while its network was watched, oldest first, thinned when they become many. */
export interface LayerHistory {
  readonly states: LayerState[];
}

/** At most this many epochs of a watched layer are kept: more than a figure has pixels for is memory for nothing. */
const LONGEST_HISTORY = 240;

/** The run on the page: all that the host has told of it. Knows no DOM. */
export class ShownRun {
  readonly directory: string;
  stored: StoredRun;
  /** null: the run is shown as it is stored. */
  live: RunState | null;
  readonly networks = new Map<string, TrainedNetwork>();
  /** Number of events taken in: what to attach from. */
  eventCount = 0;
  epochsDone = 0;
  tasks = 0;
  epochsPlanned = 0;
  startedFolds = 0;
  ended: Extract<RunEvent, {event: 'runEnded'}> | null = null;
  /** Of a search: the settings that go no further. */
  readonly stopped = new Map<string, SettingStopped>();
  /** Of a search: how far its nested cross-validation is; null until it begins. */
  nested: NestedProgressed | null = null;
  /** What went wrong last, and was recovered from. */
  problem: string | null = null;
  /** Out-of-fold predictions; null until they were asked for. */
  predictions: readonly FoldPredictions[] | null = null;
  /** Newest batch of the watched network. */
  masks: Masks | null = null;
  /** Date.now() of the sidecar when it was trained. */
  masksAt = 0;
  readonly layers = new Map<string, Map<string, LayerHistory>>();
  /** Why the past layers of a network cannot be had, by its key. */
  readonly layersRefused = new Map<string, string>();
  readonly #variants: ReadonlySet<string>;

  constructor(directory: string, stored: StoredRun, live: RunState | null) {
    this.directory = directory;
    this.stored = stored;
    this.live = live;
    this.#variants = new Set(stored.variants.map(({name}) => name));
  }

  /** @param from number of the first of these events; those that are known already are passed over */
  addEvents(from: number, events: readonly RunEvent[]): void {
    for (const event of events.slice(Math.max(0, this.eventCount - from))) this.#add(event);
    this.eventCount = Math.max(this.eventCount, from + events.length);
  }

  addLive({masks, layers, at}: Live): void {
    if (masks) {
      this.masks = masks;
      this.masksAt = at;
    }
    if (layers && this.masks) this.addLayers(this.masks, layers);
  }

  addLayers(place: NetworkPlace, states: readonly LayerState[]): void {
    const key = networkKey(place);
    const known = this.layers.get(key) ?? new Map<string, LayerHistory>();
    this.layers.set(key, known);
    for (const state of states) {
      const {states: kept} = known.get(state.layer) ?? {states: []};
      known.set(state.layer, {states: kept});
      // States of past epochs are asked for in any order; a network that is trained again repeats some, to the same bits.
      const at = kept.findLastIndex(({epoch}) => epoch < state.epoch) + 1;
      kept.splice(at, kept[at]?.epoch === state.epoch ? 1 : 0, state);
      if (kept.length > LONGEST_HISTORY) thin(kept);
    }
  }

  /** The newest state of a layer, or the newest up to an epoch. */
  layerState(place: NetworkPlace, layer: string, epoch = Number.POSITIVE_INFINITY): LayerState | null {
    const states = this.layers.get(networkKey(place))?.get(layer)?.states ?? [];
    return states.findLast(state => state.epoch <= epoch) ?? null;
  }

  /** Networks of a variant, by repeat and fold. */
  networksOf(variant: string): TrainedNetwork[] {
    return [...this.networks.values()]
      .filter(({place}) => place.variant === variant)
      .sort((a, b) => a.place.repeat - b.place.repeat || a.place.fold - b.place.fold);
  }

  network(place: NetworkPlace): TrainedNetwork | null {
    return this.networks.get(networkKey(place)) ?? null;
  }

  get isLive(): boolean {
    return this.live !== null && this.ended === null && !hasEnded(this.live.status);
  }

  get variantNames(): readonly string[] {
    return this.stored.variants.map(({name}) => name);
  }

  #add(event: RunEvent): void {
    switch (event.event) {
      case 'runStarted':
        this.tasks = event.tasks;
        this.epochsPlanned = event.epochs;
        break;
      case 'foldStarted':
        if (this.#variants.has(event.variant)) this.#network(event);
        break;
      case 'epochsEnded': {
        if (!this.#variants.has(event.variant)) break;
        const {curves} = this.#network(event);
        const before = curves.epochs;
        curves.add(event);
        this.epochsDone += curves.epochs - before;
        break;
      }
      case 'foldEnded':
        if (!this.#variants.has(event.variant)) break;
        this.#network(event).ended = event;
        this.#network(event).curves.end(event);
        break;
      case 'runEnded':
        this.ended = event;
        break;
      case 'runResumed':
        // It was interrupted, not ended.
        this.ended = null;
        break;
      case 'settingStopped':
        this.stopped.set(event.setting, event);
        break;
      case 'nestedProgressed':
        this.nested = event;
        break;
      case 'problemMet':
        this.problem = event.message;
        break;
    }
  }

  #network({variant, repeat, fold}: NetworkPlace): TrainedNetwork {
    const key = networkKey({variant, repeat, fold});
    let network = this.networks.get(key);
    if (!network) {
      network = {place: {variant, repeat, fold}, curves: new NetworkCurves(), ended: null};
      this.networks.set(key, network);
    }
    return network;
  }
}

export function networkKey({variant, repeat, fold}: NetworkPlace): string {
  return `${repeat}/${fold}/${variant}`;
}

/** Epochs that a network has behind it, at least one: a slider has no other end. */
export function trainedEpochs(network: TrainedNetwork | null): number {
  return Math.max(1, network?.ended?.epochs ?? network?.curves.epochs ?? 1);
}

export function isSameNetwork(a: NetworkPlace, b: NetworkPlace): boolean {
  return a.variant === b.variant && a.repeat === b.repeat && a.fold === b.fold;
}

export function hasEnded(status: RunState['status']): boolean {
  return status === 'completed' || status === 'cancelled' || status === 'failed';
}

/** Every second state goes, but the first and the newest stay. */
function thin(states: LayerState[]): void {
  const kept = states.filter((_, i) => i % 2 === 0 || i === states.length - 1);
  states.splice(0, states.length, ...kept);
}
