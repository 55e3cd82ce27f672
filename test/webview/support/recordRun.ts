/** Runs of the real engine, as the panel's tests play them: no number of them is invented. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import type {
  DropCounts,
  FoldPredictions,
  LayerState,
  Masks,
  NetworkPlace,
  Surface,
  SurfaceRequest,
} from '../../../schemas/protocol.ts';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {FoldEvent} from '../../../sidecar/experiment/foldTask.ts';
import {loadExperiment, type Overrides} from '../../../sidecar/experiment/loadExperiment.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {prepareSearch, type SearchRequest} from '../../../sidecar/running/prepareSearch.ts';
import {dataFacts} from '../../../sidecar/running/runRecord.ts';
import {startRun} from '../../../sidecar/running/startRun.ts';
import {batchMasks} from '../../../sidecar/watching/batchMasks.ts';
import {decisionSurface} from '../../../sidecar/watching/decisionSurface.ts';
import {createDropCounter} from '../../../sidecar/watching/dropCounter.ts';
import {layersAt} from '../../../sidecar/watching/layersAt.ts';
import {trainedNetwork} from '../../../sidecar/watching/trainedNetwork.ts';

export interface Recording {
  readonly stored: StoredRun;
  readonly events: readonly RunEvent[];
  readonly predictions: readonly FoldPredictions[];
  masks(place: NetworkPlace, epoch: number, batch: number): Masks;
  dropCounts(place: NetworkPlace, fromEpoch: number, toEpoch: number): DropCounts[];
  /** The layers of a network at the end of an epoch, as they are watched. */
  layers(place: NetworkPlace, epoch: number): LayerState[];
  pastLayers(place: NetworkPlace, epochs: readonly number[]): LayerState[][];
  surface(place: NetworkPlace, request: SurfaceRequest): Surface;
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
  const data = dataFacts(experiment);
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
    ...insideOf(experiment),
  };
}

/** Searches for the best setting of a document, on worker threads, with all that a search tells. */
export async function recordSearch(path: string, request: Omit<SearchRequest, 'document'>): Promise<Recording> {
  const out = mkdtempSync(join(tmpdir(), 'mlp-search-'));
  const {run, problems} = await prepareSearch({document: path, out: join(out, 'run'), ...request});
  if (!run?.body) throw new Error(problems.map(({message}) => message).join(' '));
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const {run: stored} = await startRun(run, run.body, {workers: 2, onEvent}).ended;
  rmSync(out, {recursive: true});
  return {stored, events, predictions: [], ...insideOf(run.experiment)};
}

/** What is computed anew from an experiment. */
function insideOf(
  experiment: Experiment,
): Pick<Recording, 'masks' | 'dropCounts' | 'layers' | 'pastLayers' | 'surface'> {
  return {
    masks: (place, epoch, batch) => batchMasks(trainedNetwork(experiment, place), {epoch, batch}, null),
    dropCounts(place, fromEpoch, toEpoch) {
      const counter = createDropCounter(trainedNetwork(experiment, place), fromEpoch);
      while (counter.next.epoch <= toEpoch) counter.countBatch();
      return counter.read();
    },
    layers(place, epoch) {
      const counter = createDropCounter(trainedNetwork(experiment, place));
      while (counter.next.epoch <= epoch) counter.countBatch();
      const drops = new Map(counter.read().map(counts => [counts.layer, counts]));
      const [states] = layersAt(experiment, place, [epoch]);
      return states!.map(state => ({...state, drops: drops.get(state.layer) ?? null}));
    },
    pastLayers: (place, epochs) => layersAt(experiment, place, epochs),
    surface: (place, {epoch, features, size}) => decisionSurface(experiment, place, {epoch, features, size}),
  };
}
