import type {Network} from '../network/engine.ts';
import {type NetworkPlan, outputWidth} from '../network/plan.ts';
import {evaluationLoss} from './evaluationLoss.ts';
import {predictRows} from './predictRows.ts';
import {inputsOf, type TrainingSamples} from './trainingSamples.ts';

/** Says, again and again while a network trains, how it does on the same rows in evaluation mode. */
export interface RowsEvaluator {
  /** The loss without penalties, and what the rows are predicted as, [rows × outputs]: the next call overwrites it. */
  evaluate(network: Network): {readonly loss: number; readonly predictions: Float64Array};
}

/** Inputs that have no matrix are encoded once where they are no more bytes than this, else each time. */
const MOST_KEPT_BYTES = 2 ** 25;

/** @param rows of the samples. Room is made when it is needed first. */
export function rowsEvaluator(plan: NetworkPlan, samples: TrainingSamples, rows: Uint32Array): RowsEvaluator {
  let predictions: Float64Array | undefined;
  let kept: ReturnType<typeof inputsOf> | undefined;
  return {
    evaluate(network) {
      predictions ??= new Float64Array(rows.length * outputWidth(plan));
      if (samples.inputs || rows.length * plan.inputs * 4 <= MOST_KEPT_BYTES) {
        kept ??= inputsOf(samples, rows, plan.inputs);
        network.predict(kept.inputs, kept.rows, predictions);
      } else predictRows(network, rows, samples.encode, predictions);
      return {loss: evaluationLoss(plan.loss, predictions, samples, rows), predictions};
    },
  };
}
