/** Runs of the real engine, as the panel's tests play them: no number of them is invented. */
import {basename} from 'node:path';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import type {DropCounts, FoldPredictions, LayerState, Masks, NetworkPlace} from '../../../schemas/protocol.ts';
import {encodeRows} from '../../../sidecar/data/encoder.ts';
import {crossValidate, crossValidationTasks} from '../../../sidecar/experiment/crossValidate.ts';
import {evaluateFold} from '../../../sidecar/experiment/evaluateFold.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {FoldEvent} from '../../../sidecar/experiment/foldTask.ts';
import {loadExperiment, type Overrides} from '../../../sidecar/experiment/loadExperiment.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {undisturbed} from '../../../sidecar/training/trainingControl.ts';
import {batchMasks} from '../../../sidecar/watching/batchMasks.ts';
import {createDropCounter} from '../../../sidecar/watching/dropCounter.ts';
import {layerStates, outputRoom, readOutputs} from '../../../sidecar/watching/layerStates.ts';
import {trainedNetwork} from '../../../sidecar/watching/trainedNetwork.ts';

export interface Recording {
  readonly stored: StoredRun;
  readonly events: readonly RunEvent[];
  readonly predictions: readonly FoldPredictions[];
  masks(place: NetworkPlace, epoch: number, batch: number): Masks;
  dropCounts(place: NetworkPlace, fromEpoch: number, toEpoch: number): DropCounts[];
  /** The layers of a network that was trained to the end of an epoch. */
  layers(place: NetworkPlace, epoch: number): LayerState[];
}

/** Cross-validates a document in this process. */
export async function recordRun(path: string, overrides: Overrides = {}): Promise<Recording> {
  const {experiment, problems, text} = await loadExperiment(path, overrides);
  if (!experiment) throw new Error(problems.map(({message}) => message).join(' '));
  const runner = inProcess({experiment, engine: 'wasm'});
  const planned = experiment.variants.reduce((sum, {document}) => sum + document.training.epochs, 0);
  const events: RunEvent[] = [
    {
      event: 'runStarted',
      at: 0,
      tasks: experiment.variants.length * experiment.folds.length,
      epochs: planned * experiment.folds.length,
      workers: 1,
    },
  ];
  const started = performance.now();
  const at = () => Math.round(performance.now() - started);
  const onEvent = (event: FoldEvent) => void events.push({...event, at: at()} as RunEvent);
  const report = await crossValidate(experiment, runner, {onEvent});
  events.push({event: 'runEnded', at: at(), status: 'completed'});
  const data = {
    rows: experiment.table.rows,
    features: experiment.variants[0]!.network.inputs,
    classes: experiment.target.task === 'classification' ? [...experiment.target.classes] : null,
    sha256: experiment.table.sha256,
  };
  const head = {digest: report.digest, numerics: 'reproducible', engine: 'wasm', data};
  const stored = {
    version: 1,
    id: 'recorded',
    kind: 'crossValidation',
    status: 'completed',
    startedAt: '2026-11-25T13:00:00.000Z',
    finishedAt: '2026-11-25T13:00:09.000Z',
    document: {name: basename(path), text, sha256: ''},
    overrides: {},
    variants: experiment.variants.map(({name, document}) => ({name, document: {...document}})),
    data,
    seed: experiment.seed,
    numerics: 'reproducible',
    engine: 'wasm',
    environment: {mlpLab: '0.1.0', node: '24', platform: 'linux', architecture: 'x64', cores: 2, workers: 1},
    crossValidation: {
      ...head,
      run: 'recorded',
      directory: '/runs/recorded',
      status: 'completed',
      seconds: at() / 1000,
      variants: [...report.variants],
      baselines: [...report.baselines],
      comparisons: [...report.comparisons],
    },
  } as unknown as StoredRun;
  return {
    stored,
    events,
    predictions: report.outcomes.flatMap(({name, task, outcome}): FoldPredictions[] => {
      const {predictions} = outcome;
      if (!predictions) return [];
      const {fold} = task;
      return [
        {
          variant: name,
          repeat: fold.repeat + 1,
          fold: fold.fold + 1,
          lines: fold.test.map(row => experiment.table.rowLines[row]!),
          actual: Float64Array.from(fold.test, row => experiment.target.values[row]!),
          predictions,
        },
      ];
    }),
    masks: (place, epoch, batch) => batchMasks(trainedNetwork(experiment, place), {epoch, batch}, null),
    dropCounts(place, fromEpoch, toEpoch) {
      const counter = createDropCounter(trainedNetwork(experiment, place), fromEpoch);
      while (counter.next.epoch <= toEpoch) counter.countBatch();
      return counter.read();
    },
    layers: (place, epoch) => layersAfter(experiment, place, epoch),
  };
}

/** The network is trained anew with fewer epochs: the same bits, where the schedule does not look at their number. */
function layersAfter(experiment: Experiment, place: NetworkPlace, epochs: number): LayerState[] {
  const index = experiment.variants.findIndex(({name}) => name === place.variant);
  const variant = experiment.variants[index]!;
  const shorter = {...variant, document: {...variant.document, training: {...variant.document.training, epochs}}};
  const shortened = {...experiment, variants: experiment.variants.with(index, shorter)};
  const task = crossValidationTasks(experiment).find(
    ({subject, fold}) =>
      subject.kind === 'variant' &&
      subject.index === index &&
      fold.repeat + 1 === place.repeat &&
      fold.fold + 1 === place.fold,
  )!;
  const outcome = evaluateFold(
    {experiment: shortened, engine: 'wasm'},
    {...task, keepModel: true},
    {control: undisturbed, start: null, onEvent() {}},
  );
  const {parameters, encoder} = outcome.model!;
  const rows = task.fold.train;
  const network = engines.wasm.createNetwork(variant.network);
  network.writeParameters(parameters);
  const inputs = new Float32Array(rows.length * variant.network.inputs);
  encodeRows(experiment.table, encoder, rows, inputs);
  const outputs = outputRoom(variant.network, rows.length);
  readOutputs(
    network,
    inputs,
    Uint32Array.from(rows, (_, i) => i),
    outputs,
  );
  network.dispose();
  const drops = new Map<string, DropCounts>();
  const counter = createDropCounter(trainedNetwork(experiment, place));
  while (counter.next.epoch <= epochs) counter.countBatch();
  for (const counts of counter.read()) drops.set(counts.layer, counts);
  const norms = variant.network.layers.map(() => null);
  return layerStates(variant.network, parameters, outputs, norms, epochs).map(state => ({
    ...state,
    drops: drops.get(state.layer) ?? null,
  }));
}
