/**
 * One value as a file has it, before its column's type is known. Blanks around text never count. Texts that look like
 * numbers are numbers; booleans are the texts "true" and "false".
 */
export type Cell = string | number | null | typeof NESTED;

/** A value that is no single number or text: a list, an object, bytes. */
export const NESTED = Symbol('nested');

/**
 * Values beyond this cannot enter a network of float32: they count as not finite. So sums and squares of all columns
 * stay finite in float64.
 */
const largestNumber = 3.4028234663852886e38;

/**
 * The number that a text writes, as JSON does, or with a plus sign, or with no digit on one side of the point.
 * @returns NaN where it writes none: hexadecimal, a decimal comma, "NaN", "inf", or beyond ±3.4e38
 */
export function parseNumber(text: string): number {
  const value = Number(text);
  // Number() also reads "", hexadecimal, octal and binary integers, and "Infinity".
  if (!isNetworkNumber(value) || text === '') return Number.NaN;
  return text.charCodeAt(0) === 48 && /^0[xob]/i.test(text) ? Number.NaN : value;
}

export function isNetworkNumber(value: number): boolean {
  return value >= -largestNumber && value <= largestNumber;
}

/** Text that means no number or an infinite one, or a number that is too large. */
export function isNotFinite(cell: string | number): boolean {
  if (typeof cell === 'number') return !isNetworkNumber(cell);
  if (cell.length > 400) return false; // No number that anyone writes, and patterns take their time on it.
  return /^[+-]?(nan|inf|infinity|∞)$/i.test(cell) || isTooLarge(cell);
}

/** @param text of a cell that is no number of a network: whether it writes one in digits all the same */
export function isTooLarge(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

/** A number written with a decimal comma or commas between thousands. */
export function hasDecimalComma(text: string): boolean {
  return text.length <= 40 && /^[+-]?[\d.,]*,\d+(e[+-]?\d+)?$/i.test(text);
}

/** What tells missing cells from others: empty, or one of data.missing.markers. */
export function missingCells(markers: readonly string[]): (cell: Cell | undefined) => boolean {
  const texts = new Set(['', ...markers.map(marker => marker.trim())]);
  // Numbers of JSON Lines and Parquet are compared as they would be written.
  const hasNumbers = hasNumericMarker(markers);
  return cell => {
    if (typeof cell === 'string') return texts.has(cell);
    if (typeof cell === 'number') return hasNumbers && texts.has(String(cell));
    return cell === null || cell === undefined;
  };
}

/** Whether a cell that is a number may count as missing. Then text must be compared as it is written. */
export function hasNumericMarker(markers: readonly string[]): boolean {
  return markers.some(marker => !Number.isNaN(Number(marker)) || /^nan$/i.test(marker));
}

/** The number in a cell, or NaN. */
export function cellNumber(cell: Cell): number {
  if (typeof cell === 'string') return parseNumber(cell);
  return typeof cell === 'number' && isNetworkNumber(cell) ? cell : Number.NaN;
}

/** A cell as a category. */
export function cellText(cell: Cell): string {
  return typeof cell === 'symbol' ? '' : String(cell);
}
