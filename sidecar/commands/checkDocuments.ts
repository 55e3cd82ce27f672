import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {Problem} from '../../schemas/problem.ts';
import {countProblems, formatProblem} from '../document/formatProblem.ts';
import {layerSummary} from '../document/summarizeNetwork.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {grouped} from '../terminal/numbers.ts';
import {alignColumns, printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

/** `mlp check PATHS`: the problems of each document and, where there is no error, its networks. @returns the exit code */
export async function checkDocuments(paths: readonly string[], {json}: {json?: boolean}): Promise<number> {
  const files = paths.flatMap(documentsIn);
  if (files.length === 0)
    throw new UserError(`There is no .mlp.json document in ${paths.join(', ')}.`, EXIT.wrongUsage);
  const documents: {file: string; problems: readonly Problem[]}[] = [];
  for (const file of files) {
    const {experiment, problems} = await loadExperiment(file, {});
    documents.push({file, problems});
    if (json) continue;
    for (const problem of problems) console.log(formatProblem(problem, file));
    if (experiment) console.log(`${networkTable(file, experiment)}\n`);
  }
  if (json) console.log(JSON.stringify({documents}));
  else console.log(summary(documents));
  return documents.some(({problems}) => problems.some(isError)) ? EXIT.wrongInput : EXIT.done;
}

const isError = (problem: Problem) => problem.severity === 'error';

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

/** Variants that share a network are shown once. */
function networkTable(file: string, {variants}: Experiment): string {
  const tables = new Map<string, string[]>();
  for (const {name, network, parameters} of variants) {
    const rows = layerSummary(network).map(layer =>
      [layer.name, layer.description, String(layer.units), grouped(layer.parameters)].map(printable),
    );
    const table = [
      ...alignColumns([['layer', 'what it does', 'units', 'parameters'], ...rows], 2),
      `${grouped(parameters)} parameters`,
    ].join('\n  ');
    tables.set(table, [...(tables.get(table) ?? []), name]);
  }
  return [...tables].map(([table, names]) => `${file} (${printable(names.join(', '))})\n  ${table}`).join('\n\n');
}

function summary(documents: readonly {problems: readonly Problem[]}[]): string {
  const counts = countProblems(documents.flatMap(document => document.problems));
  const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  const rest = counts.warning + counts.information + counts.hint;
  return `${counted(documents.length, 'document')}: ${counted(counts.error, 'error')}, ${counted(rest, 'other problem')}.`;
}
