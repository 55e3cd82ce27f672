import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Problem} from '../../schemas/problem.ts';
import type {ColumnProfile} from '../data/columnProfile.ts';
import {DataError} from '../data/dataError.ts';
import {featureWidth, planFeatures} from '../data/features.ts';
import {type CountedFile, type DataProfile, profileOf, profileOfAny} from '../data/profile.ts';
import type {Column, Table} from '../data/table.ts';
import type {CheckedDocument} from '../document/checkDocument.ts';
import {sortProblems} from '../document/documentProblem.ts';
import {resolveNetwork} from '../document/resolveNetwork.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import {dataErrorProblem, resolveExperiment} from '../experiment/loadExperiment.ts';
import {experimentFacts} from '../rules/dataFacts.ts';
import type {DataFacts} from '../rules/rule.ts';
import type {KnownData} from './analysis.ts';
import {type DataCache, dataPath, LARGEST_KEPT} from './dataCache.ts';

/**
 * What the data tell of a document. Of files that are small enough to be kept all that `mlp check` tells; of larger
 * ones, and of documents with mistakes, what follows from the profile.
 */
export async function knowData(cache: DataCache, path: string, checked: CheckedDocument): Promise<KnownData> {
  const {base} = checked.sound;
  let counted: CountedFile;
  try {
    counted = await cache.count(path, base);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const problem = dataErrorProblem(error, checked.parsed, base, place => place);
    const isAsked = checked.parsed.nodeAt(['data', 'source']) !== undefined;
    const problems = sortProblems([...checked.problems, ...(isAsked ? [problem] : [])]);
    return {profile: undefined, variants: new Map(), problems, experiment: undefined, failure: error};
  }
  const isKept = counted.byteLength <= LARGEST_KEPT.byteLength && counted.rows <= LARGEST_KEPT.rows;
  const isRight = checked.problems.every(({severity}) => severity !== 'error');
  if (isKept && isRight) {
    const loaded = await resolveExperiment(path, checked, checked.variants, 'crossValidation', cache.read);
    if (loaded.experiment && loaded.profile) {
      const variants = experimentFacts(loaded.experiment, loaded.profile);
      const {experiment, profile, problems} = loaded;
      return {profile, variants, problems, experiment, failure: undefined};
    }
    const estimated = estimate(checked, counted, path);
    return {...estimated, problems: loaded.problems};
  }
  return estimate(checked, counted, path);
}

/** From the profile alone, without looking at rows. */
function estimate(checked: CheckedDocument, counted: CountedFile, path: string): KnownData {
  const {sound, parsed} = checked;
  const {data, evaluation} = sound.base;
  const problems: Problem[] = [...checked.problems];
  const variants = new Map<string, DataFacts>();
  const attempt = (document: ResolvedDocument, placeOf: ResolvedVariant['placeOf'], act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push(dataErrorProblem(error, parsed, document, placeOf));
    }
  };
  const profile = profileOfAny(counted, data);
  const keep = [evaluation.groupBy, evaluation.timeBy].filter(name => name !== undefined);
  attempt(
    sound.base,
    place => place,
    () => void profileOf(counted, dataPath(path, data.source), data, keep),
  );
  const target = profile.columns.find(({name}) => name === data.target);
  if (target) {
    for (const variant of sound.variants) {
      attempt(variant.document, variant.placeOf, () => {
        variants.set(variant.name, variantFacts(variant.document, profile, target, [data.target, ...keep]));
      });
    }
  }
  return {profile, variants, problems: sortProblems(problems), experiment: undefined, failure: undefined};
}

function variantFacts(
  document: ResolvedDocument,
  profile: DataProfile,
  target: ColumnProfile,
  reserved: readonly string[],
): DataFacts {
  const features = planFeatures(tableOf(profile, document), document.data, reserved);
  const {task, classCount} = expectedTarget(target, document.data.task);
  const {plan} = resolveNetwork(document, {inputs: featureWidth(features), task, classCount});
  // A network that cannot be for this target has layers all the same, which the editor shows.
  const network =
    plan ?? resolveNetwork(withoutOutput(document), {inputs: featureWidth(features), task, classCount}).plan!;
  const rows = profile.rows - target.missing;
  return {
    rows,
    target: {name: target.name, task},
    classCount,
    network,
    features,
    columns: profile.columns,
    trainRows: trainingRows(rows, document.evaluation),
    sha256: profile.sha256,
    rowsRead: undefined,
  };
}

function withoutOutput(document: ResolvedDocument): ResolvedDocument {
  const output = {...document.output, activation: 'auto' as const};
  return {...document, output, training: {...document.training, loss: 'auto'}};
}

/** Classes as `planTarget` counts them. */
export function expectedTarget(
  {kind, distinct, categories}: ColumnProfile,
  task: ResolvedDocument['data']['task'],
): {task: 'classification' | 'regression'; classCount: number} {
  const count = categories?.length ?? (typeof distinct === 'number' ? distinct : 1000);
  const isClasses = task === 'auto' ? kind === 'categorical' || count <= 2 : task === 'classification';
  return isClasses ? {task: 'classification', classCount: Math.max(2, count)} : {task: 'regression', classCount: 0};
}

function trainingRows(rows: number, {method, folds, testShare}: ResolvedDocument['evaluation']): number {
  if (method === 'holdout') return rows - Math.round(rows * testShare);
  return method === 'kFold' ? rows - Math.ceil(rows / folds) : Math.floor(rows / (folds + 1));
}

/** A table without rows but for one missing value where there are any: enough to tell which inputs there will be. */
function tableOf(profile: DataProfile, {data}: ResolvedDocument): Table {
  const columns: Column[] = [];
  const unread = [];
  for (const {name, kind, missing, categories, problem} of profile.columns) {
    if (problem && name !== data.target) unread.push({name, problem});
    else if (kind === 'numeric') columns.push({kind, name, values: new Float64Array(missing > 0 ? [Number.NaN] : [])});
    else {
      const names = categories?.map(category => category.name) ?? [];
      columns.push({kind, name, codes: new Int32Array(missing > 0 ? [-1] : []), categories: names});
    }
  }
  const {sha256, byteLength, rows} = profile;
  const omitted = {withoutTarget: 0, withMissingValue: 0};
  return {source: data.source, rows, columns, rowLines: new Uint32Array(), sha256, byteLength, omitted, unread};
}
