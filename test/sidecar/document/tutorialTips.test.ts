import {describe, expect, test} from 'vitest';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {tutorialTips} from '../../../sidecar/document/tutorialTips.ts';
import {writeVariant} from '../../../sidecar/document/writeChanges.ts';

const layers = [
  {name: 'visible', type: 'dropout', rate: 0},
  {name: 'hidden', type: 'dense', units: 60, activation: 'relu'},
  {name: 'drop', type: 'dropout', rate: 0.1},
];
const sgd = {type: 'sgd', learningRate: 0.01, momentum: 0.8};

describe("the tutorial's tips", () => {
  test('drop on inputs and hidden layers, widen by 1 / (1 − rate), bound the weights, and take large steps that decay', () => {
    expect(tutorialTips({layers, optimizer: sgd}).changes).toEqual({
      'layers.visible.rate': 0.2,
      'layers.hidden.units': 120,
      'layers.hidden.maxNorm': 4,
      'layers.drop.rate': 0.5,
      'training.optimizer.learningRate': 0.02,
      'training.optimizer.momentum': 0.9,
      'training.schedule': {type: 'exponential', factor: 0.99},
    });
  });

  test('keep the effective step learningRate / (1 − momentum) at 0.2, where the tips alone would ruin the training', () => {
    for (const optimizer of [sgd, {...sgd, learningRate: 0.1, momentum: 0.99}, {type: 'adam', learningRate: 0.001}]) {
      const {changes, reasons} = tutorialTips({layers, optimizer});
      const whole = changes['training.optimizer'] as {learningRate: number; momentum: number} | undefined;
      const learningRate = whole?.learningRate ?? Number(changes['training.optimizer.learningRate']);
      const momentum = whole?.momentum ?? Number(changes['training.optimizer.momentum']);
      expect(learningRate / (1 - momentum)).toBeCloseTo(0.2, 12);
      expect(reasons.join(' ')).toContain('steps of 1 ruin the training');
    }
  });

  test('make a variant that fits any network, also one without dropout or with another optimizer', () => {
    const document = {
      version: 1,
      data: {source: 'x.csv', target: 'y'},
      layers: [{type: 'dense', units: 7}, {type: 'batchNorm'}, {type: 'dropConnect', units: 5, rate: 0.3}],
      training: {optimizer: {type: 'adam', learningRate: 0.001}},
    };
    const text = JSON.stringify(document, null, 2);
    const {base} = checkDocument(text);
    const named = document.layers.map((layer, index) => ({...layer, name: base.layers[index]!.name}));
    const {changes} = tutorialTips({layers: named, optimizer: base.training.optimizer});
    const written = checkDocument(writeVariant(text, 'tips', changes));
    expect(written.problems.filter(({severity}) => severity === 'error')).toEqual([]);
    const tips = written.variants.find(({name}) => name === 'tips')!.document;
    expect(tips.layers.map(({type}) => type)).toEqual([
      'dropout',
      'dense',
      'batchNorm',
      'dropout',
      'dropConnect',
      'dropout',
    ]);
    expect(tips.training.optimizer).toMatchObject({type: 'sgd', learningRate: 0.02, momentum: 0.9});
  });
});
