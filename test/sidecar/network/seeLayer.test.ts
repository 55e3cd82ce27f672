import {expect, test} from 'vitest';
import {engines} from '../../../sidecar/network/engines.ts';
import {layerWidth} from '../../../sidecar/network/plan.ts';
import {type LayerSketch, planOf, samplesOf, writeRandomParameters} from './networks.ts';

const sketches: LayerSketch[] = [
  {type: 'dropout', rate: 0.5},
  {type: 'dense', units: 9, activation: 'relu'},
  {type: 'batchNorm'},
  {type: 'dropConnect', units: 5, rate: 0.5, activation: 'tanh'},
  {type: 'layerNorm'},
  {type: 'dense', units: 1},
];
const plan = planOf(4, sketches);
const {inputs} = samplesOf(plan, 19, 3);

/** The outputs of every layer for all rows, put together from the blocks that were shown. */
function seenBy(name: 'plain' | 'wasm' | 'reference') {
  const network = engines[name].createNetwork(plan);
  writeRandomParameters(network, 5);
  const rows = Uint32Array.from({length: 19}, (_, row) => row);
  const seen: number[][] = plan.layers.map(() => []);
  const predictions = new Float64Array(19);
  network.predict(inputs, rows, predictions, (layer, output) => seen[layer]!.push(...output));
  const unseen = new Float64Array(19);
  network.predict(inputs, rows, unseen);
  return {seen, predictions, unseen};
}

test.each(['plain', 'wasm', 'reference'] as const)(
  '%s shows what each layer gives for each row, dropout off, and predicts the same as unseen',
  name => {
    const {seen, predictions, unseen} = seenBy(name);
    expect(seen.map(values => values.length)).toEqual(plan.layers.map(layer => 19 * layerWidth(layer)));
    expect(seen[0]).toEqual([...inputs.subarray(0, 19 * 4)]);
    // The loss is that of a real target, so logits are answers.
    expect(seen.at(-1)).toEqual([...predictions]);
    expect(predictions).toEqual(unseen);
  },
);

test('plain and wasm show the same bits, close to those of the reference', () => {
  const [plain, wasm, reference] = (['plain', 'wasm', 'reference'] as const).map(name => seenBy(name).seen.flat());
  expect(wasm).toEqual(plain);
  plain!.forEach((value, i) => {
    expect(value).toBeCloseTo(reference![i]!, 4);
  });
});
