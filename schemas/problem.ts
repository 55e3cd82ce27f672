/** What a user is told about a wrong document or data file: in the terminal, and as a diagnostic in the editor. */

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Zero-based, as in the Language Server Protocol; characters count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A place in a data file, one-based, as editors and spreadsheets count. */
export interface DataPlace {
  readonly file: string;
  readonly line?: number;
  /** One-based number of the column, or its name where it has one. */
  readonly column?: number | string;
}

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** A way out, ready to be applied: edits of the document that do not overlap. */
export interface Fix {
  /** What it does, such as `Set rate to 0.5`. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface Problem {
  /** Stable and kebab-case, such as `unknown-key`. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong and what to do, in one or two sentences. */
  readonly message: string;
  /** Where in the document. */
  readonly range: Range;
  /** Where in the data file, when the data are wrong rather than the document. */
  readonly data?: DataPlace;
  /** Which number of the split it is about, if it is about one: the command line may have said it, not the document. */
  readonly about?: 'folds' | 'repeats';
  /** The first is the one to take in doubt. */
  readonly fixes?: readonly Fix[];
}
