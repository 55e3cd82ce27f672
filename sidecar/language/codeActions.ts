import type {CodeAction, Diagnostic} from 'vscode-languageserver';
import type {Problem, Range, TextEdit} from '../../schemas/problem.ts';
import {type Analysis, overlaps} from './analysis.ts';
import {isOfSchema, SOURCE} from './diagnostics.ts';
import {refactorings} from './refactorings.ts';

/**
 * Quick fixes of the problems at a place, and changes that are possible there.
 * @param shown the diagnostics there, so that an editor can tell which fix belongs to which
 * @param kinds those asked for; undefined: all
 */
export function codeActions(
  analysis: Analysis,
  problems: readonly Problem[],
  range: Range,
  shown: readonly Diagnostic[],
  kinds: readonly string[] | undefined,
): CodeAction[] {
  const isAsked = (kind: string) => kinds === undefined || kinds.some(each => `${kind}.`.startsWith(`${each}.`));
  const actions: CodeAction[] = [];
  if (isAsked('quickfix')) {
    const meant = problems.filter(problem => isMeant(analysis, problem, range, shown));
    actions.push(...meant.flatMap(problem => fixActions(analysis, problem, shown)));
  }
  for (const {kind, title, edits} of refactorings(analysis, range)) {
    if (isAsked(kind)) actions.push({title, kind, edit: workspaceEdit(analysis, edits)});
  }
  return actions;
}

/** A mistake that another JSON service told may be marked by it at another place: in an object instead of at its start. */
function isMeant(analysis: Analysis, problem: Problem, range: Range, shown: readonly Diagnostic[]): boolean {
  if (overlaps(problem.range, range)) return true;
  const others = shown.filter(({source}) => source !== SOURCE);
  return others.some(other => overlaps(other.range, problem.range)) && isOfSchema(analysis, problem);
}

function fixActions(analysis: Analysis, problem: Problem, shown: readonly Diagnostic[]): CodeAction[] {
  const own = shown.filter(
    ({code, source, range}) => source === SOURCE && code === problem.code && overlaps(range, problem.range),
  );
  const belongs = own.length > 0 ? {diagnostics: own} : {};
  const fixes = (problem.fixes ?? []).map(
    ({title, edits}, index): CodeAction => ({
      title,
      kind: 'quickfix',
      isPreferred: index === 0,
      edit: workspaceEdit(analysis, edits),
      ...belongs,
    }),
  );
  return problem.severity === 'error' ? fixes : [...fixes, ignoreAction(analysis, problem, belongs)];
}

/** A comment at the end of the line, before which the reason is to be written. */
function ignoreAction(analysis: Analysis, {code, range}: Problem, belongs: object): CodeAction {
  const {text} = analysis;
  const lineStart = analysis.offsetAt({line: range.start.line, character: 0});
  const indent = /^[ \t]*/.exec(text.slice(lineStart, lineStart + 200))![0];
  const start = {line: range.start.line, character: 0};
  const newText = `${indent}// mlp-ignore ${code}: \n`;
  return {
    title: `Ignore ${code} here, with a reason`,
    kind: 'quickfix',
    edit: workspaceEdit(analysis, [{range: {start, end: start}, newText}]),
    ...belongs,
  };
}

function workspaceEdit({uri}: Analysis, edits: readonly TextEdit[]) {
  return {changes: {[uri]: edits.map(({range, newText}) => ({range, newText}))}};
}
