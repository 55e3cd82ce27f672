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
  console.log(json ? JSON.stringify(listed) : runsTable(listed, path));
  return EXIT.done;
}

function runsBeside(path: string): string {
  try {
    return statSync(path).isDirectory() ? runsDirectory(join(path, 'any')) : runsDirectory(path);
  } catch (error) {
    throw new UserError(`${path} does not exist.`, EXIT.wrongInput, {cause: error});
  }
}

function runsTable({runs, unreadable}: ListedSummaries, path: string): string {
  if (runs.length + unreadable.length === 0) {
    return `No runs are stored in ${runsBeside(path)}. "mlp cv FILE" makes one, beside its document.`;
  }
  const rows = runs.map(run =>
    [run.run, run.document, commandOf(run), run.status, run.design, results(run)].map(printable),
  );
  const header = ['run', 'document', 'kind', 'status', 'design', 'accuracy or RMSE of each variant'];
  return [
    ...(rows.length === 0 ? [] : alignColumns([header, ...rows], header.length)),
    ...runs.filter(run => run.status === 'interrupted').map(advice),
    ...unreadable,
  ].join('\n');
}

function advice(run: RunSummary): string {
  const document = join(run.directory, '..', '..', '..', run.document);
  return printable(
    `${run.run} was interrupted. To finish it: ${resumeCommand(commandOf(run), document, run.directory)}`,
  );
}

function results({kind, variants}: RunSummary): string {
  if (kind === 'training') return variants.map(({name, model}) => model ?? `${name} diverged`).join(', ');
  return variants
    .map(({name, metrics, folds}) => {
      const metric = metrics.accuracy ? 'accuracy' : 'rmse';
      return `${name} ${meanAndSd(metric, {...(metrics[metric] ?? {mean: null, sd: null}), folds})}`;
    })
    .join(', ');
}
