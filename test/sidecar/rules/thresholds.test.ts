import {expect, test} from 'vitest';
import manifest from '../../../package.json' with {type: 'json'};
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {lint} from '../../../sidecar/rules/lint.ts';
import {THRESHOLDS, thresholdsFrom} from '../../../sidecar/rules/thresholds.ts';
import {applied} from '../../support/textEdits.ts';

test('the settings of the editor name every threshold, with its default', () => {
  const [setting] = manifest.contributes.configuration.flatMap(({properties}) =>
    'mlpLab.ruleThresholds' in properties ? [properties['mlpLab.ruleThresholds']] : [],
  );
  const defaults = Object.entries(setting!.properties).map(([name, {default: value}]) => [name, value]);
  expect(Object.fromEntries(defaults)).toEqual(THRESHOLDS);
});

test('what is no known threshold, or no number, is left out', () => {
  const given = {fewRows: 100, highestHiddenRate: 'high', deadShare: Number.NaN, other: 3, __proto__: {fewInputs: 1}};
  expect(thresholdsFrom(given)).toEqual({...THRESHOLDS, fewRows: 100});
  for (const nothing of [null, undefined, 3, 'text', []]) expect(thresholdsFrom(nothing)).toEqual(THRESHOLDS);
});

const sgd = {training: {optimizer: {type: 'sgd', learningRate: 0.01, momentum: 0.8}}};
const dropping = {layers: [{type: 'dropout', rate: 0.2}], evaluation: {samples: 120}};

test.each([
  ['large-effective-step', {largestStep: 0.01}, sgd],
  ['unusual-max-norm', {smallestMaxNorm: 4}, {layers: [{type: 'dense', units: 32, maxNorm: 3.5}]}],
  ['unusual-max-norm', {largestMaxNorm: 2}, {layers: [{type: 'dense', units: 32, maxNorm: 3}]}],
  ['few-samples', {fewestSamples: 300}, dropping],
  ['soft-masks', {highestTemperature: 0.05}, {layers: [{type: 'concreteDropout'}, {type: 'dense', units: 32}]}],
])('the fix of %s keeps to %j', (code, given, sections) => {
  const found = (text: string) => {
    const {parsed, sound} = checkDocument(text);
    const facts = {thresholds: thresholdsFrom(given), data: new Map(), run: undefined, trained: []};
    return lint(parsed, sound.variants, facts).filter(problem => problem.code === code);
  };
  const text = JSON.stringify({version: 1, data: {source: 'a.csv', target: 'y'}, layers: [], ...sections});
  const [problem] = found(text);
  expect(found(applied(text, problem!.fixes![0]!.edits))).toEqual([]);
});
