import {missingCells} from './cell.ts';
import {type ColumnProfile, columnProfile} from './columnProfile.ts';
import {type ColumnTally, createTally, tallyCell} from './columnTally.ts';
import {dataError, type NamedFile} from './dataError.ts';
import type {DataSection} from './dataFile.ts';
import {assertColumns} from './inputColumns.ts';
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
}

/**
 * Reads a file once, from its first row to its last, and tells what its columns hold. Columns that are named but not
 * there are found at the header; what is wrong inside a column is only told, since the column may not be used.
 * @throws DataError if the file cannot be read, has no rows, or lacks a column that the document names; the signal's
 *   reason if it is aborted
 */
export async function profileData(path: string, data: DataSection, options: ReadOptions): Promise<DataProfile> {
  const isMissing = missingCells(data.missing.markers);
  const tallies: ColumnTally[] = [];
  let rows = 0;
  let file: NamedFile | undefined;
  const assertNames = (names: readonly string[]) => assertColumns(file!, names, data, options.keep ?? []);

  const facts = await readRecords(
    path,
    data,
    opened => {
      file = opened;
      return {
        onColumns(names) {
          for (const name of names.slice(tallies.length)) tallies.push(createTally(name));
          // Later lines of JSON Lines may bring more.
          if (opened.format !== 'jsonLines') assertNames(names);
        },
        onRow(cells, line) {
          rows++;
          for (let i = 0; i < cells.length; i++) {
            const cell = cells[i];
            if (cell !== undefined && !isMissing(cell)) tallyCell(tallies[i]!, cell, line);
          }
        },
      };
    },
    options.signal,
  );
  if (rows === 0) {
    const text =
      data.header && facts.format === 'delimited' ? 'the file has a header but no rows.' : 'the file has no rows.';
    throw dataError(file!, 'no-rows', text, {key: 'data.source'});
  }
  assertNames(tallies.map(tally => tally.name));
  return {...facts, rows, columns: tallies.map(tally => columnProfile(tally, rows, data))};
}
