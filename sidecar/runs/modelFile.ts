import type {Target} from '../data/table.ts';
import type {VariantPlan} from '../experiment/experiment.ts';
import type {FittedModel} from '../experiment/foldTask.ts';
import {writeSafetensors} from '../export/safetensors.ts';
import type {Engine} from '../network/engine.ts';
import {planAtEnd} from '../network/masks.ts';
import {tensorLayout} from '../network/tensors.ts';

/**
 * A model as a safetensors file: its tensors by layer ("hidden1.weight") and, in the metadata entry "mlp-lab", what a
 * program needs to predict with them: the network as it was in the epoch that left its weights, how data are read, the encoder of the
 * inputs, and the target.
 * @param model with the epochs that its weights were trained for
 */
export function modelFile(
  variant: VariantPlan,
  target: Target,
  model: FittedModel & {readonly epochs: number},
  precision: Engine['precision'],
): Uint8Array {
  const tensors = tensorLayout(variant.network).map(tensor => ({
    name: `${tensor.layerName}.${tensor.name}`,
    dtype: precision === 'float64' ? ('F64' as const) : ('F32' as const),
    shape: tensor.shape,
    values: model.parameters.subarray(tensor.offset, tensor.offset + tensor.length),
  }));
  const {inputs, layers, loss} = planAtEnd(variant.network, model.epochs);
  const {delimiter, header, encoding, missing} = variant.document.data;
  const facts = {
    version: 1,
    variant: variant.name,
    network: {inputs, layers, loss},
    encoder: model.encoder,
    reading: {delimiter, header, encoding, missing},
    target: {
      name: target.name,
      task: target.task,
      ...(target.task === 'classification' ? {classes: target.classes} : {scale: model.targetScale}),
    },
  };
  return writeSafetensors(tensors, {'mlp-lab': JSON.stringify(facts)});
}

/**
 * File names of the variants' models, in order: every character other than letters, digits, "-" and "_" becomes "-",
 * and a number tells apart those that then are alike.
 */
export function modelFileNames(variants: ReadonlyArray<Pick<VariantPlan, 'name'>>): string[] {
  // Some file systems do not tell capitals from small letters.
  const taken = new Set<string>();
  return variants.map(({name}) => {
    const plain = shortened(name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-'));
    let chosen = plain;
    for (let number = 2; chosen === '' || taken.has(chosen.toLowerCase()); number++) chosen = `${plain}-${number}`;
    taken.add(chosen.toLowerCase());
    return `models/${chosen}.safetensors`;
  });
}

/** File systems count the bytes of a name: 255 are allowed, some of them for number and ending. */
function shortened(name: string): string {
  let characters = [...name];
  while (Buffer.byteLength(characters.join('')) > 180) characters = characters.slice(0, -1);
  return characters.join('');
}

/** The file of the model of one fold, counted from 1. @param name that of the variant's model */
export function foldModelName(name: string, repeat: number, fold: number): string {
  return name.replace(/\.safetensors$/, `-repeat${repeat}-fold${fold}.safetensors`);
}
