import {basename} from 'node:path';
import type {ColumnOverview, DataOverview} from '../../schemas/protocol.ts';
import {type Cell, cellText} from '../data/cell.ts';
import type {ColumnProfile} from '../data/columnProfile.ts';
import type {DataSection} from '../data/dataFile.ts';
import {profileData} from '../data/profile.ts';
import {looksLikeData} from '../data/readDelimited.ts';
import {readRecords} from '../data/readRecords.ts';
import {checkDocument} from '../document/checkDocument.ts';

/**
 * Reads a data file of which nothing is known yet.
 * @param path of the file
 * @throws DataError if it cannot be read
 */
export async function readDataOverview(path: string, signal?: AbortSignal): Promise<DataOverview> {
  const {names, cells} = await readFirstRow(path, signal);
  // JSON Lines and Parquet always name their columns.
  const header = cells === null || !looksLikeData(cells.map(cell => cellText(cell ?? '')));
  const target = header && cells ? cellText(cells[0] ?? '') : names[0]!;
  const profile = await profileData(path, {...dataSection(path), header, target}, signal ? {signal} : {});
  const columns = profile.columns.map(columnOverview);
  return {file: path, rows: profile.rows, header, columns, likelyTarget: likelyTarget(columns)};
}

/** The names of the columns and, of delimited text read without its header, the first line. */
async function readFirstRow(path: string, signal?: AbortSignal) {
  const enough = new Error('The first row was read.');
  let names: readonly string[] = [];
  let cells: Cell[] | null = null;
  try {
    await readRecords(
      path,
      {...dataSection(path), header: false},
      ({format}) => ({
        onColumns(found) {
          names = [...found];
        },
        onRow(found) {
          if (format === 'delimited') cells = found.map(cell => cell ?? '');
          throw enough;
        },
      }),
      signal,
    );
  } catch (error) {
    if (error !== enough) throw error;
  }
  return {names, cells: cells as Cell[] | null};
}

/** The defaults of the schema, with all columns as inputs. */
function dataSection(path: string): DataSection {
  const text = JSON.stringify({version: 1, data: {source: basename(path), target: 'none yet'}, layers: []});
  return checkDocument(text).base.data;
}

function columnOverview({name, kind, missing, distinct, categories, problem}: ColumnProfile): ColumnOverview {
  const counts = categories?.map(({count}) => count);
  return {
    name,
    kind,
    missing,
    distinct: distinct === '>1000' ? null : distinct,
    rarest: counts && counts.length > 0 ? Math.min(...counts) : null,
    problem: problem?.text ?? null,
  };
}

const targetNames = /^(target|label|class|outcome|species|diagnosis|survived)$/i;
/** Names that are often those of a real target, and sometimes of an input. */
const realTargetNames = /^(y|price|quality|response)$/i;
/** More classes than this are hardly ever what is asked. */
const mostClasses = 20;

/** By its name, else the last column with few categories, else the last one. */
function likelyTarget(columns: readonly ColumnOverview[]): string {
  const named = (names: RegExp) => columns.find(({name}) => names.test(name.trim()));
  const classes = columns.findLast(
    ({kind, distinct}) => kind === 'categorical' && distinct !== null && distinct > 1 && distinct <= mostClasses,
  );
  return (named(targetNames) ?? classes ?? named(realTargetNames) ?? columns.at(-1)!).name;
}
