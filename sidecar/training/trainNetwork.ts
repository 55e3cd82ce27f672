import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {RowBlocks} from '../data/streamedRows.ts';
import {foldIn, type RandomKey} from '../kernels/random.ts';
import type {Engine, Network} from '../network/engine.ts';
import {initialParameters} from '../network/initialize.ts';
import type {NetworkPlan} from '../network/plan.ts';
import {usefulThreads} from '../network/usefulThreads.ts';
import {divergenceProblem} from './divergence.ts';
import {stepsOfEpoch, writeEpochOrder} from './epochOrder.ts';
import {rowsEvaluator} from './rowsEvaluator.ts';
import {createSchedule} from './schedule.ts';
import {createTimeBudget} from './timeBudget.ts';
import type {TrainingControl} from './trainingControl.ts';
import {pieceSource, type TrainingSamples} from './trainingSamples.ts';
import type {BestEpoch, TrainingState} from './trainingState.ts';

export interface TrainingTask {
  readonly engine: Engine;
  readonly plan: NetworkPlan;
  readonly training: ResolvedDocument['training'];
  readonly samples: TrainingSamples;
  /** Rows of `samples` that are learned from. */
  readonly trainRows: Uint32Array;
  /** Of `trainRows`, where they are read from disk. */
  readonly blocks?: RowBlocks | null;
  /** Rows of `samples` on which early stopping watches the loss; null without early stopping. */
  readonly validationRows: Uint32Array | null;
  readonly keys: TrainingKeys;
  /** Where an earlier training of the same task was; null: from the initial weights. */
  readonly start: TrainingState | null;
  readonly control: TrainingControl;
  /** That have nothing else to do, at least 1 (default). */
  readonly threads?: number;
  readonly observer: TrainingObserver;
  /** Milliseconds, for budgets of time. */
  readonly now: () => number;
}

/** Where the randomness of one training lies: initial weights, order of rows below the epoch, masks below the epoch. */
export interface TrainingKeys {
  readonly weights: RandomKey;
  readonly order: RandomKey;
  readonly masks: RandomKey;
}

/** What a training tells while it runs. It must not change what it is given. */
export interface TrainingObserver {
  epochEnded(record: EpochRecord, network: Network): void;
  /**
   * A piece of work ended: batches `from` to `to` (exclusive) of an epoch.
   * @param order rows of `samples` in training order: batch b has order[b · batchSize … (b + 1) · batchSize);
   *   the next epoch's overwrites it
   */
  batchesEnded?(place: {epoch: number; from: number; to: number}, order: Uint32Array, network: Network): void;
  /** The training pauses, or something changed while it does. @param place where it goes on */
  waiting?(place: {epoch: number; batch: number}, network: Network): void;
  /**
   * Measures the network in evaluation mode, for the record: after those epochs for which the time has come together.
   * @param watched predictions of the rows that early stopping watches, [rows × outputs], the next epoch's overwrite them;
   *   null without early stopping
   */
  measure?(network: Network, watched: Float64Array | null): EpochMeasures;
  /** Share of the training time that `measure` may take; absent: none. */
  readonly measureShare?: number;
  /** Takes what is needed to go on from here, as often as `CHECKPOINT_SHARE` of the training time allows. */
  checkpoint?(state: TrainingState): void;
}

export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** Mean over the rows, dropout active, while the weights changed. */
  readonly trainingLoss: number;
  /** What was measured at the end of the epoch; null if it was not. */
  readonly measures: EpochMeasures | null;
  readonly validationLoss: number | null;
  readonly learningRate: number;
}

/** By name; null where a metric has no value. */
export type Metrics = Readonly<Record<string, number | null>>;

/** How a network does in evaluation mode. Only told: nothing in a training depends on it. */
export interface EpochMeasures {
  /** Of rows that are learned from. */
  readonly cleanLoss: number;
  /** Of rows that early stopping watches; null without early stopping. */
  readonly validation: Metrics | null;
  /** Of rows that the training knows nothing of; null without such rows. */
  readonly test: {readonly loss: number; readonly metrics: Metrics} | null;
}

export type TrainingOutcome =
  | {
      readonly kind: 'completed';
      readonly network: Network;
      readonly epochs: number;
      /** The epoch (from 1) whose weights the network has; null without early stopping. */
      readonly bestEpoch: number | null;
      readonly trainingLoss: number;
    }
  | {readonly kind: 'diverged'; readonly epochs: number; readonly problem: string}
  | {readonly kind: 'cancelled'; readonly epochs: number};

/** Trains one network from its start to the end. The caller disposes the network of a completed outcome. */
export function trainNetwork(task: TrainingTask): TrainingOutcome {
  const plan = {...task.plan, trainRows: task.trainRows.length};
  const network = task.engine.createNetwork(plan, usefulThreads(task.plan, task.threads ?? 1));
  network.writeParameters(task.start?.parameters ?? initialParameters(task.plan, task.keys.weights));
  if (task.start) network.writeOptimizerState(task.start.optimizer);
  let outcome: TrainingOutcome | undefined;
  try {
    outcome = runEpochs(task, network);
    return outcome;
  } finally {
    task.control.ended?.();
    if (outcome?.kind !== 'completed') network.dispose();
  }
}

function runEpochs(task: TrainingTask, network: Network): TrainingOutcome {
  const {training, trainRows, samples, keys, start, control, observer, now} = task;
  const {batchSize} = training;
  const batches = stepsOfEpoch(trainRows.length, training);
  const trainedRows = Math.min(batches * batchSize, trainRows.length);
  const pieces = pieceSource(samples, task.plan.inputs, batchSize);
  const order = new Uint32Array(trainRows.length);
  const losses = new Float64Array(batches);
  const learningRates = new Float64Array(batches);
  const momenta = new Float64Array(batches);
  const schedule = createSchedule(training, start?.schedule ?? null);
  const best = training.earlyStopping ? watchBest(network, training.earlyStopping, start?.best ?? null) : null;
  const validation = task.validationRows ? rowsEvaluator(task.plan, samples, task.validationRows) : null;
  const measures = measuredInTime(task);
  const checkpoints = keptInTime(task, stateAt);

  let trainingLoss = start?.trainingLoss ?? Number.NaN;
  losses.set(start?.losses ?? []);
  for (let epoch = start?.epoch ?? 0; epoch < training.epochs; epoch++) {
    writeEpochOrder(trainRows, training, keys.order, epoch, order, task.blocks);
    schedule.learningRates(epoch, learningRates);
    schedule.momenta(epoch, momenta);
    const trained = order.subarray(0, trainedRows);
    const steps = {
      batchSize,
      epoch,
      learningRates,
      momenta,
      noise: {kind: 'drawn', key: foldIn(keys.masks, epoch)},
    } as const;
    for (let from = epoch === start?.epoch ? start.batch : 0; from < batches; ) {
      checkpoints.keepIfDue(epoch, from);
      const granted = control.grant(epoch, from, batches, () => {
        checkpoints.keep(epoch, from);
        observer.waiting?.({epoch, batch: from}, network);
      });
      if (granted === 0) {
        checkpoints.keep(epoch, from);
        return {kind: 'cancelled', epochs: epoch};
      }
      const to = Math.min(from + Math.min(granted, pieces.mostBatches), batches);
      const begun = now();
      const failed = from + network.trainSteps({...steps, ...pieces.take(trained, from, to)}, from, to, losses);
      if (failed < to) {
        const place = {epoch, learningRate: learningRates[failed]!, momentum: momenta[failed]!};
        return {kind: 'diverged', epochs: epoch + 1, problem: divergenceProblem(task, losses[failed]!, place)};
      }
      const elapsed = now() - begun;
      checkpoints.earn(elapsed);
      measures.earn(elapsed);
      observer.batchesEnded?.({epoch, from, to}, trained, network);
      from = to;
    }

    trainingLoss = meanOverRows(losses, batchSize, trainedRows);
    const validated = validation?.evaluate(network) ?? null;
    const validationLoss = validated?.loss ?? null;
    const record: EpochRecord = {
      epoch,
      trainingLoss,
      measures: measures.measure(network, validated?.predictions ?? null),
      validationLoss,
      learningRate: learningRates[0]!,
    };
    observer.epochEnded(record, network);
    schedule.endEpoch(epoch, validationLoss ?? trainingLoss);
    if (best && validationLoss !== null && best.shouldStop(epoch, validationLoss)) {
      return finished(task, network, {epochs: epoch + 1, bestEpoch: best.restore(), trainingLoss});
    }
  }
  return finished(task, network, {epochs: training.epochs, bestEpoch: best?.restore() ?? null, trainingLoss});

  function stateAt(epoch: number, batch: number): TrainingState {
    return {
      epoch,
      batch,
      parameters: parametersOf(network),
      optimizer: network.readOptimizerState(),
      schedule: schedule.state(),
      best: best?.state() ?? null,
      losses: losses.slice(0, batch),
      trainingLoss,
    };
  }
}

/** Checkpoints take at most 2 % of the training time: this share to take them, the rest for those that store them. */
const CHECKPOINT_SHARE = 0.015;
/** Taken as the cost of the first one, which so comes after a second of training. */
const FIRST_CHECKPOINT_MS = 15;
/** No more often than after so much training, however little they take here: others write them to the disk. */
const CHECKPOINT_EVERY_MS = 1000;

function keptInTime({observer, now}: TrainingTask, stateAt: (epoch: number, batch: number) => TrainingState) {
  const budget = createTimeBudget(FIRST_CHECKPOINT_MS);
  let newMs = 0;
  const keep = (epoch: number, batch: number): void => {
    if (!observer.checkpoint || newMs === 0) return;
    const begun = now();
    observer.checkpoint(stateAt(epoch, batch));
    budget.spend(now() - begun);
    newMs = 0;
  };
  return {
    earn(elapsedMs: number): void {
      newMs += elapsedMs;
      budget.earn(elapsedMs * CHECKPOINT_SHARE);
    },
    /** When training pauses or stops, nothing of it should be lost, whatever it costs. */
    keep,
    keepIfDue(epoch: number, batch: number): void {
      if (newMs >= CHECKPOINT_EVERY_MS && budget.isEnough()) keep(epoch, batch);
    },
  };
}

/** A weight behind an input that is always zero may be infinite without showing in a loss: so all are looked at. */
function finished(
  task: TrainingTask,
  network: Network,
  facts: {epochs: number; bestEpoch: number | null; trainingLoss: number},
): TrainingOutcome {
  if (parametersOf(network).every(Number.isFinite)) return {kind: 'completed', network, ...facts};
  const place = {epoch: facts.epochs - 1, learningRate: task.training.optimizer.learningRate, momentum: 0};
  return {kind: 'diverged', epochs: facts.epochs, problem: divergenceProblem(task, Number.NaN, place)};
}

function meanOverRows(losses: Float64Array, batchSize: number, rows: number): number {
  let sum = 0;
  losses.forEach((loss, step) => {
    sum += loss * Math.min(batchSize, rows - step * batchSize);
  });
  return sum / rows;
}

/** Measures where the time that is allowed for it has come together, and first as soon as any is. */
function measuredInTime({observer, now}: TrainingTask) {
  const budget = createTimeBudget(0);
  return {
    earn: (elapsedMs: number) => budget.earn(elapsedMs * (observer.measureShare ?? 0)),
    measure(network: Network, watched: Float64Array | null): EpochMeasures | null {
      if (!observer.measure || !budget.isEnough()) return null;
      const begun = now();
      const measures = observer.measure(network, watched);
      budget.spend(now() - begun);
      return measures;
    },
  };
}

/** Remembers the parameters of the epoch of lowest validation loss. */
function watchBest(network: Network, settings: {patience: number; minDelta: number}, start: BestEpoch | null) {
  const parameters = new Float64Array(network.parameterCount);
  if (start) parameters.set(start.parameters);
  let lowest = start?.loss ?? Number.POSITIVE_INFINITY;
  let bestEpoch = start?.epoch ?? null;
  return {
    shouldStop(epoch: number, loss: number): boolean {
      if (loss < lowest - settings.minDelta) {
        lowest = loss;
        bestEpoch = epoch + 1;
        network.readParameters(parameters);
      }
      return epoch + 1 - (bestEpoch ?? 0) >= settings.patience;
    },
    state: (): BestEpoch | null =>
      bestEpoch === null ? null : {epoch: bestEpoch, loss: lowest, parameters: parameters.slice()},
    /** @returns the best epoch, from 1; null if no loss was finite */
    restore(): number | null {
      if (bestEpoch !== null) network.writeParameters(parameters);
      return bestEpoch;
    },
  };
}

function parametersOf(network: Network): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return parameters;
}
