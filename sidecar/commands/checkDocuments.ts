import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import {countProblems, formatProblem} from '../document/formatProblem.ts';
import {experimentReport} from '../terminal/experimentReport.ts';
import {printable} from '../terminal/table.ts';
import {type CheckedFile, checkFile} from '../tools/checkFile.ts';
import {EXIT, UserError} from '../userError.ts';
import {sarifLog} from './sarif.ts';

/** `mlp check PATHS`: the problems of each document and, where there is no error, how it was understood. @returns the exit code */
export async function checkDocuments(
  paths: readonly string[],
  {json, sarif}: {json?: boolean; sarif?: boolean},
): Promise<number> {
  const files = paths.flatMap(documentsIn);
  if (files.length === 0)
    throw new UserError(`There is no .mlp.json document in ${paths.join(', ')}.`, EXIT.wrongUsage);
  const documents: CheckedFile[] = [];
  for (const file of files) {
    const checked = await checkFile(file);
    documents.push(checked);
    if (!json && !sarif) printChecked(checked);
  }
  if (sarif) console.log(JSON.stringify(sarifLog(documents, packageJson.version)));
  else console.log(json ? JSON.stringify({documents}) : summary(documents));
  return documents.some(({problems}) => problems.some(problem => problem.severity === 'error'))
    ? EXIT.wrongInput
    : EXIT.done;
}

function printChecked({file, problems, experiment}: CheckedFile): void {
  for (const problem of problems) console.log(printable(formatProblem(problem, file)));
  if (experiment) console.log(`${experimentReport(file, experiment)}\n`);
}

function documentsIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch {
    return [path]; // Reading it will say what is wrong with it.
  }
  return readdirSync(path, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && entry.name.endsWith('.mlp.json') && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted();
}

function summary(documents: readonly CheckedFile[]): string {
  const counts = countProblems(documents.flatMap(document => document.problems));
  const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  const rest = counts.warning + counts.information + counts.hint;
  return `${counted(documents.length, 'document')}: ${counted(counts.error, 'error')}, ${counted(rest, 'other problem')}.`;
}
