import type {VarianceLedger, VarianceSource} from '../../schemas/generated/run.ts';
import {type Fold, planFolds} from '../evaluation/folds.ts';
import {type Metric, metrics, summarize} from '../evaluation/metrics.ts';
import {foldIn, randomKey} from '../kernels/random.ts';
import type {Experiment, VariantPlan} from './experiment.ts';
import type {FoldOutcome, FoldTask, Redrawn} from './foldTask.ts';
import type {Runner} from './runner.ts';
import {runTasks} from './runTasks.ts';
import {splitSubject} from './splitSubject.ts';

type Source = VarianceSource['source'];

/**
 * Where the scatter of a score comes from. One source of chance is drawn anew, all others stay as they are: the folds,
 * the initial weights, the order of the rows in an epoch, the dropout masks. What moves then is that source's doing.
 * The parts need not add up to the seed's noise, because sources act together.
 *
 * It costs (runs − 1) cross-validations of one repeat for each source and variant, beside the one that all share.
 * Sources that a variant does not have are left out: masks without dropout, an order without shuffling, folds in time.
 *
 * @param runs cross-validations for each source, at least 2
 * @returns nothing for a variant of which a fold diverged, or when the run was cancelled
 */
export async function varianceLedger(experiment: Experiment, runner: Runner, runs: number): Promise<VarianceLedger[]> {
  const plans = experiment.variants.map((variant, index) => ({
    variant,
    plain: tasksOf(index, firstRepeat(experiment)),
    sources: sourcesOf(experiment, variant).map(source => ({
      source,
      redrawn: Array.from({length: runs - 1}, (_, number) => redrawnTasks(experiment, index, source, number + 1)),
    })),
  }));
  const tasks = plans.flatMap(({plain, sources}) => [...plain, ...sources.flatMap(({redrawn}) => redrawn.flat())]);
  const {outcomes, failure} = await runTasks(experiment, tasks, runner, {onEvent: () => {}});
  if (failure) throw failure;
  const outcomeOf = new Map(tasks.map((task, i) => [task, outcomes[i] ?? null]));
  const meansOf = (group: readonly FoldTask[]) =>
    means(
      group.map(task => outcomeOf.get(task) ?? null),
      experiment,
    );
  return plans.flatMap(({variant, plain, sources}) => {
    const first = meansOf(plain);
    const entries = sources.map(({source, redrawn}) => ({source, all: [first, ...redrawn.map(meansOf)]}));
    if (entries.some(({all}) => all.includes(null))) return [];
    return [
      {
        variant: variant.name,
        sources: entries.map(({source, all}) =>
          scatter(
            source,
            all.map(each => each!),
          ),
        ),
      },
    ];
  });
}

/** How many networks the ledger trains. */
export function ledgerNetworks(experiment: Experiment, runs: number): number {
  const folds = firstRepeat(experiment).length;
  const sources = experiment.variants.map(variant => sourcesOf(experiment, variant).length);
  return sources.reduce((total, count) => total + folds * (1 + count * (runs - 1)), 0);
}

function sourcesOf({evaluation}: Experiment, {document, network}: VariantPlan): Source[] {
  const isNoisy = network.layers.some(layer => layer.type === 'concreteDropout' || ('rate' in layer && layer.rate > 0));
  return [
    ...(evaluation.method === 'timeOrdered' || !evaluation.shuffle ? [] : (['folds'] as const)),
    'weights',
    ...(document.training.shuffle ? (['order'] as const) : []),
    ...(isNoisy ? (['masks'] as const) : []),
  ];
}

function firstRepeat({folds}: Experiment): Fold[] {
  return folds.filter(({repeat}) => repeat === 0);
}

/** Other folds keep their number, and with it weights, order and masks. */
function redrawnTasks(experiment: Experiment, index: number, source: Source, number: number): FoldTask[] {
  if (source !== 'folds') return tasksOf(index, firstRepeat(experiment), {source, number});
  const {table, target, evaluation, seed} = experiment;
  const key = foldIn(foldIn(randomKey(seed), 'ledger'), number);
  return tasksOf(index, planFolds(splitSubject(table, target, evaluation), {...evaluation, repeats: 1}, key));
}

function tasksOf(index: number, folds: readonly Fold[], redrawn?: Redrawn): FoldTask[] {
  const subject = {kind: 'variant', index} as const;
  return folds.map(fold => ({subject, fold, keepModel: false, ...(redrawn ? {redrawn} : {})}));
}

type Means = {readonly [name in Metric]?: number | null};

/** The mean of each metric over the folds of one cross-validation; null unless all were trained to their end. */
function means(outcomes: readonly (FoldOutcome | null)[], {target}: Experiment): Means | null {
  if (outcomes.some(outcome => outcome?.status !== 'completed')) return null;
  const names = Object.values(metrics).filter(({task}) => task === target.task);
  return Object.fromEntries(
    names.map(({name}) => [name, summarize(outcomes.map(outcome => outcome?.metrics[name] ?? null)).mean]),
  );
}

function scatter(source: Source, all: readonly Means[]): VarianceSource {
  const names = Object.keys(all[0]!) as Metric[];
  const sds = names.map(name => [name, summarize(all.map(each => each[name] ?? null)).sd]);
  return {source, runs: all.length, metrics: Object.fromEntries(sds)};
}
