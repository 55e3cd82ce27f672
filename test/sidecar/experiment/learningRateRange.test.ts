import {describe, expect, test} from 'vitest';
import {chooseLearningRate, learningRateSteps} from '../../../sidecar/evaluation/learningRateChoice.ts';
import {learningRateRange} from '../../../sidecar/experiment/learningRateRange.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();

describe('reading a range test', () => {
  const learningRates = learningRateSteps(1e-4, 1, 5);

  test('learning rates grow by the same factor', () => {
    expect([...learningRates].map(rate => Number(rate.toPrecision(12)))).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1]);
  });

  test('takes a tenth of the one of the lowest smoothed loss, and names the first that is ruinous', () => {
    // The smoothed losses are the losses at first, and then their running mean.
    const choice = chooseLearningRate({learningRates, losses: Float64Array.of(1, 0.9, 0.2, 0.25, 9)})!;
    const smoothed = (losses: number[]) => {
      let mean = 0;
      return losses.map((loss, i) => {
        mean = 0.9 * mean + 0.1 * loss;
        return mean / (1 - 0.9 ** (i + 1));
      });
    };
    expect([...choice.smoothed]).toEqual(smoothed([1, 0.9, 0.2, 0.25, 9]).map(each => expect.closeTo(each, 12)));
    expect(choice.lowest).toBeCloseTo(0.1, 12);
    expect(choice.learningRate).toBe(0.01);
    expect(choice.ruinous).toBeCloseTo(1, 12);
  });

  test('ends where the loss is no number, and says nothing of one that never was', () => {
    const broken = chooseLearningRate({
      learningRates,
      losses: Float64Array.of(1, 0.8, Number.NaN, Number.NaN, Number.NaN),
    });
    expect(broken).toMatchObject({ruinous: expect.closeTo(0.01, 12)});
    expect(chooseLearningRate({learningRates, losses: new Float64Array(5).fill(Number.NaN)})).toBeNull();
  });
});

describe('a range test', () => {
  test('repeats, and finds learning rates that learn and learning rates that ruin', async () => {
    const experiment = await load({});
    const run = () =>
      learningRateRange(experiment, experiment.variants[0]!, {engine: 'plain'}, {from: 1e-4, to: 1000, steps: 120});
    const test = await run();
    expect((await run()).losses).toEqual(test.losses);
    const {learningRate, lowest, ruinous} = chooseLearningRate(test)!;
    expect(learningRate).toBeLessThan(lowest);
    expect(lowest).toBeGreaterThan(1e-3);
    expect(ruinous).toBeGreaterThan(lowest);
  });
});
