import type {Problem, Severity} from '../../schemas/problem.ts';

/**
 * A problem on one line, `file:line:column: severity: message [code]`, one-based as terminals and editors link it. What
 * is wrong in the data is shown there, if the line is known.
 */
export function formatProblem(problem: Problem, documentPath: string): string {
  const {code, severity, message} = problem;
  return `${place(problem, documentPath)}: ${severity}: ${message} [${code}]`;
}

function place({range, data}: Problem, documentPath: string): string {
  if (data?.line === undefined) return `${documentPath}:${range.start.line + 1}:${range.start.character + 1}`;
  // A named column has no position in the line that editors could go to: the message names it.
  return `${data.file}:${data.line}:${typeof data.column === 'number' ? data.column : 1}`;
}

export function countProblems(problems: readonly Problem[]): Record<Severity, number> {
  const counts = {error: 0, warning: 0, information: 0, hint: 0};
  for (const {severity} of problems) counts[severity]++;
  return counts;
}
