import type {EpochsEnded} from '../../schemas/generated/event.ts';
import type {NetworkPlace} from '../../schemas/protocol.ts';
import {fitEncoder, type RowEncoder, rowEncoder} from '../data/encoder.ts';
import {encodeTarget, fitTargetScale, type TargetScale} from '../data/target.ts';
import type {Network} from '../network/engine.ts';
import {engineOf} from '../network/engines.ts';
import {outputWidth} from '../network/plan.ts';
import {predictRows} from '../training/predictRows.ts';
import {rowWeights} from '../training/rowWeights.ts';
import type {TrainingControl} from '../training/trainingControl.ts';
import type {TrainingState} from '../training/trainingState.ts';
import {type EpochRecord, type Metrics, type TrainingObserver, trainNetwork} from '../training/trainNetwork.ts';
import {epochMeasures} from './epochMeasures.ts';
import type {VariantPlan} from './experiment.ts';
import {fitBaseline} from './fitBaseline.ts';
import {dividedRows, foldKeys, learnedBlocks} from './foldRows.ts';
import {foldSamples} from './foldSamples.ts';
import {
  type FittedModel,
  type FoldContext,
  type FoldEvent,
  type FoldOutcome,
  type FoldTask,
  NOT_TRAINED,
  placeOf,
} from './foldTask.ts';
import {inTargetUnits, testMetrics} from './testMetrics.ts';
import type {WatchedNetwork} from './watcher.ts';

/** What surrounds a task where it runs: how it is steered, where it begins, whom it tells. */
export interface Surroundings {
  readonly control: TrainingControl;
  /** That may work on the network, at least 1 (default); the outcome does not depend on it. */
  readonly threads?: number;
  /** Where an earlier attempt at the same task was; null: from the beginning. */
  readonly start: TrainingState | null;
  readonly onEvent: (event: FoldEvent) => void;
  readonly onCheckpoint?: (state: TrainingState) => void;
  /** Makes what looks at the network while it trains. */
  readonly observe?: (network: WatchedNetwork) => Omit<TrainingObserver, 'checkpoint'>;
}

/**
 * Does one task: fits the encoder on the training rows alone, trains, predicts the test rows and measures. A function
 * of its arguments but for `seconds`, so it may run anywhere. Of the end of the fold tells who stores its outcome.
 */
export function evaluateFold(context: FoldContext, task: FoldTask, surroundings: Surroundings): FoldOutcome {
  const started = performance.now();
  const {experiment} = context;
  const {subject, fold} = task;
  const {onEvent, start} = surroundings;
  const place = placeOf(experiment, task);
  onEvent({event: 'foldStarted', ...place, ...(start ? {trainedEpochs: start.epoch} : {})});
  const report = epochReport(place, onEvent);
  const result =
    subject.kind === 'variant'
      ? trainVariant(context, subject.index, task, report, surroundings)
      : {
          ...NOT_TRAINED,
          predictions: fitBaseline(context, subject.name, fold),
        };
  report.flush();
  const metrics = result.predictions ? testMetrics(experiment.target, result.predictions, fold.test) : {};
  return {...result, metrics, seconds: (performance.now() - started) / 1000};
}

function trainVariant(
  context: FoldContext,
  index: number,
  task: FoldTask,
  report: EpochReport,
  {control, start, onCheckpoint, observe, threads = 1}: Surroundings,
): FoldOutcome {
  const {fold, keepModel} = task;
  const {experiment} = context;
  const {table, target} = experiment;
  const variant = experiment.variants[index]!;
  const {training} = variant.document;
  const keys = foldKeys(variant, fold, task.redrawn);
  const {learned, watched} = dividedRows(experiment, variant, fold);

  // Fitted on the rows that are learned from: not on the test rows, and not on those that early stopping watches.
  const encoder = fitEncoder(table, variant.features, learned);
  const targetScale =
    target.task === 'regression' ? fitTargetScale(target.values, learned, variant.document.data.scaleTarget) : null;
  const rows = new Uint32Array(learned.length + watched.length);
  rows.set(learned);
  rows.set(watched, learned.length);
  const encode = rowEncoder(table, encoder);
  const {inputs: width} = variant.network;
  const weights = (of: Uint32Array) => rowWeights(training.classWeights, target, learned, of);
  const known = {targets: encodeTarget(target, targetScale, rows), weights: weights(rows)};
  const samples = foldSamples(encode, rows, width, table.rows * width, known, context.largestMatrixBytes);
  const place = placeOf(experiment, task);
  const measures = epochMeasures({
    plan: variant.network,
    target,
    targetScale,
    encode,
    samples,
    learned: learned.length,
    watched,
    // A network of all rows has no others to be tested on.
    test: fold.fold < 0 ? new Uint32Array(0) : fold.test,
    weights,
  });
  const watching = observe?.({place, context, variant: index, keys, samples, rows, learned: learned.length});

  const outcome = trainNetwork({
    engine: engineOf(context, training.numerics),
    plan: variant.network,
    training,
    samples,
    trainRows: firstRows(learned.length, 0),
    blocks: learnedBlocks(experiment, learned),
    validationRows: watched.length > 0 ? firstRows(watched.length, learned.length) : null,
    keys,
    start,
    control,
    threads,
    observer: {
      ...measures,
      ...watching,
      epochEnded(record, network) {
        report.add(record);
        watching?.epochEnded(record, network);
      },
      waiting(next, network) {
        report.flush();
        watching?.waiting?.(next, network);
      },
      ...(onCheckpoint ? {checkpoint: onCheckpoint} : {}),
    },
    now: () => performance.now(),
  });
  if (outcome.kind !== 'completed') {
    const problem = outcome.kind === 'diverged' ? outcome.problem : null;
    return {...NOT_TRAINED, status: outcome.kind, epochs: outcome.epochs, problem};
  }
  const {network, epochs, bestEpoch, trainingLoss} = outcome;
  try {
    const predictions = predictedValues(network, encode, fold.test, targetScale);
    // Huge but finite weights can still give no number.
    if (!predictions.every(Number.isFinite)) {
      return {...NOT_TRAINED, status: 'diverged', epochs, problem: predictionProblem(training)};
    }
    const model = keepModel ? fittedModel(network, encoder, targetScale) : null;
    return {...NOT_TRAINED, epochs, bestEpoch, trainingLoss, predictions, model};
  } finally {
    network.dispose();
  }
}

function predictionProblem({optimizer}: VariantPlan['document']['training']): string {
  return `The trained network predicts values that are not numbers: its weights are too large. Lower training.optimizer.learningRate, now ${optimizer.learningRate}.`;
}

function firstRows(count: number, from: number): Uint32Array {
  return Uint32Array.from({length: count}, (_, i) => from + i);
}

/** The outputs for rows of the table, in the target's own units. */
function predictedValues(
  network: Network,
  encode: RowEncoder,
  rows: Uint32Array,
  scale: TargetScale | null,
): Float64Array {
  const outputs = outputWidth(network.plan);
  const predictions = new Float64Array(rows.length * outputs);
  predictRows(network, rows, encode, predictions);
  return inTargetUnits(predictions, outputs, scale);
}

function fittedModel(network: Network, encoder: FittedModel['encoder'], targetScale: TargetScale | null): FittedModel {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return {parameters, encoder, targetScale};
}

/** Epoch records are sent together, so that watching a run costs nothing, and soon enough to be called live. */
const REPORT_EVERY_MS = 50;

interface EpochReport {
  add(record: EpochRecord): void;
  flush(): void;
}

function epochReport(place: NetworkPlace, onEvent: (event: FoldEvent) => void): EpochReport {
  let records: EpochRecord[] = [];
  let sent = Number.NEGATIVE_INFINITY;
  const flush = () => {
    if (records.length === 0) return;
    onEvent({event: 'epochsEnded', ...place, ...columns(records)});
    records = [];
    sent = performance.now();
  };
  return {
    add(record) {
      records.push(record);
      if (performance.now() - sent >= REPORT_EVERY_MS) flush();
    },
    flush,
  };
}

function columns(records: readonly EpochRecord[]): Omit<EpochsEnded, 'event' | 'at' | keyof NetworkPlace> {
  const tests = records.map(({measures}) => measures?.test ?? null);
  return {
    from: records[0]!.epoch + 1,
    trainingLoss: records.map(record => record.trainingLoss),
    learningRate: records.map(record => record.learningRate),
    ...whereMeasured(
      'cleanLoss',
      records.map(({measures}) => measures?.cleanLoss ?? null),
    ),
    ...whereMeasured(
      'validationLoss',
      records.map(record => record.validationLoss),
    ),
    ...metricColumns(
      'validationMetrics',
      records.map(({measures}) => measures?.validation ?? null),
    ),
    ...whereMeasured(
      'testLoss',
      tests.map(test => test?.loss ?? null),
    ),
    ...metricColumns(
      'testMetrics',
      tests.map(test => test?.metrics ?? null),
    ),
  };
}

/** A column is left out where it would be empty. */
function whereMeasured<Name extends string>(name: Name, values: (number | null)[]): {[N in Name]?: (number | null)[]} {
  return values.every(value => value === null) ? {} : ({[name]: values} as {[N in Name]: (number | null)[]});
}

function metricColumns<Name extends string>(
  name: Name,
  records: readonly (Metrics | null)[],
): {[N in Name]?: Record<string, (number | null)[]>} {
  const measured = records.find(metrics => metrics !== null);
  if (!measured) return {};
  const columns = Object.keys(measured).map(metric => [metric, records.map(metrics => metrics?.[metric] ?? null)]);
  return {[name]: Object.fromEntries(columns)} as {[N in Name]: Record<string, (number | null)[]>};
}
