import type {NetworkShape} from '../run/networkShape.ts';

/** Units drawn one by one; in a network with more, large layers share marks. */
export const MOST_UNITS = 2000;

/** Where everything of the picture lies, in CSS pixels. */
export interface NetworkLayout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly ColumnLayout[];
}

export interface ColumnLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Distance of the centres of two marks. */
  readonly pitch: number;
  readonly radius: number;
  /** Units that each mark stands for; the last mark may stand for fewer. */
  readonly unitsPerMark: number;
  /** Centres, [marks]. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

const LARGEST_PITCH = 34;
const MARGIN = 14;
/** A single unit beside layers of hundreds can still be seen. */
const LEAST_WIDTH = 16;
/** Of the width, what the units take; the rest is for the connections between the columns. */
const SHARE_OF_UNITS = 0.42;

/** Columns from left to right; the units of one fill it from top to bottom, then the next row of places to the right. */
export function networkLayout({columns}: NetworkShape, width: number, height: number, top: number): NetworkLayout {
  const total = columns.reduce((sum, {units}) => sum + units, 0);
  const perMark = columns.map(({units}) => unitsPerMark(units, total, columns.length));
  const marks = columns.map(({units}, i) => Math.ceil(units / perMark[i]!));
  const room = height - top - MARGIN;
  const usable = (width - 2 * MARGIN) * SHARE_OF_UNITS;
  // Wide layers get more of the width, but each at least what one row of places needs, while there is room for that.
  const least = Math.min(LEAST_WIDTH, ((width - 2 * MARGIN) * (1 - SHARE_OF_UNITS)) / columns.length);
  const weight = marks.map(count => Math.sqrt(count) + 1);
  const weightSum = weight.reduce((sum, each) => sum + each, 0);
  const grids = marks.map((count, i) => bestGrid(count, room, Math.max(least, (usable * weight[i]!) / weightSum)));
  const taken = grids.reduce((sum, grid) => sum + grid.places * grid.pitch, 0);
  const gap = columns.length > 1 ? (width - 2 * MARGIN - taken) / (columns.length - 1) : 0;
  let left = MARGIN;
  const laidOut = grids.map(({pitch, places, perPlace}, i) => {
    const count = marks[i]!;
    const x = new Float32Array(count);
    const y = new Float32Array(count);
    const used = Math.min(count, perPlace);
    const first = top + (room - used * pitch) / 2 + pitch / 2;
    for (let mark = 0; mark < count; mark++) {
      x[mark] = left + pitch * (Math.floor(mark / perPlace) + 0.5);
      y[mark] = first + pitch * (mark % perPlace);
    }
    const right = left + places * pitch;
    const layout = {left, right, top, pitch, radius: Math.max(1.2, pitch * 0.38), unitsPerMark: perMark[i]!, x, y};
    left = right + gap;
    return layout;
  });
  return {width, height, columns: laidOut};
}

function unitsPerMark(units: number, total: number, columns: number): number {
  if (total <= MOST_UNITS) return 1;
  // A small layer never has to share: it is not what makes the network large.
  if (units <= MOST_UNITS / columns / 2) return 1;
  return Math.ceil(total / MOST_UNITS);
}

/** The largest pitch with which `count` marks fit, and how many marks stand below each other. */
function bestGrid(count: number, height: number, width: number) {
  let best = {pitch: 0, places: 1, perPlace: count};
  for (let places = 1; places <= count; places++) {
    const perPlace = Math.ceil(count / places);
    const pitch = Math.min(LARGEST_PITCH, height / perPlace, width / places);
    if (pitch > best.pitch) best = {pitch, places, perPlace};
    // More places only help while the height is what limits.
    if (width / places < height / perPlace) break;
  }
  return best;
}

export interface MarkPlace {
  readonly column: number;
  readonly mark: number;
}

/** The mark under a point, or near it; null where there is none. */
export function markAt({columns}: NetworkLayout, x: number, y: number): MarkPlace | null {
  for (const [column, {left, right, pitch, x: xs, y: ys}] of columns.entries()) {
    if (x < left - pitch / 2 || x > right + pitch / 2) continue;
    for (let mark = 0; mark < xs.length; mark++) {
      if (Math.abs(xs[mark]! - x) <= pitch / 2 && Math.abs(ys[mark]! - y) <= pitch / 2) return {column, mark};
    }
  }
  return null;
}

/** The units that a mark stands for: from, and up to but without to. */
export function unitsOfMark({unitsPerMark}: ColumnLayout, mark: number, units: number): {from: number; to: number} {
  return {from: mark * unitsPerMark, to: Math.min(units, (mark + 1) * unitsPerMark)};
}
