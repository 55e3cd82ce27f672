import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import type {Problem} from '../../schemas/problem.ts';
import {countProblems, formatProblem} from '../document/formatProblem.ts';
import {describeExperiment, type ExperimentDescription} from '../experiment/describeExperiment.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {allProblems} from '../rules/checkExperiment.ts';
import type {RunFacts} from '../rules/rule.ts';
import {runFacts} from '../rules/runFacts.ts';
import {THRESHOLDS} from '../rules/thresholds.ts';
import {newestResult, storedEvents} from '../runs/newestResult.ts';
import {experimentReport} from '../terminal/experimentReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';
import {sarifLog} from './sarif.ts';

interface CheckedFile {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** How it was understood; absent where there is an error. */
  readonly experiment?: ExperimentDescription;
}

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

async function checkFile(file: string): Promise<CheckedFile> {
  try {
    const loaded = await loadExperiment(file, {});
    const {experiment} = loaded;
    const problems = allProblems(loaded, THRESHOLDS, newestRunFacts(file));
    return {file, problems, ...(experiment ? {experiment: describeExperiment(experiment)} : {})};
  } catch (error) {
    // One document that cannot be read says nothing about the others.
    if (!(error instanceof UserError)) throw error;
    const start = {line: 0, character: 0};
    const problem = {
      code: 'unreadable-document',
      severity: 'error',
      message: error.message,
      range: {start, end: start},
    } as const;
    return {file, problems: [problem]};
  }
}

function newestRunFacts(file: string): RunFacts | undefined {
  const newest = newestResult(file, 'crossValidation');
  return newest && runFacts(newest.run, storedEvents(newest.directory));
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
