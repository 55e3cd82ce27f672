import {type Cell, cellNumber, cellText, hasDecimalComma, isNotFinite, NESTED} from './cell.ts';

/** Distinct values are counted up to here. More categories than this are no categories. */
export const mostCategories = 1000;

/** What the profile counts of one column while the rows go by. */
export interface ColumnTally {
  readonly name: string;
  /** Cells that are not missing. */
  count: number;
  /** Of those, numbers; what is no number is of one of the kinds below. */
  numbers: number;
  readonly odd: {readonly [kind in OddKind]: OddCells};
  min: number;
  max: number;
  mean: number;
  /** Σ (x − mean)², updated with the mean. */
  squares: number;
  allIntegers: boolean;
  /** How often each text was seen; null once there are more than `mostCategories`. */
  texts: Map<string, number> | null;
  /** The different numbers, counted by value once the texts are too many; null when they are too many, too. */
  values: Set<number> | null;
}

export type OddKind = 'text' | 'notFinite' | 'decimalComma' | 'nested';

export interface OddCells {
  count: number;
  /** The first of them. */
  line: number;
  text: string;
}

export function createTally(name: string): ColumnTally {
  const none = (): OddCells => ({count: 0, line: 0, text: ''});
  return {
    name,
    count: 0,
    numbers: 0,
    odd: {text: none(), notFinite: none(), decimalComma: none(), nested: none()},
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    mean: 0,
    squares: 0,
    allIntegers: true,
    texts: new Map(),
    values: null,
  };
}

/** @param cell not missing @param line where its row begins */
export function tallyCell(tally: ColumnTally, cell: Cell, line: number): void {
  tally.count++;
  const value = cellNumber(cell);
  if (Number.isNaN(value)) tallyOdd(tally, cell, line);
  else tallyNumber(tally, value);
  if (tally.texts) tallyText(tally, tally.texts, cellText(cell));
  else if (tally.values && !Number.isNaN(value)) {
    tally.values.add(value);
    if (tally.values.size > mostCategories) tally.values = null;
  }
}

/** Mean and squares by Welford's update, in the order of the rows. @see Welford 1962, Technometrics 4(3):419–420 */
function tallyNumber(tally: ColumnTally, value: number): void {
  tally.numbers++;
  if (value < tally.min) tally.min = value;
  if (value > tally.max) tally.max = value;
  const distance = value - tally.mean;
  tally.mean += distance / tally.numbers;
  tally.squares += distance * (value - tally.mean);
  if (tally.allIntegers && !Number.isInteger(value)) tally.allIntegers = false;
}

function tallyOdd(tally: ColumnTally, cell: Cell, line: number): void {
  const cells = tally.odd[oddKind(cell)];
  if (cells.count === 0) {
    cells.line = line;
    cells.text = cellText(cell);
  }
  cells.count++;
}

function oddKind(cell: Cell): OddKind {
  if (cell === NESTED || cell === null) return 'nested';
  if (isNotFinite(cell)) return 'notFinite';
  return typeof cell === 'string' && hasDecimalComma(cell) ? 'decimalComma' : 'text';
}

function tallyText(tally: ColumnTally, texts: Map<string, number>, text: string): void {
  texts.set(text, (texts.get(text) ?? 0) + 1);
  if (texts.size <= mostCategories) return;
  // "1" and "1.0" are two texts but one number.
  const values = new Set([...texts.keys()].map(Number).filter(value => !Number.isNaN(value)));
  tally.values = values.size > mostCategories ? null : values;
  tally.texts = null;
}
