import {mix, type Theme} from '../ui/theme.ts';
import type {Connection} from './connections.ts';
import type {MarkPlace, NetworkLayout} from './networkLayout.ts';

/** Room for the names of the columns, in CSS pixels. */
export const PICTURE_TOP = 58;

/** All that one frame shows. Arrays of a column are by mark. */
export interface NetworkFrame {
  readonly layout: NetworkLayout;
  readonly theme: Theme;
  readonly columns: readonly ColumnFrame[];
  readonly connections: readonly Connection[];
  readonly selected: MarkPlace | null;
}

export interface ColumnFrame {
  /** Share of the shown rows that keep the mark's units: 0 is dropped. */
  readonly kept: Float32Array;
  /** Share of the rows for which its units are above 0; null where that is not known. */
  readonly active: Float32Array | null;
  /** Incoming norm as a share of max-norm, or of the layer's largest norm; null where that is not known. */
  readonly norm: Float32Array | null;
  readonly dead: readonly boolean[] | null;
  /** Share of the shown rows that keep the weight from a mark of the column before; null where no layer drops weights. */
  readonly keptWeight: ((from: number, to: number) => number) | null;
}

/**
 * Draws a frame. A unit is a disc, the fuller in colour the more rows activate it. A dropped one is a cross in a ring,
 * with its connections gone; one that some of the rows drop is a disc cut to the share that keeps it, like a cake.
 * @param context scaled so that its units are CSS pixels
 */
export function drawNetwork(context: CanvasRenderingContext2D, frame: NetworkFrame): void {
  const {layout, theme} = frame;
  context.clearRect(0, 0, layout.width, layout.height);
  drawConnections(context, frame);
  frame.columns.forEach((_, column) => {
    drawColumn(context, frame, column);
  });
  if (frame.selected) drawSelection(context, frame, frame.selected, theme);
}

/** Of a chosen unit, a weight that the shown row drops is dashed in the colour of what is dropped. */
const DROPPED_DASH = [2, 4];

/** Connections of the chosen unit stand out; of the others the strength shows as opacity alone, and a dropped one is gone. */
function drawConnections(context: CanvasRenderingContext2D, frame: NetworkFrame): void {
  const {connections, theme, selected} = frame;
  const isTouched = ({column, from, to}: Connection) =>
    selected !== null &&
    ((selected.column === column && selected.mark === to) ||
      (selected.column === column - 1 && selected.mark === from));
  const touched = selected ? connections.filter(isTouched) : [];
  const others = selected ? connections.filter(connection => !isTouched(connection)) : connections;
  // Many lines together are as dark as a few.
  const density = Math.min(1, Math.max(0.4, Math.sqrt(120 / others.length))) * (touched.length > 0 ? 0.15 : 1);
  // One device pixel: wider curves cost 25 times as much where no graphics card draws them (100 ms instead of 4 for 600).
  context.lineWidth = 1 / devicePixelRatio;
  for (const color of [theme.positive, theme.negative]) {
    context.strokeStyle = color;
    for (const connection of others) {
      if (connection.weight > 0 !== (color === theme.positive)) continue;
      const kept = keptWeight(frame, connection);
      if (kept > 0)
        strokeConnection(context, frame, connection, kept * density * (0.1 + 0.9 * connection.strength ** 1.5));
    }
  }
  for (const connection of touched) {
    const kept = keptWeight(frame, connection);
    const isDropped = kept === 0;
    context.strokeStyle = isDropped ? theme.dropped : connection.weight > 0 ? theme.positive : theme.negative;
    context.lineWidth = isDropped ? 1 : 0.6 + 3 * connection.strength;
    context.setLineDash(isDropped ? DROPPED_DASH : []);
    strokeConnection(context, frame, connection, isDropped ? 0.7 : kept * (0.15 + 0.85 * connection.strength));
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

const keptWeight = ({columns}: NetworkFrame, {column, from, to}: Connection) =>
  columns[column]!.keptWeight?.(from, to) ?? 1;

function strokeConnection(
  context: CanvasRenderingContext2D,
  {layout, columns}: NetworkFrame,
  {column, from, to}: Connection,
  opacity: number,
): void {
  const kept = columns[column - 1]!.kept[from]! * columns[column]!.kept[to]!;
  if (kept === 0) return;
  const source = layout.columns[column - 1]!;
  const target = layout.columns[column]!;
  const [x0, y0, x1, y1] = [source.x[from]!, source.y[from]!, target.x[to]!, target.y[to]!];
  const bend = (x1 - x0) * 0.45;
  context.globalAlpha = opacity * kept;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
  context.stroke();
}

function drawColumn(context: CanvasRenderingContext2D, {layout, columns, theme}: NetworkFrame, column: number): void {
  const {x, y, radius, unitsPerMark} = layout.columns[column]!;
  const {kept, active, norm, dead} = columns[column]!;
  const isFine = radius >= 4;
  const isShared = unitsPerMark > 1;
  // What lies behind a unit does not shine through it.
  context.fillStyle = theme.background;
  for (let mark = 0; mark < x.length; mark++) shape(context, x[mark]!, y[mark]!, radius + 1, isShared);

  for (let mark = 0; mark < x.length; mark++) {
    const [cx, cy, share] = [x[mark]!, y[mark]!, kept[mark]!];
    if (share === 0) {
      drawDropped(context, cx, cy, radius, theme);
      continue;
    }
    context.fillStyle = unitColor(theme, active ? active[mark]! : 0.75);
    if (share === 1) shape(context, cx, cy, radius, isShared);
    else if (isShared) {
      context.fillRect(cx - radius, cy + radius - 2 * radius * share, 2 * radius, 2 * radius * share);
    } else {
      context.beginPath();
      context.moveTo(cx, cy);
      context.arc(cx, cy, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * share);
      context.fill();
    }
    if (share < 1) outline(context, cx, cy, radius, isShared, theme.muted, 0.75);
    if (isFine && dead?.[mark]) drawDead(context, cx, cy, radius, theme);
    if (radius >= 6 && norm) drawNorm(context, cx, cy, radius, norm[mark]!, theme);
  }
}

/** From almost the background, no row, to the full colour, all rows. */
export function unitColor(theme: Theme, active: number): string {
  return mix(theme.unitLow, theme.unitHigh, active);
}

function drawDropped(context: CanvasRenderingContext2D, x: number, y: number, radius: number, theme: Theme): void {
  context.strokeStyle = theme.dropped;
  context.lineWidth = Math.max(1, radius * 0.22);
  const arm = radius * 0.62;
  context.beginPath();
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
  context.stroke();
  if (radius < 3) return;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.globalAlpha = 1;
}

/** A unit that no row activates: a bar through its middle. */
function drawDead(context: CanvasRenderingContext2D, x: number, y: number, radius: number, theme: Theme): void {
  context.strokeStyle = theme.foreground;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - radius * 0.6, y + radius * 0.6);
  context.lineTo(x + radius * 0.6, y - radius * 0.6);
  context.stroke();
}

/** The incoming norm as an arc around the unit; a closed ring is max-norm. */
function drawNorm(context: CanvasRenderingContext2D, x: number, y: number, radius: number, norm: number, theme: Theme) {
  context.strokeStyle = theme.foreground;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.25;
  context.beginPath();
  context.arc(x, y, radius + 1.8, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.min(1, norm));
  context.stroke();
  context.globalAlpha = 1;
}

function drawSelection(
  context: CanvasRenderingContext2D,
  {layout}: NetworkFrame,
  place: MarkPlace,
  theme: Theme,
): void {
  const {x, y, radius} = layout.columns[place.column]!;
  context.strokeStyle = theme.focus;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x[place.mark]!, y[place.mark]!, radius + 4, 0, 2 * Math.PI);
  context.stroke();
}

function shape(context: CanvasRenderingContext2D, x: number, y: number, radius: number, isShared: boolean): void {
  if (isShared) {
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    return;
  }
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function outline(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  isShared: boolean,
  color: string,
  width: number,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  if (isShared) context.strokeRect(x - radius, y - radius, 2 * radius, 2 * radius);
  else {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
}
