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

export interface LedgerTable {
  /** The header first; empty where there is no ledger. */
  readonly rows: readonly (readonly string[])[];
  /** What the figures are, a whole sentence. */
  readonly caption: string;
}

/** Where the scatter of each mean comes from. */
export function ledgerTable(ledgers: readonly VarianceLedger[], shown: readonly Metric[]): LedgerTable {
  const rows = ledgers.flatMap(({variant, sources}) =>
    shown.map(metric => [
      variant,
      metrics[metric].label,
      ...SOURCES.map(([name]) => {
        const source = sources.find(each => each.source === name);
        return source ? metricValue(metric, source.metrics[metric] ?? null) : '';
      }),
    ]),
  );
  const runs = ledgers[0]?.sources[0]?.runs ?? 0;
  return {
    rows: rows.length === 0 ? [] : [['', 'metric', ...SOURCES.map(([, title]) => title)], ...rows],
    caption: `Standard deviation of a mean over the folds when one source alone is drawn anew, ${runs} runs each.`,
  };
}

/** The same for a terminal. */
export function ledgerReport(ledgers: readonly VarianceLedger[], shown: readonly Metric[]): string[] {
  const {rows, caption} = ledgerTable(ledgers, shown);
  if (rows.length === 0) return ['There is no variance ledger: folds diverged, or the run was stopped.'];
  return [
    ...alignColumns(
      rows.map(row => row.map(printable)),
      2,
    ),
    caption,
  ];
}
