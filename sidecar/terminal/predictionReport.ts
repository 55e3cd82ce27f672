import type {CalibrationScores} from '../evaluation/calibration.ts';
import {classSet} from '../evaluation/conformal.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import type {PredictedRow, Prediction} from '../prediction/predictedRows.ts';
import type {StrangeValues} from '../prediction/strangeValues.ts';
import {grouped, metricValue} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

/** How the predictions were made. */
export interface PredictionFacts {
  readonly variant: string;
  readonly models: readonly string[];
  readonly masks: 'row' | 'shared';
  readonly seed: number;
  readonly out?: string;
}

/** What a person reads beside the predictions themselves. @param least the least certain rows */
export function predictionReport(
  prediction: Prediction,
  facts: PredictionFacts,
  measured: Partial<Record<Metric, number | null>> | null,
  least: readonly PredictedRow[],
): string {
  return [
    ...headLines(prediction, facts),
    ...prediction.strange.map(strangeLine),
    ...measuredLines(measured, prediction),
    ...learnedLines(prediction),
    ...leastLines(least, prediction),
    ...(facts.out === undefined ? [] : ['', `Written to ${facts.out}`]),
  ].join('\n');
}

function headLines({table, sampled}: Prediction, {variant, models, masks, seed}: PredictionFacts): string[] {
  const by = models.length === 1 ? `"${variant}"` : `the ${models.length} folds of "${variant}"`;
  const lines = [printable(`${table.source}: ${grouped(table.rows)} rows predicted by ${by}`)];
  if (sampled && models.length === 1) {
    const each = masks === 'row' ? 'each row with masks of its own' : 'all rows with the same masks';
    lines.push(`${sampled.samples} samples with dropout on, ${each}, seed ${seed}`);
  }
  return lines;
}

function strangeLine({column, kind, rows, line, value, range}: StrangeValues): string {
  const counted = rows === 1 ? '1 row has' : `${grouped(rows)} rows have`;
  if (kind === 'unknownClass') {
    return printable(
      `Note: in "${column}", ${counted} a class that training did not have, first "${value}" on line ${line}. Every prediction there is wrong, and the scores leave these rows out.`,
    );
  }
  const what =
    kind === 'unknownCategory'
      ? `a category that training did not have, first "${value}" on line ${line}`
      : `a value far outside of what was trained on (${range!.map(end => Number(end.toPrecision(6))).join(' to ')}), first ${value} on line ${line}`;
  return printable(`Note: in "${column}", ${counted} ${what}. Do not trust what is predicted there.`);
}

function measuredLines(
  measured: Partial<Record<Metric, number | null>> | null,
  {target, actual, sampled, learned}: Prediction,
): string[] {
  if (!measured || !actual) return [];
  const known = actual.filter(value => (target.task === 'classification' ? value >= 0 : !Number.isNaN(value))).length;
  const shown: Metric[] = target.task === 'classification' ? ['accuracy', 'nll', 'brier', 'ece'] : ['rmse', 'mae'];
  const values = shown.map(metric => `${metrics[metric].label} ${metricValue(metric, measured[metric] ?? null)}`);
  const how = learned?.calibration ? 'calibrated' : sampled ? 'averaged' : 'as they are';
  return [
    printable(
      `On the ${grouped(known)} rows whose "${target.name}" is known, predictions ${how}: ${values.join(', ')}`,
    ),
    'Rows that were trained on are learned by heart: only other rows tell how good the model is.',
  ];
}

function learnedLines({learned, target, table, predictions}: Prediction): string[] {
  if (!learned) return [];
  const {calibration, coverage, sets, bounds, run, isChecked} = learned;
  const percent = `${Math.round(coverage * 100)} %`;
  const lines: string[] = ['', `Calibrated by the out-of-fold predictions of ${run}`];
  if (!isChecked) {
    lines.push(
      'No run.json lies beside the model: whether it was trained with the same data and settings is not known.',
    );
  }
  if (calibration) {
    const {temperature, fitted, before, after} = calibration;
    const change = (name: keyof CalibrationScores) =>
      `${metrics[name].label} ${metricValue(name, before[name])} → ${metricValue(name, after[name])}`;
    lines.push(
      temperature === fitted
        ? `Temperature ${temperature.toFixed(2)}${temperature > 1.05 ? ' (the network is too sure of itself)' : ''}`
        : `A temperature of ${fitted.toFixed(2)} fits best, but does not lower the NLL of other folds: it is not applied.`,
      `On folds that the temperature was not fitted to, all rows together: ${change('nll')}, ${change('brier')}, ${change('ece')}`,
    );
  }
  if (bounds.every(bound => bound === Number.POSITIVE_INFINITY)) {
    lines.push(`There are too few out-of-fold rows to promise a coverage of ${percent}.`);
  } else if (target.task === 'classification') {
    lines.push(
      `Sets hold the class of about ${percent} of new rows${sets === 'byClass' ? ' of each class' : ''}: ${setSizes(target.classes.length, predictions, bounds, table.rows)}.`,
    );
  } else {
    lines.push(
      `Intervals hold the value of about ${percent} of new rows: ±${bounds[0]!.toPrecision(3)} around each prediction.`,
    );
  }
  return lines;
}

/** "150 rows have one class, 58 have 2". */
function setSizes(classes: number, predictions: Float64Array, bounds: readonly number[], rows: number): string {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const {length} = classSet(predictions, row, classes, bounds);
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  const named = (size: number) => (size === 0 ? 'no class' : size === 1 ? 'one class' : `${size} classes`);
  return [...counts.entries()]
    .sort(([a], [b]) => a - b)
    .map(([size, count]) => `${grouped(count)} rows have ${named(size)}`)
    .join(', ');
}

function leastLines(least: readonly PredictedRow[], {sampled, target}: Prediction): string[] {
  if (least.length === 0 || (!sampled && target.task === 'regression')) return [];
  const short = (value: number | undefined) => (value === undefined ? '' : value.toFixed(3));
  const isClass = target.task === 'classification';
  const header = ['line', 'predicted', ...(isClass ? ['probability'] : []), ...(sampled ? ['sd'] : [])];
  const rows = least.map(row => [
    String(row.line),
    printable(typeof row.predicted === 'number' ? row.predicted.toPrecision(4) : row.predicted),
    ...(row.probabilities ? [short(Math.max(...row.probabilities))] : []),
    ...(sampled ? [short(row.sd)] : []),
    ...(sampled && isClass ? [short(row.entropy), short(row.mutualInformation)] : []),
  ]);
  if (sampled && isClass) header.push('entropy', 'mutual information');
  const doubt = sampled
    ? isClass
      ? 'mutual information, the largest first'
      : 'sd, the largest first'
    : 'the probability of what is predicted, the smallest first';
  return [
    '',
    `Least certain rows, with their line of the data file (by ${doubt}):`,
    ...alignColumns([header, ...rows], 2),
  ];
}
