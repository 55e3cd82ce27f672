import {gateRun as judge} from '../answers/gateRun.ts';
import {findRun} from '../runs/findRuns.ts';
import {printable} from '../terminal/table.ts';
import {EXIT} from '../userError.ts';

export interface GateOptions {
  /** Folder of the run that must not be fallen below. */
  readonly baseline: string;
  readonly json?: boolean;
}

/**
 * `mlp gate FILE|RUN --baseline RUN`: 1 only when a variant is significantly worse than it was, 3 when that cannot be
 * judged. @returns the exit code
 */
export function gateRun(path: string, {baseline, json}: GateOptions): number {
  const before = findRun(baseline, 'crossValidation').run;
  const {words, ...verdict} = judge(findRun(path, 'crossValidation').run, before);
  const [first, ...rest] = words.map(printable);
  console.log(json ? JSON.stringify(verdict) : [first, ...rest.map(line => `  ${line}`)].join('\n'));
  if (verdict.drops.length > 0) return EXIT.wrongInput;
  return verdict.passed ? EXIT.done : EXIT.failed;
}
