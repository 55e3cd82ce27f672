import type {Table, Target} from '../data/table.ts';
import {predictedClass} from '../evaluation/metrics.ts';
import type {FoldRecord} from '../experiment/crossValidate.ts';

/**
 * The text of predictions.csv, in parts, because large data have more than fits into one string: one line for each test
 * row, with the line of the data file where the row stands. Names are quoted where they need it, so that
 * any table program reads them back.
 */
export function* predictionsFile(table: Table, target: Target, records: readonly FoldRecord[]): Generator<string> {
  const classes = target.task === 'classification' ? target.classes : null;
  const header = [
    'model',
    'repeat',
    'fold',
    'row',
    'line',
    'actual',
    'predicted',
    ...(classes ?? []).map(probabilityName),
  ];
  yield `${header.map(cell).join(',')}\n`;
  for (const {name, task, outcome} of records) {
    const {predictions} = outcome;
    if (!predictions) continue;
    const {fold} = task;
    for (let start = 0; start < fold.test.length; start += LINES_TOGETHER) {
      let text = '';
      for (let i = start; i < Math.min(start + LINES_TOGETHER, fold.test.length); i++) {
        const row = fold.test[i]!;
        const place = [cell(name), fold.repeat + 1, fold.fold + 1, row + 1, table.rowLines[row]];
        const values = classes
          ? classCells(classes, target.values[row]!, predictions, i)
          : [target.values[row], predictions[i]];
        text += `${[...place, ...values].join(',')}\n`;
      }
      yield text;
    }
  }
}

const LINES_TOGETHER = 4096;

const probabilityName = (name: string) => `probability ${name}`;

function probabilitiesOf(predictions: Float64Array, i: number, classCount: number): number[] {
  if (classCount === 2) return [1 - predictions[i]!, predictions[i]!];
  return [...predictions.subarray(i * classCount, (i + 1) * classCount)];
}

function classCells(
  classes: readonly string[],
  actual: number,
  predictions: Float64Array,
  i: number,
): (string | number)[] {
  const predicted = predictedClass(predictions, i, classes.length);
  return [cell(classes[actual]!), cell(classes[predicted]!), ...probabilitiesOf(predictions, i, classes.length)];
}

/** A cell that begins like a formula gets no special care: the file is data, and changing names would lose them. */
export function cell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
