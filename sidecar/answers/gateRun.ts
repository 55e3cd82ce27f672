import type {StoredRun} from '../../schemas/generated/run.ts';
import {type Comparison, correctForMany} from '../evaluation/compare.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {pText, SIGNIFICANCE} from '../evaluation/verdict.ts';
import {compareVariants, otherQuestion, storedVariants} from '../runs/compareStoredRuns.ts';
import {EXIT, UserError} from '../userError.ts';

/** Whether a run may follow its baseline. */
export interface GateVerdict {
  /** Neither dropped nor unjudged. */
  readonly passed: boolean;
  /** Comparisons in which a variant is significantly worse. */
  readonly drops: readonly Comparison[];
  /** What cannot be judged, each a whole sentence. */
  readonly notJudged: readonly string[];
  readonly comparisons: readonly Comparison[];
  readonly notes: readonly string[];
  /** The verdict first, then what it rests on, each a whole sentence. */
  readonly words: readonly string[];
}

/**
 * Compares the variants of the same name. A gate that lets pass what it did not see is worse than none, so what cannot be
 * judged does not pass.
 * @throws UserError if there is nothing to compare
 */
export function gateRun(now: StoredRun, before: StoredRun): GateVerdict {
  if (before.id === now.id) throw new UserError('The run and its baseline are the same run.', EXIT.wrongUsage);
  assertComparable(before, now);
  const {pairs, notes} = pairedByName(before, now);
  if (pairs.length === 0) {
    throw new UserError(
      'The run and its baseline have no variant of the same name: there is nothing to compare.',
      EXIT.failed,
    );
  }
  const comparisons = correctForMany(pairs);
  const drops = comparisons.filter(isSignificantDrop);
  const notJudged = [...whatCannotBeJudged(before, now), ...comparisons.flatMap(untestedDifference)];
  const found = {passed: drops.length === 0 && notJudged.length === 0, drops, notJudged, comparisons, notes};
  return {...found, words: gateWords(found)};
}

/** @throws UserError if a gate can say nothing of the two */
function assertComparable(before: StoredRun, now: StoredRun): void {
  for (const [what, {id, kind, crossValidation}] of [['baseline', before] as const, ['run', now] as const]) {
    if (crossValidation) continue;
    const why =
      kind === 'training'
        ? 'is a training and no cross-validation'
        : 'did not come to its end: finish it with --resume';
    throw new UserError(`The ${what} ${id} ${why}.`, EXIT.failed);
  }
  const difference = otherQuestion(before, now);
  if (difference !== undefined) {
    throw new UserError(`The run cannot be held to its baseline: ${difference}.`, EXIT.failed);
  }
}

/** Sentences about what the baseline has and the run has not. */
function whatCannotBeJudged(before: StoredRun, now: StoredRun): string[] {
  const incomplete = [before, now].filter(({status}) => status !== 'completed');
  const variants = before.crossValidation?.variants ?? [];
  return [
    ...incomplete.map(({id, status}) => `The run ${id} did not come to its end (${status}): finish it with --resume.`),
    ...variants.flatMap(({name, folds}) => {
      const result = now.crossValidation?.variants.find(variant => variant.name === name);
      if (!result) return [`"${name}" of the baseline is not in the run.`];
      const diverged = result.folds.filter(({status}) => status === 'diverged').length;
      const divergedBefore = folds.filter(({status}) => status === 'diverged').length;
      return diverged > divergedBefore ? [`"${name}" diverged in ${diverged} of ${result.folds.length} folds.`] : [];
    }),
  ];
}

/** A difference without a test: of one fold in common, or the same in every fold. */
function untestedDifference({a, b, metric, difference, pCorrected}: Comparison): string[] {
  if (pCorrected !== null || difference === null || difference === 0) return [];
  const {label} = metrics[metric];
  return [
    `Between "${a}" and "${b}" there is no test of ${label}: they have one fold in common, or differ by the same in all.`,
  ];
}

/** Each variant with the one of its name in the baseline. */
function pairedByName(before: StoredRun, now: StoredRun): {pairs: Comparison[]; notes: string[]} {
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
function isSignificantDrop(comparison: Comparison): boolean {
  const p = comparison.pHolm ?? comparison.pCorrected;
  return p !== null && p < SIGNIFICANCE && isDrop(comparison);
}

function isDrop({difference, metric}: Comparison): boolean {
  if (difference === null) return false;
  return metrics[metric as Metric].direction === 'higher' ? difference < 0 : difference > 0;
}

/** Of each variant, how near it came to failing. Metrics have units of their own, so the least p tells the largest drop. */
function largestDrops(comparisons: readonly Comparison[]): string[] {
  return [...new Set(comparisons.map(({b}) => b))].map(name => {
    const [largest] = comparisons
      .filter(comparison => comparison.b === name && comparison.pCorrected !== null && isDrop(comparison))
      .sort((one, other) => one.pCorrected! - other.pCorrected!);
    if (!largest) return `"${name}" is worse in no metric.`;
    const {verdict, pHolm} = largest;
    const whose = verdict.startsWith('"') ? '' : ` of "${name}"`;
    const corrected = pHolm === null ? '' : `; p ${pText(pHolm)} after Holm's correction`;
    return `Largest drop${whose}: ${verdict}${corrected}.`;
  });
}

function gateWords({comparisons, drops, notJudged, notes}: Omit<GateVerdict, 'words'>): string[] {
  const tested = comparisons.filter(({pCorrected, difference}) => pCorrected !== null || difference === 0).length;
  const compared = `${tested} comparisons, corrected for their number`;
  const unpaired = notes.filter(note => note.includes('was not tested on the folds of'));
  const near = drops.length > 0 || notJudged.length > 0 ? [] : largestDrops(comparisons);
  return [verdict(), ...drops.map(drop => `${drop.verdict}.`), ...near, ...notJudged, ...unpaired];

  function verdict(): string {
    if (drops.length > 0) {
      const are = drops.length === 1 ? 'is' : 'are';
      return `Failed: ${drops.length} of ${compared}, ${are} significantly worse than in the baseline.`;
    }
    if (notJudged.length > 0) return 'Not judged: the run cannot be held to all of its baseline.';
    return `Passed: nothing is significantly worse than in the baseline (${compared}).`;
  }
}
