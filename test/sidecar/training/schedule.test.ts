import {describe, expect, test} from 'vitest';
import type {ResolvedDocument} from '../../../schemas/generated/resolvedDocument.ts';
import {createSchedule} from '../../../sidecar/training/schedule.ts';

type Training = ResolvedDocument['training'];

const STEPS = 4;

function trainingWith(changes: Partial<Training>): Training {
  return {
    epochs: 10,
    optimizer: {type: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0},
    schedule: {type: 'constant', warmUp: 0},
    ...changes,
  } as Training;
}

/** The learning rates of all steps of all epochs. */
function allRates(training: Training, losses: readonly number[] = []): number[] {
  const schedule = createSchedule(training);
  return Array.from({length: training.epochs}, (_, epoch) => {
    const rates = new Float64Array(STEPS);
    schedule.learningRates(epoch, rates);
    schedule.endEpoch(epoch, losses[epoch] ?? 0);
    return [...rates];
  }).flat();
}

const rateOfEpoch = (rates: number[], epoch: number) => rates[epoch * STEPS]!;

describe('learning rate', () => {
  test('constant stays', () => {
    expect(new Set(allRates(trainingWith({})))).toEqual(new Set([0.1]));
  });

  test('step multiplies by factor every so many epochs', () => {
    const rates = allRates(trainingWith({schedule: {type: 'step', every: 3, factor: 0.5, warmUp: 0}}));
    expect([0, 2, 3, 5, 6, 9].map(epoch => rateOfEpoch(rates, epoch))).toEqual([0.1, 0.1, 0.05, 0.05, 0.025, 0.0125]);
  });

  test('exponential multiplies by factor after each epoch', () => {
    const rates = allRates(trainingWith({schedule: {type: 'exponential', factor: 0.9, warmUp: 0}}));
    // Squaring and repeated multiplication round differently, by at most one unit for each of 9 products.
    for (let epoch = 0; epoch < 10; epoch++) expect(rateOfEpoch(rates, epoch)).toBeCloseTo(0.1 * 0.9 ** epoch, 15);
    expect(rates[5]).toBe(rates[4]);
  });

  test('inverseTime halves after halfLife, step by step', () => {
    const rates = allRates(trainingWith({schedule: {type: 'inverseTime', halfLife: 5, warmUp: 0}}));
    expect(rateOfEpoch(rates, 5)).toBe(0.05);
    expect(rates[1]).toBe(0.1 / (1 + 0.25 / 5));
  });

  test('cosine falls from learningRate to finalLearningRate along half a wave', () => {
    const rates = allRates(trainingWith({schedule: {type: 'cosine', finalLearningRate: 0.01, warmUp: 0}}));
    rates.forEach((rate, step) => {
      const expected = 0.01 + (0.09 * (1 + Math.cos((Math.PI * step) / (10 * STEPS)))) / 2;
      expect(rate).toBeCloseTo(expected, 15);
    });
  });

  test('warm-up rises linearly, step by step, and the schedule begins where it ends', () => {
    const rates = allRates(trainingWith({schedule: {type: 'exponential', factor: 0.5, warmUp: 2}}));
    expect(rates.slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(i => expect.closeTo((0.1 * i) / 8, 15)));
    expect([2, 3, 4].map(epoch => rateOfEpoch(rates, epoch))).toEqual([0.1, 0.05, 0.025]);
  });

  test('plateau drops after patience epochs without a fall of the loss, and not below its floor', () => {
    const losses = [1, 0.9, 0.9, 0.95, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8];
    const schedule = {type: 'plateau', factor: 0.1, patience: 2, minLearningRate: 0.005, warmUp: 0} as const;
    const rates = allRates(trainingWith({schedule}), losses);
    expect(losses.map((_, epoch) => rateOfEpoch(rates, epoch))).toEqual(
      [0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.005, 0.005, 0.005].map(rate => expect.closeTo(rate, 15)),
    );
  });
});

describe('plateau with warm-up', () => {
  test('does not count the epochs of the warm-up', () => {
    const schedule = {type: 'plateau', factor: 0.1, patience: 2, minLearningRate: 0, warmUp: 5} as const;
    const rates = allRates(trainingWith({schedule}), Array(10).fill(1));
    // The first epoch after the warm-up is the first loss; two more without a fall drop the rate.
    expect([5, 6, 7, 8].map(epoch => rateOfEpoch(rates, epoch))).toEqual([0.1, 0.1, 0.1, expect.closeTo(0.01, 15)]);
  });
});

describe('momentum', () => {
  const momentumAt = (training: Training, epoch: number) => {
    const out = new Float64Array(STEPS);
    createSchedule(training).momenta(epoch, out);
    return out[0]!;
  };

  test('is the optimizer’s', () => {
    expect(momentumAt(trainingWith({}), 3)).toBe(0.9);
  });

  test('is 0 for optimizers that have none', () => {
    const optimizer = {type: 'adagrad', learningRate: 0.1, epsilon: 1e-10, weightDecay: 0} as const;
    expect(momentumAt(trainingWith({optimizer}), 3)).toBe(0);
  });

  test('ramps in a straight line to the optimizer’s', () => {
    const training = trainingWith({momentumRamp: {from: 0.5, epochs: 4, shape: 'linear'}});
    expect([0, 1, 2, 4, 9].map(epoch => momentumAt(training, epoch))).toEqual(
      [0.5, 0.6, 0.7, 0.9, 0.9].map(value => expect.closeTo(value, 15)),
    );
  });

  test('ramps exponentially: after `epochs` 1/e of the distance is left', () => {
    const training = trainingWith({momentumRamp: {from: 0.5, epochs: 4, shape: 'exponential'}});
    expect([0, 4, 8].map(epoch => momentumAt(training, epoch))).toEqual(
      [0.5, 0.9 - 0.4 * Math.exp(-1), 0.9 - 0.4 * Math.exp(-2)].map(value => expect.closeTo(value, 15)),
    );
  });
});
