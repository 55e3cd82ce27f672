import type {Target} from '../data/table.ts';
import type {VariantPlan} from '../experiment/experiment.ts';
import type {FittedModel} from '../experiment/foldTask.ts';
import {writeSafetensors} from '../export/safetensors.ts';
import type {Engine} from '../network/engine.ts';
import {tensorLayout} from '../network/tensors.ts';

/**
 * A model as a safetensors file: its tensors by layer ("hidden1.weight") and, in the metadata entry "mlp-lab", what a
 * program needs to predict with them: the network, the encoder of the inputs, and the target.
 */
export function modelFile(
  variant: VariantPlan,
  target: Target,
  model: FittedModel,
  precision: Engine['precision'],
): Uint8Array {
  const tensors = tensorLayout(variant.network).map(tensor => ({
    name: `${tensor.layerName}.${tensor.name}`,
    dtype: precision === 'float64' ? ('F64' as const) : ('F32' as const),
    shape: tensor.shape,
    values: model.parameters.subarray(tensor.offset, tensor.offset + tensor.length),
  }));
  const {inputs, layers, loss} = variant.network;
  const facts = {
    version: 1,
    variant: variant.name,
    network: {inputs, layers, loss},
    encoder: model.encoder,
    target: {
      name: target.name,
      task: target.task,
      ...(target.task === 'classification' ? {classes: target.classes} : {scale: model.targetScale}),
    },
  };
  return writeSafetensors(tensors, {'mlp-lab': JSON.stringify(facts)});
}

/** A variant's name as a file name: every other character than letters, digits, "-" and "_" becomes "-". */
export function modelFileName(variants: readonly VariantPlan[], index: number): string {
  const plain = (name: string) => name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 80);
  const name = plain(variants[index]!.name);
  const clash = variants.some((other, i) => i < index && plain(other.name).toLowerCase() === name.toLowerCase());
  return `models/${name}${clash || name === '' ? `-${index + 1}` : ''}.safetensors`;
}
