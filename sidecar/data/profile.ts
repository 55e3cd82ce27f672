import {hasNumericMarker, missingCells} from './cell.ts';
import {type ColumnProfile, columnProfile} from './columnProfile.ts';
import {type ColumnTally, createTally, tallyCell} from './columnTally.ts';
import {dataError, type NamedFile} from './dataError.ts';
import type {DataSection} from './dataFile.ts';
import {assertColumns} from './inputColumns.ts';
import {WANTED} from './plainRows.ts';
import {type FileFacts, readRecords} from './readRecords.ts';

/** What a data file holds. Plain data, so that it can be sent to an editor. */
export interface DataProfile extends FileFacts {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

export interface ReadOptions {
  /** Columns that are used besides target and inputs: those of groups and times. */
  readonly keep?: readonly string[];
  readonly signal?: AbortSignal;
  /** Where columns that are kept on disk are written; absent: among the temporary files. */
  readonly storeFolder?: string;
  /** Inputs of a model that is to predict the rows: no row is left out, and the document's target is one of these. */
  readonly toPredict?: readonly string[];
}

/**
 * Reads a file once, from its first row to its last, and tells what its columns hold. Columns that are named but not
 * there are found at the header; what is wrong inside a column is only told, since the column may not be used.
 * @throws DataError if the file cannot be read, has no rows, or lacks a column that the document names; the signal's
 *   reason if it is aborted
 */
export async function profileData(path: string, data: DataSection, options: ReadOptions): Promise<DataProfile> {
  const needed = [...(options.toPredict ?? []), ...(options.keep ?? [])];
  const assertNames = (file: NamedFile, names: readonly string[]) => assertColumns(file, names, data, needed);
  const counted = await countFile(path, data, assertNames, options.signal);
  return profileOf(counted, path, data, needed);
}

/** What was counted while a file was read, before it is known what the document makes of its columns. */
export interface CountedFile extends FileFacts {
  readonly rows: number;
  readonly tallies: readonly ColumnTally[];
}

/**
 * Reads a file once and counts.
 * @param onNames sees the names of the columns before the first row, where the format tells them there
 * @throws DataError if the file cannot be read or has no rows; the signal's reason if it is aborted
 */
export async function countFile(
  path: string,
  data: DataSection,
  onNames: (file: NamedFile, names: readonly string[]) => void,
  signal: AbortSignal | undefined,
): Promise<CountedFile> {
  const isMissing = missingCells(data.missing.markers);
  const isMarkedByNumber = hasNumericMarker(data.missing.markers);
  const tallies: ColumnTally[] = [];
  let wanted = new Uint8Array(0);
  let rows = 0;
  let file: NamedFile | undefined;

  const facts = await readRecords(
    path,
    data,
    opened => {
      file = opened;
      return {
        wanted: () => wanted,
        onColumns(names) {
          for (const name of names.slice(tallies.length)) tallies.push(createTally(name));
          wanted = new Uint8Array(names.length);
          // Later lines of JSON Lines may bring more.
          if (opened.format !== 'jsonLines') onNames(opened, names);
        },
        onRow(cells, line) {
          rows++;
          for (let i = 0; i < cells.length; i++) {
            const cell = cells[i];
            if (cell === undefined || isMissing(cell)) continue;
            const tally = tallies[i]!;
            tallyCell(tally, cell, line);
            // Of a column with too many texts for categories only its numbers are told.
            if (tally.texts === null && !isMarkedByNumber) wanted[i] = WANTED.number;
          }
        },
      };
    },
    signal,
  );
  if (rows === 0) {
    const text =
      data.header && facts.format === 'delimited' ? 'the file has a header but no rows.' : 'the file has no rows.';
    throw dataError(file!, 'no-rows', text, {key: 'data.source'});
  }
  return {...facts, rows, tallies};
}

/**
 * What the columns of a counted file hold for a document.
 * @throws DataError if a column that the document names is not there
 */
export function profileOf(counted: CountedFile, path: string, data: DataSection, keep: readonly string[]): DataProfile {
  const names = counted.tallies.map(tally => tally.name);
  assertColumns({path, name: data.source, format: counted.format}, names, data, keep);
  return profileOfAny(counted, data);
}

/** The same, whether or not the file has the columns that the document names. */
export function profileOfAny(counted: CountedFile, data: DataSection): DataProfile {
  const types = JSON.stringify(Object.entries(data.columns).map(([name, column]) => [name, column?.type]));
  const known = profiles.get(counted);
  if (known?.types === types) return known.profile;
  const {tallies, ...facts} = counted;
  const profile = {...facts, columns: tallies.map(tally => columnProfile(tally, facts.rows, data))};
  profiles.set(counted, {types, profile});
  return profile;
}

/** The newest of each file: an editor asks again with each key. Of a document only the columns' types count. */
const profiles = new WeakMap<CountedFile, {readonly types: string; readonly profile: DataProfile}>();
