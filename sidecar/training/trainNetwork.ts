import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {foldIn, type RandomKey} from '../kernels/random.ts';
import type {Engine, Network, Samples} from '../network/engine.ts';
import {initialParameters} from '../network/initialize.ts';
import {type NetworkPlan, outputWidth} from '../network/plan.ts';
import {divergenceProblem} from './divergence.ts';
import {stepsOfEpoch, writeEpochOrder} from './epochOrder.ts';
import {evaluationLoss} from './evaluationLoss.ts';
import {createSchedule} from './schedule.ts';

export interface TrainingTask {
  readonly engine: Engine;
  readonly plan: NetworkPlan;
  readonly training: ResolvedDocument['training'];
  readonly samples: Samples;
  /** Rows of `samples` that are learned from. */
  readonly trainRows: Uint32Array;
  /** Rows of `samples` on which early stopping watches the loss; null without early stopping. */
  readonly validationRows: Uint32Array | null;
  readonly keys: TrainingKeys;
  readonly onEpoch: (record: EpochRecord) => void;
  /** Asked about every 50 ms of work. */
  readonly isCancelled: () => boolean;
}

/** Where the randomness of one training lies: initial weights, order of rows below the epoch, masks below the epoch. */
export interface TrainingKeys {
  readonly weights: RandomKey;
  readonly order: RandomKey;
  readonly masks: RandomKey;
}

export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** Mean over the rows, dropout active, while the weights changed. */
  readonly trainingLoss: number;
  readonly validationLoss: number | null;
  readonly learningRate: number;
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

/** Trains one network from its initial weights to the end. The caller disposes the network of a completed outcome. */
export function trainNetwork(task: TrainingTask): TrainingOutcome {
  const network = task.engine.createNetwork(task.plan);
  network.writeParameters(initialParameters(task.plan, task.keys.weights));
  let outcome: TrainingOutcome | undefined;
  try {
    outcome = runEpochs(task, network);
    return outcome;
  } finally {
    if (outcome?.kind !== 'completed') network.dispose();
  }
}

function runEpochs(task: TrainingTask, network: Network): TrainingOutcome {
  const {training, trainRows, samples, keys} = task;
  const {batchSize} = training;
  const steps = stepsOfEpoch(trainRows.length, training);
  const trainedRows = Math.min(steps * batchSize, trainRows.length);
  const order = new Uint32Array(trainRows.length);
  const losses = new Float64Array(steps);
  const learningRates = new Float64Array(steps);
  const momenta = new Float64Array(steps);
  const schedule = createSchedule(training);
  const best = training.earlyStopping ? watchBest(network, training.earlyStopping) : null;
  const validation = task.validationRows ? validationLossOf(task, network, task.validationRows) : null;
  const chunk = stepsPerChunk(network, batchSize);

  let trainingLoss = Number.NaN;
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    writeEpochOrder(trainRows, training, keys.order, epoch, order);
    schedule.learningRates(epoch, learningRates);
    schedule.momenta(epoch, momenta);
    const epochPlan = {
      samples,
      order: order.subarray(0, trainedRows),
      batchSize,
      learningRates,
      momenta,
      noise: {kind: 'drawn', key: foldIn(keys.masks, epoch)},
    } as const;
    for (let from = 0; from < steps; from += chunk) {
      if (task.isCancelled()) return {kind: 'cancelled', epochs: epoch};
      const to = Math.min(from + chunk, steps);
      const failed = from + network.trainSteps(epochPlan, from, to, losses);
      if (failed < to) {
        const place = {epoch, learningRate: learningRates[failed]!, momentum: momenta[failed]!};
        return {kind: 'diverged', epochs: epoch + 1, problem: divergenceProblem(task, losses[failed]!, place)};
      }
    }

    trainingLoss = meanOverRows(losses, batchSize, trainedRows);
    const validationLoss = validation?.() ?? null;
    task.onEpoch({epoch, trainingLoss, validationLoss, learningRate: learningRates[0]!});
    schedule.endEpoch(epoch, validationLoss ?? trainingLoss);
    if (best && validationLoss !== null && best.shouldStop(epoch, validationLoss)) {
      return finished(task, network, {epochs: epoch + 1, bestEpoch: best.restore(), trainingLoss});
    }
  }
  return finished(task, network, {epochs: training.epochs, bestEpoch: best?.restore() ?? null, trainingLoss});
}

/** A weight behind an input that is always zero may be infinite without showing in a loss: so all are looked at. */
function finished(
  task: TrainingTask,
  network: Network,
  facts: {epochs: number; bestEpoch: number | null; trainingLoss: number},
): TrainingOutcome {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  if (parameters.every(Number.isFinite)) return {kind: 'completed', network, ...facts};
  const place = {epoch: facts.epochs - 1, learningRate: task.training.optimizer.learningRate, momentum: 0};
  return {kind: 'diverged', epochs: facts.epochs, problem: divergenceProblem(task, Number.NaN, place)};
}

/** About 50 ms of work for a plain engine, from the number of multiplications: a clock would do, but needs one. */
function stepsPerChunk(network: Network, batchSize: number): number {
  return Math.max(1, Math.floor(1e7 / (network.parameterCount * batchSize)));
}

function meanOverRows(losses: Float64Array, batchSize: number, rows: number): number {
  let sum = 0;
  losses.forEach((loss, step) => {
    sum += loss * Math.min(batchSize, rows - step * batchSize);
  });
  return sum / rows;
}

function validationLossOf(task: TrainingTask, network: Network, rows: Uint32Array): () => number {
  const predictions = new Float64Array(rows.length * outputWidth(task.plan));
  return () => {
    network.predict(task.samples.inputs, rows, predictions);
    return evaluationLoss(task.plan.loss, predictions, task.samples, rows);
  };
}

/** Remembers the parameters of the epoch of lowest validation loss. */
function watchBest(network: Network, settings: {patience: number; minDelta: number}) {
  const parameters = new Float64Array(network.parameterCount);
  let lowest = Number.POSITIVE_INFINITY;
  let bestEpoch: number | null = null;
  return {
    shouldStop(epoch: number, loss: number): boolean {
      if (loss < lowest - settings.minDelta) {
        lowest = loss;
        bestEpoch = epoch + 1;
        network.readParameters(parameters);
      }
      return epoch + 1 - (bestEpoch ?? 0) >= settings.patience;
    },
    /** @returns the best epoch, from 1; null if no loss was finite */
    restore(): number | null {
      if (bestEpoch !== null) network.writeParameters(parameters);
      return bestEpoch;
    },
  };
}
