/** Pictures of a report, as SVG: no script, no font of its own, readable on light and dark paper. */
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {ModelResult, SweptPlace} from '../../schemas/generated/run.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {metricValue} from '../terminal/numbers.ts';
import type {Part} from './runReport.ts';

type Picture = Extract<Part, {kind: 'picture'}>;

const WIDTH = 640;
const LEFT = 170;
const RIGHT = 30;
const ROW = 34;
const INK = '#6b7280';
/** Colours that are told apart by people who see few of them (Okabe and Ito 2008); a dash pattern goes with each. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '12 4', '4 2 1 2'];

/** One line for each variant: a dot for each fold, and its mean. */
export function foldPicture(variants: readonly ModelResult[], metric: Metric): Picture {
  const values = variants.map(({folds}) =>
    folds.map(fold => fold.metrics[metric] ?? null).filter(value => value !== null),
  );
  const [low, high] = extent(values.flat());
  const x = (value: number) => LEFT + ((value - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const rows = variants.map(({name, summary}, index) => {
    const y = 20 + index * ROW;
    const dots = values[index]!.map(
      value => `<circle cx="${at(x(value))}" cy="${y}" r="4" fill="${colour(index)}" fill-opacity="0.35"/>`,
    );
    const mean = summary[metric]?.mean;
    const mark =
      typeof mean === 'number'
        ? `<path d="M${at(x(mean))} ${y - 11}v22" stroke="${colour(index)}" stroke-width="3"/>`
        : '';
    return `${label(LEFT - 12, y + 4, name, 'end')}<path d="M${LEFT} ${y}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity="0.3"/>${dots.join('')}${mark}`;
  });
  const bottom = 20 + variants.length * ROW;
  const ticks = [low, (low + high) / 2, high].map(value =>
    label(x(value), bottom + 6, metricValue(metric, value), 'middle'),
  );
  const title = `${metrics[metric].label} of each fold (dots) and its mean (bar)`;
  return picture(bottom + 36, [...rows, ...ticks, label(LEFT, bottom + 26, title, 'start')], title);
}

/** A metric over the dropout rate: a dot for each mean, a bar of one corrected standard error to each side. */
export function sweepPicture({place, points}: SweptPlace, metric: Metric): Picture | null {
  const known = points.flatMap(({rate, metrics: all}) => {
    const {mean = null, error = null} = all[metric] ?? {};
    return mean === null ? [] : [{rate, mean, error: error ?? 0}];
  });
  if (known.length < 2) return null;
  const [low, high] = extent(known.flatMap(({mean, error}) => [mean - error, mean + error]));
  const [height, bottom] = [220, 170];
  const [first, last] = [known[0]!.rate, known.at(-1)!.rate];
  const x = (rate: number) => 90 + ((rate - first) / (last - first)) * (WIDTH - 90 - RIGHT);
  const y = (value: number) => 10 + ((high - value) / (high - low)) * (bottom - 20);
  const bars = known.map(({rate, mean, error}) => {
    const bar = `<path d="M${at(x(rate))} ${at(y(mean - error))}V${at(y(mean + error))}" stroke="${colour(0)}" stroke-width="2" stroke-opacity="0.5"/>`;
    return `${bar}<circle cx="${at(x(rate))}" cy="${at(y(mean))}" r="4" fill="${colour(0)}"/>${label(x(rate), bottom + 14, String(rate), 'middle')}`;
  });
  const line = known.map(({rate, mean}) => `${at(x(rate))},${at(y(mean))}`).join(' ');
  const alt = `${metrics[metric].label} by the rate of ${place} dropout, with one corrected standard error`;
  const ticks = [low, high].map(value => label(84, y(value) + 4, metricValue(metric, value), 'end'));
  const curve = `<polyline points="${line}" fill="none" stroke="${colour(0)}" stroke-opacity="0.5"/>`;
  return picture(height, [curve, ...bars, ...ticks, label(90, bottom + 36, alt, 'start')], alt);
}

/** The mean training loss of each variant over its folds, epoch by epoch. */
export function lossPicture(events: readonly RunEvent[], variants: readonly string[]): Picture | null {
  const curves = variants
    .map(name => meanLosses(events, name))
    .map((losses, index) => ({name: variants[index]!, losses}));
  const drawn = curves.filter(({losses}) => losses.length > 1);
  if (drawn.length === 0) return null;
  const longest = Math.max(...drawn.map(({losses}) => losses.length));
  const [low, high] = extent(drawn.flatMap(({losses}) => losses));
  const height = 260;
  const x = (epoch: number) => 60 + (epoch / (longest - 1)) * (WIDTH - 60 - RIGHT);
  const y = (loss: number) => 10 + ((high - loss) / (high - low)) * (height - 60);
  const lines = drawn.map(({losses}, index) => {
    const points = losses.map((loss, epoch) => `${at(x(epoch))},${at(y(loss))}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour(index)}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length]}"/>`;
  });
  const names = drawn.map(({name}, index) => {
    const top = height - 4 + index * 18;
    return `<path d="M60 ${top}h30" stroke="${colour(index)}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length]}"/>${label(98, top + 4, name, 'start')}`;
  });
  const ticks = [
    ...[low, high].map(loss => label(54, y(loss) + 4, loss.toPrecision(2), 'end')),
    label(x(0), height - 30, '1', 'middle'),
    label(x(longest - 1), height - 30, `epoch ${longest}`, 'end'),
  ];
  const alt = 'Training loss, dropout active, mean over the folds';
  return picture(height + 18 * drawn.length + 10, [...lines, ...ticks, ...names], alt);
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

function extent(values: readonly number[]): [low: number, high: number] {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  if (!Number.isFinite(low)) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function picture(height: number, parts: readonly string[], alt: string): Picture {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(alt)}" font-family="sans-serif" font-size="12">${parts.join('')}</svg>`;
  return {kind: 'picture', svg, alt};
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  const short = text.length > 24 && anchor === 'end' ? `${text.slice(0, 23)}…` : text;
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${INK}">${escaped(short)}</text>`;
}

const at = (value: number) => String(Math.round(value * 10) / 10);
const colour = (index: number) => COLOURS[index % COLOURS.length]!;

/** Names come from documents and data files. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
