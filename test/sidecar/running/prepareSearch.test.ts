/** A search, prepared for terminal and editor alike, and run to its end. */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {prepareSearch} from '../../../sidecar/running/prepareSearch.ts';
import {prepareToResume} from '../../../sidecar/running/prepareToResume.ts';
import {type RunningRun, startRun} from '../../../sidecar/running/startRun.ts';
import {disk} from '../../../sidecar/runs/fileSystem.ts';
import {readFolds} from '../../../sidecar/runs/foldsFile.ts';
import {readRun} from '../../../sidecar/runs/readRun.ts';
import {diskWithout} from '../../support/failingDisk.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {write, folder} = smallExperiments();
/** One repeat of 3 folds, 2 epochs. */
const evaluation = {folds: 3};
const training = {epochs: 2, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.2, momentum: 0.9}, seed: 3};
let runs = 0;
const tune = {space: {'layers.hidden.units': {values: [2, 8]}, 'layers.drop.rate': {from: 0, to: 0.8, count: 2}}};

async function searched(changes: object, request: object = {}) {
  const document = write({training, evaluation, ...changes});
  const {run} = await prepareSearch({document, out: join(folder(), `out${++runs}`), ...request});
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const {plan, ended} = startRun(run!, run!.body!, {workers: 2, onEvent});
  const {run: stored} = await ended;
  return {document, stored, tuning: stored.crossValidation!.tuning!, events, plan};
}

test('a search tries the document as it stands and every setting, on the same folds, and stores the text as it is', async () => {
  const {document, stored, tuning} = await searched({tune});
  expect(stored.document.text).toBe(readFileSync(document, 'utf8'));
  expect(stored.data.inputs).toHaveLength(stored.data.features);
  expect(tuning.trials.map(({name}) => name)).toEqual([
    'plain',
    ...[2, 8].flatMap(units => [0, 0.8].map(rate => `hidden.units ${units}, drop.rate ${rate}`)),
  ]);
  const finished = tuning.trials.filter(({status}) => status === 'finished');
  expect(finished.every(({folds}) => folds === 3)).toBe(true);
  const means = finished.map(
    ({name}) => stored.crossValidation!.variants.find(each => each.name === name)!.summary.nll!.mean!,
  );
  const winner = stored.crossValidation!.variants.find(each => each.name === tuning.winner)!;
  expect(winner.summary.nll!.mean).toBe(Math.min(...means));
  expect(tuning.nested!.values).toHaveLength(3);
  expect(Object.values(tuning.nested!.picks).reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(3);
  expect(tuning.words[0]).toContain('The best of 5 settings by NLL is');
  expect(tuning.words[1]).toContain('Nested cross-validation, which chooses anew');
  expect(stored.crossValidation!.comparisons.every(({a, b}) => a === 'plain' && b === tuning.winner)).toBe(true);
});

test('a search tells what it tries before it begins, and how far its nested cross-validation is', async () => {
  const {stored, events} = await searched({tune}, {metric: 'accuracy'});
  expect(stored.search).toMatchObject({metric: 'accuracy', method: 'grid', innerFolds: 3, sweeps: []});
  expect(stored.search!.settings.map(({name}) => name)).toEqual(stored.variants.map(({name}) => name));
  const nested = events.flatMap(event => (event.event === 'nestedProgressed' ? [event] : []));
  const networks = 3 * 3 * 5 + 3;
  expect(nested.map(({done}) => done)).toEqual(Array.from({length: networks + 1}, (_, done) => done));
  expect(nested.every(event => event.networks === networks)).toBe(true);
});

test.each([
  ['50 inner folds', {folds: 3}, {innerFolds: 50}, 'Lower innerFolds (--inner).'],
  [
    '2 inner folds',
    {folds: 2, groupBy: 'side', stratified: false},
    {innerFolds: 2},
    'Add rows, groups or times, or do without it: innerFolds 0 (--inner 0).',
  ],
])(
  'a search says before it begins, and at its end, that no training part can be divided into %s',
  async (what, folds, request, advice) => {
    const rows = Array.from(
      {length: 60},
      (_, i) => `${Math.sin(i * 2.3)},${Math.cos(i * 1.1)},${i % 3 ? 'same' : 'other'},${i % 2}`,
    );
    writeFileSync(join(folder(), 'sides.csv'), `a,b,sign,side\n${rows.join('\n')}\n`);
    const data = {source: 'sides.csv', target: 'sign'};
    const {tuning, stored, events, plan} = await searched({data, tune, evaluation: folds}, request);
    const message = `There is no nested cross-validation: a training part cannot be divided into ${what}. ${advice}`;
    expect([stored.status, tuning.nested]).toEqual(['completed', null]);
    expect(tuning.words.at(-1)).toBe(message);
    expect(events.slice(0, 2)).toMatchObject([{event: 'runStarted'}, {event: 'problemMet', message}]);
    expect(plan.nestedEpochs).toBe(0);
  },
);

test('an error of the nested cross-validation is one of the run, not taken for rows that cannot be divided', async () => {
  const {run} = await prepareSearch({document: write({training, evaluation, tune}), out: join(folder(), 'bug')});
  const running: RunningRun = startRun(run!, run!.body!, {
    workers: 1,
    onEvent({event}) {
      if (event === 'nestedProgressed') throw new RangeError('a bug');
    },
  });
  const {status, failure} = await running.ended;
  expect([status, failure?.message]).toEqual(['failed', 'a bug']);
});

test('gives the same result for any number of workers, and again', async () => {
  const [first, again] = [await searched({tune}), await searched({tune})];
  expect(again.stored.crossValidation!.digest).toBe(first.stored.crossValidation!.digest);
  expect(again.tuning.nested).toEqual(first.tuning.nested);
});

test('halving lets the better half go on, without a test', async () => {
  const {tuning, events} = await searched(
    {tune: {...tune, method: 'halving', trials: 4}, evaluation: {folds: 12}},
    {innerFolds: 0},
  );
  // Looked at once, after 6 of 12 folds: of 5 settings the worse 2 go.
  expect(tuning.trials.filter(({status, folds}) => status === 'ruledOut' && folds === 6)).toHaveLength(2);
  expect(tuning.saved.networks).toBe(2 * 6);
  expect(tuning.nested).toBeNull();
  const stopped = tuning.trials.filter(({why}) => why === 'in the worse half after 6 folds').map(({name}) => name);
  expect(stopped).toHaveLength(2);
  expect(events.flatMap(event => (event.event === 'settingStopped' ? [event.setting] : []))).toEqual(stopped);
  expect(tuning.words.join(' ')).toContain(
    'Halving stopped 2 of 5 settings early, without a test: 12 networks less to train',
  );
});

test('a sweep of dropout needs no "tune", and recommends a range in words', async () => {
  const {tuning, stored} = await searched({}, {dropout: true, innerFolds: 0, metric: 'accuracy'});
  expect(tuning.sweeps.map(({place, points}) => [place, points.map(({rate}) => rate)])).toEqual(
    ['input', 'hidden'].map(place => [place, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]]),
  );
  expect(tuning.sweeps[0]!.words).toMatch(/^Input dropout: the best rate by accuracy is 0/);
  expect(stored.search!.sweeps[1]!.points[3]).toEqual({rate: 0.3, setting: 'hidden 0.3'});
  expect(tuning.sweeps[1]!.points[3]!.metrics.accuracy!.error).toBeGreaterThan(0);
});

test('of a wrong document nothing is prepared, and what is missing is said', async () => {
  const wrong = await prepareSearch({document: write({tune: {space: {'layers.dorp.rate': {values: [0]}}}})});
  expect(wrong.run).toBeUndefined();
  expect(wrong.problems[0]!.message).toContain('Did you mean "layers.drop.rate"?');
  await expect(prepareSearch({document: write({})})).rejects.toThrow('The document has no "tune"');
  await expect(prepareSearch({document: write({tune}), variant: 'droput'})).rejects.toThrow('Did you mean "dropout"?');
  await expect(prepareSearch({document: write({tune}), metric: 'rmse'})).rejects.toThrow('choose one of accuracy');
});

describe('a search that was stopped', () => {
  const halving = {tune: {...tune, method: 'halving', trials: 4}, evaluation: {folds: 12}};

  /** What does not tell of time. */
  const resultOf = ({crossValidation}: StoredRun) => {
    const {digest, variants, comparisons, tuning} = crossValidation!;
    return {digest, variants, comparisons, tuning: {...tuning!, saved: tuning!.saved.networks}};
  };

  test.each([
    ['among its first folds', 'foldEnded', 3],
    ['after it has stopped settings', 'settingStopped', 2],
    ['in its nested cross-validation', 'nestedProgressed', 5],
  ])('%s is finished to the result of an undisturbed one', async (_, kind, count) => {
    const undisturbed = await searched(halving, {innerFolds: 2});
    const {document} = undisturbed;
    const {run} = await prepareSearch({document, innerFolds: 2, out: join(folder(), `stopped${count}`)});
    let left = count;
    const running: RunningRun = startRun(run!, run!.body!, {
      workers: 1,
      onEvent: ({event}) => void (event === kind && --left === 0 && running.cancel()),
    });
    expect((await running.ended).status).toBe('cancelled');
    await expect(prepareToResume({directory: running.directory, document, command: 'cv'})).rejects.toThrow(
      'was made by "mlp tune": resume it with that command.',
    );
    const {run: again, variant, metric} = await prepareToResume({directory: running.directory, document});
    expect([variant!.name, metric]).toEqual(['plain', 'nll']);
    const nested: number[] = [];
    const onEvent = (event: RunEvent) => void (event.event === 'nestedProgressed' && nested.push(event.done));
    const resumed = startRun(again!, again!.body!, {workers: 2, onEvent});
    expect(resumed.finishedBefore).toBeGreaterThanOrEqual(kind === 'foldEnded' ? 3 : 30);
    const {run: stored} = await resumed.ended;
    expect(stored.status).toBe('completed');
    // The first of them tells of none, the fifth of four; a network that ends as it is cancelled counts, too.
    if (kind === 'nestedProgressed') expect(nested[0]).toBeGreaterThanOrEqual(4);
    else expect(nested[0]).toBe(0);
    expect(existsSync(join(running.directory, 'nested.bin'))).toBe(false);
    expect(resultOf(stored)).toEqual(resultOf(undisturbed.stored));
    expect(readRun(running.directory).search).toEqual(undisturbed.stored.search);
  });

  test('in the midst of a network of its nested cross-validation goes on with that network', async () => {
    const undisturbed = await searched({tune: {space: {'layers.drop.rate': {values: [0.5]}}}});
    const {run} = await prepareSearch({document: undisturbed.document, out: join(folder(), 'midst')});
    const running: RunningRun = startRun(run!, run!.body!, {
      workers: 1,
      onEvent: event => void (event.event === 'nestedProgressed' && event.done === 2 && running.pause()),
    });
    const checkpoints = join(running.directory, 'checkpoints');
    const hasNested = () => existsSync(checkpoints) && readdirSync(checkpoints).some(name => /^nested-/.test(name));
    while (!hasNested()) {
      running.step('batch');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    running.cancel();
    expect((await running.ended).status).toBe('cancelled');
    // What is nested is kept apart, and its predictions are nobody's.
    expect(readFolds(disk, join(running.directory, 'folds.bin')).folds).toHaveLength(6);
    const stored = readFolds(disk, join(running.directory, 'nested.bin')).folds;
    expect(stored.every(({outcome, lines}) => outcome.predictions === null && lines.length === 0)).toBe(true);
    const {document} = undisturbed;
    const {run: again} = await prepareToResume({directory: running.directory, document});
    const {run: finished} = await startRun(again!, again!.body!, {workers: 2}).ended;
    expect(resultOf(finished)).toEqual(resultOf(undisturbed.stored));
  });

  test('while it swept dropout keeps what is done, and is finished', async () => {
    const undisturbed = await searched({evaluation: {folds: 4}}, {dropout: true, innerFolds: 0});
    const {run} = await prepareSearch({document: undisturbed.document, dropout: true, innerFolds: 0});
    let left = 20;
    const running: RunningRun = startRun(run!, run!.body!, {
      workers: 2,
      onEvent: ({event}) => void (event === 'foldEnded' && --left === 0 && running.cancel()),
    });
    const {status, failure} = await running.ended;
    expect({status, failure}).toEqual({status: 'cancelled', failure: null});
    const {run: again} = await prepareToResume({directory: running.directory});
    const {run: stored} = await startRun(again!, again!.body!, {workers: 2}).ended;
    expect(resultOf(stored)).toEqual(resultOf(undisturbed.stored));
  });
});

test('a search whose disk is full at the end keeps its result', async () => {
  const directory = join(folder(), 'full');
  const {run} = await prepareSearch({document: write({training, evaluation, tune}), out: directory});
  const fileSystem = diskWithout('predictions.csv', 'ENOSPC');
  const {status, failure, run: stored} = await startRun(run!, run!.body!, {workers: 2, fileSystem}).ended;
  expect({status, message: failure!.message}).toEqual({
    status: 'failed',
    message: `The run could not be stored in ${directory}: no space is left on the device; free some first.`,
  });
  expect(stored.crossValidation!.tuning!.winner).not.toBeNull();
  expect(readRun(directory).crossValidation).toEqual(stored.crossValidation);
});

test('the winner is compared by the margin that the document says matters', async () => {
  const longer = {space: {'training.epochs': {values: [40]}}};
  const {stored} = await searched({tune: longer, evaluation: {...evaluation, practicalMargin: 1}});
  const margins = stored.crossValidation!.comparisons.flatMap(({chances}) => (chances ? [chances.margin] : []));
  expect(new Set(margins)).toEqual(new Set([1]));
});
