import {statSync} from 'node:fs';
import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {type ListedRuns, listRuns} from '../runs/readRun.ts';
import {runsDirectory} from '../runs/runFolder.ts';
import {meanAndSd} from '../terminal/numbers.ts';
import {alignColumns, printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

/** `mlp runs [PATH]`. @returns the exit code */
export function listStoredRuns(path: string, {json}: {json?: boolean}): number {
  const listed = listRuns(runsBeside(path));
  if (json)
    console.log(
      JSON.stringify({
        runs: listed.runs.map(({directory, run}) => ({directory, ...run})),
        unreadable: listed.unreadable,
      }),
    );
  else console.log(runsTable(listed, path));
  return EXIT.done;
}

function runsBeside(path: string): string {
  try {
    return statSync(path).isDirectory() ? runsDirectory(join(path, 'any')) : runsDirectory(path);
  } catch (error) {
    throw new UserError(`${path} does not exist.`, EXIT.wrongUsage, {cause: error});
  }
}

function runsTable({runs, unreadable}: ListedRuns, path: string): string {
  if (runs.length + unreadable.length === 0) {
    return `No runs are stored in ${runsBeside(path)}. "mlp cv FILE" makes one, beside its document.`;
  }
  const rows = runs.map(({run}) =>
    [run.id, run.document.name, run.kind === 'training' ? 'train' : 'cv', run.status, design(run), results(run)].map(
      printable,
    ),
  );
  const header = ['run', 'document', 'kind', 'status', 'design', 'accuracy or RMSE of each variant'];
  return [...(rows.length === 0 ? [] : alignColumns([header, ...rows], header.length)), ...unreadable].join('\n');
}

/** What tells runs of one document apart: "10 x 10 folds, 300 epochs, seed 7". */
function design({crossValidation, variants, seed, kind}: StoredRun): string {
  const folds = crossValidation?.variants[0]?.folds ?? [];
  const repeats = folds.reduce((most, fold) => Math.max(most, fold.repeat), 0);
  const perRepeat = folds.reduce((most, fold) => Math.max(most, fold.fold), 0);
  const epochs = new Set(variants.map(({document}) => (document as {training: {epochs: number}}).training.epochs));
  const split =
    kind === 'training' ? 'all rows' : repeats > 1 ? `${repeats} x ${perRepeat} folds` : `${perRepeat} folds`;
  return `${split}, ${[...epochs].join('/')} epochs, seed ${seed}`;
}

function results({crossValidation, training}: StoredRun): string {
  if (training) return training.models.map(({name, model}) => model ?? `${name} diverged`).join(', ');
  const metric = crossValidation?.data.classes === null ? 'rmse' : 'accuracy';
  return (crossValidation?.variants ?? [])
    .map(({name, summary}) => `${name} ${meanAndSd(metric, summary[metric])}`)
    .join(', ');
}
