import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {performance} from 'node:perf_hooks';
import {allRows, type Experiment} from '../../sidecar/experiment/experiment.ts';
import {loadExperimentText} from '../../sidecar/experiment/loadExperiment.ts';
import type {Checkpoints} from '../../sidecar/experiment/runner.ts';
import {defaultEngine} from '../../sidecar/network/engines.ts';
import {workerThreads} from '../../sidecar/runners/workerThreads.ts';
import {disk} from '../../sidecar/runs/fileSystem.ts';
import {replaceFile} from '../../sidecar/runs/files.ts';
import {inPairs, type Ratio, ratioOf} from './pairs.ts';
import {type Task, textOf} from './tasks.ts';

export interface CheckpointCost {
  readonly task: string;
  /** Of a training with checkpoints, stored on disk, to one without: its wall time … */
  readonly wall: Ratio;
  /** … and the processor time of the whole process. */
  readonly processor: Ratio;
  readonly checkpointsInEach: number;
  readonly bytesOfEach: number;
}

/** Trains a network on a worker thread, as a run does, with and without checkpoints. */
export async function checkpointCost(document: string, task: Task, pairs: number): Promise<CheckpointCost> {
  const text = textOf(task);
  writeFileSync(document, text);
  const {experiment} = await loadExperimentText(document, text, {});
  if (!experiment) throw new Error(`${task.name} has problems`);
  const kept = {count: 0, bytes: 0};
  const checkpoints: Checkpoints = {
    read: () => null,
    write(bytes) {
      kept.count++;
      kept.bytes += bytes.length;
      replaceFile(disk, join(document, '..', 'checkpoint.bin'), bytes, {durable: false});
    },
  };
  const train = (way: 'with' | 'without') => trainOnce(experiment, way === 'with' ? checkpoints : null);
  await train('with');
  Object.assign(kept, {count: 0, bytes: 0});
  const measured = await inPairs(pairs, train);
  return {
    task: task.name,
    wall: ratioOf(measured, ({wall}) => wall),
    processor: ratioOf(measured, ({processor}) => processor),
    checkpointsInEach: kept.count / pairs,
    bytesOfEach: kept.bytes / kept.count,
  };
}

/** @returns seconds from the start of the training to its end, without that of the thread */
async function trainOnce(experiment: Experiment, checkpoints: Checkpoints | null) {
  const {folds: _, ...shared} = experiment;
  const runner = workerThreads({experiment: shared, engine: defaultEngine()}, {workers: 1});
  const rows = allRows(experiment.table.rows);
  const fold = {repeat: -1, fold: -1, train: rows, test: rows};
  let begun = {at: performance.now(), used: process.cpuUsage()};
  const outcome = await runner.run(
    {subject: {kind: 'variant', index: 0}, fold, keepModel: false},
    {
      onEvent({event}) {
        if (event === 'foldStarted') begun = {at: performance.now(), used: process.cpuUsage()};
      },
      ...(checkpoints ? {checkpoints} : {}),
    },
  );
  const wall = (performance.now() - begun.at) / 1000;
  const {user, system} = process.cpuUsage(begun.used);
  await runner.dispose();
  if (outcome.status !== 'completed') throw new Error(`a training ended as ${outcome.status}`);
  return {wall, processor: (user + system) / 1e6};
}
