import {expect, test} from 'vitest';
import type {ShownState} from '../../../sidecar/server/liveFeed.ts';
import {createLiveFeed} from '../../../sidecar/server/liveFeed.ts';
import {batchMasks} from '../../../sidecar/watching/batchMasks.ts';
import {trainedNetwork} from '../../../sidecar/watching/trainedNetwork.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();
const place = {variant: 'wide', repeat: 1, fold: 1};
const wide = (type: string, batchSize: number) =>
  load({
    layers: [
      {name: 'input', type: 'dropout', rate: 0.2},
      {name: 'hidden', type: 'dense', units: 2000},
      {name: 'drop', type, rate: 0.5},
    ],
    training: {epochs: 2, batchSize, seed: 3},
    evaluation: {folds: 2},
    variants: {wide: {}},
  });

test('masks of the layers that were asked for are computed when they are read, of the rows that trained', async () => {
  const experiment = await wide('dropout', 4);
  const shown: ShownState[] = [];
  const feed = createLiveFeed({id: 'r', experiment}, {...place, layers: ['drop'], rate: 30}, state =>
    shown.push(state),
  );
  const network = trainedNetwork(experiment, place);
  const expected = batchMasks(network, {epoch: 2, batch: 3}, ['drop']);
  const rows = expected.lines.map(line => network.lines.indexOf(line));
  feed.add({place, at: 1, batch: {epoch: 2, batch: 3, rows}, layers: null});
  // What a worker had posted of another network before it knew of this one.
  feed.add({place: {...place, fold: 2}, at: 2, batch: {epoch: 2, batch: 3, rows}, layers: null});
  expect(shown).toMatchObject([{run: 'r', at: 1, layers: null}]);
  expect(shown[0]!.masks!()).toEqual(expected);
  feed.dispose();
});

// Measured on its own, a mask of 30 × 2000 bits takes 0.6 ms: of those a tenth of the time holds more than were asked for.
test.each([
  ['dropout', 30, ['drop'], 30],
  ['gaussianDropout', 30, ['drop'], 100 / (30 * 2000 * 1e-4)],
  ['gaussianDropout', 1, ['drop'], 30],
  ['gaussianDropout', 30, ['input'], 30],
])(
  'masks of %s in batches of %d rows are shown as often as there is time to compute them',
  async (type, batchSize, layers, rate) => {
    const experiment = await wide(type, batchSize);
    const feed = createLiveFeed({id: 'r', experiment}, {...place, layers, rate: 30}, () => {});
    expect(feed.watched.rate).toBeCloseTo(rate, 6);
    feed.dispose();
  },
);
