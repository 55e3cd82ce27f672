import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {setTo} from './commonFixes.ts';
import {type DocumentFix, type DocumentProblem, quoted} from './documentProblem.ts';

type Layer = ResolvedDocument['layers'][number];
type NoiseLayer = Extract<Layer, {type: 'dropout' | 'gaussianDropout' | 'alphaDropout'}>;

/** Layers that are right each for itself, but not beside each other. */
export function checkLayers(document: ResolvedDocument): DocumentProblem[] {
  const {layers} = document;
  return layers.flatMap((layer, index) => {
    if (layer.type === 'batchNorm') return batchOfOne(document, index);
    if (layer.type === 'concreteDropout') return concreteBeforeDense(layers, index);
    if (!isNoise(layer) || layer.rate === 0) return [];
    return [
      ...repeatedDropout(layer, layers[index - 1], index),
      ...dropoutAndSelu(layer, layers, index),
      ...dropoutBeforeBatchNorm(layer, layers[index + 1], index),
    ];
  });
}

function concreteBeforeDense(layers: readonly Layer[], index: number): DocumentProblem[] {
  const after = layers[index + 1];
  // Behind the last layer comes the output layer, which is dense.
  if (!after || after.type === 'dense') return [];
  const message = `concreteDropout must stand right before a dense layer, whose weights its penalty counts, not before ${quoted(after.type)}. Move it, or use "dropout".`;
  return [
    {code: 'concrete-dropout-without-dense', severity: 'error', message, path: ['layers', index, 'type'], at: 'value'},
  ];
}

function batchOfOne({training}: ResolvedDocument, index: number): DocumentProblem[] {
  if (training.batchSize > 1) return [];
  return [
    warning(
      'batch-norm-of-one-row',
      'batchNorm needs batches of several rows: with batchSize 1 every unit becomes 0. Raise batchSize or use layerNorm.',
      ['layers', index, 'type'],
      [setTo(['training', 'batchSize'], 16)],
    ),
  ];
}

function repeatedDropout(layer: NoiseLayer, before: Layer | undefined, index: number): DocumentProblem[] {
  if (!before || !isNoise(before) || before.rate === 0) return [];
  const areBothDropout = layer.type === 'dropout' && before.type === 'dropout';
  const together = Number((1 - (1 - before.rate) * (1 - layer.rate)).toPrecision(6));
  const effect = areBothDropout ? `: together they drop a share of ${together}` : '';
  const message = `${quoted(before.name ?? before.type)} and ${quoted(layer.name ?? layer.type)} act on the same units${effect}. Keep one of them.`;
  const remove = {title: 'Remove this layer', edits: [{kind: 'remove' as const, path: ['layers', index]}]};
  return [warning('repeated-dropout', message, ['layers', index, 'type'], [remove])];
}

function dropoutAndSelu(layer: NoiseLayer, layers: readonly Layer[], index: number): DocumentProblem[] {
  const activation = activationBefore(layers, index);
  const path = ['layers', index, 'type'];
  if (layer.type === 'alphaDropout' && activation !== 'selu') {
    const after = activation === undefined ? 'the inputs' : quoted(activation);
    const message = `alphaDropout keeps mean and variance only after "selu", but it follows ${after}. Use "dropout", or "selu" before it.`;
    return [warning('alpha-dropout-without-selu', message, path, [setTo(path, 'dropout')])];
  }
  if (layer.type !== 'alphaDropout' && activation === 'selu') {
    const message = `After "selu", ${layer.type} changes the mean and variance that selu keeps. Use "alphaDropout".`;
    return [warning('dropout-after-selu', message, path, [setTo(path, 'alphaDropout')])];
  }
  return [];
}

/** Of the units that reach a layer; undefined for the inputs. Noise and normalization are looked through. */
function activationBefore(layers: readonly Layer[], index: number): string | undefined {
  for (let before = index - 1; before >= 0; before--) {
    const layer = layers[before]!;
    if ('activation' in layer) return layer.activation;
  }
  return undefined;
}

function dropoutBeforeBatchNorm(layer: NoiseLayer, after: Layer | undefined, index: number): DocumentProblem[] {
  if (after?.type !== 'batchNorm') return [];
  const message = `Before batchNorm, ${layer.type} makes the variance differ between training and evaluation (Li et al. 2019). Move it behind.`;
  const swap = {kind: 'swap' as const, path: ['layers', index], other: ['layers', index + 1]};
  const fixes = [{title: 'Move it behind batchNorm', edits: [swap]}];
  return [warning('dropout-before-batch-norm', message, ['layers', index, 'type'], fixes)];
}

function isNoise(layer: Layer): layer is NoiseLayer {
  return layer.type === 'dropout' || layer.type === 'gaussianDropout' || layer.type === 'alphaDropout';
}

function warning(
  code: string,
  message: string,
  path: DocumentProblem['path'],
  fixes: readonly DocumentFix[],
): DocumentProblem {
  return {code, severity: 'warning', message, path, at: 'value', fixes};
}
