/** Worker threads that are ended at random moments of a 10-fold run, and helpers that die: the same digest, every fold once. */
import type {Worker} from 'node:worker_threads';
import {expect, test} from 'vitest';
import {crossValidate} from '../../sidecar/experiment/crossValidate.ts';
import {RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import type {WorkerStart} from '../../sidecar/runners/serveTasks.ts';
import {startWorkerThread} from '../../sidecar/runners/workerThread.ts';
import {workerThreads} from '../../sidecar/runners/workerThreads.ts';
import {crossValidationRun} from '../../sidecar/running/crossValidationRun.ts';
import {prepareRun} from '../../sidecar/running/prepareRun.ts';
import {type EndedRun, startRun} from '../../sidecar/running/startRun.ts';
import {smallExperiments} from '../support/smallExperiment.ts';
import {wideExperiment, withFaults} from '../support/startFaultyWorkers.ts';

const {write, load} = smallExperiments();
const KILLS = 20;

/** @param onWorker told of each worker that starts */
async function run(onWorker: (worker: Worker) => void): Promise<EndedRun & {problems: string[]}> {
  const document = write({
    training: {epochs: 2500, batchSize: 8, optimizer: {type: 'adam'}, seed: 3},
    evaluation: {folds: 10},
  });
  const {run: prepared} = await prepareRun({kind: 'crossValidation', document});
  const problems: string[] = [];
  const ended = await startRun(prepared!, crossValidationRun(), {
    workers: 2,
    onEvent: event => void (event.event === 'problemMet' && problems.push(event.message)),
    startWorker(start: WorkerStart) {
      const worker = startWorkerThread(start);
      onWorker(worker);
      return worker;
    },
  }).ended;
  return {...ended, problems};
}

test(`a run of which ${KILLS} workers are ended at random moments ends with the same digest`, async () => {
  const undisturbed = await run(() => {});
  const random = new RandomStream(randomKey(2));
  // A moment may lie before a worker's first task or behind its last: what counts is the loss of one at work.
  let lost = 0;
  while (lost < KILLS) {
    // A task that loses three workers without getting any further ends the run: so of three that start one is ended.
    let started = 0;
    const {
      status,
      failure,
      run: stored,
      problems,
    } = await run(worker => {
      if (started++ % 3 !== 0) return;
      worker.once('online', () => setTimeout(() => void worker.terminate(), random.uniform() * 1500));
    });
    expect({status, failure}).toEqual({status: 'completed', failure: null});
    lost += problems.length;
    expect(stored.crossValidation!.digest).toBe(undisturbed.run.crossValidation!.digest);
    expect(stored.crossValidation!.variants).toEqual(undisturbed.run.crossValidation!.variants);
  }
});

test('a run of which a helping thread dies with a part of a step ends with the same digest', async () => {
  const {experiment, undisturbed} = await wideExperiment(load);
  const problems: string[] = [];
  const startWorker = withFaults(['helperDies']);
  const runner = workerThreads({experiment, engine: 'wasm'}, {workers: 1, threads: 2, startWorker});
  const report = await crossValidate(experiment, runner, {
    onEvent: event => void (event.event === 'problemMet' && problems.push(event.message)),
  });
  await runner.dispose();
  expect(report.digest).toBe(undisturbed);
  expect(problems).toEqual([
    'The worker of "plain", repeat 1, fold 1 was lost, because a thread that helped it was lost; another one takes over.',
  ]);
});
