import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import {storeExplanation} from '../../../sidecar/answers/storedExplanation.ts';
import {planAtEnd} from '../../../sidecar/network/masks.ts';
import {crossValidationRun} from '../../../sidecar/running/crossValidationRun.ts';
import {type PreparedRun, prepareRun} from '../../../sidecar/running/prepareRun.ts';
import {prepareToResume} from '../../../sidecar/running/prepareToResume.ts';
import {type EndedRun, type RunningRun, type StartOptions, startRun} from '../../../sidecar/running/startRun.ts';
import {trainingRun} from '../../../sidecar/running/trainingRun.ts';
import {readEvents} from '../../../sidecar/runs/eventsFile.ts';
import {disk} from '../../../sidecar/runs/fileSystem.ts';
import {readModel} from '../../../sidecar/runs/readModel.ts';
import {readRun} from '../../../sidecar/runs/readRun.ts';
import {UserError} from '../../../sidecar/userError.ts';
import {diskWithout} from '../../support/failingDisk.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';
import {withFaults} from '../../support/startFaultyWorkers.ts';

const {write, folder} = smallExperiments();
let document: string;
/** Adam has more to remember than plain descent. */
const CHANGES = {
  training: {epochs: 8, batchSize: 8, optimizer: {type: 'adam', learningRate: 0.01}, seed: 3},
  evaluation: {folds: 3},
};

/** Digest and predictions of a run that nobody disturbed. */
let undisturbed: {digest: string; predictions: string};

beforeAll(async () => {
  document = write(CHANGES);
  const {run} = await runToEnd(await prepared({}));
  undisturbed = {digest: run.crossValidation!.digest, predictions: predictionsOf(run.crossValidation!.directory)};
}, 60_000);

async function prepared(request: Partial<Parameters<typeof prepareRun>[0]>): Promise<PreparedRun> {
  const {run, problems} = await prepareRun({kind: 'crossValidation', document, ...request});
  expect(problems.filter(problem => problem.severity === 'error')).toEqual([]);
  return run!;
}

function start(run: PreparedRun, options: Partial<StartOptions> = {}): RunningRun {
  return startRun(run, run.kind === 'training' ? trainingRun : crossValidationRun(), {workers: 2, ...options});
}

async function runToEnd(run: PreparedRun, options: Partial<StartOptions> = {}): Promise<EndedRun> {
  const ended = await start(run, options).ended;
  if (ended.failure) throw ended.failure;
  return ended;
}

/** Starts a run and waits for an event of it. */
function startUntil(run: PreparedRun, options: Partial<StartOptions>, isIt: (event: RunEvent) => boolean) {
  return new Promise<RunningRun>(resolve => {
    const running: RunningRun = start(run, {
      ...options,
      onEvent: event => {
        if (isIt(event)) resolve(running);
      },
    });
  });
}

function predictionsOf(directory: string): string {
  return readFileSync(join(directory, 'predictions.csv'), 'utf8');
}

/** Waits until both networks in training are before a batch of an epoch. */
async function bothBefore(running: RunningRun, epoch: number, batch: number): Promise<void> {
  const isThere = (place: {epoch: number; batch: number}) => place.epoch === epoch && place.batch === batch;
  while (running.training().filter(isThere).length < 2) await new Promise(resolve => setTimeout(resolve, 5));
}

describe('a run', () => {
  test('tells events by number, and reads them again from its store, also when it has ended', async () => {
    const told: RunEvent[] = [];
    const running = start(await prepared({}), {
      onEvent(event, number) {
        expect(number).toBe(told.length);
        told.push(event);
      },
    });
    await running.ended;
    expect(running.readEvents(0)).toEqual(told);
    expect(running.readEvents(3, 2)).toEqual(told.slice(3, 5));
    expect(running.readEvents(told.length)).toEqual([]);
    expect(running.events).toBe(told.length);
    expect(told[0]).toMatchObject({event: 'runStarted', tasks: 6, epochs: 48});
    expect(told.at(-1)).toMatchObject({event: 'runEnded', status: 'completed'});
    expect(running.progress.share).toBe(1);
  });

  test('that begins paused and is stepped, by batches and epochs, ends with the digest of an undisturbed one', async () => {
    const running = await startUntil(await prepared({}), {paused: true}, ({event}) => event === 'foldStarted');
    expect(running.status).toBe('paused');
    await bothBefore(running, 1, 1);
    running.step('batch');
    await bothBefore(running, 1, 2);
    running.step('epoch');
    await bothBefore(running, 2, 1);
    running.step('batch');
    await bothBefore(running, 2, 2);
    running.proceed();
    const {run, status} = await running.ended;
    expect(status).toBe('completed');
    expect(run.crossValidation!.digest).toBe(undisturbed.digest);
  });

  test('that is cancelled while it is paused ends at once, and is finished later to the same digest', async () => {
    const first = await prepared({});
    const running = await startUntil(first, {paused: true}, ({event}) => event === 'foldStarted');
    await bothBefore(running, 1, 1);
    running.step('epoch');
    running.cancel();
    const {status, failure} = await running.ended;
    expect({status, failure}).toEqual({status: 'cancelled', failure: null});
    const {run} = await prepareToResume({directory: first.directory});
    const ended = await runToEnd(run!);
    expect(ended.run.crossValidation!.digest).toBe(undisturbed.digest);
  });

  test('of a training is finished with the same models', async () => {
    const directory = join(folder(), 'whole');
    const whole = await runToEnd(await prepared({kind: 'training', out: directory}));
    const first = await prepared({kind: 'training', out: join(folder(), 'cancelled')});
    const running = await startUntil(first, {workers: 1}, event => event.event === 'foldEnded');
    running.cancel();
    await running.ended;
    const {run} = await prepareToResume({directory: first.directory, document});
    const ended = await runToEnd(run!);
    expect(ended.run.training!.digest).toBe(whole.run.training!.digest);
    for (const {model} of whole.run.training!.models) {
      expect(readFileSync(join(first.directory, model!))).toEqual(readFileSync(join(directory, model!)));
    }
  });

  test('that is cancelled while its samples are drawn ends cancelled, and keeps its folds', async () => {
    const sampled = write({...CHANGES, evaluation: {folds: 3, samples: 100_000}}, 'sampled.mlp.json');
    let ended = 0;
    const running = start(await prepared({document: sampled}), {
      onEvent({event}) {
        // Three folds of two variants and two baselines.
        if (event === 'foldEnded' && ++ended === 12) setImmediate(running.cancel);
      },
    });
    const {status, run, failure} = await running.ended;
    expect({status, failure}).toEqual({status: 'cancelled', failure: null});
    expect(run.crossValidation!.status).toBe('cancelled');
    expect(run.crossValidation!.variants.map(({folds}) => folds.length)).toEqual([3, 3]);
    expect(run.crossValidation!.variants.every(({sampled: scores}) => scores === undefined)).toBe(true);
  });

  test('of a training keeps the rate of the epoch that left its weights', async () => {
    const layers = [
      {name: 'hidden', type: 'dense', units: 8},
      {name: 'drop', type: 'dropout', rate: 0.5, schedule: {type: 'early', until: 30, shape: 'linear'}},
    ];
    const training = {...CHANGES.training, epochs: 40, earlyStopping: {patience: 4, minDelta: 10, share: 0.3}};
    const stopping = write({...CHANGES, layers, training, variants: {plain: {}}}, 'stopping.mlp.json');
    const first = await prepared({kind: 'training', document: stopping});
    const {epochs, bestEpoch, model} = (await runToEnd(first)).run.training!.models[0]!;
    expect(bestEpoch).toBeLessThan(epochs);
    const {network} = readModel(join(first.directory, model!));
    const expected = planAtEnd(first.experiment.variants[0]!.network, bestEpoch!);
    expect(network.layers[1]).toEqual(expected.layers[1]);
    expect(network.layers[1]).not.toEqual(planAtEnd(first.experiment.variants[0]!.network, epochs).layers[1]);
  });

  test('keeps its explanations when it is finished later', async () => {
    const first = await prepared({});
    const running = await startUntil(first, {paused: true}, ({event}) => event === 'foldStarted');
    running.cancel();
    await running.ended;
    const explanation = {variant: 'plain', columns: [], inputs: [], layers: [], curve: [], words: ['Nothing.']};
    storeExplanation(first.directory, explanation);
    const {run} = await prepareToResume({directory: first.directory});
    expect((await runToEnd(run!)).run.explanations).toEqual([explanation]);
  });

  test('is not written by two at once', async () => {
    const first = await prepared({});
    const running = await startUntil(first, {paused: true}, ({event}) => event === 'foldStarted');
    await expect(prepareToResume({directory: first.directory})).rejects.toThrow(
      `${first.directory} is being written by this process. Wait for it, or end that process first.`,
    );
    running.cancel();
    await running.ended;
  });
});

describe('a run whose disk fails', () => {
  test.each([
    ['checkpoints', 'EACCES', 'permission was denied; allow writing there first'],
    ['folds.bin', 'ENOSPC', 'no space is left on the device; free some first'],
    ['predictions.csv', 'EACCES', 'permission was denied; allow writing there first'],
    ['events.jsonl', 'ENOSPC', 'no space is left on the device; free some first'],
  ])(
    'at %s with %s ends with one sentence, and is finished to the same digest where it can be',
    async (part, code, reason) => {
      const first = await prepared({});
      const running = start(first, {paused: true, fileSystem: diskWithout(part, code)});
      // A pause stores where each network is.
      running.step('epoch');
      if (part !== 'checkpoints') running.proceed();
      const {status, failure} = await running.ended;
      expect(status).toBe('failed');
      expect(failure).toBeInstanceOf(UserError);
      expect(failure!.message).toBe(`The run could not be stored in ${first.directory}: ${reason}.`);
      expect(readRun(first.directory).variants).toHaveLength(2);
      expect(running.readEvents(0)).toHaveLength(running.events);
      const {run} = await prepareToResume({directory: first.directory});
      const ended = await runToEnd(run!);
      expect(ended.run.crossValidation!.digest).toBe(undisturbed.digest);
      expect(predictionsOf(first.directory)).toBe(undisturbed.predictions);
    },
  );
});

test('a run one of whose workers has not enough memory says what to do, and is finished later to the same digest', async () => {
  const first = await prepared({});
  const startWorker = withFaults([null, 'memory'], {maxOldGenerationSizeMb: 64});
  const {status, failure} = await start(first, {startWorker}).ended;
  expect(status).toBe('failed');
  expect(failure!.message).toMatch(/^There was not enough memory: use fewer workers/);
  const {run} = await prepareToResume({directory: first.directory});
  expect((await runToEnd(run!, {workers: 1})).run.crossValidation!.digest).toBe(undisturbed.digest);
});

test('a run whose folder is deleted, and is another’s by then, ends with a sentence and leaves that one alone', async () => {
  const first = await prepared({});
  const running = await startUntil(first, {workers: 1, paused: true}, event => event.event === 'foldStarted');
  rmSync(first.directory, {recursive: true});
  const other = start({...(await prepared({})), directory: first.directory});
  running.proceed();
  const {status, failure} = await running.ended;
  expect([status, failure!.message]).toEqual([
    'failed',
    `The run could not be stored in ${first.directory}: the folder or its lock file was deleted, or is another run's by now. If the run is still in it, resume it; if not, start it anew.`,
  ]);
  const {run} = await other.ended;
  expect(run.crossValidation!.digest).toBe(undisturbed.digest);
  expect(readRun(first.directory).id).toBe(run.id);
  expect(readEvents(disk, join(first.directory, 'events.jsonl')).at(-1)).toMatchObject({status: 'completed'});
});

describe('a run whose process was killed', () => {
  /** The folder as a kill would leave it at this moment; its lock is that of a process that is gone. */
  function snapshot(running: RunningRun, name: string): string {
    const copy = join(folder(), '.mlp', 'runs', name);
    cpSync(running.directory, copy, {recursive: true});
    writeFileSync(
      join(copy, 'lock.1'),
      JSON.stringify({...JSON.parse(readFileSync(join(copy, 'lock.1'), 'utf8')), pid: 2 ** 22}),
    );
    return copy;
  }

  test('at any event is finished with the digest and the predictions of an undisturbed one', async () => {
    const copies: string[] = [];
    const first = await prepared({});
    const running: RunningRun = start(first, {
      onEvent(event) {
        if (event.event === 'foldEnded' || event.event === 'runEnded')
          copies.push(snapshot(running, `killed-${copies.length}`));
      },
    });
    await running.ended;
    expect(copies).toHaveLength(13);
    for (const directory of [copies[0]!, copies[5]!, copies[12]!]) {
      expect(readRun(directory).status).toBe('running');
      const {run} = await prepareToResume({directory});
      const ended = await runToEnd(run!);
      expect(ended.run.crossValidation!.digest).toBe(undisturbed.digest);
      expect(predictionsOf(directory)).toBe(undisturbed.predictions);
      expect(ended.run.startedAt).toBe(readRun(running.directory).startedAt);
    }
  });

  test('is not finished with another document, other data or by another version', async () => {
    const first = await prepared({});
    const running = await startUntil(first, {workers: 1}, event => event.event === 'foldEnded');
    running.cancel();
    await running.ended;
    const resume = () => prepareToResume({directory: first.directory});

    write({...CHANGES, evaluation: {folds: 4}});
    await expect(resume()).rejects.toThrow(
      `${document} was changed since the run in ${first.directory} began. To finish the run, bring back the text that its run.json keeps; to use the new text, start a new run.`,
    );
    write(CHANGES);

    const data = readFileSync(join(folder(), 'data.csv'), 'utf8');
    writeFileSync(join(folder(), 'data.csv'), data.replace('-', ''));
    await expect(resume()).rejects.toThrow(
      `The data in data.csv were changed since the run in ${first.directory} began.`,
    );
    writeFileSync(join(folder(), 'data.csv'), data);

    const text = readFileSync(join(first.directory, 'run.json'), 'utf8');
    writeFileSync(join(first.directory, 'run.json'), text.replace(/"mlpLab": "[^"]*"/, '"mlpLab": "0.0.1"'));
    await expect(resume()).rejects.toThrow(
      /was begun by MLP Lab 0\.0\.1, and this is .*, which may give other numbers/,
    );
  });

  test('is not finished when it is complete, or by the other command', async () => {
    const first = await prepared({});
    await runToEnd(first);
    await expect(prepareToResume({directory: first.directory})).rejects.toThrow(
      'is complete: there is nothing left to do.',
    );
    await expect(prepareToResume({directory: first.directory, command: 'train'})).rejects.toThrow(
      `The run in ${first.directory} was made by "mlp cv": resume it with that command.`,
    );
  });

  test('is not finished when it tried other variants than the document has', async () => {
    const first = await prepared({});
    const running = await startUntil(first, {workers: 1}, event => event.event === 'foldEnded');
    running.cancel();
    await running.ended;
    const text = readFileSync(join(first.directory, 'run.json'), 'utf8');
    writeFileSync(join(first.directory, 'run.json'), text.replace('"name": "dropout"', '"name": "dropout 0.5"'));
    await expect(prepareToResume({directory: first.directory})).rejects.toThrow(
      `The run in ${first.directory} tried other variants than its document has: it cannot be finished. Start it anew.`,
    );
  });
});
