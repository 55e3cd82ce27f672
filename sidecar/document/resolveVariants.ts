import {isDeepStrictEqual} from 'node:util';
import type {MlpDocument} from '../../schemas/generated/mlpDocument.ts';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Problem} from '../../schemas/problem.ts';
import {applyChanges, type Change, type ChangedDocument} from './applyChanges.ts';
import {checkCombinations} from './checkCombinations.ts';
import {schemaProblems} from './checkSchema.ts';
import {checkTune} from './checkTune.ts';
import type {DocumentEdit} from './documentEdits.ts';
import {isRecord, type Path, startsWith, valueAt} from './documentPath.ts';
import {type DocumentProblem, movedProblem, placeProblem, quoted, sortProblems} from './documentProblem.ts';
import {checkLayerNames, withLayerNames} from './layerNames.ts';
import {isReadable, type ParsedDocument} from './parseDocument.ts';
import {validateDocument} from './validateDocument.ts';

export interface ResolvedVariant {
  readonly name: string;
  /** With every default and every layer's name filled in, without `variants`. */
  readonly document: ResolvedDocument;
  /** Only what was written, in the document or in the variant, and the layers' names. */
  readonly written: MlpDocument;
  /**
   * A path of this variant's document → the path, in the document as it is written, that gave it its value: into the
   * variant's own change if there is one, else the same path.
   */
  placeOf(path: Path): Path;
}

export interface ResolvedVariants {
  /** The document itself, with defaults, before any variant; a document only if `checkSchema` finds no error. */
  readonly base: ResolvedDocument;
  /** In the order of the text; variants with errors are left out. */
  readonly variants: readonly ResolvedVariant[];
  /** Those of the variants and of the layers' names; what `checkSchema` says of the document is not repeated. */
  readonly problems: readonly Problem[];
}

/** Each variant as a document of its own. Without variants, the document as it stands is the only one, named "model". */
export function resolveVariants(parsed: ParsedDocument): ResolvedVariants {
  const base = withLayerNames(parsed.value ?? {});
  const found = documentProblems(base);
  const problems = (isReadable(parsed) ? checkLayerNames(parsed.value?.layers) : []).map(problem =>
    placeProblem(parsed, problem),
  );
  const known = new Set(found.problems.map(identity));
  const variants: ResolvedVariant[] = [];
  for (const {name, values} of isReadable(parsed) ? writtenVariants(parsed) : []) {
    if (problems.length >= mostProblems) break;
    const result = resolveVariant(parsed, base, name, values, known);
    problems.push(...result.problems);
    if (result.variant) variants.push(result.variant);
  }
  problems.push(...equalVariants(parsed, variants), ...checkCombinations(parsed, variants));
  if (found.problems.length === 0) problems.push(...tuneProblems(parsed, base, found.document));
  return {base: found.document, variants, problems: sortProblems(problems.slice(0, mostProblems))};
}

/** What is tried is a change of the document like any other, and is held to the same rules. */
function tuneProblems(parsed: ParsedDocument, base: Record<string, unknown>, {tune}: ResolvedDocument): Problem[] {
  const problemsOf = (changed: Record<string, unknown>) => documentProblems(withLayerNames(changed)).problems;
  return checkTune(tune, base, fixedPath, problemsOf).map(problem => placeProblem(parsed, problem));
}

const mostProblems = 100;
const onlyVariant = 'model';

function writtenVariants(parsed: ParsedDocument): {name: string; values: Record<string, unknown> | undefined}[] {
  const variants = parsed.value?.variants;
  // Not Object.keys: it would put names that are numbers first, and all are compared with the first.
  const names = parsed.keysOf(['variants']);
  if (!isRecord(variants) || names.length === 0) return [{name: onlyVariant, values: {}}];
  return names.map(name => {
    const values = valueAt(variants, [name]);
    return {name, values: isRecord(values) ? values : undefined};
  });
}

function resolveVariant(
  parsed: ParsedDocument,
  base: Record<string, unknown>,
  name: string,
  values: Record<string, unknown> | undefined,
  known: ReadonlySet<string>,
): {variant?: ResolvedVariant; problems: Problem[]} {
  // Not an object, which the schema's check says.
  if (!values) return {problems: []};
  const changed = applyChanges(base, values, fixedPath);
  const written = withLayerNames(changed.document);
  delete written.variants;
  delete written.tune;
  const placeOf = variantPlaces(name, changed);
  const problems: Problem[] = changed.problems.map(({code, message, dotted, meant}) => {
    const path = ['variants', name, dotted];
    const rename = {title: `Rename to "${meant}"`, edits: [{kind: 'renameKey' as const, path, key: meant ?? ''}]};
    const fixes = [...(meant === undefined ? [] : [rename]), {title: 'Remove this change', edits: removal(path)}];
    return placeProblem(parsed, {code, severity: 'error', message, path, at: 'key', fixes});
  });
  const found = documentProblems(written);
  /** Of the mistakes that one change causes elsewhere, the first is enough. */
  const blamed = new Set<string>();
  for (const problem of found.problems) {
    if (known.has(identity(problem))) continue;
    const path = withOrigin(problem.path, changed.layerOrigins);
    if (changed.changes.some(change => startsWith(path, change.path))) {
      problems.push(placeProblem(parsed, movedProblem(problem, placeOf)));
      continue;
    }
    const cause = nearestChange(changed.changes, path);
    if (!cause || blamed.has(cause.dotted)) continue;
    blamed.add(cause.dotted);
    problems.push(placeProblem(parsed, blame(problem, cause, ['variants', name, cause.dotted])));
  }
  if (problems.length > 0 || found.problems.length > 0) return {problems};
  const variant = {name, document: found.document, written: written as unknown as MlpDocument, placeOf};
  return {variant, problems};
}

function documentProblems(written: Record<string, unknown>): {document: ResolvedDocument; problems: DocumentProblem[]} {
  const {variants: _, ...alone} = written;
  const {document, errors} = validateDocument(alone);
  return {document, problems: [...schemaProblems(alone, errors), ...checkLayerNames(alone.layers)]};
}

function identity({code, message, path}: DocumentProblem): string {
  return JSON.stringify([code, message, path]);
}

/** Variants are compared on the same rows and folds; only what leaves those alone may be changed. */
function fixedPath(dotted: string, path: Path | undefined): string | undefined {
  const [first] = dotted.split('.');
  if (first === 'version' || first === 'variants' || first === 'tune' || first === '$schema') {
    return `${quoted(dotted)} must not be set by a variant.`;
  }
  const isFixed = first === 'evaluation' || (path?.[0] === 'data' && !isFreeDataPath(path));
  if (!isFixed) return undefined;
  return `${quoted(dotted)} must be the same in all variants, since they are compared on the same rows and folds.`;
}

function isFreeDataPath(path: Path): boolean {
  if (path.length === 2) return freeDataKeys.has(String(path[1]));
  return path[1] === 'columns' && path.length === 4 && freeColumnKeys.has(String(path[3]));
}

const freeDataKeys = new Set(['scale', 'scaleTarget', 'categories', 'features', 'exclude']);
const freeColumnKeys = new Set(['scale', 'categories', 'order', 'indicator']);

function variantPlaces(name: string, {changes, layerOrigins}: ChangedDocument): ResolvedVariant['placeOf'] {
  return path => {
    const before = withOrigin(path, layerOrigins);
    const change = changes.find(each => startsWith(before, each.path));
    return change ? ['variants', name, change.dotted, ...before.slice(change.path.length)] : before;
  };
}

/** The path before layers were removed. */
function withOrigin(path: Path, origins: readonly number[]): Path {
  const [first, index, ...rest] = path;
  if (first !== 'layers' || typeof index !== 'number') return path;
  return [first, origins[index] ?? index, ...rest];
}

/** The change that is closest to a mistake outside of all changes. */
function nearestChange(changes: readonly Change[], path: Path): Change | undefined {
  return changes.reduce<Change | undefined>(
    (best, change) => (best && common(best.path, path) >= common(change.path, path) ? best : change),
    undefined,
  );
}

function blame({code, severity, message}: DocumentProblem, {dotted, path}: Change, place: Path): DocumentProblem {
  const advice = path.at(-1) === 'type' ? ` Set ${quoted(dotted.replace(/\.type$/, ''))} as a whole.` : '';
  const fixes = [{title: 'Remove this change', edits: removal(place)}];
  return {
    code,
    severity,
    message: `This change does not fit the rest: ${message}${advice}`,
    path: place,
    at: 'key',
    fixes,
  };
}

function common(a: Path, b: Path): number {
  const different = a.findIndex((step, at) => step !== b[at]);
  return different < 0 ? a.length : different;
}

function equalVariants(parsed: ParsedDocument, variants: readonly ResolvedVariant[]): Problem[] {
  const firsts = new Map<number, ResolvedVariant[]>();
  const problems: Problem[] = [];
  for (const variant of variants) {
    const {name, document} = variant;
    const content = contentHash(document);
    const alike = firsts.get(content) ?? [];
    const first = alike.find(other => isDeepStrictEqual(other.document, document))?.name;
    if (first === undefined) {
      firsts.set(content, [...alike, variant]);
      continue;
    }
    const message = `Variants ${quoted(first)} and ${quoted(name)} are equal. Remove one, or change it.`;
    const path = ['variants', name];
    const fixes = [{title: `Remove the variant ${quoted(name)}`, edits: removal(path)}];
    problems.push(placeProblem(parsed, {code: 'equal-variants', severity: 'warning', message, path, at: 'key', fixes}));
  }
  return problems;
}

function removal(path: Path): DocumentEdit[] {
  return [{kind: 'remove', path}];
}

/** Equal for equal values of JSON, in which the order of keys does not count. */
function contentHash(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((hash, each) => Math.imul(hash, 31) + contentHash(each), 7) | 0;
  if (!isRecord(value)) return textHash(String(value));
  let hash = 0;
  for (const [key, each] of Object.entries(value)) hash = (hash + Math.imul(textHash(key), contentHash(each) | 1)) | 0;
  return hash;
}

/** FNV-1a. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}
