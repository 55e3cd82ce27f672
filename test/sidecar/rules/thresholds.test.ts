import {expect, test} from 'vitest';
import manifest from '../../../package.json' with {type: 'json'};
import {THRESHOLDS, thresholdsFrom} from '../../../sidecar/rules/thresholds.ts';

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
