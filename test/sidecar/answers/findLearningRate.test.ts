/** Where a learning rate is written. */
import {expect, test} from 'vitest';
import {withLearningRate} from '../../../sidecar/answers/findLearningRate.ts';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';

const sgd = {training: {optimizer: {type: 'sgd', learningRate: 0.5}}};
const text = (variants: object | undefined, training: object) =>
  JSON.stringify({
    ...{version: 1, data: {source: 'data.csv', target: 'y'}, layers: [{type: 'dense', units: 4}]},
    ...{...training, ...(variants ? {variants} : {})},
  });

/** The learning rates that the document has, and each variant with its own, once one was found for a variant. */
function rates(variants: object | undefined, variant: string, training: object = sgd) {
  const {variants: before} = checkDocument(text(variants, training));
  const {optimizer} = before.find(({name}) => name === variant)!.document.training;
  const found = {variant, optimizer: optimizer.type, choice: {learningRate: 0.03}};
  const {problems, base, variants: resolved} = checkDocument(withLearningRate(text(variants, training), found));
  expect(problems.filter(({severity}) => severity === 'error')).toEqual([]);
  const own = resolved.map(({name, document}) => [name, document.training.optimizer.learningRate]);
  return {document: base.training.optimizer.learningRate, ...Object.fromEntries(own)};
}

test('a learning rate is written into the document where the variant has none of its own', () => {
  expect(rates(undefined, 'model')).toEqual({document: 0.03, model: 0.03});
  expect(rates(undefined, 'model', {})).toEqual({document: 0.03, model: 0.03});
  expect(rates(undefined, 'model', {training: {epochs: 5}})).toEqual({document: 0.03, model: 0.03});
  expect(rates({a: {}, b: {'training.epochs': 5}}, 'b')).toEqual({document: 0.03, a: 0.03, b: 0.03});
});

test.each<[string, object]>([
  ['its learning rate', {'training.optimizer.learningRate': 0.2}],
  ['its momentum', {'training.optimizer.momentum': 0.5}],
  ['a whole optimizer', {'training.optimizer': {type: 'adam', learningRate: 0.2}}],
  ['an optimizer that has the usual rate', {'training.optimizer': {type: 'adam'}}],
  ['the usual optimizer', {'training.optimizer': null}],
  ['a whole training', {training: {epochs: 5}}],
  ['a whole training with an optimizer', {training: {optimizer: {type: 'adam'}}}],
])('it is written into a variant that sets %s', (_, changes) => {
  expect(rates({a: {}, b: changes}, 'b')).toEqual({document: 0.5, a: 0.5, b: 0.03});
});
