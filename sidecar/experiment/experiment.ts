import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {FeaturePlan} from '../data/features.ts';
import type {Table, Target} from '../data/table.ts';
import type {EvaluationPlan, Fold} from '../evaluation/folds.ts';
import type {NetworkPlan} from '../network/plan.ts';

/** A document and its data, resolved: nothing is left to decide but what chance decides, and that follows from the seed. */
export interface Experiment {
  readonly table: Table;
  readonly target: Target;
  /** How rows are split, and how what comes of it is judged. */
  readonly evaluation: EvaluationPlan & Pick<ResolvedDocument['evaluation'], 'samples' | 'practicalMargin'>;
  /** Of the document itself: the folds follow from it, and so are the same for all variants. */
  readonly seed: number;
  readonly folds: readonly Fold[];
  readonly variants: readonly VariantPlan[];
}

export interface VariantPlan {
  readonly name: string;
  readonly document: ResolvedDocument;
  readonly features: readonly FeaturePlan[];
  readonly network: NetworkPlan;
  /** Trained parameters. */
  readonly parameters: number;
}

/** The numbers of all rows, in order. */
export function allRows(rows: number): Uint32Array {
  return Uint32Array.from({length: rows}, (_, row) => row);
}
