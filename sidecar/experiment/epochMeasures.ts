import type {RowEncoder} from '../data/encoder.ts';
import type {Target} from '../data/table.ts';
import {encodeTarget, type TargetScale} from '../data/target.ts';
import {type NetworkPlan, outputWidth} from '../network/plan.ts';
import {evenlySpaced} from '../training/evenlySpaced.ts';
import {rowsEvaluator} from '../training/rowsEvaluator.ts';
import type {TrainingSamples} from '../training/trainingSamples.ts';
import type {TrainingObserver} from '../training/trainNetwork.ts';
import {encodedWhenNeeded} from './foldSamples.ts';
import {inTargetUnits, metricsOfRows} from './testMetrics.ts';

/** Share of the training time in which it is measured how a network does without dropout: with 1 % a short training had two points. */
const MEASURE_SHARE = 0.04;
/** On at most this many rows that are learned from, as many that early stopping watches, and as many that are tested. */
const MOST_ROWS = 4096;

/** One network's task, as its measures know it. Rows are those of the table, `learned` and `watched` in the order of the samples. */
interface MeasuredTask {
  readonly plan: NetworkPlan;
  readonly target: Target;
  readonly targetScale: TargetScale | null;
  readonly encode: RowEncoder;
  readonly samples: TrainingSamples;
  readonly learned: number;
  readonly watched: Uint32Array;
  readonly test: Uint32Array;
  /** Of rows of the table, in the loss. */
  readonly weights: (rows: Uint32Array) => Float32Array | null;
}

/** What is told of a network after its epochs beside the loss that it is trained by. */
export function epochMeasures(task: MeasuredTask): Required<Pick<TrainingObserver, 'measure' | 'measureShare'>> {
  const {plan, target, targetScale, encode, samples, learned, watched, weights} = task;
  const outputs = outputWidth(plan);
  const clean = rowsEvaluator(plan, samples, evenlySpaced(learned, MOST_ROWS));
  const shown = evenlySpaced(watched.length, MOST_ROWS);
  const metricsOfShown = metricsOfRows(
    target,
    shown.map(i => watched[i]!),
  );
  const validationOf = (predictions: Float64Array) =>
    metricsOfShown(inTargetUnits(ofRows(predictions, outputs, shown), outputs, targetScale));
  const rows = evenlySpaced(task.test.length, MOST_ROWS).map(i => task.test[i]!);
  const known = {targets: encodeTarget(target, targetScale, rows), weights: weights(rows)};
  const test = rowsEvaluator(plan, encodedWhenNeeded(encode, rows, known), evenlySpaced(rows.length, rows.length));
  const metrics = metricsOfRows(target, rows);
  return {
    measureShare: MEASURE_SHARE,
    measure(network, predicted) {
      const cleanLoss = clean.evaluate(network).loss;
      const validation = predicted && validationOf(predicted);
      if (rows.length === 0) return {cleanLoss, validation, test: null};
      const {loss, predictions} = test.evaluate(network);
      return {cleanLoss, validation, test: {loss, metrics: metrics(inTargetUnits(predictions, outputs, targetScale))}};
    },
  };
}

/** Those of some rows. @param predictions [all rows × outputs]; itself where all are wanted */
function ofRows(predictions: Float64Array, outputs: number, rows: Uint32Array): Float64Array {
  if (rows.length * outputs === predictions.length) return predictions;
  const chosen = new Float64Array(rows.length * outputs);
  rows.forEach((row, i) => {
    chosen.set(predictions.subarray(row * outputs, (row + 1) * outputs), i * outputs);
  });
  return chosen;
}
