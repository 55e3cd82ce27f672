import {readdirSync, readFileSync, statSync} from 'node:fs';
import {basename, dirname, isAbsolute, join} from 'node:path';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Problem} from '../../schemas/problem.ts';
import {closestName} from '../closestName.ts';
import {DataError} from '../data/dataError.ts';
import {featureWidth, planFeatures} from '../data/features.ts';
import {type DataProfile, profileData} from '../data/profile.ts';
import {readTable} from '../data/readTable.ts';
import type {Table, Target} from '../data/table.ts';
import {planTarget} from '../data/target.ts';
import {type CheckedDocument, checkDocument} from '../document/checkDocument.ts';
import {setTo} from '../document/commonFixes.ts';
import type {Path} from '../document/documentPath.ts';
import {type DocumentProblem, movedProblem, placeProblem, sortProblems} from '../document/documentProblem.ts';
import type {ParsedDocument} from '../document/parseDocument.ts';
import {resolveNetwork} from '../document/resolveNetwork.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import {parameterCount} from '../document/summarizeNetwork.ts';
import {withoutSuppressed} from '../document/suppressions.ts';
import {type FoldProblem, foldProblems} from '../evaluation/foldProblems.ts';
import {type EvaluationPlan, planFolds} from '../evaluation/folds.ts';
import {randomKey} from '../kernels/random.ts';
import {EXIT, UserError} from '../userError.ts';
import {dataErrorFixes} from './dataErrorFixes.ts';
import {
  likelyClasses,
  likelyIdentifiers,
  omittedRows,
  reservedNames,
  smallParts,
  splitColumns,
  tooLarge,
  unknownClasses,
  unpairedSeeds,
} from './dataProblems.ts';
import {allRows, type Experiment, type VariantPlan} from './experiment.ts';
import {splitSubject} from './splitSubject.ts';

/** What an experiment is loaded for: training on all rows needs no folds. */
export type Purpose = 'crossValidation' | 'training';

/** What the command line changes in a document, by dotted path, and the variants it chooses. */
export interface Overrides {
  readonly variants?: readonly string[];
  readonly 'evaluation.folds'?: number;
  readonly 'evaluation.repeats'?: number;
  readonly 'training.epochs'?: number;
  readonly 'training.seed'?: number;
  /** Only stored: the run tried settings of a search in place of the document's variants. */
  readonly search?: string;
}

export interface LoadedExperiment {
  /** undefined when there is an error among the problems. */
  readonly experiment: Experiment | undefined;
  /** In the order of the document, without those that its comments take for meant. */
  readonly problems: readonly Problem[];
  /** The document's text. */
  readonly text: string;
  readonly checked: CheckedDocument;
  /** What the data file holds; undefined if it was not read. */
  readonly profile: DataProfile | undefined;
}

/**
 * Reads a document and its data and resolves them into an experiment. A wrong document or wrong data are not thrown:
 * they come back as problems with their place.
 * @param path of the document
 * @throws UserError if the document cannot be read, or if a chosen variant is not in it
 */
export async function loadExperiment(
  path: string,
  overrides: Overrides,
  purpose: Purpose = 'crossValidation',
): Promise<LoadedExperiment> {
  return loadExperimentText(path, readDocument(path), overrides, purpose);
}

/**
 * The same for a text that may not be stored, as an editor holds it.
 * @param path where the text is or would be stored: the data lie beside it
 */
export async function loadExperimentText(
  path: string,
  text: string,
  overrides: Overrides,
  purpose: Purpose = 'crossValidation',
): Promise<LoadedExperiment> {
  const {variants: names, ...changes} = overrides;
  const checked = checkDocument(text, changes);
  if (hasError(checked.problems)) {
    const problems = withoutSuppressed(checked.parsed, checked.problems);
    return {experiment: undefined, problems, text, checked, profile: undefined};
  }
  const variants = chosenVariants(checked.variants, names).map(variant => overridden(variant, changes));
  return {...(await resolveExperiment(path, checked, variants, purpose, readData)), text, checked};
}

export interface ReadTable {
  readonly table: Table;
  readonly target: Target;
  readonly profile: DataProfile;
}

/** Reads the data of a document. @throws DataError if they are wrong */
export type ReadData = (path: string, base: ResolvedDocument) => Promise<ReadTable>;

/** A checked document without errors, and its data. @param read may keep what it read for the next time */
export async function resolveExperiment(
  path: string,
  checked: CheckedDocument,
  variants: readonly ResolvedVariant[],
  purpose: Purpose,
  read: ReadData,
): Promise<Pick<LoadedExperiment, 'experiment' | 'problems' | 'profile'>> {
  const problems = [...checked.problems];
  let profile: DataProfile | undefined;
  const experiment = await resolveWithData(path, purpose, checked, variants, problems, async (...asked) => {
    const data = await read(...asked);
    profile = data.profile;
    return data;
  });
  const told = withoutSuppressed(checked.parsed, sortProblems(problems));
  return {experiment: hasError(problems) ? undefined : experiment, problems: told, profile};
}

export function readDocument(path: string): string {
  if (/\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(path)) {
    throw new UserError(
      `${path} holds data: name it in data.source of a .mlp.json document, and give that document here.`,
    );
  }
  try {
    const {size, ...kind} = fileKind(path);
    if (!kind.isFile)
      throw new UserError(`${path} cannot be read: it is ${kind.isFolder ? 'a folder' : 'no ordinary file'}.`);
    if (size > LARGEST_DOCUMENT)
      throw new UserError(
        `${path} cannot be read: a document has at most 10 MB, this file ${Math.round(size / 1e6)} MB.`,
      );
    return new TextDecoder('utf-8', {fatal: true}).decode(readFileSync(path));
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'permission was denied',
      ENOTDIR: 'a part of its path is a file',
      ELOOP: 'its links lead in a circle',
      ENAMETOOLONG: 'its name is too long',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
    };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = reasons[code];
    if (!reason) throw error;
    const advice = code === 'ENOENT' ? meant(path) : '';
    throw new UserError(`${path} cannot be read: ${reason}.${advice}`, undefined, {cause: error});
  }
}

/** Names the document that was probably meant: its ending was left out, or its name mistyped. */
function meant(path: string): string {
  const stem = basename(path).replace(/(\.mlp)?(\.json)?$/, '');
  // Compared without their ending, which would make any two names near.
  const found = closestName(stem, stemsIn(dirname(path)));
  return found === undefined ? '' : ` Did you mean ${join(dirname(path), found + ENDING)}?`;
}

const ENDING = '.mlp.json';

function stemsIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap(name => (name.endsWith(ENDING) ? [name.slice(0, -ENDING.length)] : []));
  } catch {
    return []; // The folder is what is not there.
  }
}

/** What the command line says holds for every variant, also for one that sets the same key itself. */
function overridden(variant: ResolvedVariant, changes: Omit<Overrides, 'variants'>): ResolvedVariant {
  const training = {...variant.document.training};
  if (changes['training.epochs'] !== undefined) training.epochs = changes['training.epochs'];
  if (changes['training.seed'] !== undefined) training.seed = changes['training.seed'];
  return {...variant, document: {...variant.document, training}};
}

const LARGEST_DOCUMENT = 1e7;

/** Looked at before it is opened: reading a pipe would wait for someone to write to it, and a device has no end. */
function fileKind(path: string) {
  const found = statSync(path);
  return {isFile: found.isFile(), isFolder: found.isDirectory(), size: found.size};
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
  purpose: Purpose,
  checked: CheckedDocument,
  variants: readonly ResolvedVariant[],
  problems: Problem[],
  read: ReadData,
): Promise<Experiment | undefined> {
  const {parsed, base} = checked;
  const report = (found: readonly DocumentProblem[]) =>
    problems.push(...found.map(problem => placeProblem(parsed, problem)));
  const data = await reported(
    problems,
    parsed,
    base,
    path => path,
    () => read(path, base),
  );
  if (!data) return undefined;
  const {table, target} = data;
  const evaluation: Experiment['evaluation'] = {
    ...base.evaluation,
    groupBy: base.evaluation.groupBy ?? null,
    timeBy: base.evaluation.timeBy ?? null,
  };
  report([...omittedRows(table, target), ...likelyClasses(target, base), ...splitColumns(table, evaluation)]);
  report([...reservedNames(variants, target), ...unpairedSeeds(variants, base)]);
  const plans: VariantPlan[] = [];
  for (const variant of variants) {
    const plan = await reported(problems, parsed, variant.document, variant.placeOf, () =>
      resolveVariant(variant, table, target, evaluation, report),
    );
    if (plan) plans.push(plan);
  }
  if (hasError(problems)) return undefined;

  const subject = splitSubject(table, target, evaluation);
  if (purpose === 'crossValidation') {
    const classNames = target.task === 'classification' ? target.classes : [];
    for (const found of foldProblems(subject, evaluation, classNames)) {
      problems.push({...placeProblem(parsed, foldDocumentProblem(found)), ...numberOf(found)});
    }
    if (hasError(problems)) return undefined;
  }
  // Training uses all rows, so what is wrong with the folds is no matter of its own.
  const folds = purpose === 'crossValidation' ? planFolds(subject, evaluation, randomKey(base.training.seed)) : [];
  const parts = purpose === 'crossValidation' ? folds.map(fold => fold.train) : [allRows(table.rows)];
  for (const variant of variants) report(smallParts(parts, variant, table, target, evaluation));
  return {table, target, evaluation, seed: base.training.seed, folds, variants: plans};
}

/** Every column that any variant may need is read once. */
export async function readData(path: string, base: ResolvedDocument): Promise<ReadTable> {
  // Not made absolute: messages name the file as the user would.
  const {source} = base.data;
  const file = isAbsolute(source) ? source : join(dirname(path), source);
  const {groupBy, timeBy} = base.evaluation;
  const keep = [groupBy, timeBy].filter(name => name !== undefined);
  const profile = await profileData(file, base.data, {keep});
  // Temporary files may lie in memory, and these columns are too large for it.
  const storeFolder = join(dirname(path), '.mlp');
  const table = await readTable(file, base.data, profile, {keep, storeFolder});
  return {table: {...table, source: basename(source)}, target: planTarget(table, base.data), profile};
}

/** @returns undefined if the network cannot be, and `report` has said why */
function resolveVariant(
  {name, document, placeOf}: ResolvedVariant,
  table: Table,
  target: Target,
  {groupBy, timeBy}: EvaluationPlan,
  report: (found: readonly DocumentProblem[]) => void,
): VariantPlan | undefined {
  const reserved = [target.name, groupBy, timeBy].filter(column => column !== null);
  const features = planFeatures(table, document.data, reserved);
  const classCount = target.task === 'classification' ? target.classes.length : 0;
  const {plan, problems} = resolveNetwork(document, {inputs: featureWidth(features), task: target.task, classCount});
  report(problems.map(problem => movedProblem(problem, placeOf)));
  report(unknownClasses({name, document, placeOf} as ResolvedVariant, target));
  report(likelyIdentifiers(table, features));
  if (!plan) return undefined;
  report(tooLarge(parameterCount(plan)));
  // A batch never holds more rows than there are, and buffers are made for the largest one.
  const network = {...plan, batchSize: Math.min(plan.batchSize, table.rows), trainRows: table.rows};
  return {name, document, features, network, parameters: parameterCount(network)};
}

/** What `read` returns; a mistake in the data becomes a problem at the key that it concerns, and undefined. */
async function reported<T>(
  problems: Problem[],
  parsed: ParsedDocument,
  document: ResolvedDocument,
  placeOf: (path: Path) => Path,
  read: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    problems.push(dataErrorProblem(error, parsed, document, placeOf));
    return undefined;
  }
}

/** A mistake in the data at the key of the document that it concerns. @param document of the variant that met it */
export function dataErrorProblem(
  error: DataError,
  parsed: ParsedDocument,
  document: ResolvedDocument,
  placeOf: (path: Path) => Path,
): Problem {
  const {code, message, file, line, column, key = 'data.source'} = error;
  const path = keyPath(key, document);
  const fixes = dataErrorFixes(error, path, document);
  const found = {code, severity: 'error', message, path, at: 'value', fixes} as const;
  const data = file === undefined ? {} : {data: {file, line, column}};
  return {...placeProblem(parsed, movedProblem(found, placeOf)), ...data};
}

/** The path of a dotted key; the name of a column may hold dots itself, so the longest that fits is taken. */
function keyPath(key: string, {data}: ResolvedDocument): string[] {
  const column = Object.keys(data.columns)
    .filter(name => `${key}.`.startsWith(`data.columns.${name}.`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (column === undefined) return key.split('.');
  const rest = key.slice(`data.columns.${column}.`.length);
  return ['data', 'columns', column, ...(rest === '' ? [] : rest.split('.'))];
}

function foldDocumentProblem({key, set, ...problem}: FoldProblem): DocumentProblem {
  const fixes = set === undefined ? [] : [setTo(['evaluation', set[0]], set[1])];
  return {...problem, path: ['evaluation', key], at: 'value', fixes};
}

/** The number that is wrong: where a column has too few groups, lowering folds is what helps. */
function numberOf({key, set}: FoldProblem): Pick<Problem, 'about'> {
  if (key === 'repeats') return {about: 'repeats'};
  return key === 'folds' || set?.[0] === 'folds' ? {about: 'folds'} : {};
}

const hasError = (problems: readonly Problem[]) => problems.some(problem => problem.severity === 'error');
