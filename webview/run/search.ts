/** What is known of a search while it goes on, and when it has ended. */
import type {ModelResult, SearchPlan} from '../../schemas/generated/run.ts';
import {METRICS} from '../statistics/metricLabels.ts';
import {foldResults} from './foldResults.ts';
import type {ShownRun} from './shownRun.ts';

/** A setting of a search, as far as it was tried. */
export interface TriedSetting {
  readonly name: string;
  readonly changes: SearchPlan['settings'][number]['changes'];
  readonly status: 'waiting' | 'running' | 'finished' | 'ruledOut' | 'diverged' | 'cancelled';
  /** Why it goes no further, in words. */
  readonly why: string | null;
  readonly folds: ModelResult['folds'];
}

/** Mean over the folds so far, and its corrected standard error; null where there are too few. */
export interface Score {
  readonly mean: number | null;
  readonly error: number | null;
}

/** @returns in the order of the variants */
export function triedSettings(run: ShownRun, plan: SearchPlan): TriedSetting[] {
  const results = new Map(foldResults(run).map(({name, folds}) => [name, folds]));
  const trials = run.stored.crossValidation?.tuning?.trials ?? [];
  return plan.settings.map(({name, changes}, index) => {
    const folds = results.get(name) ?? [];
    const stopped = run.stopped.get(name);
    const trial = trials[index];
    const live = stopped?.status ?? (folds.length > 0 ? 'running' : 'waiting');
    const status = trial?.status ?? (run.isLive ? live : (stopped?.status ?? 'cancelled'));
    return {name, changes, status, why: trial?.why ?? stopped?.why ?? null, folds};
  });
}

/**
 * @param testPerTrain rows of the test parts over rows of the training parts
 * @see Nadeau & Bengio 2003, the correction for folds that share training rows
 */
export function scoreOf({folds}: Pick<TriedSetting, 'folds'>, metric: string, testPerTrain: number): Score {
  const values = folds.map(({metrics}) => metrics[metric]).filter(value => typeof value === 'number');
  const count = values.length;
  if (count === 0) return {mean: null, error: null};
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return {mean, error: null};
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return {mean, error: Math.sqrt((1 / count + testPerTrain) * variance)};
}

/** The best first; those that go no further last, as they are on fewer folds. */
export function ranked<S extends TriedSetting>(settings: readonly S[], metric: string, testPerTrain: number): S[] {
  const sign = METRICS[metric]?.direction === 'higher' ? -1 : 1;
  const rank = ({status}: S) => Number(status === 'ruledOut' || status === 'diverged' || status === 'cancelled');
  const score = (setting: S) => {
    const {mean} = scoreOf(setting, metric, testPerTrain);
    return mean === null ? Number.POSITIVE_INFINITY : sign * mean;
  };
  // Two that have no score are equal: ∞ − ∞ would be no number.
  const difference = (a: S, b: S) => (score(a) === score(b) ? 0 : score(a) - score(b));
  return [...settings].sort((a, b) => rank(a) - rank(b) || difference(a, b));
}

/** Settings along one axis. */
export interface SearchCurve {
  readonly title: string;
  readonly axis: string;
  readonly isLog: boolean;
  /** In ascending order. */
  readonly points: ReadonlyArray<{readonly x: number; readonly setting: string}>;
  /** The rates that are as good as the best, once that is known. */
  readonly range: {readonly low: number; readonly high: number; readonly best: number} | null;
  /** The range in words. */
  readonly words: string | null;
}

/** The swept dropout rates of each place, or the values of the only number that is varied; none for other searches. */
export function searchCurves(run: ShownRun, plan: SearchPlan): SearchCurve[] {
  const swept = run.stored.crossValidation?.tuning?.sweeps ?? [];
  if (plan.sweeps.length > 0) {
    return plan.sweeps.map(({place, points}) => {
      const found = swept.find(each => each.place === place);
      return {
        title: place === 'input' ? 'Dropout on the inputs' : 'Dropout on the hidden layers',
        axis: 'rate, share dropped',
        isLog: false,
        points: points.map(({rate, setting}) => ({x: rate, setting})),
        range: found?.recommended ?? null,
        words: found?.words ?? null,
      };
    });
  }
  // The first setting is the document as it stands: it changes nothing.
  const tried = plan.settings.slice(1).map(({name, changes}) => ({name, entries: Object.entries(changes)}));
  const path = tried[0]?.entries[0]?.[0];
  const points = tried.flatMap(({name, entries}) => {
    const [[key, value] = []] = entries;
    return entries.length === 1 && key === path && typeof value === 'number' ? [{x: value, setting: name}] : [];
  });
  if (path === undefined || points.length < tried.length || points.length < 2) return [];
  points.sort((a, b) => a.x - b.x);
  const isLog = points[0]!.x > 0 && points.at(-1)!.x / points[0]!.x > 30;
  return [{title: path, axis: path, isLog, points, range: null, words: null}];
}

/** What stopping early saves so far, or did. */
export function savedBySearch(run: ShownRun): {networks: number; seconds: number} {
  const saved = run.stored.crossValidation?.tuning?.saved;
  if (saved) return saved;
  let [networks, seconds] = [0, 0];
  for (const {setting, notTrained} of run.stopped.values()) {
    const times = run.networksOf(setting).flatMap(({ended}) => (ended ? [ended.seconds] : []));
    const each = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
    networks += notTrained;
    seconds += (notTrained * each) / run.stored.environment.workers;
  }
  return {networks, seconds};
}
