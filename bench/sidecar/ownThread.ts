import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {MessageChannel} from 'node:worker_threads';
import {evaluateFold} from '../../sidecar/experiment/evaluateFold.ts';
import {allRows} from '../../sidecar/experiment/experiment.ts';
import {loadExperimentText} from '../../sidecar/experiment/loadExperiment.ts';
import type {WatchedNetwork} from '../../sidecar/experiment/watcher.ts';
import {defaultEngine, engineOf} from '../../sidecar/network/engines.ts';
import {disk} from '../../sidecar/runs/fileSystem.ts';
import {replaceFile} from '../../sidecar/runs/files.ts';
import {encodeCheckpoint} from '../../sidecar/training/checkpoint.ts';
import {createRunControl, createWorkerWords} from '../../sidecar/training/runControl.ts';
import {followRunControl} from '../../sidecar/training/trainingControl.ts';
import {type TrainingObserver, trainNetwork} from '../../sidecar/training/trainNetwork.ts';
import {watchNetwork} from '../../sidecar/watching/watchNetwork.ts';
import {type Task, textOf} from './tasks.ts';
import {WATCHED} from './trainingRun.ts';

/** What a training does beside training, as shares of its time: measured where it is done, by the thread itself. */
export interface OwnThread {
  readonly task: string;
  readonly seconds: number;
  /** Taken, encoded and stored on disk, all in this thread; in a run another one stores them. */
  readonly checkpoints: {readonly share: number; readonly count: number; readonly bytesOfEach: number};
  /** With what is posted to the thread that shows it. */
  readonly watching: {readonly share: number; readonly batches: number; readonly layers: number};
}

/** Trains a network in this thread for so long, with checkpoints and watched. */
export async function ownThread(document: string, task: Task, seconds: number): Promise<OwnThread> {
  const network = await networkOf(document, task);
  const {context, samples, learned, keys} = network;
  const {
    network: plan,
    document: {training},
  } = context.experiment.variants[network.variant]!;
  const spent = {checkpoints: 0, watching: 0};
  const kept = {count: 0, bytes: 0};
  const shown = {batches: 0, layers: 0};
  const {port1, port2} = new MessageChannel();
  const watcher = watchNetwork(network, WATCHED, live => {
    shown[live.batch ? 'batches' : 'layers']++;
    port1.postMessage(live);
  });
  const timed = (what: keyof typeof spent, begun: number, work: () => void) => {
    work();
    spent[what] += performance.now() - begun;
  };
  // A training reads the clock right before it takes a checkpoint: what it said then.
  let readAt = 0;
  const observer: TrainingObserver = {
    batchesEnded: (place, order, trained) =>
      timed('watching', performance.now(), () => watcher.batchesEnded(place, order, trained)),
    epochEnded: (record, trained) => timed('watching', performance.now(), () => watcher.epochEnded(record, trained)),
    checkpoint: state =>
      timed('checkpoints', readAt, () => {
        const bytes = encodeCheckpoint(state);
        replaceFile(disk, join(document, '..', 'checkpoint.bin'), bytes, {durable: false});
        kept.count++;
        kept.bytes += bytes.length;
      }),
  };
  const run = createRunControl();
  const control = followRunControl(run.words, createWorkerWords(), () => performance.now())();
  const ends = performance.now() + 1000 * seconds;
  const begun = performance.now();
  const rows = Uint32Array.from({length: learned}, (_, i) => i);
  trainNetwork({
    ...{engine: engineOf(context, training.numerics), plan, training, samples, keys},
    ...{trainRows: rows, validationRows: null, start: null, observer},
    control: {
      grant(...asked) {
        if (performance.now() > ends) run.stop();
        return control.grant(...asked);
      },
    },
    now() {
      readAt = performance.now();
      return readAt;
    },
  });
  const took = performance.now() - begun;
  port1.close();
  port2.close();
  return {
    task: task.name,
    seconds,
    checkpoints: {share: spent.checkpoints / took, count: kept.count, bytesOfEach: kept.bytes / kept.count},
    watching: {share: spent.watching / took, ...shown},
  };
}

/** The network of a task, with the rows it would train on. */
async function networkOf(document: string, task: Task): Promise<WatchedNetwork> {
  const text = textOf({...task, epochs: 1_000_000});
  writeFileSync(document, text);
  const {experiment} = await loadExperimentText(document, text, {}, 'training');
  if (!experiment) throw new Error(`${task.name} has problems`);
  const rows = allRows(experiment.table.rows);
  let network: WatchedNetwork | undefined;
  evaluateFold(
    {experiment, engine: defaultEngine()},
    {subject: {kind: 'variant', index: 0}, fold: {repeat: -1, fold: -1, train: rows, test: rows}, keepModel: false},
    {
      // Ended before its first batch: it is what it would be trained with that is wanted.
      control: {grant: () => 0},
      start: null,
      onEvent() {},
      observe(one) {
        network = one;
        return {epochEnded() {}};
      },
    },
  );
  return network!;
}
