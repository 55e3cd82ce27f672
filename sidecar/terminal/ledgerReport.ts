import type {VarianceLedger} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {metricValue} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

/** The heading of each source of chance. */
const SOURCES = [
  ['folds', 'fold choice'],
  ['weights', 'initial weights'],
  ['order', 'row order'],
  ['masks', 'dropout masks'],
] as const;

/** Where the scatter of each mean comes from, for a person. */
export function ledgerReport(ledgers: readonly VarianceLedger[], shown: readonly Metric[]): string[] {
  const header = ['', 'metric', ...SOURCES.map(([, title]) => title)];
  const rows = ledgers.flatMap(({variant, sources}) =>
    shown.map(metric => [
      printable(variant),
      metrics[metric].label,
      ...SOURCES.map(([name]) => {
        const source = sources.find(each => each.source === name);
        return source ? metricValue(metric, source.metrics[metric] ?? null) : '';
      }),
    ]),
  );
  const runs = ledgers[0]?.sources[0]?.runs ?? 0;
  if (rows.length === 0) return ['There is no variance ledger: folds diverged, or the run was stopped.'];
  return [
    ...alignColumns([header, ...rows], 2),
    `Standard deviation of a mean over the folds when one source alone is drawn anew, ${runs} runs each.`,
  ];
}
