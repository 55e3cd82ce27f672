import {type LayerPlan, layerWidth, type NetworkPlan} from '../network/plan.ts';

export interface LayerSummary {
  readonly name: string;
  readonly type: LayerPlan['type'];
  /** Such as "dense, relu, maxNorm 4" or "dropout 0.2". */
  readonly description: string;
  /** Width of the output. */
  readonly units: number;
  /** Trained parameters; running statistics are none. */
  readonly parameters: number;
}

export function layerSummary(plan: NetworkPlan): LayerSummary[] {
  return plan.layers.map(layer => ({
    name: layer.name,
    type: layer.type,
    description: layerDescription(layer),
    units: layerWidth(layer),
    parameters: layerParameters(layer),
  }));
}

/** Number of trained parameters. */
export function parameterCount(plan: NetworkPlan): number {
  return plan.layers.reduce((sum, layer) => sum + layerParameters(layer), 0);
}

function layerDescription(layer: LayerPlan): string {
  switch (layer.type) {
    case 'dense':
    case 'dropConnect': {
      const {activation, maxNorm, l1, l2} = layer;
      const type = layer.type === 'dense' ? 'dense' : `dropConnect ${layer.rate}`;
      const bounds = [
        maxNorm === null ? '' : `maxNorm ${maxNorm}`,
        l1 === 0 ? '' : `l1 ${l1}`,
        l2 === 0 ? '' : `l2 ${l2}`,
      ];
      return [type, activation, ...bounds].filter(part => part !== '').join(', ');
    }
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      return `${layer.type} ${layer.rate}`;
    case 'concreteDropout':
      return `${layer.type}, learned from ${layer.startRate}`;
    case 'activation':
      return layer.activation;
    default:
      return layer.type;
  }
}

function layerParameters(layer: LayerPlan): number {
  switch (layer.type) {
    case 'dense':
    case 'dropConnect':
      return (layer.inputs + 1) * layer.units;
    case 'concreteDropout':
      return 1;
    case 'batchNorm':
    case 'layerNorm':
      // Gain and shift.
      return 2 * layer.inputs;
    default:
      return 0;
  }
}
