import {describe, expect, test} from 'vitest';
import type {Metric} from '../../../sidecar/evaluation/metrics.ts';
import {crossValidate, evaluateRecords} from '../../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {FoldEvent} from '../../../sidecar/experiment/foldTask.ts';
import {trainModels} from '../../../sidecar/experiment/trainModels.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {smallDocument, smallExperiments} from '../../support/smallExperiment.ts';

const silent = {onEvent: () => {}};

const {load: experimentWith} = smallExperiments();
const base = smallDocument;

describe('a cross-validation', () => {
  test('predicts each row once in each repeat, for every variant and baseline', async () => {
    const experiment = await experimentWith({});
    const {outcomes, status} = await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), silent);
    expect(status).toBe('completed');
    for (const name of ['plain', 'dropout', 'majority class', 'linear']) {
      const tested = outcomes.filter(record => record.name === name).flatMap(({task}) => [...task.fold.test]);
      expect(tested.toSorted((a, b) => a - b)).toEqual(Array.from({length: 120}, (_, i) => i >> 1));
    }
  });

  test('gives the same bits in this process, on one worker and on three', async () => {
    const experiment = await experimentWith({});
    const runners = [
      inProcess({experiment, engine: 'plain'}),
      workerThreads({experiment, engine: 'plain'}, {workers: 1}),
      workerThreads({experiment, engine: 'plain'}, {workers: 3}),
    ];
    const digests = [];
    for (const runner of runners) {
      digests.push((await crossValidate(experiment, runner, silent)).digest);
      await runner.dispose();
    }
    expect(new Set(digests).size).toBe(1);
  });

  test.each([
    ['classes, early stopping', {training: {...base.training, earlyStopping: {patience: 3}}}],
    ['numbers', {data: {source: 'data.csv', target: 'sum'}}],
  ])('gives the same bits without a matrix of inputs: %s', async (_, changes) => {
    const experiment = await experimentWith(changes);
    const outcomes = await Promise.all(
      [1e9, 0].map(async largestMatrixBytes => {
        const runner = inProcess({experiment, engine: 'plain', largestMatrixBytes});
        const report = await crossValidate(experiment, runner, silent);
        return report.outcomes.map(({name, outcome}) => ({name, predictions: outcome.predictions}));
      }),
    );
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  test('gives the same bits from disk as from memory, in this process and on workers, while the rows fit in memory', async () => {
    const digests: string[] = [];
    for (const streaming of ['never', 'always']) {
      const experiment = await experimentWith({data: {...base.data, streaming}});
      const runner = inProcess({experiment, engine: 'plain', largestMatrixBytes: 0});
      digests.push((await crossValidate(experiment, runner, silent)).digest);
      const workers = workerThreads({experiment, engine: 'plain'}, {workers: 2});
      digests.push((await crossValidate(experiment, workers, silent)).digest);
      await workers.dispose();
      expect(experiment.table.store !== undefined).toBe(streaming === 'always');
    }
    expect(new Set(digests).size).toBe(1);
  });

  test('starts all variants from the same weights: without a step they predict alike', async () => {
    const training = {...base.training, optimizer: {type: 'sgd', learningRate: 1e-30}};
    const experiment = await experimentWith({training});
    const {outcomes} = await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), silent);
    const predictionsOf = (name: string) =>
      outcomes.filter(record => record.name === name).map(({outcome}) => outcome.predictions);
    expect(predictionsOf('dropout')).toEqual(predictionsOf('plain'));
  });

  test('does not let a test row into its own training: other targets of the test rows change nothing that is learned', async () => {
    const experiment = await experimentWith({});
    const {folds} = experiment;
    const target = experiment.target as Experiment['target'] & {task: 'classification'};
    const flipped = target.values.map((value, row) => (folds[0]!.test.includes(row) ? 1 - value : value));
    const changed = {...experiment, target: {...target, values: flipped}, folds: [folds[0]!]};
    const [before, after] = await Promise.all(
      [{...experiment, folds: [folds[0]!]}, changed].map(async one =>
        (await crossValidate(one, inProcess({experiment: one, engine: 'plain'}), silent)).outcomes.map(
          ({outcome}) => outcome.predictions,
        ),
      ),
    );
    expect(after).toEqual(before);
  });

  test('that fails in a worker says what was thrown, and keeps the folds that were done', async () => {
    const experiment = await experimentWith({});
    // The second variant asks for a column that the table does not have.
    const [plain, dropout] = experiment.variants;
    const features = dropout!.features.map(feature => ({...feature, name: 'gone'}));
    const broken = {...experiment, variants: [plain!, {...dropout!, features}]};
    const runner = workerThreads({experiment: broken, engine: 'plain'}, {workers: 1});
    const {status, failure, variants} = await crossValidate(broken, runner, silent);
    await runner.dispose();
    expect(status).toBe('failed');
    expect(failure!.message).toContain('gone');
    expect(variants.map(({folds}) => folds.length)).toEqual([1, 0]);
  });

  test('whose listener throws, because a disk is full, fails with that error', async () => {
    const experiment = await experimentWith({});
    for (const runner of [
      workerThreads({experiment, engine: 'plain'}, {workers: 2}),
      inProcess({experiment, engine: 'plain'}),
    ]) {
      const {status, failure} = await crossValidate(experiment, runner, {
        onEvent() {
          throw new Error('no space is left');
        },
      });
      await runner.dispose();
      expect(status).toBe('failed');
      expect(failure!.message).toBe('no space is left');
    }
  });

  test('leaves no task pending when its runner is disposed', async () => {
    const experiment = await experimentWith({training: {...base.training, epochs: 100_000}});
    const runner = workerThreads({experiment, engine: 'plain'}, {workers: 1});
    const report = await crossValidate(experiment, runner, {onEvent: () => void runner.dispose()});
    expect(report.status).toBe('cancelled');
  });

  test('that is cancelled keeps only whole folds', async () => {
    const experiment = await experimentWith({training: {...base.training, epochs: 100_000}});
    const runner = workerThreads({experiment, engine: 'plain'}, {workers: 2});
    const report = await crossValidate(experiment, runner, {
      onEvent(event) {
        if (event.event === 'epochsEnded') runner.cancel();
      },
    });
    await runner.dispose();
    expect(report.status).toBe('cancelled');
    expect(report.variants.flatMap(({folds}) => folds)).toEqual([]);
  });

  test('knows the noise of the seed from repeats that came to their end, and from no part of one', async () => {
    const experiment = await experimentWith({evaluation: {folds: 2, repeats: 3}});
    const {outcomes} = await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), silent);
    const upTo = (repeat: number, fold: number) =>
      evaluateRecords(
        experiment,
        outcomes.filter(
          ({task}) => task.fold.repeat < repeat || (task.fold.repeat === repeat && task.fold.fold < fold),
        ),
      );
    const [whole, cut] = [upTo(2, 0), upTo(2, 1)];
    expect(whole.variants[0]!.seedNoise!.accuracy!.repeats).toBe(2);
    expect(cut.variants.map(({seedNoise}) => seedNoise)).toEqual(whole.variants.map(({seedNoise}) => seedNoise));
    const stopped = upTo(1, 1);
    expect(stopped.variants[0]).not.toHaveProperty('seedNoise');
    expect(stopped.notes).toEqual([
      'Fewer than two of the 3 repeats came to their end: how far these means move with the seed alone is not known.',
    ]);
  });

  test('tells of every fold that it started and ended, and of every epoch once', async () => {
    const experiment = await experimentWith({evaluation: {folds: 2}});
    const events: FoldEvent[] = [];
    await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), {
      onEvent: event => void events.push(event),
    });
    const count = (kind: string) => events.filter(({event}) => event === kind).length;
    expect([count('foldStarted'), count('foldEnded')]).toEqual([8, 8]); // Two folds of two variants and two baselines.
    const epochs = events.flatMap(event =>
      event.event === 'epochsEnded' && event.variant === 'plain' && event.fold === 1
        ? event.trainingLoss.map((_, i) => event.from + i)
        : [],
    );
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('what is told of an epoch', () => {
  const early = {epochs: 6, earlyStopping: {patience: 6, share: 0.25}};
  test.each([
    ['two classes', 'auto', {}],
    ['two classes of two outputs', 'crossEntropy', {}],
    ['two classes, without a matrix of inputs', 'auto', {}, 0],
    ['numbers', 'auto', {data: {source: 'data.csv', target: 'sum', exclude: ['sign']}}],
  ])(
    'has the metrics of the test rows that a fold of one epoch ends with: %s',
    async (_, loss, data, largestMatrixBytes = 1e9) => {
      const experiment = await experimentWith({training: {...base.training, epochs: 1, loss}, ...data});
      const events: FoldEvent[] = [];
      const runner = inProcess({experiment, engine: 'plain', largestMatrixBytes});
      const {outcomes} = await crossValidate(experiment, runner, {onEvent: event => void events.push(event)});
      const told = events.filter(event => event.event === 'epochsEnded');
      expect(told).toHaveLength(12);
      for (const {variant, repeat, fold, testMetrics, testLoss} of told) {
        const {task, outcome} = outcomes.find(
          ({name, task}) => name === variant && task.fold.repeat === repeat - 1 && task.fold.fold === fold - 1,
        )!;
        expect(Object.keys(testMetrics!).length).toBeGreaterThanOrEqual(3);
        for (const [metric, values] of Object.entries(testMetrics!)) {
          expect(values).toEqual([outcome.metrics[metric as Metric]]);
        }
        if (task.subject.kind === 'variant' && outcome.metrics.nll)
          expect(testLoss![0]).toBeCloseTo(outcome.metrics.nll);
      }
    },
  );

  test('has the metrics of the rows that early stopping watches, where they were measured', async () => {
    const experiment = await experimentWith({training: {...base.training, ...early}});
    const events: FoldEvent[] = [];
    await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), {
      onEvent: event => void events.push(event),
    });
    let measured = 0;
    for (const event of events) {
      if (event.event !== 'epochsEnded') continue;
      expect(event.validationLoss).not.toContain(null);
      const {nll} = event.validationMetrics ?? {};
      if (nll) expect(nll).toHaveLength(event.trainingLoss.length);
      for (const [i, value] of nll?.entries() ?? []) {
        if (value === null) continue;
        // No weights of classes: the loss is the negative log-likelihood.
        expect(value).toBeCloseTo(event.validationLoss![i]!);
        measured++;
      }
    }
    expect(measured).toBeGreaterThan(0);
  });

  test('has nothing of test rows where there are none', async () => {
    const experiment = await experimentWith({});
    const events: FoldEvent[] = [];
    await trainModels(experiment, inProcess({experiment, engine: 'plain'}), {
      onEvent: event => void events.push(event),
    });
    const told = events.filter(event => event.event === 'epochsEnded');
    expect(told[0]).toHaveProperty('cleanLoss');
    for (const event of told) {
      for (const key of ['testLoss', 'testMetrics', 'validationMetrics']) expect(event).not.toHaveProperty(key);
    }
  });
});

describe('a real target', () => {
  test('is predicted in its own units, whatever scale it was trained in', async () => {
    const data = {source: 'data.csv', target: 'sum', exclude: ['sign']};
    const experiment = await experimentWith({
      data,
      training: {...base.training, epochs: 60, optimizer: {type: 'adam', learningRate: 0.02}},
    });
    const {variants, baselines} = await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), silent);
    const rmse = (results: typeof variants, name: string) =>
      results.find(result => result.name === name)!.summary.rmse!.mean!;
    expect(rmse(baselines, 'linear')).toBeLessThan(0.2); // The target is linear in the inputs, rounded to 3 digits.
    expect(rmse(variants, 'plain')).toBeLessThan(rmse(baselines, 'mean') / 3);
  });
});

describe('training on all rows', () => {
  test('keeps a model of each variant, and its digest changes with the seed', async () => {
    const digests = [];
    for (const seed of [3, 3, 4]) {
      const experiment = await experimentWith({training: {...base.training, seed}});
      const {outcomes, digest} = await trainModels(experiment, inProcess({experiment, engine: 'plain'}), silent);
      expect(outcomes.map(outcome => outcome!.model!.parameters.length)).toEqual([33, 33]);
      digests.push(digest);
    }
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });
});
