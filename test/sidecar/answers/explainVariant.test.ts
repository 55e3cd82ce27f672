import {expect, test} from 'vitest';
import {explainVariant} from '../../../sidecar/answers/explainVariant.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();

test('an explanation that was cancelled while its data were read trains nothing', async () => {
  const experiment = await load({});
  const shares: number[] = [];
  const follower = {signal: AbortSignal.abort(), onProgress: (share: number) => void shares.push(share)};
  expect(await explainVariant(experiment, {shuffles: 1, curve: false, workers: 1}, follower)).toBeNull();
  expect(shares).toEqual([]);
});
