import type {LayerMask} from '../../schemas/protocol.ts';
import {isKept} from '../run/masks.ts';
import type {Theme} from '../ui/theme.ts';

/** Size of a cell, so that a layer fits into `width`. */
export function matrixCell(units: number, width: number): number {
  return Math.max(2, Math.min(14, Math.floor(width / Math.max(1, units))));
}

/** The mask of a layer, countable: a row for each row of the batch, a cell for each unit; a dropped one is crossed out. */
export function drawMatrix(
  context: CanvasRenderingContext2D,
  mask: LayerMask,
  {cell, row, theme}: {cell: number; row: number | null; theme: Theme},
): void {
  const {rows, width} = mask;
  context.clearRect(0, 0, width * cell, rows * cell);
  const gap = cell > 4 ? 1 : 0;
  context.fillStyle = theme.unitHigh;
  for (let each = 0; each < rows; each++) {
    context.globalAlpha = row === null || row === each ? 1 : 0.35;
    for (let unit = 0; unit < width; unit++) {
      if (isKept(mask, each, unit)) context.fillRect(unit * cell, each * cell, cell - gap, cell - gap);
    }
  }
  context.strokeStyle = theme.dropped;
  context.lineWidth = Math.max(1, cell / 8);
  for (let each = 0; each < rows; each++) {
    context.globalAlpha = row === null || row === each ? 1 : 0.35;
    context.beginPath();
    for (let unit = 0; unit < width; unit++) {
      if (isKept(mask, each, unit)) continue;
      const [x, y, inner] = [unit * cell, each * cell, cell * 0.22];
      context.moveTo(x + inner, y + inner);
      context.lineTo(x + cell - gap - inner, y + cell - gap - inner);
      context.moveTo(x + cell - gap - inner, y + inner);
      context.lineTo(x + inner, y + cell - gap - inner);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}
