import type {Problem} from '../../schemas/problem.ts';
import {formatProblem} from '../document/formatProblem.ts';
import {printable} from '../terminal/table.ts';

/** Options that stand in for a value of the document. */
interface ValueOptions {
  readonly folds?: number;
  readonly repeats?: number;
}

/** Problems go to standard error, each at its place: in the document or the data, or at the option that was typed. */
export function tellProblems(problems: readonly Problem[], file: string, options: ValueOptions = {}): void {
  for (const problem of problems) console.error(printable(atOption(problem, options) ?? formatProblem(problem, file)));
}

function atOption({code, severity, message, about}: Problem, options: ValueOptions): string | null {
  const value = about && options[about];
  return value === undefined ? null : `--${about} ${value}: ${severity}: ${message} [${code}]`;
}
