/** Metrics as a chart names them. A test compares this list with that of `sidecar/evaluation/metrics.ts`. */
export interface MetricLabel {
  readonly label: string;
  readonly direction: 'higher' | 'lower';
  /** Shares are shown in percent. */
  readonly unit: 'share' | 'number' | 'targetUnits';
}

const entry = (label: string, direction: MetricLabel['direction'], unit: MetricLabel['unit']): MetricLabel => ({
  label,
  direction,
  unit,
});

export const METRICS: {readonly [metric: string]: MetricLabel | undefined} = {
  accuracy: entry('accuracy', 'higher', 'share'),
  balancedAccuracy: entry('balanced accuracy', 'higher', 'share'),
  nll: entry('NLL', 'lower', 'number'),
  brier: entry('Brier score', 'lower', 'number'),
  rocAuc: entry('ROC AUC', 'higher', 'number'),
  f1: entry('F1', 'higher', 'number'),
  mcc: entry('MCC', 'higher', 'number'),
  ece: entry('expected calibration error', 'lower', 'share'),
  rmse: entry('RMSE', 'lower', 'targetUnits'),
  mae: entry('MAE', 'lower', 'targetUnits'),
  r2: entry('R²', 'higher', 'number'),
};

export function metricLabel(metric: string): string {
  return METRICS[metric]?.label ?? metric;
}
