import {isAbsolute, relative, sep} from 'node:path';
import {pathToFileURL} from 'node:url';
import type {Fix, Problem, Range, Severity} from '../../schemas/problem.ts';
import {explanation} from '../rules/rulePage.ts';

/**
 * Problems in the Static Analysis Results Interchange Format 2.1.0, which build servers show beside the code.
 * @param version of MLP Lab
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifLog(
  documents: readonly {readonly file: string; readonly problems: readonly Problem[]}[],
  version: string,
): object {
  const codes = [...new Set(documents.flatMap(({problems}) => problems.map(({code}) => code)))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {driver: {name: 'MLP Lab', semanticVersion: version, rules: codes.map(reportingDescriptor)}},
        columnKind: 'utf16CodeUnits',
        results: documents.flatMap(({file, problems}) => problems.map(problem => result(problem, file, codes))),
      },
    ],
  };
}

function reportingDescriptor(code: string): object {
  const known = explanation(code);
  if (!known) return {id: code};
  const source = known.source === undefined ? '' : ` Source: ${known.source}.`;
  return {id: code, shortDescription: {text: `${known.title}.`}, fullDescription: {text: `${known.reason}${source}`}};
}

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

function result(
  {code, severity, message, range, data, fixes}: Problem,
  file: string,
  codes: readonly string[],
): object {
  const related =
    data?.line === undefined
      ? {}
      : {
          relatedLocations: [
            {physicalLocation: {artifactLocation: {uri: uriOf(data.file)}, region: {startLine: data.line}}},
          ],
        };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[severity],
    message: {text: message},
    locations: [{physicalLocation: {artifactLocation: {uri: uriOf(file)}, region: region(range)}}],
    ...related,
    ...(fixes ? {fixes: fixes.map(fix => sarifFix(fix, file))} : {}),
  };
}

function sarifFix({title, edits}: Fix, file: string): object {
  const replacements = edits.map(({range, newText}) => ({
    deletedRegion: region(range),
    insertedContent: {text: newText},
  }));
  return {description: {text: title}, artifactChanges: [{artifactLocation: {uri: uriOf(file)}, replacements}]};
}

/** One-based; the end is not part of it. */
function region({start, end}: Range): object {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** Relative to the working folder where it lies inside, as build servers expect it. */
function uriOf(file: string): string {
  const path = isAbsolute(file) ? relative(process.cwd(), file) : file;
  if (path.startsWith('..') || isAbsolute(path)) return pathToFileURL(file).href;
  return path.split(sep).map(encodeURIComponent).join('/');
}
