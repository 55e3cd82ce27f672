import {type Cell, cellNumber, cellText, missingCells} from './cell.ts';
import type {ColumnProfile} from './columnProfile.ts';
import {columnSettings} from './columnSettings.ts';
import {DataError, dataError, type NamedFile} from './dataError.ts';
import {type DataSection, formatOf} from './dataFile.ts';
import {inputColumns} from './inputColumns.ts';
import type {DataProfile, ReadOptions} from './profile.ts';
import {readRecords} from './readRecords.ts';
import type {Column, Table} from './table.ts';

/**
 * Reads the columns of a profiled file into shared memory, each in an array of its size: target, groups and times, and
 * all columns that could be inputs, also where this document leaves them out, since a variant may not.
 * @throws DataError if a column that is used is not usable, if no row is left, or if the file is not the one that was
 *   profiled; the signal's reason if it is aborted
 */
export async function readTable(
  path: string,
  data: DataSection,
  profile: DataProfile,
  options: ReadOptions,
): Promise<Table> {
  const file: NamedFile = {path, name: data.source, format: formatOf(path, data)};
  const reserved = [data.target, ...(options.keep ?? [])];
  const names = profile.columns.map(column => column.name);
  const used = new Set([...reserved, ...inputColumns(file, names, data, reserved)]);
  for (const column of profile.columns) if (used.has(column.name)) assertUsable(file, column, reserved);

  const {read, unread} = readableColumns(profile, data, reserved);
  const capacity = profile.rows - profile.columns[names.indexOf(data.target)]!.missing;
  const isMissing = missingCells(data.missing.markers);
  const writers = read.map(column => {
    const index = names.indexOf(column.name);
    if (column.kind === 'categorical') return categoryWriter(column, index, capacity, isMissing);
    return numberWriter(column, index, capacity, isMissing, reserved.includes(column.name));
  });
  const rowFilter = createRowFilter(profile, data, used, isMissing);
  const rowLines = new Uint32Array(new SharedArrayBuffer(4 * capacity));
  let rows = 0;
  const onRow = (cells: ReadonlyArray<Cell | undefined>, line: number) => {
    if (!rowFilter.accepts(cells) || rows === capacity) return;
    rowLines[rows] = line;
    for (const writer of writers) writer.write(cells[writer.index] ?? null, rows);
    rows++;
  };
  const facts = await readAgain(path, data, profile, onRow, options.signal, file);
  if (facts.sha256 !== profile.sha256) throw fileChanged(file);
  if (rows === 0) throw noRowsLeft(file, data, rowFilter.omitted.withoutTarget, profile.rows);
  return {
    source: data.source,
    rows,
    columns: writers.map(writer => writer.finish(rows)),
    rowLines: rowLines.subarray(0, rows),
    sha256: facts.sha256,
    byteLength: facts.byteLength,
    omitted: {...rowFilter.omitted},
    unread,
  };
}

function assertUsable(file: NamedFile, {name, problem}: ColumnProfile, reserved: readonly string[]): void {
  if (!problem || (problem.ofInputs && reserved.includes(name))) return;
  throw dataError(file, problem.code, problem.text, {line: problem.line, column: name, key: problem.key});
}

function readableColumns({columns}: DataProfile, data: DataSection, reserved: readonly string[]) {
  const isReadable = ({name, problem}: ColumnProfile) =>
    reserved.includes(name) || (!problem && columnSettings(data, name).type !== 'ignore');
  return {
    read: columns.filter(isReadable),
    unread: columns
      .filter(column => !isReadable(column))
      .map(({name, problem}) => ({name, ...(problem ? {problem} : {})})),
  };
}

/** Which rows are kept, and how many are not. */
function createRowFilter(profile: DataProfile, data: DataSection, used: ReadonlySet<string>, isMissing: IsMissing) {
  const target = profile.columns.findIndex(column => column.name === data.target);
  const needed = profile.columns.flatMap(({name, kind}, index) => {
    const drops = columnSettings(data, name).missing[kind] === 'dropRow';
    return drops && used.has(name) && index !== target ? [index] : [];
  });
  const omitted = {withoutTarget: 0, withMissingValue: 0};
  return {
    omitted,
    accepts(cells: ReadonlyArray<Cell | undefined>): boolean {
      if (isMissing(cells[target])) omitted.withoutTarget++;
      else if (needed.some(index => isMissing(cells[index]))) omitted.withMissingValue++;
      else return true;
      return false;
    },
  };
}

interface ColumnWriter {
  /** Of the column in the file. */
  readonly index: number;
  write(cell: Cell, row: number): void;
  finish(rows: number): Column;
}

type IsMissing = (cell: Cell | undefined) => boolean;

function numberWriter(
  {name, numbers}: ColumnProfile,
  index: number,
  capacity: number,
  isMissing: IsMissing,
  isReserved: boolean,
): ColumnWriter {
  const needsDouble = isReserved || !numbers || losesInFloat32(numbers.min, numbers.max);
  const values = needsDouble
    ? new Float64Array(new SharedArrayBuffer(8 * capacity))
    : new Float32Array(new SharedArrayBuffer(4 * capacity));
  return {
    index,
    write(cell, row) {
      values[row] = isMissing(cell) ? Number.NaN : cellNumber(cell);
    },
    finish: rows => ({kind: 'numeric', name, values: values.subarray(0, rows)}),
  };
}

/**
 * Whether the 24 bits of float32 are too few for what differs between the values: years as seconds, say. float32 also
 * ends at 1e-38; below, it would keep less and less.
 */
function losesInFloat32(min: number, max: number): boolean {
  const size = Math.max(Math.abs(min), Math.abs(max));
  return max - min < size * 1e-3 || size < 1e-30;
}

function categoryWriter({name}: ColumnProfile, index: number, capacity: number, isMissing: IsMissing): ColumnWriter {
  const codes = new Int32Array(new SharedArrayBuffer(4 * capacity));
  const codeOf = new Map<string, number>();
  return {
    index,
    write(cell, row) {
      if (isMissing(cell)) {
        codes[row] = -1;
        return;
      }
      const text = cellText(cell);
      let code = codeOf.get(text);
      if (code === undefined) {
        code = codeOf.size;
        codeOf.set(text, code);
      }
      codes[row] = code;
    },
    finish(rows) {
      // Codes were given in the order of the file; in the table they follow the alphabet.
      const names = [...codeOf.keys()];
      const sorted = names.toSorted();
      const rank = new Map(sorted.map((category, position) => [category, position]));
      const ranks = Int32Array.from(names, category => rank.get(category)!);
      const kept = codes.subarray(0, rows);
      for (let row = 0; row < rows; row++) if (kept[row]! >= 0) kept[row] = ranks[kept[row]!]!;
      return {kind: 'categorical', name, codes: kept, categories: sorted};
    },
  };
}

/** Reads the file once more. The first time it was in order: if it is not now, someone has changed it. */
async function readAgain(
  path: string,
  data: DataSection,
  profile: DataProfile,
  onRow: (cells: ReadonlyArray<Cell | undefined>, line: number) => void,
  signal: AbortSignal | undefined,
  file: NamedFile,
) {
  const assertUnchanged = (byteLength: number, modifiedMs: number) => {
    if (byteLength !== profile.byteLength || modifiedMs !== profile.modifiedMs) throw fileChanged(file);
  };
  try {
    return await readRecords(
      path,
      data,
      opened => {
        assertUnchanged(opened.byteLength, opened.modifiedMs);
        return {onColumns() {}, onRow};
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw fileChanged(file, error);
  }
}

function fileChanged(file: NamedFile, cause?: unknown): DataError {
  const text = 'the file was changed while it was being read. Try again once nothing writes to it.';
  return dataError(file, 'file-changed', text, {key: 'data.source'}, cause);
}

function noRowsLeft(file: NamedFile, data: DataSection, withoutTarget: number, rows: number): DataError {
  if (withoutTarget === rows) {
    const text = 'no row has a target. Set data.target to a column with values.';
    return dataError(file, 'no-rows-left', text, {column: data.target, key: 'data.target'});
  }
  const text =
    'no row is left: each lacks a value in a column whose missing is "dropRow", or the target. Fill the values in, or choose another way for missing values.';
  return dataError(file, 'no-rows-left', text, {key: 'data.missing'});
}
