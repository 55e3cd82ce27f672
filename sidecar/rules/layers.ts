import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {layerNames} from '../document/layerNames.ts';

export type Layer = ResolvedDocument['layers'][number];
export type WeightedLayer = Extract<Layer, {type: 'dense' | 'dropConnect'}>;
export type NoiseLayer = Extract<Layer, {type: 'dropout' | 'gaussianDropout' | 'alphaDropout'}>;

export interface PlacedLayer<T extends Layer = Layer> {
  readonly layer: T;
  readonly index: number;
  readonly name: string;
  /** Units that come in; NaN for inputs whose number is not known. */
  readonly inputs: number;
}

interface SortedLayers {
  readonly all: readonly PlacedLayer[];
  readonly weighted: readonly PlacedLayer<WeightedLayer>[];
  readonly dropping: readonly PlacedLayer<DroppingLayer>[];
}

/** @param inputs of the network; NaN if the data are not known */
export function placedLayers(document: ResolvedDocument, inputs: number): readonly PlacedLayer[] {
  return sorted(document, inputs).all;
}

export function weightedLayers(document: ResolvedDocument, inputs = Number.NaN): SortedLayers['weighted'] {
  return sorted(document, inputs).weighted;
}

/** Layers that drop something: noise layers and dropConnect, with a rate above 0. */
export function droppingLayers(document: ResolvedDocument, inputs = Number.NaN): SortedLayers['dropping'] {
  return sorted(document, inputs).dropping;
}

/** Every rule asks for them, of every variant: by document, and by the number of its inputs. */
const known = new WeakMap<ResolvedDocument, Map<number, SortedLayers>>();

function sorted(document: ResolvedDocument, inputs: number): SortedLayers {
  const ofDocument = known.get(document) ?? new Map<number, SortedLayers>();
  known.set(document, ofDocument);
  const layers = ofDocument.get(inputs) ?? sortLayers(document, inputs);
  ofDocument.set(inputs, layers);
  return layers;
}

function sortLayers({layers}: ResolvedDocument, inputs: number): SortedLayers {
  const names = layerNames(layers);
  let width = inputs;
  const all = layers.map((layer, index) => {
    const placed = {layer, index, name: names[index]!, inputs: width};
    if (isWeighted(layer)) width = layer.units;
    return placed;
  });
  const weighted = all.filter((placed): placed is PlacedLayer<WeightedLayer> => isWeighted(placed.layer));
  const dropping = all.filter(
    (placed): placed is PlacedLayer<DroppingLayer> => 'rate' in placed.layer && placed.layer.rate > 0,
  );
  return {all, weighted, dropping};
}

export function isWeighted(layer: Layer): layer is WeightedLayer {
  return layer.type === 'dense' || layer.type === 'dropConnect';
}

export function isNoise(layer: Layer): layer is NoiseLayer {
  return layer.type === 'dropout' || layer.type === 'gaussianDropout' || layer.type === 'alphaDropout';
}

export type DroppingLayer = Extract<Layer, {rate: number}>;

/** Noise layers before the first weights drop inputs. */
export function dropsInputs(document: ResolvedDocument, index: number): boolean {
  const first = document.layers.findIndex(isWeighted);
  return first === -1 || index < first;
}

/** A number as messages show it: at most three figures, without an exponent where people would not write one. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
