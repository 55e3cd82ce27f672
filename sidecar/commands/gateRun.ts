import {type Comparison, correctForMany} from '../evaluation/compare.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {SIGNIFICANCE} from '../evaluation/verdict.ts';
import {compareVariants, storedVariants} from '../runs/compareStoredRuns.ts';
import {findRun} from '../runs/findRuns.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

export interface GateOptions {
  /** Folder of the run that must not be fallen below. */
  readonly baseline: string;
  readonly json?: boolean;
}

/** `mlp gate FILE|RUN --baseline RUN`: 1 only when a variant is significantly worse than it was. @returns the exit code */
export function gateRun(path: string, {baseline, json}: GateOptions): number {
  const [before, now] = [findRun(baseline, 'crossValidation').run, findRun(path, 'crossValidation').run];
  if (before.id === now.id) throw new UserError('The run and its baseline are the same run.', EXIT.wrongUsage);
  const {pairs, notes} = pairedByName(before, now);
  if (pairs.length === 0) {
    throw new UserError('The run and its baseline have no variant of the same name: there is nothing to compare.');
  }
  const comparisons = correctForMany(pairs);
  const drops = comparisons.filter(isSignificantDrop);
  if (json) console.log(JSON.stringify({passed: drops.length === 0, drops, comparisons, notes}));
  else console.log(gateReport(comparisons, drops, notes));
  return drops.length === 0 ? EXIT.done : EXIT.wrongInput;
}

type Run = ReturnType<typeof findRun>['run'];

/** Each variant with the one of its name in the baseline. */
function pairedByName(before: Run, now: Run): {pairs: Comparison[]; notes: string[]} {
  const names = new Set(before.crossValidation?.variants.map(({name}) => name));
  const shared = (now.crossValidation?.variants ?? []).filter(({name}) => names.has(name));
  const results = shared.map(({name}) => {
    const variants = storedVariants([before, now]).filter(({result}) => result.name === name);
    return compareVariants(variants, variants[0]!);
  });
  return {
    pairs: results.flatMap(({comparisons}) => comparisons),
    notes: [...new Set(results.flatMap(({notes}) => notes))],
  };
}

/** Worse, and after Holm's correction for all that is compared. */
function isSignificantDrop({difference, pCorrected, pHolm, metric}: Comparison): boolean {
  const p = pHolm ?? pCorrected;
  if (p === null || difference === null || p >= SIGNIFICANCE) return false;
  return metrics[metric as Metric].direction === 'higher' ? difference < 0 : difference > 0;
}

function gateReport(
  comparisons: readonly Comparison[],
  drops: readonly Comparison[],
  notes: readonly string[],
): string {
  const compared = `${comparisons.length} comparisons, corrected for their number`;
  const lines =
    drops.length === 0
      ? [`Passed: nothing is significantly worse than in the baseline (${compared}).`]
      : [
          `Failed: ${drops.length} of ${compared}, ${drops.length === 1 ? 'is' : 'are'} significantly worse than in the baseline.`,
          ...drops.map(({verdict}) => `  ${verdict}.`),
        ];
  const unpaired = notes.filter(note => note.includes('was not tested on the folds of'));
  return [...lines, ...unpaired.map(note => `  ${note}`)].map(printable).join('\n');
}
