import {tmpdir} from 'node:os';
import {type Cell, cellNumber, cellText, hasNumericMarker, missingCells} from './cell.ts';
import type {ColumnProfile} from './columnProfile.ts';
import {type ColumnRoom, memoryRoom, storedRoom} from './columnRoom.ts';
import {columnSettings} from './columnSettings.ts';
import {createStore, type NumberType, StoreFailure} from './columnStore.ts';
import {DataError, dataError, type NamedFile} from './dataError.ts';
import {type DataSection, formatOf} from './dataFile.ts';
import {inputColumns} from './inputColumns.ts';
import {WANTED} from './plainRows.ts';
import type {DataProfile, ReadOptions} from './profile.ts';
import {type RecordVisitor, readRecords} from './readRecords.ts';
import type {Column, Table} from './table.ts';

/**
 * Reads the columns of a profiled file into shared memory, each in an array of its size: target, groups and times, and
 * all columns that could be inputs, also where this document leaves them out, since a variant may not.
 * @throws DataError if a column that is used is not usable, if no row is left, if columns that are kept on disk do not fit
 *   there, or if the file is not the one that was profiled; the signal's reason if it is aborted
 */
export async function readTable(
  path: string,
  data: DataSection,
  profile: DataProfile,
  options: ReadOptions,
): Promise<Table> {
  const file: NamedFile = {path, name: data.source, format: formatOf(path, data)};
  try {
    return await readColumns(file, data, profile, options);
  } catch (error) {
    throw error instanceof StoreFailure ? notKept(file, error) : error;
  }
}

async function readColumns(
  file: NamedFile,
  data: DataSection,
  profile: DataProfile,
  options: ReadOptions,
): Promise<Table> {
  const {toPredict} = options;
  const reserved = [...(toPredict ? [] : [data.target]), ...(options.keep ?? [])];
  const names = profile.columns.map(column => column.name);
  const used = new Set([...reserved, ...(toPredict ?? inputColumns(file, names, data, reserved))]);
  // A model has its inputs already: what makes a column a poor input is no matter here.
  const certain = [...reserved, ...(toPredict ?? [])];
  for (const column of profile.columns) if (used.has(column.name)) assertUsable(file, column, certain);

  const {read, unread} = readableColumns(profile, data, certain);
  const withoutTarget = toPredict ? 0 : profile.columns[names.indexOf(data.target)]!.missing;
  const capacity = profile.rows - withoutTarget;
  const isMissing = missingCells(data.missing.markers);
  const columns = read.map(column => {
    const isReserved = reserved.includes(column.name);
    return {column, isReserved, type: numberType(column, isReserved)};
  });
  // Targets, groups and times are looked at row by row from the beginning to the end, and stay in memory.
  const stored = columns.filter(({isReserved}) => !isReserved);
  const isStreamed = streams(
    data,
    capacity,
    stored.map(({type}) => type),
  );
  const store = isStreamed
    ? createStore(
        options.storeFolder ?? tmpdir(),
        stored.map(({type}) => type),
      )
    : null;
  const writers = columns.map(({column, isReserved, type}) => {
    const index = names.indexOf(column.name);
    const room =
      store && !isReserved
        ? storedRoom(
            store,
            stored.findIndex(other => other.column === column),
            type,
          )
        : memoryRoom(type, capacity);
    return column.kind === 'categorical'
      ? categoryWriter(column, index, room, isMissing)
      : numberWriter(column, index, room, isMissing);
  });
  const wanted = wantedCells(profile, columns, used, data);
  const rowFilter = toPredict ? everyRow() : createRowFilter(profile, data, used, isMissing);
  const rowLines = new Uint32Array(new SharedArrayBuffer(4 * capacity));
  let rows = 0;
  const onRow = (cells: ReadonlyArray<Cell | undefined>, line: number) => {
    if (!rowFilter.accepts(cells) || rows === capacity) return;
    rowLines[rows] = line;
    for (const writer of writers) writer.write(cells[writer.index] ?? null, rows);
    rows++;
    store?.endRow();
  };
  const visitor = {onColumns() {}, onRow, wanted: () => wanted};
  const facts = await readAgain(file.path, data, profile, visitor, options.signal, file);
  store?.end();
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
    ...(store ? {store: store.store} : {}),
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

/** What is wanted of each column of the file: nothing of those that are neither kept nor decide about a row. */
function wantedCells(
  profile: DataProfile,
  kept: readonly {column: ColumnProfile}[],
  used: ReadonlySet<string>,
  data: DataSection,
): Uint8Array {
  const isMarkedByNumber = hasNumericMarker(data.missing.markers);
  return Uint8Array.from(profile.columns, column => {
    if (!used.has(column.name) && !kept.some(one => one.column === column)) return WANTED.nothing;
    return column.kind === 'numeric' && !isMarkedByNumber ? WANTED.number : WANTED.text;
  });
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

function everyRow(): ReturnType<typeof createRowFilter> {
  return {omitted: {withoutTarget: 0, withMissingValue: 0}, accepts: () => true};
}

interface ColumnWriter {
  /** Of the column in the file. */
  readonly index: number;
  write(cell: Cell, row: number): void;
  finish(rows: number): Column;
}

type IsMissing = (cell: Cell | undefined) => boolean;

function numberWriter({name}: ColumnProfile, index: number, room: ColumnRoom, isMissing: IsMissing): ColumnWriter {
  return {
    index,
    write(cell, row) {
      room.write(row, isMissing(cell) ? Number.NaN : cellNumber(cell));
    },
    finish: rows => room.numericColumn(name, rows),
  };
}

function numberType({kind, numbers}: ColumnProfile, isReserved: boolean): NumberType {
  if (kind === 'categorical') return 'int32';
  return isReserved || !numbers || losesInFloat32(numbers.min, numbers.max) ? 'float64' : 'float32';
}

/** Columns that take more are kept on disk unless the document says otherwise. The same on every machine: it changes the order of the rows. */
const LARGEST_TABLE_BYTES = 4e9;

function streams({streaming}: DataSection, rows: number, types: readonly NumberType[]): boolean {
  if (streaming !== 'auto') return streaming === 'always';
  return rows * types.reduce((sum, type) => sum + (type === 'float64' ? 8 : 4), 0) > LARGEST_TABLE_BYTES;
}

/**
 * Whether the 24 bits of float32 are too few for what differs between the values: years as seconds, say. float32 also
 * ends at 1e-38; below, it would keep less and less.
 */
function losesInFloat32(min: number, max: number): boolean {
  const size = Math.max(Math.abs(min), Math.abs(max));
  return max - min < size * 1e-3 || size < 1e-30;
}

function categoryWriter({name}: ColumnProfile, index: number, room: ColumnRoom, isMissing: IsMissing): ColumnWriter {
  const codeOf = new Map<string, number>();
  return {
    index,
    write(cell, row) {
      if (isMissing(cell)) {
        room.write(row, -1);
        return;
      }
      const text = cellText(cell);
      let code = codeOf.get(text);
      if (code === undefined) {
        code = codeOf.size;
        codeOf.set(text, code);
      }
      room.write(row, code);
    },
    finish(rows) {
      // Codes were given in the order of the file; in the table they follow the alphabet.
      const names = [...codeOf.keys()];
      const sorted = names.toSorted();
      const rank = new Map(sorted.map((category, position) => [category, position]));
      const ranks = Int32Array.from(names, category => rank.get(category)!);
      return room.categoricalColumn(name, rows, ranks, sorted);
    },
  };
}

/** Reads the file once more. The first time it was in order: if it is not now, someone has changed it. */
async function readAgain(
  path: string,
  data: DataSection,
  profile: DataProfile,
  visitor: RecordVisitor,
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
        return visitor;
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw fileChanged(file, error);
  }
}

function notKept(file: NamedFile, {cause}: StoreFailure): DataError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NO_ROOM.includes(code)) {
    const text =
      'the disk is full: the columns are kept beside the document while training. Make room there, or set data.streaming to "never" if they fit into memory.';
    return dataError(file, 'disk-full', text, {key: 'data.streaming'}, cause);
  }
  const text = `its columns cannot be kept on disk, neither beside the document nor among the temporary files (${code}). Make a place where files may be written, or set data.streaming to "never" if they fit into memory.`;
  return dataError(file, 'disk-not-writable', text, {key: 'data.streaming'}, cause);
}

/** No space, no quota, or a file that would become larger than files may be. */
const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

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
