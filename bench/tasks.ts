import type {LayerPlan} from '../sidecar/network/plan.ts';

/** Dense relu layers with dropout before the first and behind each, then the output. */
export function stack(
  inputs: number,
  widths: readonly number[],
  outputs: number,
  rates: {readonly visible: number; readonly hidden: number},
  maxNorm: number | null,
): LayerPlan[] {
  const common = {type: 'dense', l1: 0, l2: 0, init: 'pytorch'} as const;
  const layers: LayerPlan[] = [{type: 'dropout', name: 'visible', inputs, rate: rates.visible}];
  let width = inputs;
  for (const [i, units] of widths.entries()) {
    layers.push({...common, name: `hidden${i + 1}`, inputs: width, units, activation: 'relu', maxNorm});
    layers.push({type: 'dropout', name: `drop${i + 1}`, inputs: units, rate: rates.hidden});
    width = units;
  }
  const activation = outputs === 1 ? 'sigmoid' : 'softmax';
  layers.push({...common, name: 'output', inputs: width, units: outputs, activation, maxNorm: null});
  return layers.filter(layer => !('rate' in layer) || layer.rate > 0);
}
