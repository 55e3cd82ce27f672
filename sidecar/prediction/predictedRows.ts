import type {Table} from '../data/table.ts';
import {classSet} from '../evaluation/conformal.ts';
import {predictedClass, probabilityOf} from '../evaluation/metrics.ts';
import type {SampledSummary} from '../evaluation/sampledPredictions.ts';
import type {StoredModel} from '../runs/readModel.ts';
import type {LearnedFromFolds} from './calibrationFrom.ts';
import type {StrangeValues} from './strangeValues.ts';

/** All that is said of the rows of a file. */
export interface Prediction {
  readonly target: StoredModel['target'];
  readonly table: Table;
  readonly actual: Float64Array | null;
  /** What is predicted, in the layout of `metrics.ts`. */
  readonly predictions: Float64Array;
  /** Of samples or of an ensemble; null: neither was asked for. */
  readonly sampled: SampledSummary | null;
  readonly learned: LearnedFromFolds | null;
  /** What training never saw the like of, by column. */
  readonly strange: readonly StrangeValues[];
}

/** One row, as it is written and shown. */
export interface PredictedRow {
  /** Of the data file, from 1. */
  readonly line: number;
  readonly actual?: string | number | null;
  readonly predicted: string | number;
  /** Probability of each class, in the order of the model's classes. */
  readonly probabilities?: readonly number[];
  /** Standard deviation over the samples: of the probability of the predicted class, or of the value. */
  readonly sd?: number;
  readonly entropy?: number;
  readonly mutualInformation?: number;
  /** Classes that the row may have, with the wanted coverage. */
  readonly set?: readonly string[];
  readonly interval?: readonly [low: number, high: number];
}

export function predictedRow(prediction: Prediction, row: number): PredictedRow {
  const {target, table, actual} = prediction;
  const known = actual === null ? {} : {actual: actualOf(target, actual[row]!)};
  const place = {line: table.rowLines[row]!, ...known};
  return {
    ...place,
    ...(target.task === 'classification' ? classRow(prediction, target.classes, row) : valueRow(prediction, row)),
  };
}

function classRow({predictions, sampled, learned}: Prediction, classes: readonly string[], row: number) {
  const best = predictedClass(predictions, row, classes.length);
  const probabilities = classes.map((_, each) => probabilityOf(predictions, row, each, classes.length));
  const set = learned && classSet(predictions, row, classes.length, learned.bounds).map(each => classes[each]!);
  return {
    predicted: classes[best]!,
    probabilities,
    ...(sampled && {
      sd: sampled.sd[classes.length === 2 ? row : row * classes.length + best]!,
      entropy: sampled.entropy![row]!,
      mutualInformation: sampled.mutualInformation![row]!,
    }),
    ...(set && {set}),
  };
}

function valueRow({predictions, sampled, learned}: Prediction, row: number) {
  const predicted = predictions[row]!;
  return {
    predicted,
    ...(sampled && {sd: sampled.sd[row]!}),
    ...(learned && {interval: [predicted - learned.bounds[0]!, predicted + learned.bounds[0]!] as const}),
  };
}

function actualOf(target: StoredModel['target'], value: number): string | number | null {
  if (target.task === 'classification') return target.classes[value] ?? null;
  return Number.isNaN(value) ? null : value;
}

/** Rows by how much the samples contradict each other, the most first; where there are none, by how unsure they are. */
export function leastCertainRows({predictions, sampled, target, table}: Prediction): Uint32Array {
  const doubt = sampled?.mutualInformation ?? sampled?.sd ?? unsureness(predictions, target);
  const rows = Uint32Array.from({length: table.rows}, (_, row) => row);
  return doubt === null ? rows : rows.sort((a, b) => doubt[b]! - doubt[a]! || a - b);
}

/** 1 − the largest probability of each row; null for values, of which one prediction says nothing. */
function unsureness(predictions: Float64Array, target: StoredModel['target']): Float64Array | null {
  if (target.task === 'regression') return null;
  const count = target.classes.length;
  const rows = count === 2 ? predictions.length : predictions.length / count;
  return Float64Array.from({length: rows}, (_, row) => {
    const best = predictedClass(predictions, row, count);
    return 1 - probabilityOf(predictions, row, best, count);
  });
}
