/** Pictures of what a run found. */
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {ModelResult, SweptPlace} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import type {ReliabilityBin} from '../evaluation/reliability.ts';
import {at, axes, colour, dashes, errorBar, INK, line, type Picture, picture, scale, text, WIDTH} from './svg.ts';

const RIGHT = WIDTH - 24;
const ROW = 34;

/** One line for each variant: a dot for each fold, and its mean. */
export function foldPicture(variants: readonly ModelResult[], metric: Metric): Picture {
  const left = 170;
  const bottom = variants.length * ROW + 4;
  const values = variants.map(({folds}) =>
    folds.map(fold => fold.metrics[metric] ?? null).filter(value => value !== null),
  );
  const x = scale(values.flat(), left, RIGHT);
  const rows = variants.map(({name, summary}, index) => {
    const y = 20 + index * ROW;
    const dots = values[index]!.map(
      value => `<circle cx="${at(x(value))}" cy="${y}" r="4" fill="${colour(index)}" fill-opacity="0.35"/>`,
    );
    const mean = summary[metric]?.mean;
    const mark =
      typeof mean === 'number' ? line(`M${at(x(mean))} ${y - 11}v22`, colour(index), 'stroke-width="3"') : '';
    const rule = line(`M${left} ${y}H${RIGHT}`, INK, 'stroke-opacity="0.3"');
    return [text(left - 12, y + 4, name, 'end', {most: 24}), rule, ...dots, mark].join('');
  });
  const ticks = x.ticks.map(tick => text(x(tick), bottom + 16, shownValue(metric, tick), 'middle'));
  return picture(
    bottom + 24,
    [...rows, ...ticks],
    `${upper(metrics[metric].label)} of each fold (dots) and its mean (bar)`,
  );
}

/** A metric over the dropout rate: a dot for each mean, a bar of one corrected standard error to each side. */
export function sweepPicture({place, points}: SweptPlace, metric: Metric): Picture | null {
  const known = points.flatMap(({rate, metrics: all}) => {
    const {mean = null, error = null} = all[metric] ?? {};
    return mean === null ? [] : [{rate, mean, error: error ?? 0}];
  });
  if (known.length < 2) return null;
  const [left, bottom] = [70, 170];
  const x = scale(
    known.map(({rate}) => rate),
    left + 10,
    RIGHT - 10,
    8,
  );
  const y = scale(
    known.flatMap(({mean, error}) => [mean - error, mean + error]),
    bottom,
    6,
  );
  const bars = known.map(({rate, mean, error}) =>
    errorBar(x(rate), y(mean - error), y(mean + error), y(mean), colour(0)),
  );
  const path = `M${known.map(({rate, mean}) => `${at(x(rate))} ${at(y(mean))}`).join('L')}`;
  const frame = axes(
    {x, y, left, right: RIGHT, bottom},
    {x: `rate of ${place} dropout`},
    {
      x: String,
      y: tick => shownValue(metric, tick),
    },
  );
  const alt = `${upper(metrics[metric].label)} by the rate of ${place} dropout, with one corrected standard error`;
  return picture(bottom + 42, [...frame, line(path, colour(0), 'stroke-opacity="0.5"'), ...bars], alt);
}

export interface VariantReliability {
  readonly name: string;
  readonly bins: readonly ReliabilityBin[];
}

/** How often predictions are right, by how probable they say they are: the diagonal is where probabilities hold. */
export function reliabilityPicture(variants: readonly VariantReliability[]): Picture | null {
  const drawn = variants.flatMap((variant, index) => (variant.bins.length > 1 ? [{...variant, index}] : []));
  if (drawn.length === 0) return null;
  const [left, bottom, right] = [60, 260, 60 + 320];
  const lowest = Math.min(...drawn.flatMap(({bins}) => bins.flatMap(bin => [bin.probability, bin.right])));
  const x = scale([lowest, 1], left, right);
  const y = scale([lowest, 1], bottom, 6);
  const first = x.ticks[0]!;
  const diagonal = line(`M${at(x(first))} ${at(y(first))}L${at(x(1))} ${at(y(1))}`, INK, 'stroke-dasharray="4 4"');
  const most = Math.max(...drawn.flatMap(({bins}) => bins.map(({rows}) => rows)));
  const curves = drawn.map(({index, bins}) => {
    const path = `M${bins.map(bin => `${at(x(bin.probability))} ${at(y(bin.right))}`).join('L')}`;
    const dots = bins.map(
      bin =>
        `<circle cx="${at(x(bin.probability))}" cy="${at(y(bin.right))}" r="${at(2 + 5 * Math.sqrt(bin.rows / most))}" fill="${colour(index)}" fill-opacity="0.6"/>`,
    );
    return `${line(path, colour(index), `stroke-dasharray="${dashes(index)}"`)}${dots.join('')}`;
  });
  const names = drawn.map(({name, index}, position) => {
    const top = 24 + position * 20;
    const stroke = `stroke-width="2" stroke-dasharray="${dashes(index)}"`;
    return `${line(`M${right + 24} ${top}h30`, colour(index), stroke)}${text(right + 62, top + 4, name, 'start', {most: 26})}`;
  });
  const show = (tick: number) => shownValue('accuracy', tick);
  const frame = axes({x, y, left, right, bottom}, {x: 'probability of the predicted class'}, {x: show, y: show});
  const alt = 'How often predictions are right, by how probable they say they are (larger dots: more rows)';
  return picture(bottom + 42, [...frame, diagonal, ...curves, ...names], alt);
}

/** The mean training loss of each variant over its folds, epoch by epoch. */
export function lossPicture(events: readonly RunEvent[], variants: readonly string[]): Picture | null {
  const drawn = variants
    .map((name, index) => ({name, index, losses: meanLosses(events, name)}))
    .filter(({losses}) => losses.length > 1);
  if (drawn.length === 0) return null;
  const [left, bottom] = [60, 220];
  const longest = Math.max(...drawn.map(({losses}) => losses.length));
  const x = scale([1, longest], left, RIGHT);
  const y = scale(
    drawn.flatMap(({losses}) => losses),
    bottom,
    6,
  );
  const curves = drawn.map(({index, losses}) => {
    const path = `M${losses.map((loss, epoch) => `${at(x(epoch + 1))} ${at(y(loss))}`).join('L')}`;
    return line(path, colour(index), `stroke-width="2" stroke-dasharray="${dashes(index)}"`);
  });
  const names = drawn.map(({name, index}, position) => {
    const top = bottom + 56 + position * 18;
    const stroke = `stroke-width="2" stroke-dasharray="${dashes(index)}"`;
    return `${line(`M${left} ${top}h30`, colour(index), stroke)}${text(left + 38, top + 4, name, 'start')}`;
  });
  const frame = axes({x, y, left, right: RIGHT, bottom}, {x: 'epoch'}, {x: String, y: String});
  const alt = 'Training loss, dropout active, mean over the folds';
  return picture(bottom + 52 + 18 * drawn.length, [...frame, ...curves, ...names], alt);
}

/** By epoch, over the networks that got so far. */
function meanLosses(events: readonly RunEvent[], variant: string): number[] {
  const sums: number[] = [];
  const counts: number[] = [];
  for (const event of events) {
    if (event.event !== 'epochsEnded' || event.variant !== variant) continue;
    event.trainingLoss.forEach((loss, i) => {
      if (typeof loss !== 'number' || !Number.isFinite(loss)) return;
      const epoch = event.from - 1 + i;
      sums[epoch] = (sums[epoch] ?? 0) + loss;
      counts[epoch] = (counts[epoch] ?? 0) + 1;
    });
  }
  return Array.from(sums, (sum, epoch) => (sum ?? Number.NaN) / (counts[epoch] ?? 1)).filter(Number.isFinite);
}

/** A tick, without the decimals of a measured value. */
export function shownValue(metric: Metric, value: number): string {
  return metrics[metric].unit === 'share' ? `${Number((value * 100).toPrecision(6))} %` : String(value);
}

export function upper(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
