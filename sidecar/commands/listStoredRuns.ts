import {statSync} from 'node:fs';
import {join} from 'node:path';
import type {RunSummary} from '../../schemas/protocol.ts';
import {type ListedSummaries, listRunSummaries} from '../runs/readRun.ts';
import {runsDirectory} from '../runs/runFolder.ts';
import {commandOf} from '../runs/runSummary.ts';
import {meanAndSd} from '../terminal/numbers.ts';
import {resumeCommand} from '../terminal/resumeCommand.ts';
import {alignColumns, printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

/** `mlp runs [PATH]`. @returns the exit code */
export function listStoredRuns(path: string, {json}: {json?: boolean}): number {
  const listed = listRunSummaries(runsBeside(path));
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  console.log(json ? JSON.stringify(listed) : runsTable(listed, path, width));
  return EXIT.done;
}

function runsBeside(path: string): string {
  try {
    return statSync(path).isDirectory() ? runsDirectory(join(path, 'any')) : runsDirectory(path);
  } catch (error) {
    throw new UserError(`${path} does not exist.`, EXIT.wrongInput, {cause: error});
  }
}

/** @param width columns of the terminal: where the table is wider, results have lines of their own, and no line is broken */
export function runsTable({runs, unreadable}: ListedSummaries, path: string, width: number): string {
  if (runs.length + unreadable.length === 0) {
    return `No runs are stored in ${runsBeside(path)}. "mlp cv FILE" makes one, beside its document.`;
  }
  const rows = runs.map(run =>
    [run.run, run.document, commandOf(run), run.status, run.design, results(run)].map(printable),
  );
  const header = ['run', 'document', 'kind', 'status', 'design', 'accuracy or RMSE of each variant'];
  return [
    ...(rows.length === 0 ? [] : fitted([header, ...rows], width)),
    ...runs.filter(run => run.status === 'interrupted').map(advice),
    ...unreadable,
  ].join('\n');
}

function advice(run: RunSummary): string {
  return printable(`${run.run} was interrupted. To finish it: ${resumeCommand(commandOf(run), run.directory)}`);
}

function fitted(rows: ReadonlyArray<readonly string[]>, width: number): string[] {
  const [columns] = rows.map(({length}) => length) as [number];
  const lines = alignColumns(rows, columns);
  if (lines.every(line => [...line].length <= width)) return lines;
  const heads = alignColumns(
    rows.map(row => row.slice(0, -1)),
    columns - 1,
  );
  return heads.flatMap((line, i) => [line, `    ${rows[i]!.at(-1)}`]).map(line => cut(line, width));
}

function cut(line: string, width: number): string {
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Of more variants, those of a search, only the best are listed. */
const MOST_VARIANTS = 3;

function results(run: RunSummary): string {
  const {kind, variants} = run;
  const shown = variants.length > MOST_VARIANTS && kind !== 'training' ? best(run) : variants;
  const words = shown.map(variant => (kind === 'training' ? modelOf(variant) : scoreOf(variant)));
  const left = variants.length - shown.length;
  return `${words.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

type Variant = RunSummary['variants'][number];

const modelOf = ({name, model}: Variant) => model ?? `${name} diverged`;

function scoreOf({name, metrics, folds}: Variant): string {
  const metric = metrics.accuracy ? 'accuracy' : 'rmse';
  return `${name} ${meanAndSd(metric, {...(metrics[metric] ?? {mean: null, sd: null}), folds})}`;
}

/** The winner of a search, which may have asked for another metric, before others that were tried on all folds that it was. */
function best({variants, winner}: RunSummary): Variant[] {
  // A mean over the few folds after which a setting was ruled out compares with none.
  const folds = Math.max(...variants.map(variant => variant.folds));
  const loss = ({metrics: {accuracy, rmse}}: Variant) => (accuracy ? -accuracy.mean : (rmse?.mean ?? Number.MAX_VALUE));
  return variants
    .filter(variant => variant.folds === folds)
    .toSorted((a, b) => Number(b.name === winner) - Number(a.name === winner) || loss(a) - loss(b))
    .slice(0, MOST_VARIANTS);
}
