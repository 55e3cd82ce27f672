import type {Diagnostic, DiagnosticSeverity, DiagnosticTag} from 'vscode-languageserver';
import type {Problem, Severity} from '../../schemas/problem.ts';
import type {Analysis} from './analysis.ts';

/** Who tells what JSON and the schema forbid: the editor's own JSON service, or this server. */
export type SchemaDiagnostics = 'editor' | 'server';

/** `source` of every diagnostic. */
export const SOURCE = 'mlp';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {error: 1, warning: 2, information: 3, hint: 4};
const UNNECESSARY: DiagnosticTag = 1;
const NEVER_SEEN_ELSEWHERE = ['document-too-large', 'nesting-too-deep'];

/**
 * The problems of a document, as an editor shows them.
 * @param explain address of what is written about a code; undefined if there is nothing
 */
export function diagnostics(
  analysis: Analysis,
  problems: readonly Problem[],
  told: SchemaDiagnostics,
  explain: (code: string) => string | undefined,
): Diagnostic[] {
  return problems
    .filter(problem => told === 'server' || !isOfSchema(analysis, problem))
    .map(({code, severity, message, range}) => {
      const href = explain(code);
      return {
        range,
        severity: SEVERITIES[severity],
        code,
        ...(href === undefined ? {} : {codeDescription: {href}}),
        source: SOURCE,
        message,
        ...(code === 'no-effect' ? {tags: [UNNECESSARY]} : {}),
      };
    });
}

/** VS Code's JSON service says so, too: never twice. */
export function isOfSchema({checked}: Analysis, {code, range, message}: Problem): boolean {
  if (NEVER_SEEN_ELSEWHERE.includes(code)) return false;
  for (const other of checked.schemaProblems) {
    const {start} = other.range;
    const isSamePlace = start.line === range.start.line && start.character === range.start.character;
    if (other.code === code && isSamePlace && other.message === message) return true;
  }
  return false;
}
