import {METRICS, type MetricLabel, metricLabel} from '../statistics/metricLabels.ts';
import type {Series} from './networkCurves.ts';
import type {ShownRun} from './shownRun.ts';

/** How a series is named and read. */
export interface SeriesFacts {
  readonly label: string;
  /** The label with the unit and the better direction. */
  readonly axis: string;
  readonly unit: MetricLabel['unit'];
  /** Not measured after every epoch: between its numbers, straight lines. */
  readonly isSparse: boolean;
  /** Measured on the rows that the result is told of. */
  readonly isOfTest: boolean;
}

const plain = (label: string): SeriesFacts => ({
  label,
  axis: label,
  unit: 'number',
  isSparse: false,
  isOfTest: false,
});

const LOSSES = {
  trainingLoss: plain('Training loss (dropout active)'),
  cleanLoss: {...plain('Training loss (dropout off)'), isSparse: true},
  validationLoss: plain('Validation loss (dropout off)'),
  testLoss: {...plain('Test loss (dropout off)'), isSparse: true, isOfTest: true},
} as const;

const LEARNING_RATE = plain('Learning rate');

const UNIT_WORDS = {share: '%, ', number: '', targetUnits: 'in units of the target, '} as const;

export function describeSeries(series: Series): SeriesFacts {
  if (series === 'learningRate') return LEARNING_RATE;
  if (series in LOSSES) return LOSSES[series as keyof typeof LOSSES];
  const [part, metric = ''] = series.split('.');
  const isOfTest = part === 'testMetrics';
  const label = `${isOfTest ? 'Test' : 'Validation'} ${metricLabel(metric)}`;
  const {unit, direction} = METRICS[metric] ?? {unit: 'number', direction: null};
  const better = direction ? `${direction} is better` : '';
  const notes = `${UNIT_WORDS[unit]}${better}`.replace(/, $/, '');
  return {label, axis: notes ? `${label} (${notes})` : label, unit, isSparse: isOfTest, isOfTest};
}

/** The series that a run has numbers of, in the order in which they are offered. */
export function availableSeries(run: ShownRun): Series[] {
  const known = new Set<Series>(['trainingLoss']);
  for (const {curves} of run.networks.values()) for (const series of curves.series) known.add(series);
  const metrics = Object.keys(METRICS);
  const rank = (series: Series) => {
    if (series === 'learningRate') return Number.POSITIVE_INFINITY;
    const [part, metric] = series.split('.');
    if (metric === undefined) return Object.keys(LOSSES).indexOf(series);
    const place = metrics.includes(metric) ? metrics.indexOf(metric) : metrics.length;
    return (part === 'testMetrics' ? 100 : 200) + place;
  };
  return [...known].sort((a, b) => rank(a) - rank(b));
}
