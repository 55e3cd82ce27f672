import type {DataFile} from './dataFile.ts';

/** Where something is wrong: in the data file, in the document, or both. */
export interface DataErrorPlace {
  /** One-based line of the file; none for Parquet, whose rows are only named in the message. */
  readonly line?: number;
  /** Name of the column, or its one-based number where it has no name. */
  readonly column?: string | number;
  /** Dotted key of the document, such as `data.target`. */
  readonly key?: string;
  /** What was probably meant in its place. */
  readonly meant?: string;
}

/** A mistake in the data, or in what the document says about them. The only error for users that this room throws. */
export class DataError extends Error implements DataErrorPlace {
  override readonly name = 'DataError';
  /** Stable and kebab-case. */
  readonly code: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: string | number;
  readonly key?: string;
  readonly meant?: string;

  constructor(code: string, message: string, place: DataErrorPlace & {file: string}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.key = place.key;
    this.meant = place.meant;
  }
}

/** What a message calls a file, and whether its rows stand on lines. */
export type NamedFile = Pick<DataFile, 'path' | 'name' | 'format'>;

/** A DataError whose message begins with its place, as in `people.csv, line 4, column "age": …`. */
export function dataError(
  file: NamedFile,
  code: string,
  text: string,
  {line, column, key, meant}: DataErrorPlace = {},
  cause?: unknown,
): DataError {
  const hasLines = file.format !== 'parquet';
  const message = `${describePlace(file, line, column)}: ${text}`;
  const place = {file: file.path, line: hasLines ? line : undefined, column, key, meant};
  return new DataError(code, message, place, cause === undefined ? undefined : {cause});
}

function describePlace(file: NamedFile, line: number | undefined, column: string | number | undefined): string {
  const row = line === undefined ? '' : `, ${file.format === 'parquet' ? 'row' : 'line'} ${line}`;
  if (column === undefined) return `${file.name}${row}`;
  return `${file.name}${row}, column ${typeof column === 'string' ? quoted(column) : column}`;
}

/** A name or a cell as a message shows it: on one line, and not too long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

/** `"a", "b" and "c"`, with `…` where there are more than a sentence holds. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quoted);
  if (names.length > shown.length) return `${shown.join(', ')}, …`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
