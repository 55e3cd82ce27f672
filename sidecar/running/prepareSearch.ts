import type {SearchPlan} from '../../schemas/generated/run.ts';
import {closestName} from '../closestName.ts';
import {type CheckedDocument, checkDocument} from '../document/checkDocument.ts';
import {takesWholeNumbers} from '../document/checkTune.ts';
import type {WrittenLayer} from '../document/dropoutPlaces.ts';
import {dropoutSweep} from '../document/dropoutSweep.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import {type Tune, tuneCandidates} from '../document/tuneCandidates.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {type Overrides, readDocument} from '../experiment/loadExperiment.ts';
import {EXIT, UserError} from '../userError.ts';
import {type Preparation, prepareRun, type RunRequest} from './prepareRun.ts';
import {nestingOf, searchPlan, type TriedSetting, type TuneOptions, tuneRun} from './tuneRun.ts';

/** What is to be searched for: the best of `tune`, or of the dropout rates. */
export interface SearchRequest extends Omit<RunRequest, 'kind'> {
  /** Name of the variant that is tuned; the first one unless told. */
  readonly variant?: string;
  /** Sweeps dropout rates, whatever `tune` says. */
  readonly dropout?: boolean;
  /** In place of what `tune` says. */
  readonly metric?: string;
  readonly method?: Tune['method'];
  readonly trials?: number;
  readonly innerFolds?: number;
}

export interface PreparedSearch extends Preparation {
  /** The variant that is tuned; undefined where the document is wrong. */
  readonly variant?: ResolvedVariant;
  readonly metric?: Metric;
}

/**
 * Prepares a run whose variants are the settings to try; the first one is the document as it stands.
 * @throws UserError if the document cannot be read, or what was asked for cannot be
 */
export async function prepareSearch(request: SearchRequest): Promise<PreparedSearch> {
  const text = request.text ?? readDocument(request.document);
  const {overrides = {}} = request;
  const checked = checkDocument(text, overrides as Record<string, unknown>);
  const {problems} = checked;
  if (problems.some(({severity}) => severity === 'error')) return {run: undefined, problems};

  const variant = variantNamed(request.variant, checked.variants);
  const search = request.dropout ? sweepOf(variant) : searchOf(checked, variant, request);
  const tried = await prepareRun({
    ...{kind: 'crossValidation', document: request.document, overrides},
    text: JSON.stringify(triedDocument(variant, search.settings)),
    ...(request.engine ? {engine: request.engine} : {}),
    ...(request.out === undefined ? {} : {out: request.out}),
  });
  if (!tried.run) return {run: undefined, problems: atTheTop(tried.problems)};
  const {task} = tried.run.experiment.target;
  const usual = task === 'classification' ? 'nll' : 'rmse';
  const metric = metricNamed(request.metric ?? checked.base.tune?.metric ?? usual, task);
  const innerFolds = request.innerFolds ?? checked.base.tune?.innerFolds ?? USUAL_INNER_FOLDS;
  const options = {...search, metric, ...nestingOf(tried.run.experiment, innerFolds)};
  // What is stored is the document as it is, and that other variants than its own were run.
  const told = {
    text,
    overrides: {...overrides, search: search.method},
    search: searchPlan(tried.run.experiment, options),
  };
  const run = {...tried.run, ...told, body: tuneRun(options)};
  return {run, problems, variant, metric};
}

const USUAL_INNER_FOLDS = 3;

/**
 * A search that was interrupted, as it was planned.
 * @param text of the document, without errors
 * @returns what is tried, as a document
 */
export function storedSearch(
  {settings, metric, method, innerFolds, notNested, sweeps}: SearchPlan,
  text: string,
  {search: _, ...overrides}: Overrides,
): {variant: ResolvedVariant; text: string; options: TuneOptions} {
  const {variants} = checkDocument(text, overrides as Record<string, unknown>);
  const first = settings[0]!.name;
  const variant = variants.find(({name}) => name === first) ?? variants.find(({name}) => first === standing(name))!;
  const indexOf = (setting: string) => settings.findIndex(({name}) => name === setting);
  const options: TuneOptions = {
    settings,
    metric: metric as Metric,
    method,
    innerFolds,
    ...(notNested === undefined ? {} : {notNested}),
    sweeps: sweeps.map(({place, points}) => ({
      place,
      points: points.map(({rate, setting}) => ({rate, setting: indexOf(setting)})),
    })),
  };
  return {variant, text: JSON.stringify(triedDocument(variant, settings)), options};
}

/** Places in a text that nobody has seen mean nothing. */
export function atTheTop(problems: Preparation['problems']): Preparation['problems'] {
  const start = {line: 0, character: 0};
  return problems
    .filter(({severity}) => severity === 'error')
    .map(problem => ({...problem, range: {start, end: start}}));
}

type Search = Pick<TuneOptions, 'settings' | 'method' | 'sweeps'>;

/** The settings of the document's `tune`, after the document as it stands. */
function searchOf({base}: CheckedDocument, variant: ResolvedVariant, request: SearchRequest): Search {
  if (!base.tune) {
    throw new UserError(
      'The document has no "tune", which says what to try: add one such as "tune": {"space": {"training.optimizer.learningRate": {"from": 0.001, "to": 0.1, "scale": "log"}}}, or sweep dropout rates (--dropout).',
    );
  }
  const {method = base.tune.method, trials = base.tune.trials} = request;
  const written = variant.written as unknown as Record<string, unknown>;
  const isWhole = (dotted: string) => takesWholeNumbers(dotted, written);
  const candidates = tuneCandidates({...base.tune, method, trials}, isWhole, base.training.seed);
  return {settings: [asItStands(variant, candidates), ...candidates], method, sweeps: []};
}

function sweepOf(variant: ResolvedVariant): Search {
  const {candidates, sweeps} = dropoutSweep(variant.written.layers as unknown as WrittenLayer[]);
  return {
    settings: [asItStands(variant, candidates), ...candidates],
    method: 'sweep',
    sweeps: sweeps.map(({place, points}) => ({
      place,
      points: points.map(({rate, candidate}) => ({rate, setting: candidate + 1})),
    })),
  };
}

function asItStands({name}: ResolvedVariant, candidates: readonly TriedSetting[]): TriedSetting {
  const isTaken = candidates.some(candidate => candidate.name === name);
  return {name: isTaken ? standing(name) : name, changes: {}};
}

const standing = (name: string) => `${name} (as it stands)`;

/** A document whose variants are the settings. */
function triedDocument({written}: ResolvedVariant, settings: readonly TriedSetting[]): object {
  const {tune: _, ...document} = written;
  return {...document, variants: Object.fromEntries(settings.map(({name, changes}) => [name, changes]))};
}

function variantNamed(name: string | undefined, variants: readonly ResolvedVariant[]): ResolvedVariant {
  const found = name === undefined ? variants[0] : variants.find(variant => variant.name === name);
  if (found) return found;
  const known = variants.map(variant => variant.name);
  const close = closestName(name ?? '', known);
  const meant = close === undefined ? `It has ${known.map(one => `"${one}"`).join(', ')}.` : `Did you mean "${close}"?`;
  throw new UserError(`The document has no variant "${name}". ${meant}`, EXIT.wrongUsage);
}

function metricNamed(name: string, task: 'classification' | 'regression'): Metric {
  const known = Object.values(metrics).filter(metric => metric.task === task);
  const found = known.find(metric => metric.name === name);
  if (found) return found.name;
  const names = known.map(metric => metric.name).join(', ');
  throw new UserError(`A ${task} is not tuned by "${name}": choose one of ${names}.`, EXIT.wrongUsage);
}
