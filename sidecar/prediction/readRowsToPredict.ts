import {basename} from 'node:path';
import {DataError} from '../data/dataError.ts';
import type {DataSection} from '../data/dataFile.ts';
import {profileData} from '../data/profile.ts';
import {readTable} from '../data/readTable.ts';
import type {Column, Table} from '../data/table.ts';
import type {StoredModel} from '../runs/readModel.ts';
import {UserError} from '../userError.ts';
import {type StrangeValues, strangeClasses} from './strangeValues.ts';

export interface RowsToPredict {
  readonly table: Table;
  /**
   * [rows], the index of the class, or the value, where the file has the target; −1, or NaN, in rows without it and of
   * classes that the model does not know. null: the file has no such column.
   */
  readonly actual: Float64Array | null;
  /** Of the target: classes that the model does not know. */
  readonly strange: readonly StrangeValues[];
}

/**
 * Reads the rows of a file that a model is to predict: every row, with the model's columns, found by their names. The
 * target need not be there.
 * @throws UserError if a column of the model is missing, or holds something else than what was trained on
 */
export async function readRowsToPredict(path: string, model: StoredModel): Promise<RowsToPredict> {
  try {
    const columns = model.encoder.columns.map(({name}) => name);
    const data = dataSection(path, model);
    const profile = await profileData(path, data, {toPredict: columns});
    const hasTarget = profile.columns.some(({name}) => name === model.target.name);
    const table = await readTable(path, data, profile, {
      keep: hasTarget ? [model.target.name] : [],
      toPredict: columns,
    });
    return hasTarget ? {table, ...actualValues(table, model.target)} : {table, actual: null, strange: []};
  } catch (error) {
    if (error instanceof DataError) throw new UserError(`${error.message}`, undefined, {cause: error});
    throw error;
  }
}

const usualReading = {delimiter: 'auto', header: true, encoding: 'auto'} as const;
const usualMissing = {markers: ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'], indicator: false} as const;

/** The data section of a document that would read this file for the model. */
function dataSection(path: string, {encoder, reading}: StoredModel): DataSection {
  const {delimiter, header, encoding} = reading ?? usualReading;
  return {
    ...{source: basename(path), format: 'auto', streaming: 'auto', delimiter, header, encoding},
    // Every row is predicted, so it does not matter which column stands for the target.
    target: encoder.columns[0]!.name,
    ...{task: 'auto', scale: 'none', scaleTarget: 'none', categories: 'oneHot'},
    missing: {
      ...{markers: [...(reading?.missing.markers ?? usualMissing.markers)], indicator: false},
      ...{numeric: 'mean', categorical: 'mostFrequent'},
    },
    columns: Object.fromEntries(
      encoder.columns.map(({name, kind}) => [name, {type: kind === 'numeric' ? 'numeric' : 'categorical'}]),
    ),
  } as DataSection;
}

function actualValues(table: Table, target: StoredModel['target']): Omit<RowsToPredict, 'table'> {
  const column = table.columns.find(({name}) => name === target.name)!;
  if (target.task === 'regression') {
    if (column.kind === 'numeric') return {actual: Float64Array.from(column.values), strange: []};
    throw new UserError(
      `The model predicts "${target.name}" as a number, but the file has text there: ${column.categories[0]}.`,
    );
  }
  const textOf = classText(column);
  const actual = Float64Array.from({length: table.rows}, (_, row) => classIndex(textOf(row), target.classes));
  return {actual, strange: strangeClasses(target, textOf, table)};
}

function classText(column: Column): (row: number) => string | undefined {
  if (column.kind === 'categorical') return row => column.categories[column.codes[row]!];
  return row => (Number.isNaN(column.values[row]!) ? undefined : String(column.values[row]));
}

function classIndex(text: string | undefined, classes: readonly string[]): number {
  return text === undefined ? -1 : classes.indexOf(text);
}
