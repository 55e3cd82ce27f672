import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'csv-parse/sync';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {FoldPredictions} from '../../schemas/protocol.ts';
import {UserError} from '../userError.ts';

/**
 * The out-of-fold predictions of a stored cross-validation, fold by fold, as predictions.csv has them.
 * @param run read from the same directory
 * @throws UserError if the file is missing or does not fit the run
 */
export function readPredictions(directory: string, {data: {classes}}: StoredRun): FoldPredictions[] {
  const path = join(directory, 'predictions.csv');
  const rows = parseRows(path);
  const header = rows[0] ?? [];
  if (header.length !== 7 + (classes?.length ?? 0)) throw damaged(path);
  const classIndex = new Map((classes ?? []).map((name, index) => [name, index]));
  const folds = new Map<string, string[][]>();
  for (const row of rows.slice(1)) {
    const key = JSON.stringify(row.slice(0, 3));
    const known = folds.get(key);
    if (known) known.push(row);
    else folds.set(key, [row]);
  }
  return [...folds.values()].map(group => {
    const fold = foldPredictions(group, classes, classIndex);
    if (![...fold.actual, ...fold.predictions].every(Number.isFinite)) throw damaged(path);
    return fold;
  });
}

function parseRows(path: string): string[][] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`${path} cannot be read: a cross-validation that was finished has it.`, undefined, {
      cause: error,
    });
  }
  try {
    return parse(text) as string[][];
  } catch (error) {
    throw damaged(path, error);
  }
}

function foldPredictions(
  rows: readonly string[][],
  classes: readonly string[] | null,
  classIndex: ReadonlyMap<string, number>,
): FoldPredictions {
  const [variant = '', repeat, fold] = rows[0]!;
  // Of two classes the probability of the second one is all there is to know.
  const columns = classes === null ? [6] : classes.length === 2 ? [8] : classes.map((_, index) => 7 + index);
  return {
    ...{variant, repeat: Number(repeat), fold: Number(fold)},
    lines: Uint32Array.from(rows, row => Number(row[4])),
    actual: Float64Array.from(rows, row =>
      classes === null ? Number(row[5]) : (classIndex.get(row[5]!) ?? Number.NaN),
    ),
    predictions: Float64Array.from(rows.flatMap(row => columns.map(column => Number(row[column])))),
  };
}

function damaged(path: string, cause?: unknown): UserError {
  return new UserError(`${path} does not fit its run: it was changed or cut short.`, undefined, {cause});
}
