/** Reading the masks of a batch: which rows keep which units. */
import type {LayerMask} from '../../schemas/protocol.ts';

/** @param unit for dropConnect a weight, unit · inputs + input */
export function isKept({bits, width}: LayerMask, row: number, unit: number): boolean {
  if (!bits) return true;
  const i = row * width + unit;
  return (bits[i >> 3]! & (1 << (i & 7))) !== 0;
}

/** Share of the shown rows that keep a unit, or a weight. @param row null: all of them */
export function keptShare(mask: LayerMask, row: number | null, unit: number): number {
  if (row !== null) return Number(isKept(mask, row, unit));
  let kept = 0;
  for (let each = 0; each < mask.rows; each++) kept += Number(isKept(mask, each, unit));
  return mask.rows === 0 ? 1 : kept / mask.rows;
}

/** How many rows of the batch each unit is kept in, [width]. */
export function keptRows(mask: LayerMask): Uint32Array {
  const counts = new Uint32Array(mask.width);
  const {bits, rows, width} = mask;
  if (!bits) return counts.fill(rows);
  let i = 0;
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < width; unit++, i++) counts[unit]! += (bits[i >> 3]! >> (i & 7)) & 1;
  }
  return counts;
}

/** Units kept in a row. */
export function keptUnits(mask: LayerMask, row: number): number {
  let kept = 0;
  for (let unit = 0; unit < mask.width; unit++) kept += Number(isKept(mask, row, unit));
  return kept;
}

/**
 * Share of the rows that keep each unit of a column when several layers drop its units one after the other.
 * @param row a row of the batch; null: all of them
 */
export function keptShares(masks: readonly LayerMask[], units: number, row: number | null): Float32Array {
  const shares = new Float32Array(units).fill(1);
  const real = masks.filter(mask => mask.bits !== null && mask.width === units);
  const [first] = real;
  if (!first) return shares;
  if (real.length === 1 && row === null) {
    const counts = keptRowsOf(first);
    return shares.map((_, unit) => counts[unit]! / first.rows);
  }
  const rows = row === null ? Array.from({length: first.rows}, (_, each) => each) : [row];
  for (let unit = 0; unit < units; unit++) {
    const kept = rows.filter(each => real.every(mask => isKept(mask, each, unit))).length;
    shares[unit] = kept / rows.length;
  }
  return shares;
}

/** A mask is looked at several times in a frame; its counts are kept as long as it is. */
const counted = new WeakMap<LayerMask, Uint32Array>();

function keptRowsOf(mask: LayerMask): Uint32Array {
  const counts = counted.get(mask) ?? keptRows(mask);
  counted.set(mask, counts);
  return counts;
}
