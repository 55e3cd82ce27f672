import {disk} from '../runs/fileSystem.ts';
import {writeNamedFile} from '../runs/files.ts';
import {cell} from '../runs/predictionsFile.ts';
import {type PredictedRow, type Prediction, predictedRow} from './predictedRows.ts';

/** Writes a file of predictions. @throws UserError if the path cannot be written */
export function writePredictedRows(path: string, prediction: Prediction): void {
  writeNamedFile(disk, path, predictedRowsFile(prediction));
}

/** The text of a file of predictions, in parts: one line for each row, which names the row's line in the data file. */
export function* predictedRowsFile(prediction: Prediction): Generator<string> {
  const {target, actual, sampled, learned, table} = prediction;
  const isClass = target.task === 'classification';
  const header = [
    'line',
    ...(actual ? ['actual'] : []),
    'predicted',
    ...(isClass ? target.classes.map(name => `probability ${name}`) : []),
    ...(sampled ? (isClass ? ['sd', 'entropy', 'mutual information'] : ['sd']) : []),
    ...(learned ? (isClass ? ['set'] : ['low', 'high']) : []),
  ];
  yield `${header.map(cell).join(',')}\n`;
  for (let row = 0; row < table.rows; row++)
    yield `${cells(predictedRow(prediction, row), actual !== null).join(',')}\n`;
}

function cells(row: PredictedRow, hasActual: boolean): string[] {
  const values = [
    row.line,
    ...(hasActual ? [row.actual ?? ''] : []),
    row.predicted,
    ...(row.probabilities ?? []),
    ...(row.sd === undefined ? [] : [row.sd]),
    ...(row.entropy === undefined ? [] : [row.entropy, row.mutualInformation ?? '']),
    ...(row.set ? [row.set.join('|')] : []),
    ...(row.interval ?? []),
  ];
  return values.map(value => cell(String(value)));
}
