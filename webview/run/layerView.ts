import type {View} from '../view.ts';
import {columnOf, networkShape, noiseLayers} from './networkShape.ts';
import type {ShownRun} from './shownRun.ts';

/**
 * Where a layer is seen best: one that drops with its masks, others with their weights and outputs.
 * @param shownVariant stays shown where it has the layer; else the first variant that has it is shown
 */
export function layerView(run: ShownRun, layer: string, shownVariant: string | undefined): Partial<View> {
  const shapes = run.variantNames.map(name => networkShape(run.stored, name));
  const having = shapes.filter(each => columnOf(each, layer) >= 0);
  const shape = having.find(({variant}) => variant === shownVariant) ?? having[0];
  if (!shape) return {}; // Renamed since, or never part of this run.
  const isNoise = noiseLayers(shape).some(({noise}) => noise.layer === layer);
  const hasWeights = shape.columns[columnOf(shape, layer)]!.layer !== null;
  const place = run.networksOf(shape.variant)[0]?.place ?? null;
  return {
    tab: isNoise || !hasWeights ? 'network' : 'layers',
    layer,
    ...(shape.variant === shownVariant ? {} : {place}),
  };
}
