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

/** @param inputs of the network; NaN if the data are not known */
export function placedLayers({layers}: ResolvedDocument, inputs: number): PlacedLayer[] {
  const names = layerNames(layers);
  let width = inputs;
  return layers.map((layer, index) => {
    const placed = {layer, index, name: names[index]!, inputs: width};
    if (isWeighted(layer)) width = layer.units;
    return placed;
  });
}

export function isWeighted(layer: Layer): layer is WeightedLayer {
  return layer.type === 'dense' || layer.type === 'dropConnect';
}

export function isNoise(layer: Layer): layer is NoiseLayer {
  return layer.type === 'dropout' || layer.type === 'gaussianDropout' || layer.type === 'alphaDropout';
}

export function weightedLayers(document: ResolvedDocument, inputs = Number.NaN): PlacedLayer<WeightedLayer>[] {
  return placedLayers(document, inputs).filter((placed): placed is PlacedLayer<WeightedLayer> =>
    isWeighted(placed.layer),
  );
}

/** Layers that drop something: noise layers and dropConnect, with a rate above 0. */
export function droppingLayers(document: ResolvedDocument, inputs = Number.NaN): PlacedLayer<DroppingLayer>[] {
  return placedLayers(document, inputs).filter(
    (placed): placed is PlacedLayer<DroppingLayer> => 'rate' in placed.layer && placed.layer.rate > 0,
  );
}

export type DroppingLayer = Extract<Layer, {rate: number}>;

/** Noise layers before the first weights drop inputs. */
export function dropsInputs(document: ResolvedDocument, index: number): boolean {
  return !document.layers.slice(0, index).some(isWeighted);
}

/** A number as messages show it: at most three figures, without an exponent where people would not write one. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
