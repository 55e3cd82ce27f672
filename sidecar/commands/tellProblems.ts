import type {Problem} from '../../schemas/problem.ts';
import {formatProblem} from '../document/formatProblem.ts';
import {printable} from '../terminal/table.ts';

/** Options that stand in for a value of the document, and the codes of problems that then concern the option. */
interface ValueOptions {
  readonly folds?: number;
  readonly repeats?: number;
}

const CODES: {readonly [O in keyof ValueOptions]-?: RegExp} = {
  folds: /^(folds|groups|times)-|^one-class-part$/,
  repeats: /^repeats-/,
};

/** Problems go to standard error, each at its place: in the document or the data, or at the option that was typed. */
export function tellProblems(problems: readonly Problem[], file: string, options: ValueOptions = {}): void {
  for (const problem of problems) console.error(printable(atOption(problem, options) ?? formatProblem(problem, file)));
}

function atOption({code, severity, message}: Problem, options: ValueOptions): string | null {
  const names = Object.keys(CODES) as (keyof ValueOptions)[];
  const name = names.find(one => options[one] !== undefined && CODES[one].test(code));
  return name ? `--${name} ${options[name]}: ${severity}: ${message} [${code}]` : null;
}
