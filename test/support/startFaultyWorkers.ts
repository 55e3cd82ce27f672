import {type ResourceLimits, Worker} from 'node:worker_threads';
import {crossValidate} from '../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../sidecar/experiment/experiment.ts';
import type {WorkerStart} from '../../sidecar/runners/serveTasks.ts';
import {workerThreads} from '../../sidecar/runners/workerThreads.ts';
import type {Fault} from './faultyWorker.ts';

/** Starts workers of which those with a fault fail at their first task. @param faults of the first workers, in order */
export function withFaults(faults: readonly Fault[], resourceLimits: ResourceLimits = {}) {
  const left = [...faults];
  return (start: WorkerStart) =>
    new Worker(new URL('./faultyWorker.ts', import.meta.url), {
      workerData: {...start, fault: left.shift() ?? null},
      transferList: [start.watchPort],
      resourceLimits,
    });
}

/** An experiment whose steps are so long that threads help with them, and so many that one has started before the last. @param load of a small experiment */
export async function wideExperiment(load: (changes: object) => Promise<Experiment>) {
  const experiment = await load({
    layers: [1, 2].map(i => ({name: `wide${i}`, type: 'dense', units: 320})),
    training: {epochs: 400, batchSize: 50, optimizer: {type: 'sgd', learningRate: 0.01}, seed: 3},
    evaluation: {folds: 2},
    variants: {plain: {}},
  });
  const runner = workerThreads({experiment, engine: 'wasm'}, {workers: 1});
  const {digest: undisturbed} = await crossValidate(experiment, runner, {onEvent() {}});
  await runner.dispose();
  return {experiment, undisturbed};
}
