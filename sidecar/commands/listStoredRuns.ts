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
  if (runs.length + unreadable.length === 0) return `No runs are stored beside ${path}. "mlp cv FILE" makes one.`;
  const rows = runs.map(({run}) =>
    [run.id, run.document.name, run.kind === 'training' ? 'train' : 'cv', run.status, bestResult(run)].map(printable),
  );
  return [...alignColumns([['run', 'document', 'kind', 'status', 'best variant'], ...rows], 5), ...unreadable].join(
    '\n',
  );
}

function bestResult({crossValidation}: StoredRun): string {
  const metric = crossValidation?.data.classes === null ? 'rmse' : 'accuracy';
  const lowest = metric === 'rmse';
  const [best] = (crossValidation?.variants ?? [])
    .filter(variant => typeof variant.summary[metric]?.mean === 'number')
    .toSorted((a, b) => (b.summary[metric]!.mean! - a.summary[metric]!.mean!) * (lowest ? -1 : 1));
  return best ? `${best.name} ${meanAndSd(metric, best.summary[metric])}` : '';
}
