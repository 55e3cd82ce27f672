import type {ModelResult} from '../../schemas/generated/run.ts';
import type {ShownRun} from './shownRun.ts';

/** Results of the variants, then of the baselines: as they are stored, or while a run goes on of the folds that have ended. */
export function foldResults(run: ShownRun): ModelResult[] {
  const result = run.stored.crossValidation;
  return result ? [...result.variants, ...result.baselines] : run.variantNames.flatMap(name => endedFolds(run, name));
}

function endedFolds(run: ShownRun, name: string): ModelResult[] {
  const folds = run.networksOf(name).flatMap(({place: {repeat, fold}, ended}) => {
    if (ended?.status !== 'completed' || fold === 0) return [];
    const {epochs, metrics} = ended;
    return [{repeat, fold, trainRows: 0, testRows: 0, epochs, status: 'completed' as const, metrics}];
  });
  return folds.length === 0 ? [] : [{name, folds, summary: summarize(folds)}];
}

function summarize(folds: ModelResult['folds']): ModelResult['summary'] {
  const names = new Set(folds.flatMap(({metrics}) => Object.keys(metrics)));
  return Object.fromEntries(
    [...names].map(name => {
      const values = folds.map(({metrics}) => metrics[name]).filter(value => typeof value === 'number');
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const sd = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
      return [name, {mean: values.length === 0 ? null : mean, sd, folds: values.length}];
    }),
  );
}
