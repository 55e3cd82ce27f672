import {describe, expect, test} from 'vitest';
import {evaluateFold} from '../../../sidecar/experiment/evaluateFold.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {Redrawn} from '../../../sidecar/experiment/foldTask.ts';
import {ledgerNetworks, varianceLedger} from '../../../sidecar/experiment/varianceLedger.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();

describe('one source of chance drawn anew', () => {
  /** Predictions of the first fold of a variant. */
  const predict = (experiment: Experiment, index: number, redrawn?: Redrawn) => {
    const task = {subject: {kind: 'variant', index} as const, fold: experiment.folds[0]!, keepModel: false, redrawn};
    return [
      ...evaluateFold({experiment, engine: 'plain'}, task, {control: undisturbed, start: null, onEvent: () => {}})
        .predictions!,
    ];
  };

  test('changes what it decides, differently for each number', async () => {
    const experiment = await load({});
    for (const source of ['weights', 'order', 'masks'] as const) {
      const [none, one, two] = [undefined, 1, 2].map(number =>
        predict(experiment, 1, number === undefined ? undefined : {source, number}),
      );
      expect(one).not.toEqual(none);
      expect(two).not.toEqual(one);
      expect(predict(experiment, 1, {source, number: 1})).toEqual(one);
    }
  });

  test('leaves all else: other masks change nothing where nothing is dropped, another order nothing in one batch of all', async () => {
    const experiment = await load({});
    expect(predict(experiment, 0, {source: 'masks', number: 1})).toEqual(predict(experiment, 0));
    const training = {epochs: 3, batchSize: 60, shuffle: false, optimizer: {type: 'sgd', learningRate: 0.2}, seed: 3};
    const unshuffled = await load({training});
    expect(predict(unshuffled, 0, {source: 'order', number: 1})).toEqual(predict(unshuffled, 0));
  });
});

describe('the variance ledger', () => {
  test('has the sources that a variant has, and no others', async () => {
    const experiment = await load({});
    const ledger = await varianceLedger(experiment, inProcess({experiment, engine: 'plain'}), 3);
    const names = ledger.map(({variant, sources}) => [variant, sources.map(({source}) => source)]);
    expect(names).toEqual([
      ['plain', ['folds', 'weights', 'order']],
      ['dropout', ['folds', 'weights', 'order', 'masks']],
    ]);
    // One repeat of 3 folds for all, and 2 more for each of the 3 and 4 sources.
    expect(ledgerNetworks(experiment, 3)).toBe(3 * (1 + 3 * 2) + 3 * (1 + 4 * 2));
    for (const {runs, metrics} of ledger.flatMap(({sources}) => sources)) {
      expect(runs).toBe(3);
      expect(metrics.nll).toBeGreaterThan(0);
    }
  });

  test('deals no other folds where time decides them', async () => {
    const experiment = await load({evaluation: {method: 'timeOrdered', folds: 3}, variants: {plain: {}}});
    const [ledger] = await varianceLedger(experiment, inProcess({experiment, engine: 'plain'}), 2);
    expect(ledger!.sources.map(({source}) => source)).toEqual(['weights', 'order']);
  });

  test('is empty when the run was cancelled', async () => {
    const experiment = await load({});
    const runner = inProcess({experiment, engine: 'plain'});
    runner.cancel();
    expect(await varianceLedger(experiment, runner, 2)).toEqual([]);
  });
});
