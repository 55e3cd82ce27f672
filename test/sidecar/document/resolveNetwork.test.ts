import {describe, expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {type NetworkSubject, resolveNetwork} from '../../../sidecar/document/resolveNetwork.ts';
import {layerSummary, parameterCount} from '../../../sidecar/document/summarizeNetwork.ts';

const twoClasses: NetworkSubject = {inputs: 60, task: 'classification', classCount: 2};
const threeClasses: NetworkSubject = {inputs: 4, task: 'classification', classCount: 3};
const realTarget: NetworkSubject = {inputs: 7, task: 'regression', classCount: 0};

function resolved(parts: {layers?: object[]; output?: object; training?: object; data?: object}): ResolvedDocument {
  const {layers = [], output = {}, training = {}, data = {}} = parts;
  const document = {version: 1, data: {source: 'a.csv', target: 'y', ...data}, layers, output, training};
  const {base} = checkDocument(JSON.stringify(document));
  return base;
}

describe('resolveNetwork', () => {
  test('infers every width and adds the output layer', () => {
    const layers = [
      {type: 'dropout', name: 'visible', rate: 0.2},
      {type: 'dense', units: 30, maxNorm: 4},
      {type: 'batchNorm'},
      {type: 'activation', activation: 'tanh'},
      {type: 'dropConnect', units: 10, rate: 0.5, l2: 0.1},
      {type: 'layerNorm'},
      {type: 'dropout', rate: 0.5},
    ];
    const {plan, problems} = resolveNetwork(resolved({layers, training: {batchSize: 16}}), twoClasses);
    const weights = {maxNorm: null, l1: 0, l2: 0, init: 'pytorch'};
    expect(problems).toEqual([]);
    expect(plan).toEqual({
      inputs: 60,
      layers: [
        {type: 'dropout', name: 'visible', inputs: 60, rate: 0.2},
        {type: 'dense', name: 'dense1', inputs: 60, units: 30, activation: 'relu', ...weights, maxNorm: 4},
        {type: 'batchNorm', name: 'batchNorm1', inputs: 30, momentum: 0.1, epsilon: 1e-5},
        {type: 'activation', name: 'activation1', inputs: 30, activation: 'tanh'},
        {
          type: 'dropConnect',
          name: 'dropConnect1',
          inputs: 30,
          units: 10,
          activation: 'relu',
          ...weights,
          l2: 0.1,
          rate: 0.5,
        },
        {type: 'layerNorm', name: 'layerNorm1', inputs: 10, epsilon: 1e-5},
        {type: 'dropout', name: 'dropout2', inputs: 10, rate: 0.5},
        {type: 'dense', name: 'output', inputs: 10, units: 1, activation: 'sigmoid', ...weights},
      ],
      loss: 'binaryCrossEntropy',
      optimizer: {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0},
      clipNorm: null,
      batchSize: 16,
    });
  });

  test.each<[string, NetworkSubject, object, object, [number, string, string]]>([
    ['two classes', twoClasses, {}, {}, [1, 'sigmoid', 'binaryCrossEntropy']],
    ['softmax for two classes', twoClasses, {activation: 'softmax'}, {}, [2, 'softmax', 'crossEntropy']],
    ['crossEntropy for two classes', twoClasses, {}, {loss: 'crossEntropy'}, [2, 'softmax', 'crossEntropy']],
    ['three classes', threeClasses, {}, {}, [3, 'softmax', 'crossEntropy']],
    ['a real target', realTarget, {}, {}, [1, 'linear', 'meanSquaredError']],
    ['another loss for a real target', realTarget, {activation: 'linear'}, {loss: 'huber'}, [1, 'linear', 'huber']],
  ])('derives output and loss of %s', (_, subject, output, training, [units, activation, loss]) => {
    const {plan} = resolveNetwork(resolved({output, training}), subject);
    expect(plan!.layers).toMatchObject([{name: 'output', inputs: subject.inputs, units, activation}]);
    expect(plan!.loss).toBe(loss);
  });

  test.each<[NetworkSubject, object, object, string, string]>([
    [
      threeClasses,
      {activation: 'sigmoid'},
      {},
      'output-mismatch',
      'output.activation must be "softmax" for a target with 3 classes, got "sigmoid".',
    ],
    [
      realTarget,
      {activation: 'softmax'},
      {},
      'output-mismatch',
      'output.activation must be "linear" for a real target, got "softmax".',
    ],
    [
      twoClasses,
      {activation: 'linear'},
      {},
      'output-mismatch',
      'output.activation must be "sigmoid" or "softmax" for a target with classes, got "linear".',
    ],
    [
      threeClasses,
      {},
      {loss: 'binaryCrossEntropy'},
      'loss-mismatch',
      'loss must be "crossEntropy" for a target with 3 classes, got "binaryCrossEntropy".',
    ],
    [
      twoClasses,
      {},
      {loss: 'meanSquaredError'},
      'loss-mismatch',
      'loss must be "binaryCrossEntropy" or "crossEntropy" for a target with classes, got "meanSquaredError".',
    ],
    [
      realTarget,
      {},
      {loss: 'crossEntropy'},
      'loss-mismatch',
      'loss must be "meanSquaredError", "meanAbsoluteError" or "huber" for a real target, got "crossEntropy".',
    ],
    [
      twoClasses,
      {activation: 'sigmoid'},
      {loss: 'crossEntropy'},
      'loss-mismatch',
      'loss must be "binaryCrossEntropy" with a sigmoid output, got "crossEntropy".',
    ],
  ])('refuses for %o the output %o and training %o', (subject, output, training, code, message) => {
    const {plan, problems} = resolveNetwork(resolved({output, training}), subject);
    expect(plan).toBeUndefined();
    expect(problems).toMatchObject([{code, message, severity: 'error'}]);
  });

  test.each<[NetworkSubject, object, object, string]>([
    [twoClasses, {scaleTarget: 'none'}, {}, '"scaleTarget" has no effect: classes have no scale.'],
    [realTarget, {positiveClass: 'M'}, {}, '"positiveClass" has no effect: the target is a real number.'],
  ])('warns for %o that %o does nothing', (subject, data, training, message) => {
    const {plan, problems} = resolveNetwork(resolved({data, training}), subject);
    expect(plan).toBeDefined();
    expect(problems).toMatchObject([{code: 'no-effect', severity: 'warning', message}]);
  });

  test.each([
    [
      {type: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1},
      {type: 'sgd', nesterov: true, weightDecay: 0.1},
    ],
    [{type: 'adamW'}, {type: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01}],
    [
      {type: 'rmsProp', decay: 0.9},
      {type: 'rmsProp', decay: 0.9, epsilon: 1e-8, weightDecay: 0},
    ],
    [{type: 'adagrad'}, {type: 'adagrad', epsilon: 1e-10, weightDecay: 0}],
  ])('plans the optimizer %o', (optimizer, expected) => {
    const {plan} = resolveNetwork(resolved({training: {optimizer, clipNorm: 2}}), twoClasses);
    expect(plan!.optimizer).toEqual(expected);
    expect(plan!.clipNorm).toBe(2);
  });

  test('says nothing of dropout that drops nothing', () => {
    const layers = [{type: 'dropout', rate: 0}, {type: 'alphaDropout', rate: 0}, {type: 'batchNorm'}];
    expect(resolveNetwork(resolved({layers}), twoClasses).problems).toEqual([]);
  });

  test('looks through normalization for the activation before dropout', () => {
    const layers = [
      {type: 'dense', units: 3, activation: 'selu'},
      {type: 'layerNorm'},
      {type: 'alphaDropout', rate: 0.1},
    ];
    expect(resolveNetwork(resolved({layers}), twoClasses).problems).toEqual([]);
  });
});

describe('layerSummary and parameterCount', () => {
  test('count trained parameters only', () => {
    const layers = [
      {type: 'dense', units: 30, maxNorm: 4, l1: 0.1},
      {type: 'batchNorm'},
      {type: 'dropout', rate: 0.5},
      {type: 'dropConnect', units: 10, rate: 0.2, activation: 'tanh'},
      {type: 'activation', activation: 'elu'},
    ];
    const {plan} = resolveNetwork(resolved({layers}), twoClasses);
    expect(layerSummary(plan!).map(layer => [layer.name, layer.description, layer.units, layer.parameters])).toEqual([
      ['dense1', 'dense, relu, maxNorm 4, l1 0.1', 30, 61 * 30],
      ['batchNorm1', 'batchNorm', 30, 60],
      ['dropout1', 'dropout 0.5', 30, 0],
      ['dropConnect1', 'dropConnect 0.2, tanh', 10, 310],
      ['activation1', 'elu', 10, 0],
      ['output', 'dense, sigmoid', 1, 11],
    ]);
    expect(parameterCount(plan!)).toBe(1830 + 60 + 310 + 11);
  });
});
