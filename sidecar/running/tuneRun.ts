import type {CrossValidation, SearchPlan, SweptPlace, Tuning} from '../../schemas/generated/run.ts';
import {correctForMany} from '../evaluation/compare.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {correctedError, recommendedRange} from '../evaluation/recommendedRange.ts';
import {rangeSentence, savedSentence, winnerSentences} from '../evaluation/tuningWords.ts';
import {
  baselineRecords,
  COMPARED,
  comparePaired,
  contestant,
  evaluateRecords,
  type FoldRecord,
} from '../experiment/crossValidate.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {canBeNested, type NestedEstimate, nestedEstimate} from '../experiment/nestedEstimate.ts';
import {type RaceReport, race, testPerTrain} from '../experiment/race.ts';
import {predictionsFile} from '../runs/predictionsFile.ts';
import {type RunBody, type RunWork, resultHead} from './runWork.ts';

/** A setting to try: a variant of the experiment, in the same order. The first one is the document as it stands. */
export interface TriedSetting {
  readonly name: string;
  readonly changes: Readonly<Record<string, unknown>>;
}

/** A curve over dropout rates. */
export interface Sweep {
  readonly place: 'input' | 'hidden';
  /** In ascending order, each with the index of its setting. */
  readonly points: ReadonlyArray<{readonly rate: number; readonly setting: number}>;
}

export interface TuneOptions {
  readonly settings: readonly TriedSetting[];
  readonly metric: Metric;
  readonly method: 'grid' | 'random' | 'halving' | 'sweep';
  /** 0: no nested cross-validation. */
  readonly innerFolds: number;
  /** Why there is none, though it was asked for. */
  readonly notNested?: string;
  readonly sweeps: readonly Sweep[];
}

/** Whether a search can have the nested cross-validation that was asked for. @param innerFolds below 2: it was not */
export function nestingOf(experiment: Experiment, innerFolds: number): Pick<TuneOptions, 'innerFolds' | 'notNested'> {
  if (innerFolds < 2) return {innerFolds: 0};
  if (canBeNested(experiment, innerFolds)) return {innerFolds};
  const what = `There is no nested cross-validation: a training part cannot be divided into ${innerFolds} inner folds.`;
  // Two are the fewest.
  const advice =
    innerFolds > 2
      ? 'Lower innerFolds (--inner).'
      : 'Add rows, groups or times, or do without it: innerFolds 0 (--inner 0).';
  return {innerFolds: 0, notNested: `${what} ${advice}`};
}

/** What is told of a search before it begins. */
export function searchPlan({folds}: Experiment, options: TuneOptions): SearchPlan {
  const {metric, method, innerFolds, notNested, settings, sweeps} = options;
  return {
    ...{metric, method, innerFolds, testPerTrain: testPerTrain(folds)},
    ...(notNested === undefined ? {} : {notNested}),
    settings: settings.map(({name, changes}) => ({name, changes: {...changes}})),
    sweeps: sweeps.map(({place, points}) => ({
      place,
      points: points.map(({rate, setting}) => ({rate, setting: settings[setting]!.name})),
    })),
  };
}

const ELIMINATION = {grid: 'test', random: 'test', halving: 'halve', sweep: 'none'} as const;

/** Tries all settings on the same folds, and says which is best and what that is worth. */
export function tuneRun(options: TuneOptions): RunBody {
  const left = options.notNested === undefined ? [] : [options.notNested];
  return async work => {
    const {experiment, runner, folder, listener} = work;
    // Whoever wants it should not hear of it only when the search is over.
    for (const message of left) listener.onEvent({event: 'problemMet', message});
    const raced = await race(experiment, runner, listener, {
      metric: options.metric,
      elimination: ELIMINATION[options.method],
    });
    const baselines = raced.status === 'completed' ? await baselineRecords(experiment, runner) : [];
    const records = [...raced.records, ...baselines];
    const isNested = raced.status === 'completed' && options.innerFolds > 0;
    const nested = isNested ? await nestedOf(work, options) : null;
    const status = isNested && !nested ? 'cancelled' : raced.status;
    const {comparisons: _, ...report} = evaluateRecords(experiment, records);
    const winner = winnerOf(raced, report.variants, options.metric);
    const tuning = tuningOf(raced, report.variants, winner, nested, options);
    const crossValidation: CrossValidation = {
      ...resultHead(work, {status, digest: report.digest}),
      variants: [...report.variants],
      baselines: [...report.baselines],
      comparisons: winnerComparisons(work, report.variants, winner),
      notes: [...report.notes],
      tuning: {...tuning, words: [...tuning.words, ...left]},
    };
    const end = {status, failure: raced.failure, result: {crossValidation}};
    try {
      folder.writeFile(
        'predictions.csv',
        predictionsFile(experiment.table, experiment.target, records as FoldRecord[]),
      );
    } catch (error) {
      // The result itself may still find room, and the predictions are in folds.bin.
      return {...end, status: 'failed', failure: raced.failure ?? (error as Error)};
    }
    return end;
  };
}

/** @returns null when it was cancelled */
function nestedOf(
  {experiment, runner, folder, listener}: RunWork,
  {metric, innerFolds}: TuneOptions,
): Promise<NestedEstimate | null> {
  const kept = {onEvent: listener.onEvent, keeper: folder.nestedKeeper(experiment)};
  return nestedEstimate(experiment, runner, metric, innerFolds, kept);
}

type Results = CrossValidation['variants'];

/** Index of the best setting that ran to the end; −1 if none did. */
function winnerOf({trials}: RaceReport, variants: Results, metric: Metric): number {
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const score = (index: number) => sign * (variants[index]?.summary[metric]?.mean ?? Number.NEGATIVE_INFINITY * sign);
  return trials.reduce(
    (best, {status}, index) => (status === 'finished' && (best === -1 || score(index) > score(best)) ? index : best),
    -1,
  );
}

/** The winner against the document as it stands. */
function winnerComparisons({experiment}: RunWork, variants: Results, winner: number) {
  if (winner < 1) return [];
  const compared = COMPARED[experiment.target.task];
  const {practicalMargin} = experiment.evaluation;
  return correctForMany(
    compared.map(metric => comparePaired(variants[0]!, variants[winner]!, metric, practicalMargin)),
  );
}

function tuningOf(
  raced: RaceReport,
  variants: Results,
  winner: number,
  nested: NestedEstimate | null,
  options: TuneOptions,
): Tuning {
  const {metric, settings, method, sweeps} = options;
  const trials = raced.trials.map((trial, index) => ({
    ...settings[index]!,
    changes: {...settings[index]!.changes},
    ...trial,
  }));
  const score = winner === -1 ? null : (variants[winner]!.summary[metric]?.mean ?? null);
  const estimate = nested && meanOf(nested.values);
  // Rates are compared on the same folds: a search that was stopped has not as many of each.
  const swept = raced.status === 'completed' ? sweeps.map(sweep => sweptPlace(sweep, variants, metric)) : [];
  const ruledOut = trials.filter(({status}) => status === 'ruledOut').length;
  const saved = savedSentence(ruledOut, settings.length, raced.saved, method === 'halving');
  const nestedFacts = nested && estimate !== null ? {mean: estimate, innerFolds: nested.innerFolds} : null;
  const facts = {winner: settings[winner]?.name ?? '', metric, tried: settings.length, nested: nestedFacts};
  return {
    ...{metric, method, trials, saved: raced.saved},
    winner: winner === -1 ? null : settings[winner]!.name,
    nested: nested && {...nestedFacts!, values: [...nested.values], picks: pickedNames(nested, settings)},
    sweeps: swept,
    words: [
      ...(score === null ? ['No setting ran to its end.'] : winnerSentences({...facts, score})),
      ...(saved === undefined ? [] : [saved]),
      ...swept.map(({words}) => words),
    ],
  };
}

function pickedNames({picks}: NestedEstimate, settings: readonly TriedSetting[]): Record<string, number> {
  return Object.fromEntries(picks.flatMap((count, index) => (count > 0 ? [[settings[index]!.name, count]] : [])));
}

function sweptPlace({place, points}: Sweep, variants: Results, metric: Metric): SweptPlace {
  const what = place === 'input' ? 'Input dropout' : 'Hidden dropout';
  const swept = points.map(({rate, setting}) => {
    const {name, folds} = variants[setting]!;
    return {value: rate, ...contestant(name, folds, metric)};
  });
  const range = recommendedRange(swept, metric);
  return {
    place,
    points: points.map(({rate, setting}) => ({rate, metrics: pointMetrics(variants[setting]!)})),
    recommended: range && {...range, worse: [...range.worse]},
    words: range ? rangeSentence(what, range, metric) : `${what}: no rate ran to its end.`,
  };
}

/** Mean and corrected standard error of each metric. */
function pointMetrics({name, folds, summary}: Results[number]) {
  return Object.fromEntries(
    Object.entries(summary).map(([metric, facts]) => {
      const rows = contestant(name, folds, metric as Metric);
      const sd = facts?.sd ?? null;
      return [metric, {mean: facts?.mean ?? null, error: sd === null ? null : correctedError(sd * sd, rows)}];
    }),
  );
}

function meanOf(values: readonly (number | null)[]): number | null {
  const present = values.filter(value => value !== null);
  return present.length < values.length || present.length === 0
    ? null
    : present.reduce((sum, each) => sum + each, 0) / present.length;
}
