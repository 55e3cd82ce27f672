/** Workers that die, hang or run out of memory: their tasks are done again, and nothing of the result changes. */
import type {Worker} from 'node:worker_threads';
import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {FoldEvent} from '../../../sidecar/experiment/foldTask.ts';
import type {Runner} from '../../../sidecar/experiment/runner.ts';
import type {TaskKeeper} from '../../../sidecar/experiment/runTasks.ts';
import {canRun} from '../../../sidecar/kernels/wasmKernels.ts';
import type {WorkerStart} from '../../../sidecar/runners/serveTasks.ts';
import {startWorkerThread} from '../../../sidecar/runners/workerThread.ts';
import {type WorkerThreadsOptions, workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {UserError} from '../../../sidecar/userError.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';
import {wideExperiment, withFaults} from '../../support/startFaultyWorkers.ts';

const {load} = smallExperiments();
let experiment: Experiment;
let digest: string;
let runner: Runner | undefined;

beforeAll(async () => {
  experiment = await load({
    training: {epochs: 300, batchSize: 8, optimizer: {type: 'adam'}, seed: 3},
    evaluation: {folds: 3},
  });
  ({digest} = await run({}));
});
afterEach(() => runner?.dispose());

/** Keeps checkpoints in memory, as a store does on the disk. */
function keepCheckpoints(): TaskKeeper & {written: number} {
  const kept = new Map<number, Uint8Array>();
  const keeper = {
    written: 0,
    outcome: () => null,
    keepOutcome() {},
    checkpoints: (index: number) => ({
      read: () => kept.get(index) ?? null,
      write(bytes: Uint8Array) {
        keeper.written++;
        kept.set(index, bytes);
      },
    }),
  };
  return keeper;
}

async function run(options: Partial<WorkerThreadsOptions>, onEvent: (event: FoldEvent) => void = () => {}) {
  runner = workerThreads({experiment, engine: 'plain'}, {workers: 2, ...options});
  return crossValidate(experiment, runner, {onEvent, keeper: keepCheckpoints()});
}

/** Starts workers as the product does, and remembers them. */
function remembered() {
  const workers: Worker[] = [];
  const startWorker = (start: WorkerStart) => {
    const worker = startWorkerThread(start);
    workers.push(worker);
    return worker;
  };
  return {workers, startWorker};
}

function problemsOf(events: readonly FoldEvent[]): string[] {
  return events.flatMap(event => (event.event === 'problemMet' ? [event.message] : []));
}

describe('a worker that is lost', () => {
  test('by itself is replaced, the run says so, and ends with the same digest', async () => {
    const events: FoldEvent[] = [];
    const report = await run({startWorker: withFaults(['exit'])}, event => void events.push(event));
    expect(report.status).toBe('completed');
    expect(report.digest).toBe(digest);
    expect(problemsOf(events)).toEqual([
      'The worker of "plain", repeat 1, fold 1 was lost, because it ended by itself, exit code 7; another one takes over.',
    ]);
  });

  test('because something in it throws is replaced', async () => {
    const events: FoldEvent[] = [];
    const report = await run({startWorker: withFaults(['throw'])}, event => void events.push(event));
    expect(report.digest).toBe(digest);
    // It may do its task before the thread ends of what was thrown.
    expect(problemsOf(events).join()).toMatch(/because something broke; another one takes over\.$/);
  });

  test.skipIf(!canRun('strict'))(
    'because a thread that helped it failed is replaced, and the digest shows no trace of it',
    async () => {
      const {experiment: wide, undisturbed} = await wideExperiment(load);
      const events: FoldEvent[] = [];
      runner = workerThreads(
        {experiment: wide, engine: 'wasm'},
        {workers: 1, threads: 2, startWorker: withFaults(['helperFails'])},
      );
      const report = await crossValidate(wide, runner, {onEvent: event => void events.push(event)});
      expect(report.digest).toBe(undisturbed);
      expect(problemsOf(events)).toEqual([
        'The worker of "plain", repeat 1, fold 1 was lost, because a thread that helped it failed; another one takes over.',
      ]);
    },
  );

  test('because it hangs is found and replaced', async () => {
    const events: FoldEvent[] = [];
    const report = await run({startWorker: withFaults(['hang']), hangMs: 8000}, event => void events.push(event));
    expect(report.digest).toBe(digest);
    expect(problemsOf(events).join()).toMatch(/because it gave no sign of life for \d+ s; another one takes over\.$/);
  });

  test('while it waits goes on from where it was, in another one', async () => {
    const started: FoldEvent[] = [];
    const {workers, startWorker} = remembered();
    const keeper = keepCheckpoints();
    runner = workerThreads({experiment, engine: 'plain'}, {workers: 1, paused: true, startWorker});
    const running = crossValidate(experiment, runner, {
      onEvent: event => void (event.event === 'foldStarted' && started.push(event)),
      keeper,
    });
    runner.step('epoch');
    while (keeper.written === 0) await new Promise(resolve => setTimeout(resolve, 5));
    await workers[0]!.terminate();
    while (started.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    expect(started.map(event => 'trainedEpochs' in event && event.trainedEpochs)).toEqual([false, 1]);
    runner.proceed();
    expect((await running).digest).toBe(digest);
  });

  test('three times by the same task fails the run with one sentence', async () => {
    const report = await run({workers: 1, startWorker: withFaults(['exit', 'exit', 'exit'])});
    expect(report.status).toBe('failed');
    expect(report.failure).toBeInstanceOf(UserError);
    expect(report.failure!.message).toBe(
      'The worker of "plain", repeat 1, fold 1 was lost 3 times, the last time because it ended by itself, exit code 7. Try fewer workers, or a smaller network.',
    );
  });

  test('for want of memory fails the run at once, with what to do', async () => {
    const report = await run({workers: 1, startWorker: withFaults(['memory'], {maxOldGenerationSizeMb: 64})});
    expect(report.status).toBe('failed');
    expect(report.failure!.message).toBe(
      'There was not enough memory: use fewer workers (--workers), a smaller batchSize or a smaller network.',
    );
  });

  test('when the run is cancelled is not replaced', async () => {
    const {workers, startWorker} = remembered();
    runner = workerThreads({experiment, engine: 'plain'}, {workers: 2, paused: true, startWorker});
    const running = crossValidate(experiment, runner, {onEvent: () => {}});
    while (runner.training().length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    runner.cancel();
    await Promise.all(workers.map(worker => worker.terminate()));
    expect((await running).status).toBe('cancelled');
    expect(workers).toHaveLength(2);
  });
});
