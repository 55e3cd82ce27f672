/** Comparing what was stored: variants of one run, or of several, paired where they were tested on the same folds. */
import {isDeepStrictEqual} from 'node:util';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {ModelResult, StoredRun} from '../../schemas/generated/run.ts';
import {type Comparison, compareUnpaired, correctForMany} from '../evaluation/compare.ts';
import type {Metric} from '../evaluation/metrics.ts';
import {COMPARED, comparePaired, contestant} from '../experiment/crossValidate.ts';
import {UserError} from '../userError.ts';

/** A variant of a stored cross-validation. */
export interface StoredVariant {
  /** Its name; with the id of its run where another run has a variant of that name. */
  readonly name: string;
  readonly run: StoredRun;
  readonly result: ModelResult;
}

export interface StoredComparison {
  readonly variants: readonly StoredVariant[];
  /** Every variant with the reference, metric by metric, corrected for their number. */
  readonly comparisons: readonly Comparison[];
  /** Why some are not paired, and what else a reader should know: whole sentences. */
  readonly notes: readonly string[];
}

/** Every variant of the runs. @throws UserError if a run is no cross-validation */
export function storedVariants(runs: readonly StoredRun[]): StoredVariant[] {
  const all = runs.flatMap(run => {
    if (!run.crossValidation) {
      const what = run.kind === 'training' ? 'a training and no cross-validation' : 'no finished cross-validation';
      throw new UserError(`${run.id} is ${what}, so it has nothing to compare (mlp cv makes one).`);
    }
    return run.crossValidation.variants.map(result => ({name: result.name, run, result}));
  });
  return all.map(variant => {
    const isAmbiguous = all.some(other => other !== variant && other.name === variant.name);
    return isAmbiguous ? {...variant, name: `${variant.name} (${variant.run.id})`} : variant;
  });
}

/**
 * Compares each variant with a reference, paired where the folds are the same.
 * @param margin that matters in practice; absent: what the document of the reference says, else the usual one of each metric
 * @throws RangeError if the reference is none of the variants
 * @throws UserError if one predicts classes and another numbers, or their data or targets differ
 */
export function compareVariants(
  variants: readonly StoredVariant[],
  reference: StoredVariant,
  margin = practicalMarginOf(reference.run),
): StoredComparison {
  const metricsCompared = comparedMetrics(variants);
  const others = variants.filter(variant => variant !== reference);
  if (others.length === variants.length) throw new RangeError('reference must be one of the variants');
  for (const {run} of others) {
    const difference = otherQuestion(reference.run, run);
    if (difference !== undefined) throw new UserError(`These runs cannot be compared: ${difference}.`);
  }
  const comparisons = others.flatMap(other => {
    const reason = unpairedReason(reference.run, other.run);
    return metricsCompared.map(metric => compareOne(reference, other, metric, reason === undefined, margin));
  });
  const reasons = others.flatMap(other => {
    const reason = unpairedReason(reference.run, other.run);
    return reason === undefined
      ? []
      : [`"${other.name}" was not tested on the folds of "${reference.name}": ${reason}.`];
  });
  const canBePaired = others.some(
    ({run}) => unpairedReason(reference.run, run) !== undefined && run.data.sha256 === reference.run.data.sha256,
  );
  const advice = canBePaired
    ? ['Put both into one document and run it again: then they are tested on the same folds.']
    : [];
  const runs = [...new Set([reference, ...others].map(({run}) => run))];
  const own = new Set(runs.flatMap(run => [...stoppedNote(run), ...(run.crossValidation?.notes ?? [])]));
  return {variants, comparisons: correctForMany(comparisons), notes: [...reasons, ...advice, ...own]};
}

function stoppedNote({id, status}: StoredRun): string[] {
  if (status === 'completed') return [];
  const how = status === 'failed' ? 'failed' : 'was stopped early';
  return [`The run ${id} ${how}: only the folds that ended are compared.`];
}

/**
 * Why the scores of two runs answer different questions, without a full stop; undefined: they do not. A data file that
 * has changed but for its columns and classes is still the same question.
 */
export function otherQuestion(a: StoredRun, b: StoredRun): string | undefined {
  const [left, right] = [a, b].map(({variants}) => foldSettings(variants[0]?.document).target);
  if (left !== right) return `their targets differ ("${left}" in ${a.id}, "${right}" in ${b.id})`;
  if (!isDeepStrictEqual(a.data.classes, b.data.classes)) {
    return `they are of other data, in which "${left}" has other classes (${a.id} and ${b.id})`;
  }
  if (a.data.sha256 === b.data.sha256 || a.data.features === b.data.features) return undefined;
  return `they are of other data (${a.data.features} inputs in ${a.id}, ${b.data.features} in ${b.id})`;
}

function practicalMarginOf({variants}: StoredRun): number | undefined {
  return (variants[0]?.document as Partial<ResolvedDocument> | undefined)?.evaluation?.practicalMargin;
}

/** Why two runs do not share their folds; undefined: they do. The number of repeats may differ: the first ones are alike. */
export function unpairedReason(a: StoredRun, b: StoredRun): string | undefined {
  if (a === b) return undefined;
  if (a.data.sha256 !== b.data.sha256) return 'the data file is another one or has changed';
  if (a.seed !== b.seed) return `the seeds differ (${a.seed} and ${b.seed})`;
  const [left, right] = [a, b].map(({variants}) => foldSettings(variants[0]?.document));
  if (!isDeepStrictEqual(left, right))
    return 'the folds are dealt otherwise (evaluation, target or rows that are left out)';
  return a.data.rows === b.data.rows ? undefined : 'they use different rows';
}

/** What decides which row is in which fold, beside data and seed. */
function foldSettings(document: unknown) {
  const {evaluation, data} = document as {evaluation: Record<string, unknown>; data: Record<string, unknown>};
  const {repeats: _, samples: __, practicalMargin: ___, ...split} = evaluation;
  return {split, target: data.target, task: data.task, missing: data.missing};
}

function compareOne(
  a: StoredVariant,
  b: StoredVariant,
  metric: Metric,
  paired: boolean,
  margin: number | undefined,
): Comparison {
  if (paired) return comparePaired({...a.result, name: a.name}, {...b.result, name: b.name}, metric, margin);
  const side = ({name, result}: StoredVariant) => contestant(name, result.folds, metric);
  return compareUnpaired(side(a), side(b), metric, {margin});
}

function comparedMetrics(variants: readonly StoredVariant[]): readonly Metric[] {
  const tasks = new Set(variants.map(({run}) => (run.data.classes === null ? 'regression' : 'classification')));
  if (tasks.size > 1) {
    throw new UserError('Some of these runs predict classes and some numbers: they have no metric in common.');
  }
  return COMPARED[[...tasks][0] ?? 'classification'];
}
