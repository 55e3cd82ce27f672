import type {StoredRun} from '../../schemas/generated/run.ts';
import type {View} from '../view.ts';
import {columnOf, networkShape, noiseLayers} from './networkShape.ts';

/** Where a layer is seen best: one that drops with its masks, others with their weights and outputs. */
export function layerView(run: StoredRun, layer: string): Partial<View> {
  const shapes = run.variants.map(({name}) => networkShape(run, name));
  const shape = shapes.find(each => columnOf(each, layer) >= 0);
  if (!shape) return {}; // Renamed since, or never part of this run.
  const isNoise = noiseLayers(shape).some(({noise}) => noise.layer === layer);
  const hasWeights = shape.columns[columnOf(shape, layer)]!.layer !== null;
  return {tab: isNoise || !hasWeights ? 'network' : 'layers', layer};
}
