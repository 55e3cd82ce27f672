import type {Surface} from '../../schemas/protocol.ts';
import {MARKERS, mix, nth, type Theme} from '../ui/theme.ts';
import {drawMarker} from './curvesChart.ts';

/** What lies where on the picture, in CSS pixels. */
export interface SurfaceFrame {
  readonly surface: Surface;
  /** Number of classes; null: a real target. */
  readonly classes: number | null;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** Cell that the keyboard or the mouse points at. */
  readonly cell: number | null;
}

/** Draws what is predicted as colour, the boundary between classes as a line, and the rows of the data as markers. */
export function drawSurface(context: CanvasRenderingContext2D, frame: SurfaceFrame): void {
  const {width, height} = frame;
  context.clearRect(0, 0, width, height);
  drawCells(context, frame);
  drawBoundary(context, frame);
  drawPoints(context, frame);
  drawCell(context, frame);
}

/** Class predicted in a cell; of a real target 0. */
export function cellClass({predictions}: Surface, classes: number | null, cell: number): number {
  if (classes === null) return 0;
  if (classes === 2) return Number(predictions[cell]! > 0.5);
  let best = 0;
  for (let each = 1; each < classes; each++) {
    if (predictions[cell * classes + each]! > predictions[cell * classes + best]!) best = each;
  }
  return best;
}

/** How sure the cell is of its class, 0 to 1; of a real target its value between the smallest and the largest. */
function strength(
  {predictions}: Surface,
  classes: number | null,
  cell: number,
  range: readonly [number, number],
): number {
  if (classes === null) return (predictions[cell]! - range[0]) / (range[1] - range[0] || 1);
  if (classes === 2) return Math.abs(predictions[cell]! - 0.5) * 2;
  const best = Math.max(...predictions.subarray(cell * classes, (cell + 1) * classes));
  return (best - 1 / classes) / (1 - 1 / classes);
}

export function classColor(theme: Theme, index: number, classes: number | null): string {
  if (classes === 2) return index === 1 ? theme.positive : theme.negative;
  return nth(theme.series, index);
}

function drawCells(context: CanvasRenderingContext2D, {surface, classes, width, height, theme}: SurfaceFrame): void {
  const {size, predictions} = surface;
  const range = [predictions.reduce((a, b) => Math.min(a, b)), predictions.reduce((a, b) => Math.max(a, b))] as const;
  for (let cell = 0; cell < size * size; cell++) {
    const sure = strength(surface, classes, cell, range);
    context.fillStyle =
      classes === null
        ? mix(theme.unitLow, theme.unitHigh, sure)
        : classColor(theme, cellClass(surface, classes, cell), classes);
    context.globalAlpha = classes === null ? 1 : 0.08 + 0.5 * sure;
    // Whole pixels, so that no seam shines through between two cells.
    const [column, row] = [cell % size, size - 1 - Math.floor(cell / size)];
    const [left, top] = [Math.floor((column * width) / size), Math.floor((row * height) / size)];
    context.fillRect(
      left,
      top,
      Math.floor(((column + 1) * width) / size) - left,
      Math.floor(((row + 1) * height) / size) - top,
    );
  }
  context.globalAlpha = 1;
}

/** The line on which the network decides: of two classes where both have ½, of more between cells of different classes. */
function drawBoundary(context: CanvasRenderingContext2D, frame: SurfaceFrame): void {
  if (frame.classes === null) return;
  context.strokeStyle = frame.theme.foreground;
  context.lineWidth = 1.5;
  context.beginPath();
  if (frame.classes === 2) traceLevel(context, frame, 0.5);
  else traceEdges(context, frame, frame.classes);
  context.stroke();
}

/** Marching squares over the centres of the cells: where an edge of a square crosses the level, the line does. */
function traceLevel(context: CanvasRenderingContext2D, {surface, width, height}: SurfaceFrame, level: number): void {
  const {size, predictions} = surface;
  const place = (column: number, row: number) =>
    [((column + 0.5) * width) / size, height - ((row + 0.5) * height) / size] as const;
  for (let row = 0; row + 1 < size; row++) {
    for (let column = 0; column + 1 < size; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const crossings = corners.flatMap(([ax, ay], i) => {
        const [bx, by] = corners[(i + 1) % 4]!;
        const [a, b] = [predictions[ay * size + ax]!, predictions[by * size + bx]!];
        if (a > level === b > level) return [];
        const share = (level - a) / (b - a);
        return [place(ax + share * (bx - ax), ay + share * (by - ay))];
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        context.moveTo(...crossings[i]!);
        context.lineTo(...crossings[i + 1]!);
      }
    }
  }
}

function traceEdges(context: CanvasRenderingContext2D, {surface, width, height}: SurfaceFrame, classes: number): void {
  const {size} = surface;
  const of = (column: number, row: number) => cellClass(surface, classes, row * size + column);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [((column + 1) * width) / size, height - ((row + 1) * height) / size];
      if (column + 1 < size && of(column, row) !== of(column + 1, row)) {
        context.moveTo(x, y);
        context.lineTo(x, y + height / size);
      }
      if (row + 1 < size && of(column, row) !== of(column, row + 1)) {
        context.moveTo(x - width / size, y);
        context.lineTo(x, y);
      }
    }
  }
}

/** Where a row of the data lies on the picture. */
export function pointPlace({surface, width, height}: SurfaceFrame, i: number): readonly [number, number] {
  const {x, y, points} = surface;
  return [
    ((points.x[i]! - x.from) / (x.to - x.from)) * width,
    height - ((points.y[i]! - y.from) / (y.to - y.from)) * height,
  ];
}

function drawPoints(context: CanvasRenderingContext2D, frame: SurfaceFrame): void {
  const {surface, classes, theme} = frame;
  const {points} = surface;
  for (let i = 0; i < points.lines.length; i++) {
    const [left, top] = pointPlace(frame, i);
    const index = classes === null ? 0 : points.actual[i]!;
    const isTested = i >= points.trained;
    context.fillStyle = classes === null ? theme.foreground : classColor(theme, index, classes);
    context.strokeStyle = isTested ? theme.foreground : theme.background;
    context.lineWidth = isTested ? 2 : 1;
    drawMarker(context, nth(MARKERS, index), left, top, isTested ? 5 : 3.6);
  }
}

function drawCell(context: CanvasRenderingContext2D, {surface, cell, width, height, theme}: SurfaceFrame): void {
  if (cell === null) return;
  const {size} = surface;
  context.strokeStyle = theme.focus;
  context.lineWidth = 2;
  const [column, row] = [cell % size, size - 1 - Math.floor(cell / size)];
  context.strokeRect((column * width) / size - 1, (row * height) / size - 1, width / size + 2, height / size + 2);
}
