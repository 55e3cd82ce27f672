/** What pictures of pages are drawn with: SVG without scripts or fonts of its own, readable on light and dark paper. */
import type {Part} from './page.ts';

export type Picture = Extract<Part, {kind: 'picture'}>;

export const WIDTH = 640;
export const INK = '#767c88';
/** Colours that are told apart by people who see few of them (Okabe and Ito 2008); a dash pattern goes with each. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '12 4', '4 2 1 2'];

export const colour = (index: number) => COLOURS[index % COLOURS.length]!;
export const dashes = (index: number) => DASHES[index % DASHES.length]!;
/** A tenth of a pixel is seen by nobody. */
export const at = (value: number) => String(Math.round(value * 10) / 10);

/** @param alt what is shown, in words; it stands above the picture, too */
export function picture(height: number, parts: readonly string[], alt: string): Picture {
  const top = 26;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${at(height + top)}" width="${WIDTH}" height="${at(height + top)}" role="img" aria-label="${escaped(alt)}" font-family="system-ui, sans-serif" font-size="12">${text(0, 14, alt, 'start', {most: 100, bold: true})}<g transform="translate(0 ${top})">${parts.join('')}</g></svg>`;
  return {kind: 'picture', svg, alt};
}

/** @param most characters; longer texts are cut */
export function text(
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end',
  {most = 60, bold = false}: {readonly most?: number; readonly bold?: boolean} = {},
): string {
  const short = content.length > most ? `${content.slice(0, most - 1)}…` : content;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${INK}"${weight}>${escaped(short)}</text>`;
}

export function line(path: string, stroke: string, more = ''): string {
  return `<path d="${path}" fill="none" stroke="${stroke}" ${more}/>`;
}

/** Where a value lies between two ends of an axis. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** A scale whose ends are round numbers around the values. @param from, to pixels of the smallest and the largest value */
export function scale(values: readonly number[], from: number, to: number, count = 5): Scale {
  const [low, high] = extent(values);
  const step = roundStep((high - low) / count);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const place = (value: number) => from + ((value - first * step) / ((last - first) * step)) * (to - from);
  return Object.assign(place, {ticks});
}

/** The next 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find(factor => factor * power >= rough * (1 - 1e-9)) ?? 10);
}

export function extent(values: readonly number[]): [low: number, high: number] {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  if (!Number.isFinite(low)) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

/** Grid, ticks and titles of two axes. @param show how a number of each axis is written */
export function axes(
  {x, y, left, right, bottom}: Frame,
  titles: {readonly x: string; readonly y?: string},
  show: {readonly x: (value: number) => string; readonly y: (value: number) => string},
): string[] {
  return [
    ...y.ticks.map(tick => line(`M${left} ${at(y(tick))}H${right}`, INK, 'stroke-opacity="0.2"')),
    ...y.ticks.map(tick => text(left - 8, y(tick) + 4, show.y(tick), 'end')),
    ...x.ticks.map(tick => text(x(tick), bottom + 16, show.x(tick), 'middle')),
    text((left + right) / 2, bottom + 34, titles.x, 'middle'),
    ...(titles.y === undefined ? [] : [text(left, -6, titles.y, 'start')]),
  ];
}

/** A bar from one value to another, with a dot at the third. */
export function errorBar(x: number, low: number, high: number, middle: number, ink: string): string {
  return `${line(`M${at(x)} ${at(low)}V${at(high)}`, ink, 'stroke-width="2" stroke-opacity="0.55"')}<circle cx="${at(x)}" cy="${at(middle)}" r="4" fill="${ink}"/>`;
}

/** Names come from documents and data files. */
export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
