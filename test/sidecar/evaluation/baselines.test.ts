import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  type BaselineData,
  classifierObjective,
  fitClassifier,
  linearBaseline,
  majorityBaseline,
  meanBaseline,
} from '../../../sidecar/evaluation/baselines.ts';
import {ridge} from '../../../sidecar/evaluation/ridge.ts';
import {RandomStream, randomKey} from '../../../sidecar/kernels/random.ts';

describe('baselines without inputs', () => {
  const train = new Uint32Array([0, 1, 2, 3]);
  const tested = new Uint32Array([4, 5]);

  test('the majority baseline predicts the class shares of the training rows', () => {
    expect([...majorityBaseline([1, 1, 0, 1, 0, 0], 2, train, tested)]).toEqual([0.75, 0.75]);
    expect([...majorityBaseline([1, 1, 0, 2, 2, 2], 3, train, tested)]).toEqual([0.25, 0.5, 0.25, 0.25, 0.5, 0.25]);
  });

  test('the mean baseline predicts the mean of the training rows', () => {
    expect([...meanBaseline([1, 2, 3, 6, 100, 100], train, tested)]).toEqual([3, 3]);
  });
});

describe('ridge regression', () => {
  test('agrees with a hand computation', () => {
    // Inputs 1, 2, 3 and targets 1, 2, 6, centred −1, 0, 1 and −2, −1, 3: (2 + 1) w = 5, so w = 5/3, and the value at 5
    // is 3 + (5 − 2) · 5/3 = 8.
    const data = {inputs: Float32Array.of(1, 2, 3, 5), width: 1, targets: [1, 2, 6, 0], classes: null};
    expect(linearBaseline({...data, train: rowsTo(3), test: Uint32Array.of(3)})[0]).toBeCloseTo(8, 14);
  });

  test('has no gradient at its solution, with fewer and with more inputs than rows', () => {
    for (const [rows, width] of [
      [40, 7],
      [12, 12],
      [9, 30],
    ] as const) {
      const {inputs, targets} = noise(rows, width, 5);
      const weights = ridge(inputs, width, targets, rowsTo(rows));
      const gradient = weights.map((weight, i) => (i < width ? weight : 0));
      for (let row = 0; row < rows; row++) {
        let residual = weights[width]! - targets[row]!;
        for (let i = 0; i < width; i++) residual += weights[i]! * inputs[row * width + i]!;
        for (let i = 0; i < width; i++) gradient[i]! += residual * inputs[row * width + i]!;
        gradient[width]! += residual;
      }
      // The condition of XᵀX + I is below 200 here: 1e-12 is a thousand roundings of terms of size 1.
      for (const each of gradient) expect(Math.abs(each)).toBeLessThan(1e-12);
    }
  });

  test('recovers linear data up to the penalty', () => {
    const {inputs} = noise(2000, 3, 1);
    const targets = Float64Array.from({length: 2000}, (_, row) => 3 * inputs[row * 3]! - 2 * inputs[row * 3 + 1]! + 10);
    const data = {inputs, width: 3, targets, classes: null, train: rowsTo(1500), test: rowsTo(2000).subarray(1500)};
    // Uniform inputs of variance 1/3 give XᵀX = 500: weights shrink by 1/501, and |w·x| ≤ 5.
    linearBaseline(data).forEach((value, at) => {
      expect(Math.abs(value - targets[1500 + at]!)).toBeLessThan(5 / 450);
    });
  });
});

describe('logistic and multinomial regression', () => {
  test.each([1, 3])('have the gradient of their objective, with %i outputs', outputs => {
    const data = classification(20, 4, outputs === 1 ? 2 : outputs);
    const evaluate = classifierObjective(data, outputs);
    const weights = Float64Array.from(noise(1, outputs * 5, 3).inputs);
    const gradient = new Float64Array(weights.length);
    evaluate(weights, gradient);
    const h = 2 ** -17;
    weights.forEach((weight, i) => {
      const [above, below] = [weight + h, weight - h].map(moved =>
        evaluate(weights.with(i, moved), new Float64Array(weights.length)),
      );
      // Central differences: third derivative · h² / 6 < 1e-11, and rounding 2^-52 / h < 1e-10.
      expect(Math.abs((above! - below!) / (2 * h) - gradient[i]!)).toBeLessThan(1e-9);
    });
  });

  test('have almost no gradient at the optimum', () => {
    const random = fc.record({
      rows: fc.integer({min: 10, max: 80}),
      width: fc.integer({min: 1, max: 10}),
      classes: fc.integer({min: 2, max: 4}),
    });
    fc.assert(
      fc.property(random, ({rows, width, classes}) => {
        const data = classification(rows, width, classes);
        const outputs = classes === 2 ? 1 : classes;
        const gradient = new Float64Array(outputs * (width + 1));
        classifierObjective(data, outputs)(fitClassifier(data, outputs), gradient);
        for (const each of gradient) expect(Math.abs(each)).toBeLessThanOrEqual(1e-5);
      }),
    );
  });

  test('stay finite on separable classes, where the penalty alone bounds the weights', () => {
    // Rows −1 and 1 of class 0 and 1: the minimum of ½w² + 2·ln(1 + e^−w) is at w = 2 / (1 + e^w), and p = σ(w) at 1.
    const data = {
      inputs: Float32Array.of(-1, 1),
      width: 1,
      targets: [0, 1],
      classes: 2,
      train: rowsTo(2),
      test: rowsTo(2),
    };
    const [low, high] = linearBaseline(data) as unknown as [number, number];
    const weight = Math.log(high / (1 - high));
    // The gradient, (w − 2 / (1 + e^w)) / 2 rows, is below 1e-5, and 1 + e^w below 3: 6e-5 at most.
    expect(Math.abs(weight * (1 + Math.exp(weight)) - 2)).toBeLessThan(6e-5);
    expect(low + high).toBeCloseTo(1, 4);
  });

  test.each([2, 3])('predict the class shares from inputs that say nothing, of %i classes', classes => {
    const targets = Array.from({length: 12}, (_, row) => (row < 6 ? 0 : row < 9 || classes === 2 ? 1 : 2));
    const data = {inputs: new Float32Array(24), width: 2, targets, classes, train: rowsTo(12), test: rowsTo(3)};
    const shares = majorityBaseline(targets, classes, data.train, data.test);
    linearBaseline(data).forEach((probability, at) => {
      expect(probability).toBeCloseTo(shares[at]!, 4);
    });
  });

  test('look at the training rows only, and give each test row its probabilities', () => {
    const data = {...classification(60, 3, 3), train: rowsTo(40), test: Uint32Array.of(59, 2, 41)};
    const predicted = linearBaseline(data);
    expect(predicted).toHaveLength(9);
    for (let row = 0; row < 3; row++) {
      expect(predicted[row * 3]! + predicted[row * 3 + 1]! + predicted[row * 3 + 2]!).toBeCloseTo(1, 14);
    }
    const otherTargets = Float64Array.from(data.targets, (target, row) => (row < 40 ? target : 0));
    expect(linearBaseline({...data, targets: otherTargets})).toEqual(predicted);
  });

  test('find a boundary that is there', () => {
    const {inputs} = noise(400, 2, 9);
    const targets = Float64Array.from({length: 400}, (_, row) => Number(inputs[row * 2]! > inputs[row * 2 + 1]!));
    const predicted = linearBaseline({
      inputs,
      width: 2,
      targets,
      classes: 2,
      train: rowsTo(300),
      test: rowsTo(400).subarray(300),
    });
    const right = predicted.filter((p, at) => Number(p > 0.5) === targets[300 + at]).length;
    expect(right).toBeGreaterThanOrEqual(97);
  });

  test('refuse inputs of another width', () => {
    const data = {...classification(10, 3, 2), width: 4};
    expect(() => linearBaseline(data)).toThrow(new RangeError('inputs must be of length 40, got 30'));
  });
});

/** Uniform in (−1, 1). */
function noise(rows: number, width: number, seed: number): {inputs: Float32Array; targets: Float64Array} {
  const random = new RandomStream(randomKey(seed));
  const inputs = Float32Array.from({length: rows * width}, () => 2 * random.uniform() - 1);
  return {inputs, targets: Float64Array.from({length: rows}, () => 2 * random.uniform() - 1)};
}

/** Random classes, the first input a little shifted by class; all rows train and are tested. */
function classification(rows: number, width: number, classes: number): BaselineData {
  const {inputs} = noise(rows, width, rows * 100 + width * 10 + classes);
  const targets = Float64Array.from({length: rows}, (_, row) => (row * 7) % classes);
  targets.forEach((target, row) => {
    inputs[row * width]! += target / 2;
  });
  return {inputs, width, targets, classes, train: rowsTo(rows), test: rowsTo(rows)};
}

function rowsTo(count: number): Uint32Array {
  return Uint32Array.from({length: count}, (_, row) => row);
}

test.each([
  ['ridge, more rows than inputs', 1200, 3, null],
  ['ridge, more inputs than rows', 12, 30, null],
  ['logistic', 1200, 3, 2],
  ['multinomial', 60, 4, 3],
] as const)(
  '%s: inputs that are encoded whenever they are needed give the bits of a matrix',
  (_, rows, width, classes) => {
    const data = {
      ...(classes ? classification(rows, width, classes) : {...noise(rows, width, 5), width, classes}),
      train: Uint32Array.from({length: rows - 5}, (_, i) => i),
      test: Uint32Array.of(rows - 1, 0, rows - 3),
    };
    const matrix = data.inputs as Float32Array;
    const encode = (some: Uint32Array, out: Float32Array) =>
      some.forEach((row, i) => {
        out.set(matrix.subarray(row * width, (row + 1) * width), i * width);
      });
    expect(linearBaseline({...data, inputs: encode})).toEqual(linearBaseline(data));
  },
);
