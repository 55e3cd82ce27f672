import {basename} from 'node:path';
import type {ColumnOverview, DataOverview} from '../../schemas/protocol.ts';
import {UserError} from '../userError.ts';

/** Whole numbers up to this many different ones are taken for classes. */
const mostNumberedClasses = 10;
/** Steps of the optimizer that a small table needs until its loss is flat, as in the Sonar study. */
const steps = 4000;

/**
 * A first document for a data file: a network that is neither too small nor too large for it, dropout as a variant to
 * compare with, and comments that say why. It runs as it stands.
 * @param target name of the column to predict
 * @throws UserError if there is no such column, or nothing to learn from
 */
export function draftDocument(data: DataOverview, target: string): string {
  const column = data.columns.find(({name}) => name === target);
  if (!column) throw new UserError(`${basename(data.file)} has no column ${JSON.stringify(target)}.`);
  if (column.distinct === 1)
    throw new UserError(`All rows have the same ${JSON.stringify(target)}: choose another target.`);
  const inputs = data.columns.filter(({name, problem}) => name !== target && problem === null);
  if (inputs.length === 0) {
    throw new UserError(`No column of ${basename(data.file)} can be an input: ${firstProblem(data, target)}`);
  }
  const units = unitsFor(inputs.length, data.rows);
  const batchSize = data.rows < 2000 ? 16 : data.rows < 20_000 ? 32 : 128;
  const epochs = Math.min(300, Math.max(10, 10 * Math.round((steps * batchSize) / data.rows / 10)));
  return `// Written by MLP Lab from ${basename(data.file).replaceAll(/\s+/g, ' ')}: ${count(data.rows, 'row')}, ${count(data.columns.length, 'column')}. Change what you like.
{
  "version": 1,
  "data": {
${dataLines(data, column).join('\n')}
  },
  // The output layer and the loss follow from the target.
  "layers": [
    // A rate of 0 drops nothing: these layers are places that the variants below fill in.
    { "name": "visible", "type": "dropout", "rate": 0 },
    { "name": "hidden1", "type": "dense", "units": ${units}, "activation": "relu" },
    { "name": "drop1", "type": "dropout", "rate": 0 },
    { "name": "hidden2", "type": "dense", "units": ${Math.max(units / 2, fewestUnits)}, "activation": "relu" },
    { "name": "drop2", "type": "dropout", "rate": 0 }
  ],
  "training": {
    "epochs": ${epochs},
    "batchSize": ${batchSize},
    "optimizer": { "type": "adam", "learningRate": 0.002 },
    "seed": 1 // the same seed gives the same bits, on any machine
  },
  "evaluation": ${evaluation(data, column)}
  // Each variant is trained on the same folds, from the same initial weights: their difference is the dropout.
  "variants": {
    "baseline": {},
    "input dropout": { "layers.visible.rate": 0.2 },
    "hidden dropout": { "layers.drop1.rate": 0.3, "layers.drop2.rate": 0.3 }
  }
}
`;
}

function dataLines(data: DataOverview, target: ColumnOverview): string[] {
  const excluded = data.columns.filter(({name, problem}) => name !== target.name && problem !== null);
  const isMissing = data.columns.some(({missing, name}) => missing > 0 && name !== target.name);
  const lines = [
    line('source', basename(data.file)),
    ...(data.header ? [] : [line('header', false, 'so the columns are called column1, column2, …')]),
    line('target', target.name),
    ...(isNumberedClass(target) ? [line('task', 'classification', `${target.distinct} different numbers`)] : []),
    ...(excluded.length > 0 ? [`${excluded.map(reason).join('\n')}\n${line('exclude', names(excluded))}`] : []),
    ...(isMissing
      ? [`    "missing": { "numeric": "median", "indicator": true }, // filled in from the training rows`]
      : []),
    line('scale', 'standard', 'fitted on the training part of each fold, never on its test rows'),
  ];
  // No comma after the last key.
  return [...lines.slice(0, -1), lines.at(-1)!.replace(',', '')];
}

function line(key: string, value: unknown, comment?: string): string {
  const written = Array.isArray(value)
    ? `[${value.map(item => JSON.stringify(item)).join(', ')}]`
    : JSON.stringify(value);
  return `    "${key}": ${written},${comment ? ` // ${comment}` : ''}`;
}

const reason = ({name, problem}: ColumnOverview) =>
  `    // ${JSON.stringify(name)}: ${problem!.replace(/ Add it to data\.exclude\.$/, '')}`;
const names = (columns: readonly ColumnOverview[]) => columns.map(({name}) => name);

/** Numbers with few values: 3 to 10, since two are classes without being told. */
function isNumberedClass({kind, distinct}: ColumnOverview): boolean {
  return kind === 'numeric' && distinct !== null && distinct > 2 && distinct <= mostNumberedClasses;
}

/** Of which a rate of 0.3 leaves 8. */
const fewestUnits = 12;

/** A power of two near the number of inputs; fewer where there are few rows to learn from. */
function unitsFor(inputs: number, rows: number): number {
  const wanted = Math.max(16, 2 ** Math.round(Math.log2(inputs)));
  const affordable = 2 ** Math.round(Math.log2(Math.max(fewestUnits, rows / 4)));
  return Math.min(wanted, affordable, 128);
}

function evaluation({rows}: DataOverview, {rarest}: ColumnOverview): string {
  // Each fold needs a row of each class.
  const folds = Math.max(2, Math.min(rows > 20_000 ? 5 : 10, rarest ?? rows, rows));
  const start = `{ "method": "kFold", "folds": ${folds}`;
  if (rows >= 1000) return `${start} },`;
  return `${start}, "repeats": 1 }, // with few rows the mean of one round moves by chance: try 10`;
}

function firstProblem(data: DataOverview, target: string): string {
  return data.columns.find(({name, problem}) => name !== target && problem)?.problem ?? 'there is only the target.';
}

const count = (number: number, noun: string) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
