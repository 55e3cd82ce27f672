/** What only the data can tell of a document. Each function returns problems with their path in the document. */
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Severity} from '../../schemas/problem.ts';
import {closestName} from '../closestName.ts';
import type {FeaturePlan} from '../data/features.ts';
import type {Column, Table, Target} from '../data/table.ts';
import {fewDistinctIntegers} from '../data/target.ts';
import {exclude, removeKey, setTo} from '../document/commonFixes.ts';
import type {Path} from '../document/documentPath.ts';
import type {DocumentFix, DocumentProblem} from '../document/documentProblem.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import type {EvaluationPlan} from '../evaluation/folds.ts';
import {BASELINES} from './foldTask.ts';
import {innerRows} from './innerRows.ts';
import {timeNumber} from './splitSubject.ts';

/** The training rows of the folds, or all rows. */
type TrainingParts = readonly Uint32Array[];

function problem(
  severity: Severity,
  code: string,
  message: string,
  path: Path,
  fixes: readonly DocumentFix[] = [],
): DocumentProblem {
  return {severity, code, message, path, at: 'value', fixes};
}

export function omittedRows({omitted}: Table, target: Target): DocumentProblem[] {
  const rows = (count: number) => (count === 1 ? '1 row has' : `${count} rows have`);
  const problems: DocumentProblem[] = [];
  if (omitted.withoutTarget > 0) {
    const message = `${rows(omitted.withoutTarget)} no "${target.name}" and cannot be used.`;
    problems.push(problem('information', 'rows-without-target', message, ['data', 'target']));
  }
  if (omitted.withMissingValue > 0) {
    const message = `${rows(omitted.withMissingValue)} a missing value and are left out (dropRow).`;
    problems.push(problem('information', 'rows-dropped', message, ['data', 'missing']));
  }
  return problems;
}

export function likelyClasses(target: Target, {data}: ResolvedDocument): DocumentProblem[] {
  const distinct = target.task === 'regression' && data.task === 'auto' ? fewDistinctIntegers(target) : null;
  if (distinct === null) return [];
  const message = `"${target.name}" holds only the integers ${distinct.join(', ')} and is predicted as a real number. If they are classes, set data.task to "classification".`;
  return [problem('hint', 'likely-classes', message, ['data', 'target'], [setTo(['data', 'task'], 'classification')])];
}

/** Rows of a category that are too few to learn from it, and too many for a number to be no name. */
const FEW_ROWS_PER_CATEGORY = 10;
const MANY_CATEGORIES = 20;

/**
 * Inputs that look like the names of rows or of groups of rows. With them a network learns who is who instead of what
 * is asked, and rows of one group in two folds leak: scores come out too good.
 */
export function likelyIdentifiers(table: Table, features: readonly FeaturePlan[]): DocumentProblem[] {
  return features.flatMap(({name}) => {
    const column = table.columns.find(one => one.name === name)!;
    if (!signs.has(column)) signs.set(column, identifierSigns(column, table.rows));
    const seen = signs.get(column);
    if (seen === undefined) return [];
    const message = `"${name}" ${seen}, as names of rows or groups have, and it is used as an input. If it is one, add it to data.exclude, or keep its rows together with evaluation.groupBy.`;
    const group = {...setTo(['evaluation', 'groupBy'], name), title: `Keep the rows of each "${name}" together`};
    return [problem('warning', 'likely-identifier', message, ['data', 'source'], [exclude(name), group])];
  });
}

/** An editor asks again with each key, and each variant too. */
const signs = new WeakMap<Column, string | undefined>();

function identifierSigns(column: Column, rows: number): string | undefined {
  if (column.kind === 'categorical') {
    const count = column.categories.length;
    const isMany = count > MANY_CATEGORIES && rows / count < FEW_ROWS_PER_CATEGORY;
    return isMany ? `has ${count} categories in ${rows} rows` : undefined;
  }
  const isNamed = /(^|[_\W])(id|nr|no|key|index|uuid)$|[a-z]I[dD]$/.test(column.name) || /^id/i.test(column.name);
  const {values} = column;
  // Most columns of numbers are told from names by their first row: counting millions of values would take a while.
  if (!values.every(Number.isInteger)) return undefined;
  if (!isNamed && !mayAllDiffer(values)) return undefined;
  const different = new Set(values).size;
  if (different === rows && rows >= MANY_CATEGORIES) return `has another integer in every row`;
  return isNamed && different > MANY_CATEGORIES ? `is called so and has ${different} different integers` : undefined;
}

/** Of more integers than lie between the smallest and the largest, two are equal. */
function mayAllDiffer(integers: Float32Array | Float64Array): boolean {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of integers) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return largest - smallest + 1 >= integers.length;
}

/** Groups and times must be known of every row, and times must have an order. */
export function splitColumns(table: Table, {groupBy, timeBy}: EvaluationPlan): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const [key, name] of [
    ['groupBy', groupBy],
    ['timeBy', timeBy],
  ] as const) {
    const column = table.columns.find(one => one.name === name);
    if (!column) continue;
    const path = ['evaluation', key];
    const row = firstMissing(column);
    if (row !== undefined) {
      const message = `"${name}" has no value in line ${table.rowLines[row]}: fill it in, or remove ${key}.`;
      problems.push(
        problem('error', key === 'groupBy' ? 'missing-group' : 'missing-time', message, path, [removeKey(path)]),
      );
    } else if (key === 'timeBy' && column.kind === 'categorical') {
      const unclear = column.categories.find(text => Number.isNaN(timeNumber(text)));
      if (unclear === undefined) continue;
      const message = `"${name}" must hold numbers or dates as in 2026-01-31 or 2026-01-31T12:30, got ${JSON.stringify(unclear)}: dates in another form have no certain order.`;
      problems.push(problem('error', 'unclear-time', message, path, [removeKey(path)]));
    }
  }
  return problems;
}

function firstMissing(column: Column): number | undefined {
  const row =
    column.kind === 'categorical'
      ? column.codes.indexOf(-1)
      : column.values.findIndex((value: number) => Number.isNaN(value));
  return row === -1 ? undefined : row;
}

/** A baseline's name would stand for two things in tables and stored predictions. */
export function reservedNames(variants: readonly ResolvedVariant[], {task}: Target): DocumentProblem[] {
  return variants
    .filter(({name}) => (BASELINES[task] as readonly string[]).includes(name))
    .map(({name}) => {
      const message = `"${name}" is the name of a baseline, which stands beside the variants: choose another name.`;
      const path = ['variants', name];
      const rename = {
        title: `Rename to "${name} network"`,
        edits: [{kind: 'renameKey' as const, path, key: `${name} network`}],
      };
      return {...problem('error', 'reserved-name', message, path, [rename]), at: 'key'};
    });
}

export function unknownClasses({document, placeOf}: ResolvedVariant, target: Target): DocumentProblem[] {
  const {classWeights} = document.training;
  if (typeof classWeights !== 'object') return [];
  const path = ['training', 'classWeights'];
  if (target.task === 'regression') {
    const message = 'classWeights has no effect on a real target.';
    return [problem('warning', 'no-effect', message, placeOf(path), [removeKey(placeOf(path))])];
  }
  const classes = target.classes.map(one => `"${one}"`).join(', ');
  return Object.keys(classWeights)
    .filter(name => !target.classes.includes(name))
    .map(name => {
      const message = `The target has no class "${name}"; it has ${classes}.`;
      const at = placeOf([...path, name]);
      const close = closestName(name, target.classes);
      const rename = {title: `Rename to "${close}"`, edits: [{kind: 'renameKey' as const, path: at, key: close ?? ''}]};
      return problem('error', 'unknown-class', message, at, [...(close === undefined ? [] : [rename]), removeKey(at)]);
    });
}

/** Training parts that a batch swallows whole, or that early stopping cannot cut. */
export function smallParts(
  parts: TrainingParts,
  {document, placeOf}: ResolvedVariant,
  table: Table,
  target: Target,
  evaluation: EvaluationPlan,
): DocumentProblem[] {
  const {batchSize, dropLast, earlyStopping} = document.training;
  let smallest = Number.POSITIVE_INFINITY;
  const learnedCounts: number[] = [];
  for (const part of parts) {
    const cut = earlyStopping ? innerRows(part, earlyStopping.share, table, target, evaluation) : {learned: part};
    if (!cut) {
      const message = `earlyStopping cannot cut an inner part from ${part.length} training rows of one group or one time: lower folds, or remove earlyStopping.`;
      const at = placeOf(['training', 'earlyStopping']);
      return [problem('error', 'inner-split-impossible', message, at, [removeKey(at)])];
    }
    learnedCounts.push(cut.learned.length);
    smallest = Math.min(smallest, cut.learned.length);
  }
  const lonely = dropLast ? undefined : learnedCounts.find(count => count > batchSize && count % batchSize === 1);
  const batchNorm = document.layers.findIndex(layer => layer.type === 'batchNorm');
  if (lonely !== undefined && batchNorm !== -1) {
    const message = `The last batch of ${lonely} training rows has a single row, on which batchNorm has no statistics. Change batchSize by one, or set training.dropLast.`;
    const at = placeOf(['training', 'batchSize']);
    const fixes = [setTo(placeOf(['training', 'dropLast']), true), setTo(at, batchSize + 1)];
    return [problem('warning', 'batch-norm-of-one-row', message, at, fixes)];
  }
  if (batchSize <= smallest) return [];
  const consequence = dropLast ? ', and dropLast would leave no batch at all' : ': each epoch is a single step';
  const message = `batchSize is ${batchSize}, but the smallest training part has ${smallest} rows${consequence}. Lower batchSize.`;
  const at = placeOf(['training', 'batchSize']);
  const smaller = 2 ** Math.max(0, Math.floor(Math.log2(smallest / 10)));
  return [problem(dropLast ? 'error' : 'warning', 'batch-exceeds-rows', message, at, [setTo(at, smaller)])];
}

/** An engine keeps each parameter four times, and WebAssembly has 4 GB. */
const MOST_PARAMETERS = 200e6;

export function tooLarge(parameters: number): DocumentProblem[] {
  if (parameters <= MOST_PARAMETERS) return [];
  const millions = Math.round(parameters / 1e6).toLocaleString('en');
  const message = `The network has ${millions} million parameters, more than the 200 million that fit into memory. Lower units.`;
  return [problem('error', 'network-too-large', message, ['layers'])];
}

/** Variants with seeds of their own differ by chance too, and the comparison cannot tell it from the change. */
export function unpairedSeeds(variants: readonly ResolvedVariant[], {training}: ResolvedDocument): DocumentProblem[] {
  return variants
    .filter(({document}) => document.training.seed !== training.seed)
    .map(({name, placeOf}) => {
      const message = `"${name}" has a seed of its own, so it starts from other weights than the others: what the comparison shows is the seed's effect too.`;
      const at = placeOf(['training', 'seed']);
      return problem('warning', 'unpaired-seed', message, at, [removeKey(at)]);
    });
}
