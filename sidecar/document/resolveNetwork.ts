import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {LayerPlan, NetworkPlan, NoisePlan, OptimizerPlan} from '../network/plan.ts';
import {layerWidth} from '../network/plan.ts';
import {checkLayers} from './checkLayers.ts';
import {removeKey} from './commonFixes.ts';
import {type DocumentProblem, quoted} from './documentProblem.ts';
import {layerNames} from './layerNames.ts';
import {checkOutput, resolveOutput} from './resolveOutput.ts';

/** What the data say about a network. */
export interface NetworkSubject {
  /** Number of input features, at least 1. */
  readonly inputs: number;
  readonly task: 'classification' | 'regression';
  /** Number of classes; without meaning for regression. */
  readonly classCount: number;
}

export interface ResolvedNetwork {
  /** Undefined if there are errors. */
  readonly plan: NetworkPlan | undefined;
  /** Their paths lead into the document. */
  readonly problems: readonly DocumentProblem[];
}

/** The network of a document for its data: every width, the output layer and the loss. */
export function resolveNetwork(document: ResolvedDocument, subject: NetworkSubject): ResolvedNetwork {
  const isClassification = subject.task === 'classification';
  const classCount = isClassification ? subject.classCount : undefined;
  const problems = [
    ...checkOutput(document, {task: subject.task, classCount}),
    ...checkLayers(document),
    ...(isClassification ? regressionOnly(document) : classificationOnly(document)),
  ];
  if (problems.some(({severity}) => severity === 'error')) return {plan: undefined, problems};

  const {loss, activation, units} = resolveOutput(document, classCount);
  const layers = hiddenLayers(document, subject.inputs);
  const {maxNorm = null, l1, l2, init} = document.output;
  const inputs = layers.length === 0 ? subject.inputs : layerWidth(layers.at(-1)!);
  layers.push({type: 'dense', name: 'output', inputs, units, activation, maxNorm, l1, l2, init});
  const {clipNorm = null, batchSize} = document.training;
  const plan = {inputs: subject.inputs, layers, loss, optimizer: optimizerPlan(document), clipNorm, batchSize};
  return {plan, problems};
}

function hiddenLayers(document: ResolvedDocument, inputs: number): LayerPlan[] {
  const names = layerNames(document.layers);
  const plans: LayerPlan[] = [];
  let width = inputs;
  for (const [index, layer] of document.layers.entries()) {
    const plan = layerPlan(layer, names[index]!, width);
    plans.push(plan);
    width = layerWidth(plan);
  }
  return plans;
}

function layerPlan(layer: ResolvedDocument['layers'][number], name: string, inputs: number): LayerPlan {
  switch (layer.type) {
    case 'dense':
    case 'dropConnect': {
      const {units, activation, maxNorm = null, l1, l2, init} = layer;
      const weighted = {name, inputs, units, activation, maxNorm, l1, l2, init};
      return layer.type === 'dense'
        ? {type: 'dense', ...weighted}
        : {type: 'dropConnect', ...weighted, ...noiseSettings(layer)};
    }
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      return {type: layer.type, name, inputs, ...noiseSettings(layer)};
    case 'concreteDropout': {
      const {rate: startRate, temperature, lengthScale, precision} = layer;
      return {type: layer.type, name, inputs, startRate, temperature, lengthScale, precision};
    }
    case 'batchNorm':
      return {type: 'batchNorm', name, inputs, momentum: layer.momentum, epsilon: layer.epsilon};
    case 'layerNorm':
      return {type: 'layerNorm', name, inputs, epsilon: layer.epsilon};
    case 'activation':
      return {type: 'activation', name, inputs, activation: layer.activation};
  }
}

function noiseSettings({rate, schedule, mask}: Pick<NoisePlan, 'rate' | 'schedule' | 'mask'>) {
  return {rate, ...(schedule ? {schedule} : {}), ...(mask === 'batch' ? {mask} : {})};
}

function optimizerPlan({training: {optimizer}}: ResolvedDocument): OptimizerPlan {
  const {weightDecay} = optimizer;
  switch (optimizer.type) {
    case 'sgd':
      return {type: 'sgd', nesterov: optimizer.nesterov, weightDecay};
    case 'adam':
    case 'adamW': {
      const {type, beta1, beta2, epsilon} = optimizer;
      return {type, beta1, beta2, epsilon, weightDecay};
    }
    case 'rmsProp':
      return {type: 'rmsProp', decay: optimizer.decay, epsilon: optimizer.epsilon, weightDecay};
    case 'adagrad':
      return {type: 'adagrad', epsilon: optimizer.epsilon, weightDecay};
  }
}

/** Keys that only a real target knows. */
function regressionOnly({data}: ResolvedDocument): DocumentProblem[] {
  return data.scaleTarget === 'standard' ? [] : [noEffect(['data', 'scaleTarget'], 'classes have no scale')];
}

/** Keys that only classes know. */
function classificationOnly({data}: ResolvedDocument): DocumentProblem[] {
  return data.positiveClass === undefined ? [] : [noEffect(['data', 'positiveClass'], 'the target is a real number')];
}

export function noEffect(path: DocumentProblem['path'], reason: string): DocumentProblem {
  const message = `${quoted(String(path.at(-1)))} has no effect: ${reason}.`;
  return {code: 'no-effect', severity: 'warning', message, path, at: 'key', fixes: [removeKey(path)]};
}
