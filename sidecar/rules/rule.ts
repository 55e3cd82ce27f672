import type {MlpDocument} from '../../schemas/generated/mlpDocument.ts';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {Severity} from '../../schemas/problem.ts';
import type {LayerState} from '../../schemas/protocol.ts';
import type {ColumnProfile} from '../data/columnProfile.ts';
import type {FeaturePlan} from '../data/features.ts';
import type {Table, Target} from '../data/table.ts';
import type {Path} from '../document/documentPath.ts';
import type {DocumentFix} from '../document/documentProblem.ts';
import type {ParsedDocument} from '../document/parseDocument.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import type {NetworkPlan} from '../network/plan.ts';
import type {Thresholds} from './thresholds.ts';

/** Something that is possible but probably unwise. What is impossible is an error of the document or of the data. */
export interface Rule {
  /** Stable and kebab-case. */
  readonly code: string;
  readonly severity: Exclude<Severity, 'error'>;
  /** When it speaks, in a few words. */
  readonly title: string;
  /** Why, for the page about the rules. */
  readonly reason: string;
  /** Where that is known from. */
  readonly source: string;
  /** Why there is no quick fix, where there is none: a sentence for the page about the rules. */
  readonly noFix?: string;
  /** What must be known: the document alone, its data too, a stored cross-validation, or a stored model. */
  readonly needs: 'document' | 'data' | 'run' | 'model';
  /** Looks at one variant. What all variants share is found in each of them and told once. */
  check(subject: RuleSubject): Finding[];
}

export interface Finding {
  /** With what was measured, and what to do. */
  readonly message: string;
  /** In the variant's document. */
  readonly path: Path;
  /** Default: value. */
  readonly at?: 'key' | 'value';
  readonly fixes?: readonly DocumentFix[];
}

export interface RuleSubject {
  readonly document: ResolvedDocument;
  readonly written: MlpDocument;
  readonly name: string;
  readonly variants: readonly ResolvedVariant[];
  readonly parsed: ParsedDocument;
  readonly thresholds: Thresholds;
  readonly data: DataFacts | undefined;
  readonly run: RunFacts | undefined;
  /** Of this variant, if a model of it is stored. */
  readonly trained: TrainedFacts | undefined;
  /** Of all variants of which one is stored. */
  readonly allTrained: readonly TrainedFacts[];
}

/** What rules know of the data of a variant. */
export interface DataFacts {
  /** Rows that have a target and are not left out. */
  readonly rows: number;
  readonly target: Pick<Target, 'name' | 'task'>;
  /** 0 for a real target. */
  readonly classCount: number;
  readonly network: NetworkPlan;
  readonly features: readonly FeaturePlan[];
  readonly columns: readonly ColumnProfile[];
  /** Rows of the smallest training part of a fold. */
  readonly trainRows: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  /** The rows themselves; undefined where the file is too large to be kept by an editor. */
  readonly rowsRead: {readonly table: Table; readonly target: Target} | undefined;
}

/** The newest finished cross-validation of the document. */
export interface RunFacts {
  readonly stored: StoredRun;
  /** Mean training loss of each epoch over the folds, by variant. */
  readonly trainingLoss: ReadonlyMap<string, readonly number[]>;
}

/** A stored model, seen in evaluation on rows of the data. */
export interface TrainedFacts {
  readonly variant: string;
  /** The resolved document that it was trained from. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Rows that were looked at. */
  readonly rows: number;
  readonly layers: readonly LayerState[];
}
