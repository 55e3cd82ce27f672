/** Prediction with dropout on: Monte Carlo dropout is the mean of many of these. */
import {describe, expect, test} from 'vitest';
import {foldIn, randomKey} from '../../../sidecar/kernels/random.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import type {NetworkPlan} from '../../../sidecar/network/plan.ts';
import {planOf, samplesOf, writeRandomParameters} from './networks.ts';

const names = ['reference', 'plain', 'wasm'] as const;
const classes = {loss: 'binaryCrossEntropy'} as const;

/** Two inputs, one hidden layer of three units, dropout on both: 2^5 masks for a row. */
const tiny = planOf(
  2,
  [
    {type: 'dropout', rate: 0.2},
    {type: 'dense', units: 3, activation: 'relu'},
    {type: 'dropout', rate: 0.5},
    {type: 'dense', units: 1, activation: 'sigmoid'},
  ],
  classes,
);

describe('a sampled prediction', () => {
  test.each(names)('%s: the mean of many equals the exact one over all 32 masks', name => {
    const network = engines[name].createNetwork(tiny);
    writeRandomParameters(network, 5);
    const inputs = Float32Array.of(0.7, -1.2);
    const row = Uint32Array.of(0);
    const out = new Float64Array(1);
    let exact = 0;
    for (let code = 0; code < 32; code++) {
      const mask = Array.from({length: 5}, (_, i) => (code >> i) & 1);
      const [visible, hidden] = [mask.slice(0, 2), mask.slice(2)];
      const probability =
        visible.reduce((all, kept) => all * (kept ? 0.8 : 0.2), 1) * hidden.reduce(all => all * 0.5, 1);
      network.sample(inputs, row, {kind: 'given', values: [[visible, hidden]]}, out);
      exact += probability * out[0]!;
    }
    const count = 40_000;
    let [sum, squares] = [0, 0];
    for (let sample = 0; sample < count; sample++) {
      network.sample(inputs, row, {kind: 'drawn', key: foldIn(randomKey(3), sample)}, out);
      sum += out[0]!;
      squares += out[0]! * out[0]!;
    }
    const mean = sum / count;
    const error = Math.sqrt((squares / count - mean * mean) / count);
    // Four standard errors: with this seed it is a fixed number, with another it would fail once in 16,000.
    expect(Math.abs(mean - exact)).toBeLessThan(4 * error);
    expect(error).toBeGreaterThan(0.0001);
  });

  const every: NetworkPlan = planOf(
    4,
    [
      {type: 'dropout', rate: 0.3},
      {type: 'dense', units: 6, activation: 'relu'},
      {type: 'batchNorm'},
      {type: 'gaussianDropout', rate: 0.2},
      {type: 'dropConnect', units: 5, rate: 0.4, activation: 'selu'},
      {type: 'alphaDropout', rate: 0.1},
      {type: 'layerNorm'},
      {type: 'dense', units: 1, activation: 'sigmoid'},
    ],
    classes,
  );
  const {inputs} = samplesOf(every, 19, 2);
  const rows = Uint32Array.from({length: 19}, (_, row) => row);
  const sampled = (name: (typeof names)[number], key: number) => {
    const network = engines[name].createNetwork(every);
    writeRandomParameters(network, 8);
    const out = new Float64Array(19);
    network.sample(inputs, rows, {kind: 'drawn', key: randomKey(key)}, out);
    return [...out];
  };

  test('has the same bits on plain and wasm, and nearly those of the reference', () => {
    expect(sampled('wasm', 1)).toEqual(sampled('plain', 1));
    sampled('reference', 1).forEach((value, row) => {
      // A few hundred float32 operations on numbers of size 1.
      expect(Math.abs(sampled('plain', 1)[row]! - value)).toBeLessThan(1e-5);
    });
  });

  test('differs with the key, repeats with the same one, and gives blocks of rows masks of their own', () => {
    expect(sampled('plain', 2)).not.toEqual(sampled('plain', 1));
    expect(sampled('plain', 1)).toEqual(sampled('plain', 1));
    const network = engines.plain.createNetwork(tiny);
    writeRandomParameters(network, 5);
    const out = new Float64Array(24);
    const same = new Float32Array(48).fill(1);
    network.sample(
      same,
      Uint32Array.from({length: 24}, (_, row) => row),
      {kind: 'drawn', key: randomKey(1)},
      out,
    );
    expect(new Set(out.subarray(8, 16))).not.toEqual(new Set(out.subarray(0, 8)));
  });

  test('leaves the next prediction as it was', () => {
    for (const name of names) {
      const network = engines[name].createNetwork(every);
      writeRandomParameters(network, 8);
      const [before, after, out] = [new Float64Array(19), new Float64Array(19), new Float64Array(19)];
      network.predict(inputs, rows, before);
      network.sample(inputs, rows, {kind: 'drawn', key: randomKey(1)}, out);
      network.predict(inputs, rows, after);
      expect(after).toEqual(before);
    }
  });

  test('is the prediction where nothing drops', () => {
    const plan = planOf(
      2,
      [
        {type: 'dense', units: 3},
        {type: 'dense', units: 1, activation: 'sigmoid'},
      ],
      classes,
    );
    const network = engines.plain.createNetwork(plan);
    writeRandomParameters(network, 1);
    const [a, b] = [new Float64Array(1), new Float64Array(1)];
    network.predict(Float32Array.of(1, 2), Uint32Array.of(0), a);
    network.sample(Float32Array.of(1, 2), Uint32Array.of(0), {kind: 'drawn', key: randomKey(1)}, b);
    expect(b).toEqual(a);
  });
});
