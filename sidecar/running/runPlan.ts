import {availableParallelism, freemem} from 'node:os';
import type {SearchPlan, StoredRun} from '../../schemas/generated/run.ts';
import {KEPT_CHUNK_BYTES} from '../data/streamedRows.ts';
import type {Experiment, VariantPlan} from '../experiment/experiment.ts';
import {LARGEST_MATRIX_BYTES} from '../experiment/inputMatrix.ts';
import {layerWidth} from '../network/plan.ts';
import {EXIT, UserError} from '../userError.ts';

/** How much there is to do, and how many do it. */
export interface RunPlan {
  /** Networks to train; baselines take no time to speak of. */
  readonly networks: number;
  /** Of all networks together, unless they stop early. */
  readonly totalEpochs: number;
  /** Of the nested cross-validation of a search, in epochs of the other networks, which have more rows; 0 without one. */
  readonly nestedEpochs: number;
  /** 0 for what is no variant. */
  readonly epochsOf: (variant: string) => number;
  readonly workers: number;
}

/**
 * @param wanted worker threads, where there is memory for them
 * @param search what it tries, if it is one
 * @throws UserError if not even one network fits into memory
 */
export function planRun(
  experiment: Experiment,
  kind: StoredRun['kind'],
  wanted: number,
  search?: Pick<SearchPlan, 'innerFolds'>,
): RunPlan {
  const {variants, folds} = experiment;
  const innerFolds = search?.innerFolds ?? 0;
  const rounds = kind === 'training' ? 1 : folds.length;
  const networks = variants.length * rounds;
  const epochs = new Map(variants.map(({name, document}) => [name, document.training.epochs]));
  const epochsOfEach = [...epochs.values()].reduce((sum, count) => sum + count, 0);
  // Each setting on all but one of the inner folds, once for each of them, and the chosen one on the whole.
  const choices = folds.filter(({repeat}) => repeat === 0).length;
  return {
    networks,
    totalEpochs: rounds * epochsOfEach,
    nestedEpochs: innerFolds < 2 ? 0 : choices * epochsOfEach * (innerFolds - 1 + 1 / variants.length),
    epochsOf: name => epochs.get(name) ?? 0,
    // More than a few for each core cost memory and gain nothing.
    workers: Math.min(wanted, networks, 4 * availableParallelism(), workersInMemory(experiment, availableMemory())),
  };
}

/** Some of the memory is left to others, and an estimate is no more than that. */
const USABLE_SHARE = 0.8;

/** @throws UserError if there is not enough for one */
export function workersInMemory({table, variants}: Experiment, availableBytes: number): number {
  const chunks = table.store ? KEPT_CHUNK_BYTES : 0;
  const bytes = chunks + Math.max(...variants.map(variant => networkBytes(variant, table.rows)));
  const count = Math.floor((availableBytes * USABLE_SHARE) / bytes);
  if (count >= 1) return count;
  const message = `One network of this experiment needs about ${gigabytes(bytes)} of memory, and only ${gigabytes(availableBytes)} are free. Lower units, batchSize or the number of columns, or end other programs.`;
  throw new UserError(message, EXIT.failed);
}

/** A thread with its own heap and the kernels. */
const WORKER_BYTES = 40e6;

/** Numbers of rows, their order and targets, and room to fit a column. */
const ROW_BYTES = 32;

/** What a worker takes at most to train a network: an estimate from above of what the engines allocate. */
function networkBytes({network, parameters, document}: VariantPlan, rows: number): number {
  const widths = network.layers.reduce((sum, layer) => sum + layerWidth(layer), network.inputs);
  // Weights, gradients, up to two moments, packed copies; for early stopping and checkpoints doubles.
  const perParameter = 4 * 6 + (document.training.earlyStopping ? 8 : 0);
  // Outputs, their gradients and the masks of a batch.
  const batch = network.batchSize * widths * 4 * 3;
  const matrix = Math.min(rows * network.inputs * 4, LARGEST_MATRIX_BYTES);
  return WORKER_BYTES + matrix + rows * ROW_BYTES + parameters * perParameter + batch;
}

/** What may still be taken, a container's limit included. */
function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(2)} GB`;
}
