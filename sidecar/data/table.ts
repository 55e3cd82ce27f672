import type {ColumnStore} from './columnStore.ts';

/**
 * A data set: one array a column, in shared memory, so that worker threads read it without a copy, or on disk. Nothing
 * in it is fitted: imputation, categories' inputs and scales belong to an encoder, fitted on a fold's training rows.
 */
export interface Table {
  /** Path of the file as the document names it. */
  readonly source: string;
  /** Rows kept: those without a target, or left out by `dropRow`, are not in the table. */
  readonly rows: number;
  readonly columns: readonly Column[];
  /** [rows], the one-based line of the file where each row begins; for Parquet its row number. */
  readonly rowLines: Uint32Array;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
  readonly byteLength: number;
  /** Rows of the file that are not in the table, by reason. */
  readonly omitted: {readonly withoutTarget: number; readonly withMissingValue: number};
  /** Columns of the file that are not in the table, and what a document is told that wants them as inputs. */
  readonly unread?: readonly UnreadColumn[];
  /** Where the columns lie that are not in memory; absent: all are. */
  readonly store?: ColumnStore | undefined;
}

export interface UnreadColumn {
  readonly name: string;
  /** undefined: the document itself says that the column is not used. */
  readonly problem?: {readonly code: string; readonly text: string; readonly line?: number; readonly key: string};
}

export type Column = NumericColumn | CategoricalColumn;

export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  /** [rows], NaN where missing. float32, unless its spread is so small against its size that rounding would show. */
  readonly values: Float32Array | Float64Array;
}

export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly name: string;
  /** [rows], index into `categories`, −1 where missing. */
  readonly codes: Int32Array;
  /** In alphabetical order (by UTF-16 units). Each is in some row of the table. */
  readonly categories: readonly string[];
}

/** What is predicted. */
export type Target = ClassTarget | RealTarget;

export interface ClassTarget {
  readonly task: 'classification';
  readonly name: string;
  /** Alphabetical, or in their order where all are numbers; of two, the positive one is last. */
  readonly classes: readonly string[];
  /** [rows], index into `classes`. */
  readonly values: Int32Array;
}

export interface RealTarget {
  readonly task: 'regression';
  readonly name: string;
  /** [rows], in the target's own units. */
  readonly values: Float64Array;
}
