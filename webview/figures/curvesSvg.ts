import {unitTick} from '../ui/format.ts';
import {DASHES, MARKERS, nth} from '../ui/theme.ts';
import {type CurvesData, markerPath} from './curvesChart.ts';

const WIDTH = 900;
const HEIGHT = 540;
const MARGIN = {left: 70, right: 20, top: 20, bottom: 90};

/** The curves as a standing picture for a paper or a report: always on white, whatever the editor's theme. */
export function curvesSvg(data: CurvesData, colors: readonly string[]): string {
  const epochs = Math.max(2, ...data.curves.map(({curve}) => curve.mean.length));
  const [from, to] = data.zoom ?? [1, epochs];
  const scale = data.logScale ? Math.log10 : (value: number) => value;
  const [low, high] = rangeOf(data, from, to).map(scale) as [number, number];
  const x = (epoch: number) =>
    MARGIN.left + ((epoch - from) / Math.max(1, to - from)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((scale(value) - low) / (high - low || 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = (column: ArrayLike<number>) => {
    let path = '';
    for (let epoch = from; epoch <= Math.min(to, column.length); epoch++) {
      const value = column[epoch - 1]!;
      if (!Number.isFinite(value) || (data.logScale && value <= 0)) continue;
      path += `${path === '' ? 'M' : 'L'}${x(epoch).toFixed(1)},${y(value).toFixed(1)}`;
    }
    return path;
  };
  const parts: string[] = [];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const value = low + share * (high - low);
    const shown = data.logScale ? 10 ** value : value;
    const at = (HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
    parts.push(`<path d="M${MARGIN.left},${at}H${WIDTH - MARGIN.right}" stroke="#ddd"/>`);
    parts.push(
      `<text x="${MARGIN.left - 8}" y="${at}" text-anchor="end" dominant-baseline="central">${unitTick(data.facts.unit, shown)}</text>`,
    );
    const epoch = Math.round(from + share * (to - from));
    parts.push(
      `<text x="${x(epoch).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${epoch}</text>`,
    );
  }
  for (const {curve, index} of data.curves) {
    const color = nth(colors, index);
    if (data.showFolds) {
      for (const {curves} of curve.networks) {
        parts.push(
          `<path d="${line(curves.values(data.series))}" fill="none" stroke="${color}" stroke-opacity="0.15"/>`,
        );
      }
    }
  }
  for (const [order, {curve, index}] of data.curves.entries()) {
    const color = nth(colors, index);
    const dash = nth(DASHES, index).join(' ');
    parts.push(
      `<path d="${line(curve.mean)}" fill="none" stroke="${color}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
    );
    const top = HEIGHT - 34 + Math.floor(order / 3) * 20;
    const left = MARGIN.left + (order % 3) * 270;
    parts.push(
      `<path d="M${left},${top}h30" stroke="${color}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
      `<path transform="translate(${left + 15},${top})" d="${markerPath(nth(MARKERS, index), 4.5)}" fill="${color}"/>`,
      `<text x="${left + 38}" y="${top}" dominant-baseline="central">${escaped(curve.variant.slice(0, 60))}</text>`,
    );
  }
  parts.push(
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - MARGIN.bottom + 38}" text-anchor="middle">Epoch</text>`,
    `<text transform="translate(16,${(HEIGHT - MARGIN.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(data.facts.axis)}</text>`,
  );
  const height = HEIGHT + Math.max(0, Math.ceil(data.curves.length / 3) - 1) * 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}

/** Least and largest of what is drawn; 0 to 1 where there is nothing. */
function rangeOf({curves, logScale}: CurvesData, from: number, to: number): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const {curve} of curves) {
    for (const column of [curve.mean, curve.low, curve.high]) {
      for (const value of column.subarray(from - 1, to)) {
        if (!Number.isFinite(value) || (logScale && value <= 0)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return low > high ? [logScale ? 0.1 : 0, 1] : [low, high];
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
}
