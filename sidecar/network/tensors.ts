import type {Tensor, TensorName} from './engine.ts';
import {type LayerPlan, layerWidth, type NetworkPlan} from './plan.ts';

/**
 * Where each tensor of a plan lies in the block of parameters: in layer order and, within a layer, in the order of
 * `TensorName`, without gaps. All engines share this layout, so a block means the same to each.
 */
export function tensorLayout(plan: NetworkPlan): Tensor[] {
  const tensors: Tensor[] = [];
  let offset = 0;
  for (const [index, layer] of plan.layers.entries()) {
    for (const name of tensorNames[layer.type]) {
      const shape = tensorShape(layer, name);
      const length = shape.reduce((product, size) => product * size, 1);
      const trainable = name !== 'runningMean' && name !== 'runningVariance';
      tensors.push({layer: index, layerName: layer.name, name, shape, offset, length, trainable});
      offset += length;
    }
  }
  return tensors;
}

const tensorNames: {readonly [Type in LayerPlan['type']]: readonly TensorName[]} = {
  dense: ['weight', 'bias'],
  dropConnect: ['weight', 'bias'],
  dropout: [],
  gaussianDropout: [],
  alphaDropout: [],
  concreteDropout: ['logit'],
  batchNorm: ['gain', 'shift', 'runningMean', 'runningVariance'],
  layerNorm: ['gain', 'shift'],
  activation: [],
};

function tensorShape(layer: LayerPlan, name: TensorName): readonly number[] {
  if (name === 'logit') return [1];
  return name === 'weight' ? [layerWidth(layer), layer.inputs] : [layerWidth(layer)];
}
