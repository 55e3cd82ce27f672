import type {Table, Target} from '../data/table.ts';
import type {FoldRecord} from '../experiment/crossValidate.ts';

/**
 * The text of predictions.csv, a part for each fold, because large data have more than fits into one string: one line
 * for each test row, with the line of the data file where the row stands. Names are quoted where they need it, so that
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
    const lines: string[] = [];
    task.fold.test.forEach((row, i) => {
      const place = [cell(name), task.fold.repeat + 1, task.fold.fold + 1, row + 1, table.rowLines[row]];
      const values = classes
        ? classCells(classes, target.values[row]!, probabilitiesOf(predictions, i, classes.length))
        : [target.values[row], predictions[i]];
      lines.push(`${[...place, ...values].join(',')}\n`);
    });
    yield lines.join('');
  }
}

const probabilityName = (name: string) => `probability ${name}`;

function probabilitiesOf(predictions: Float64Array, i: number, classCount: number): number[] {
  if (classCount === 2) return [1 - predictions[i]!, predictions[i]!];
  return [...predictions.subarray(i * classCount, (i + 1) * classCount)];
}

function classCells(classes: readonly string[], actual: number, probabilities: number[]): (string | number)[] {
  const predicted = probabilities.indexOf(Math.max(...probabilities));
  return [cell(classes[actual]!), cell(classes[predicted]!), ...probabilities];
}

/** A cell that begins like a formula gets no special care: the file is data, and changing names would lose them. */
function cell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
