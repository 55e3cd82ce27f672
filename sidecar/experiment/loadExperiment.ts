import {readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Problem} from '../../schemas/problem.ts';
import {closestName} from '../closestName.ts';
import {DataError} from '../data/dataError.ts';
import {type FeaturePlan, featureWidth, planFeatures} from '../data/features.ts';
import {profileData} from '../data/profile.ts';
import {readTable} from '../data/readTable.ts';
import type {Table, Target} from '../data/table.ts';
import {fewDistinctIntegers, planTarget} from '../data/target.ts';
import {checkDocument} from '../document/checkDocument.ts';
import {placeProblem, sortProblems} from '../document/documentProblem.ts';
import type {ParsedDocument} from '../document/parseDocument.ts';
import {type NetworkSubject, parameterCount, resolveNetwork} from '../document/resolveNetwork.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import {foldProblems} from '../evaluation/foldProblems.ts';
import {type EvaluationPlan, type Fold, planFolds, type SplitSubject} from '../evaluation/folds.ts';
import {randomKey} from '../kernels/random.ts';
import type {NetworkPlan} from '../network/plan.ts';
import {EXIT, UserError} from '../userError.ts';
import type {Experiment, VariantPlan} from './experiment.ts';
import {splitSubject} from './splitSubject.ts';

/** What the command line changes in a document, by dotted path, and the variants it chooses. */
export interface Overrides {
  readonly variants?: readonly string[];
  readonly 'evaluation.folds'?: number;
  readonly 'evaluation.repeats'?: number;
  readonly 'training.epochs'?: number;
  readonly 'training.seed'?: number;
}

export interface LoadedExperiment {
  /** undefined when there is an error among the problems. */
  readonly experiment: Experiment | undefined;
  /** In the order of the document. */
  readonly problems: readonly Problem[];
  /** The document's text. */
  readonly text: string;
}

/**
 * Reads a document and its data and resolves them into an experiment. A wrong document or wrong data are not thrown:
 * they come back as problems with their place.
 * @param path of the document
 * @throws UserError if the document cannot be read, or if a chosen variant is not in it
 */
export async function loadExperiment(path: string, overrides: Overrides): Promise<LoadedExperiment> {
  const text = readDocument(path);
  const {variants: names, ...changes} = overrides;
  const checked = checkDocument(text, changes);
  const problems = [...checked.problems];
  if (hasError(problems)) return {experiment: undefined, problems, text};

  const variants = chosenVariants(checked.variants, names);
  const experiment = await resolveWithData(path, checked.parsed, checked.base, variants, problems);
  return {experiment: hasError(problems) ? undefined : experiment, problems: sortProblems(problems), text};
}

function readDocument(path: string): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(readFileSync(path));
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      EACCES: 'permission was denied',
      ENOTDIR: 'a part of its path is a file',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
    };
    const reason = error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined;
    if (!reason) throw error;
    throw new UserError(`${path} cannot be read: ${reason}.`, undefined, {cause: error});
  }
}

function chosenVariants(variants: readonly ResolvedVariant[], names: readonly string[] | undefined): ResolvedVariant[] {
  if (!names) return [...variants];
  const known = variants.map(variant => variant.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const close = closestName(name, known);
    const meant =
      close === undefined ? `It has ${known.map(one => `"${one}"`).join(', ')}.` : `Did you mean "${close}"?`;
    throw new UserError(`The document has no variant "${name}". ${meant}`, EXIT.wrongUsage);
  }
  return variants.filter(variant => names.includes(variant.name));
}

/** Everything that only the data can tell. Adds what is wrong to `problems`. */
async function resolveWithData(
  path: string,
  parsed: ParsedDocument,
  base: ResolvedDocument,
  variants: readonly ResolvedVariant[],
  problems: Problem[],
): Promise<Experiment | undefined> {
  const report = (code: string, severity: Problem['severity'], message: string, at: readonly (string | number)[]) =>
    problems.push({code, severity, message, range: parsed.rangeOf(at, 'value')});
  try {
    const {table, target} = await readData(path, base);
    reportOmitted(table, target, report);
    reportLikelyClasses(target, base, report);
    const plan: EvaluationPlan = {
      ...base.evaluation,
      groupBy: base.evaluation.groupBy ?? null,
      timeBy: base.evaluation.timeBy ?? null,
    };
    const subject = splitSubject(table, target, plan);
    const reserved = [target.name, plan.groupBy, plan.timeBy].filter(name => name !== null);
    const classNames = target.task === 'classification' ? target.classes : [];
    for (const {code, severity, message, key} of foldProblems(subject, plan, classNames)) {
      report(code, severity, message, ['evaluation', key]);
    }
    const resolved = variants.map(variant => {
      const features = planFeatures(table, variant.document.data, reserved);
      const network = resolveNetwork(variant.document, networkSubject(target, features));
      for (const found of network.problems)
        problems.push(placeProblem(parsed, {...found, path: variant.placeOf(found.path)}));
      reportUnknownClasses(variant.document, target, report);
      return {name: variant.name, document: variant.document, features, network: network.plan};
    });
    if (hasError(problems)) return undefined;

    const folds = planFolds(subject, plan, randomKey(base.training.seed));
    reportSmallParts(folds, variants, report);
    reportUndividable(folds, subject, variants, report);
    if (hasError(problems)) return undefined;
    return {table, target, evaluation: plan, seed: base.training.seed, folds, variants: resolved.map(variantPlan)};
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const {code, message, file, line, column, key = 'data.source'} = error;
    problems.push({
      code,
      severity: 'error',
      message,
      range: parsed.rangeOf(keyPath(key, base), 'value'),
      ...(file === undefined ? {} : {data: {file, line, column}}),
    });
    return undefined;
  }
}

/** The path of a dotted key; the name of a column may hold dots itself. */
function keyPath(key: string, {data}: ResolvedDocument): string[] {
  const column = Object.keys(data.columns).find(name => `${key}.`.startsWith(`data.columns.${name}.`));
  if (column === undefined) return key.split('.');
  const rest = key.slice(`data.columns.${column}.`.length);
  return ['data', 'columns', column, ...(rest === '' ? [] : rest.split('.'))];
}

type Report = (code: string, severity: Problem['severity'], message: string, at: readonly (string | number)[]) => void;

/** Every column that any variant may need is read once. */
async function readData(path: string, base: ResolvedDocument): Promise<{table: Table; target: Target}> {
  const file = join(dirname(path), base.data.source);
  const {groupBy, timeBy} = base.evaluation;
  const keep = [groupBy, timeBy].filter(name => name !== undefined);
  const profile = await profileData(file, base.data, {keep});
  const table = await readTable(file, base.data, profile, {keep});
  return {table: {...table, source: basename(base.data.source)}, target: planTarget(table, base.data)};
}

function reportOmitted({omitted}: Table, target: Target, report: Report): void {
  const rows = (count: number) => (count === 1 ? '1 row has' : `${count} rows have`);
  if (omitted.withoutTarget > 0) {
    report(
      'rows-without-target',
      'information',
      `${rows(omitted.withoutTarget)} no "${target.name}" and cannot be used.`,
      ['data', 'target'],
    );
  }
  if (omitted.withMissingValue > 0) {
    report(
      'rows-dropped',
      'information',
      `${rows(omitted.withMissingValue)} a missing value and are left out (dropRow).`,
      ['data', 'missing'],
    );
  }
}

function reportLikelyClasses(target: Target, {data}: ResolvedDocument, report: Report): void {
  const distinct = target.task === 'regression' && data.task === 'auto' ? fewDistinctIntegers(target) : null;
  if (distinct === null) return;
  const message = `"${target.name}" holds only the integers ${distinct.join(', ')} and is predicted as a real number. If they are classes, set data.task to "classification".`;
  report('likely-classes', 'hint', message, ['data', 'target']);
}

function networkSubject(target: Target, features: readonly FeaturePlan[]): NetworkSubject {
  const classCount = target.task === 'classification' ? target.classes.length : 0;
  return {inputs: featureWidth(features), task: target.task, classCount};
}

/** Without an error among the problems every variant has its network. */
function variantPlan({
  name,
  document,
  features,
  network,
}: Omit<VariantPlan, 'network' | 'parameters'> & {network: NetworkPlan | undefined}): VariantPlan {
  if (!network) throw new Error(`variant ${name} has no network, and no problem says why`);
  return {name, document, features, network, parameters: parameterCount(network)};
}

function reportUnknownClasses({training}: ResolvedDocument, target: Target, report: Report): void {
  if (typeof training.classWeights !== 'object') return;
  if (target.task === 'regression') {
    report('no-effect', 'warning', 'classWeights has no effect on a real target.', ['training', 'classWeights']);
    return;
  }
  for (const name of Object.keys(training.classWeights)) {
    if (target.classes.includes(name)) continue;
    const classes = target.classes.map(one => `"${one}"`).join(', ');
    report('unknown-class', 'error', `The target has no class "${name}"; it has ${classes}.`, [
      'training',
      'classWeights',
      name,
    ]);
  }
}

/** A batch that holds a whole training part, and an inner part too small to be cut. */
function reportSmallParts(folds: readonly Fold[], variants: readonly ResolvedVariant[], report: Report): void {
  const smallest = Math.min(...folds.map(fold => fold.train.length));
  for (const {document, placeOf} of variants) {
    const {batchSize, dropLast, earlyStopping} = document.training;
    const learned = earlyStopping ? smallest - Math.max(1, Math.round(smallest * earlyStopping.share)) : smallest;
    if (learned < 1) {
      report(
        'inner-split-too-small',
        'error',
        `earlyStopping needs at least 2 training rows, got ${smallest}.`,
        placeOf(['training', 'earlyStopping']),
      );
    } else if (batchSize > learned) {
      const message = `batchSize is ${batchSize}, but the smallest training part has ${learned} rows${dropLast ? ', and dropLast would leave no batch at all' : ': each epoch is a single step'}. Lower batchSize.`;
      report('batch-exceeds-rows', dropLast ? 'error' : 'warning', message, placeOf(['training', 'batchSize']));
    }
  }
}

/** Early stopping cuts whole groups, and the latest times: a training part of one group or one time cannot be cut. */
function reportUndividable(
  folds: readonly Fold[],
  subject: SplitSubject,
  variants: readonly ResolvedVariant[],
  report: Report,
): void {
  for (const [kind, values] of [
    ['group', subject.groups],
    ['time', subject.times],
  ] as const) {
    if (!values || folds.every(fold => fold.train.some(row => values[row] !== values[fold.train[0]!]))) continue;
    for (const {document, placeOf} of variants) {
      if (!document.training.earlyStopping) continue;
      const message = `earlyStopping cannot cut an inner part from training rows that are all of one ${kind}: lower folds, or remove earlyStopping.`;
      report('inner-split-impossible', 'error', message, placeOf(['training', 'earlyStopping']));
    }
  }
}

const hasError = (problems: readonly Problem[]) => problems.some(problem => problem.severity === 'error');
