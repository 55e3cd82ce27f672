import type {RunSummary} from '../../schemas/protocol.ts';

type Variant = RunSummary['variants'][number];

/**
 * The winner of a search; of another run the variant with the best mean of the leading metric, of those that were tested
 * on most folds: fewer have those that a search that was stopped had ruled out. undefined where nothing was measured.
 */
export function bestVariant({variants, winner}: RunSummary): Variant | undefined {
  const won = variants.find(({name}) => name === winner);
  if (won) return won;
  const folds = Math.max(...variants.map(variant => variant.folds));
  const comparable = variants.filter(variant => variant.folds === folds);
  const name = LEADING.find(candidate => comparable.some(({metrics}) => candidate in metrics));
  if (!name) return undefined;
  const scored = comparable.filter(({metrics}) => name in metrics);
  const sign = name === 'accuracy' ? 1 : -1;
  return scored.reduce((a, b) => (sign * (b.metrics[name]!.mean - a.metrics[name]!.mean) > 0 ? b : a));
}

/** The metric that a user asks for first, of those that there are. */
export function leadingMetric(metrics: Variant['metrics']): string | undefined {
  return LEADING.find(candidate => candidate in metrics);
}

const LEADING = ['accuracy', 'rmse', 'nll'] as const;
