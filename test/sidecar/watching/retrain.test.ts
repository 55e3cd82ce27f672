import {describe, expect, test} from 'vitest';
import type {LayerState} from '../../../schemas/protocol.ts';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import type {LiveState} from '../../../sidecar/experiment/watcher.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {decisionSurface} from '../../../sidecar/watching/decisionSurface.ts';
import {layersAt} from '../../../sidecar/watching/layersAt.ts';
import {principalComponents} from '../../../sidecar/watching/principalComponents.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const small = smallExperiments();
const PLACE = {variant: 'dropout', repeat: 2, fold: 3};

describe('the layers of a past epoch', () => {
  test('are those that a watcher saw while it trained, to the bit', async () => {
    const experiment = await small.load({});
    const {folds: _, ...shared} = experiment;
    const runner = workerThreads({experiment: shared, engine: 'wasm'}, {workers: 1});
    let seen: readonly LayerState[] = [];
    const onLive = ({layers}: LiveState) => {
      seen = layers ?? seen;
    };
    runner.watch({...PLACE, layers: null, rate: 30});
    await crossValidate(experiment, runner, {onEvent() {}, onLive});
    await runner.dispose();
    const [last] = layersAt(experiment, PLACE, [8]);
    expect(seen.length).toBeGreaterThan(0);
    expect(last).toEqual(seen.map(state => ({...state, drops: null})));
  });

  test('come in the order asked for, and of no other epochs', async () => {
    const experiment = await small.load({});
    const layers = layersAt(experiment, PLACE, [5, 2]);
    expect(layers.map(states => states.map(({epoch}) => epoch))).toEqual([
      [5, 5, 5],
      [2, 2, 2],
    ]);
  });

  test('are refused where the epoch, the fold or the variant is not there', async () => {
    const experiment = await small.load({});
    const at = (place: object, epoch: number) => () => layersAt(experiment, {...PLACE, ...place}, [epoch]);
    expect(at({}, 9)).toThrow('This network has 8 epochs, and no epoch 9.');
    expect(at({fold: 4}, 1)).toThrow('This run has no fold 4 in repeat 2.');
    expect(at({variant: 'other'}, 1)).toThrow('This run has no variant "other".');
  });

  test('are refused where the network would train for long', async () => {
    const training = {epochs: 1_000_000, batchSize: 8, seed: 3};
    const experiment = await small.load({training});
    expect(() => layersAt(experiment, PLACE, [1_000_000])).toThrow('too large to be trained again');
  });
});

describe('a decision surface', () => {
  test('over the two columns of the data predicts what separates them', async () => {
    const training = {epochs: 150, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.1, momentum: 0.9}, seed: 3};
    const experiment = await small.load({training});
    const place = {...PLACE, variant: 'plain'};
    const surface = decisionSurface(experiment, place, {epoch: 150, features: ['a', 'b'], size: 20});
    expect(surface.features).toEqual(['a', 'b']);
    const {x, y, points, predictions} = surface;
    // Class 1, "same" after "other" in the alphabet is class 1: the signs of a and b are equal.
    const right = points.lines.reduce((count, _, i) => {
      const cell = (value: number, {from, to}: typeof x) => Math.floor((20 * (value - from)) / (to - from));
      const predicted = predictions[cell(points.y[i]!, y) * 20 + cell(points.x[i]!, x)]! > 0.5;
      return count + Number(predicted === (points.actual[i] === 1));
    }, 0);
    expect(right / points.lines.length).toBeGreaterThan(0.85);
    expect(points.trained).toBe(40);
    expect(points.lines).toHaveLength(60);
  });

  test('over principal components holds every row of the data', async () => {
    const experiment = await small.load({});
    const {x, y, points} = decisionSurface(experiment, PLACE, {epoch: 3, features: null, size: 4});
    expect([x.feature, y.feature]).toEqual([null, null]);
    expect(x.variance! + y.variance!).toBeCloseTo(1, 6);
    for (let i = 0; i < 60; i++) {
      expect(points.x[i]).toBeGreaterThan(x.from);
      expect(points.x[i]).toBeLessThan(x.to);
      expect(points.y[i]).toBeGreaterThan(y.from);
      expect(points.y[i]).toBeLessThan(y.to);
    }
  });

  test('is refused over what is no numeric input', async () => {
    const experiment = await small.load({});
    const ask = () => decisionSurface(experiment, PLACE, {epoch: 1, features: ['a', 'sign'], size: 4});
    expect(ask).toThrow('"sign" is no numeric input of this network.');
  });
});

test('principal components are at right angles and find the directions that were put in', () => {
  const random = new RandomStream(randomKey(5));
  const rows = 400;
  const inputs = new Float32Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const [far, near] = [8 * (random.uniform() - 0.5), 2 * (random.uniform() - 0.5)];
    inputs.set([far * 0.6 + 5, far * 0.8, near], row * 3);
  }
  const {components} = principalComponents(inputs, 3, 2);
  const [first, second] = components;
  expect([...first!.vector].map(value => Math.round(value * 100) / 100)).toEqual([0.6, 0.8, expect.closeTo(0, 1)]);
  expect(Math.abs(second!.vector[2]!)).toBeGreaterThan(0.99);
  expect(first!.vector.reduce((sum, value, i) => sum + value * second!.vector[i]!, 0)).toBeCloseTo(0, 9);
  expect(first!.share + second!.share).toBeCloseTo(1, 6);
});
