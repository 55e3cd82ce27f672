import {encodeRows} from '../data/encoder.ts';
import type {Table, Target} from '../data/table.ts';
import type {Fold} from '../evaluation/folds.ts';
import type {Metric} from '../evaluation/metrics.ts';
import type {FittedModel} from '../experiment/foldTask.ts';
import {inTargetUnits, testMetrics} from '../experiment/testMetrics.ts';
import type {Engine, Network} from '../network/engine.ts';
import {type NetworkPlan, outputWidth} from '../network/plan.ts';

/** A network that was trained on one fold, with the rows that it may be asked about: those it was not trained on. */
export interface FoldModel {
  readonly fold: Fold;
  readonly model: FittedModel;
}

/** A fold's network at work on its encoded test rows. */
export interface FoldNetwork {
  readonly network: Network;
  readonly fold: Fold;
  /** [test rows × inputs], as the network gets them. It may be changed, and is to be put back. */
  readonly inputs: Float32Array;
  readonly parameters: Float64Array;
  /** The metrics of what the network says of `inputs`. */
  measure(): Readonly<Partial<Record<Metric, number | null>>>;
}

/** Calls `use` with the network of each fold, one after the other. */
export async function eachFoldNetwork<T>(
  {table, target, plan, engine}: {table: Table; target: Target; plan: NetworkPlan; engine: Engine},
  models: readonly FoldModel[],
  use: (network: FoldNetwork) => T | Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const {fold, model} of models) {
    const {encoder, parameters, targetScale} = model;
    const network = engine.createNetwork(plan);
    try {
      network.writeParameters(parameters);
      const inputs = new Float32Array(fold.test.length * encoder.width);
      encodeRows(table, encoder, fold.test, inputs);
      const rows = Uint32Array.from(fold.test.keys());
      const out = new Float64Array(rows.length * outputWidth(plan));
      const measure = () => {
        network.predict(inputs, rows, out);
        return testMetrics(target, inTargetUnits(out, outputWidth(plan), targetScale), fold.test);
      };
      results.push(await use({network, fold, inputs, parameters, measure}));
    } finally {
      network.dispose();
    }
  }
  return results;
}
