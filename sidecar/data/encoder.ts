/**
 * From the columns of a table to the inputs of a network. What depends on values is fitted on given rows, those that a
 * network is trained on, and then applied to any rows: nothing of the test rows can enter it.
 */
import type {CategoricalFeature, FeaturePlan, NumericFeature} from './features.ts';
import {featureWidth} from './features.ts';
import {type NumberStatistics, numberStatistics, type OrderStatistics, orderStatistics} from './numberStatistics.ts';
import {streamedRowEncoder} from './streamedRows.ts';
import type {CategoricalColumn, Column, NumericColumn, Table} from './table.ts';

/** Plain data: it is stored with a model and posted to workers. */
export interface Encoder {
  readonly version: 1;
  /** Inputs of the network. */
  readonly width: number;
  readonly columns: readonly ColumnEncoder[];
}

export type ColumnEncoder = NumericEncoder | OneHotEncoder | OrdinalEncoder;

interface Inputs {
  /** Of the column. */
  readonly name: string;
  /** What each input is called. */
  readonly inputs: readonly string[];
  /** Whether the last input is 1 where the value was missing, otherwise 0. */
  readonly indicator: boolean;
}

/** input = (x − center) / spread; 0 where the spread is 0. */
interface Scale {
  readonly center: number;
  readonly spread: number;
}

export interface NumericEncoder extends Inputs, Scale {
  readonly kind: 'numeric';
  /** Replaces a missing number. */
  readonly fill: number;
  /** Of the training rows' values that are not missing; null if there were none. */
  readonly statistics: NumberStatistics | null;
  /** null, too, where neither the scale nor the fill needs them. */
  readonly order: OrderStatistics | null;
}

export interface OneHotEncoder extends Inputs {
  readonly kind: 'oneHot';
  /** One for each input but "unseen", which follows them. */
  readonly categories: readonly {
    readonly name: string;
    /** How often it is in the training rows, with those that were filled in. */
    readonly count: number;
  }[];
  /** Replaces a missing category; null: there was none to choose from, and the value counts as unseen. */
  readonly fill: string | null;
}

export interface OrdinalEncoder extends Inputs, Scale {
  readonly kind: 'ordinal';
  /** From first to last: the position, counted from 0, is the number that is scaled. */
  readonly categories: readonly string[];
  /** Position that replaces a missing category, and one that is not in the order. */
  readonly fill: number;
}

/** A category in fewer training rows has no input of its own. */
const fewestRows = 2;

/**
 * Fits how the columns become inputs. Statistics are those of the values that are there: filled-in values do not count,
 * so that more missing values do not shrink the scale.
 * @param rows into the table: the training rows, and nothing but them is looked at
 */
export function fitEncoder(table: Table, plans: readonly FeaturePlan[], rows: Uint32Array): Encoder {
  // One for all columns: a copy of each would leave the size of the table behind as garbage.
  const room = new Float64Array(rows.length);
  const columns = plans.map(plan => {
    const column = columnOf(table, plan);
    if (plan.kind === 'numeric') return fitNumbers(plan, presentNumbers(column as NumericColumn, rows, room));
    return plan.encoding === 'oneHot'
      ? fitOneHot(plan, column as CategoricalColumn, rows)
      : fitOrdinal(plan, column as CategoricalColumn, rows);
  });
  return {version: 1, width: featureWidth(plans), columns};
}

function columnOf(table: Table, {name, kind}: {name: string; kind: Column['kind']}): Column {
  const column = table.columns.find(other => other.name === name);
  if (column?.kind === kind) return column;
  throw new RangeError(`table must have a ${kind} column ${name}, got ${column ? `a ${column.kind} one` : 'none'}`);
}

/** The numbers of some rows that are there, in the order of the rows, in `room` [rows.length]. */
function presentNumbers({values}: NumericColumn, rows: Uint32Array, room: Float64Array): Float64Array {
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (!Number.isNaN(value)) room[count++] = value;
  }
  return room.subarray(0, count);
}

function fitNumbers(plan: NumericFeature, present: Float64Array): NumericEncoder {
  const {name, inputs, indicator, scale, missing} = plan;
  const isSorted = scale === 'robust' || missing === 'median' || missing === 'mostFrequent';
  const statistics = present.length > 0 ? numberStatistics(present) : null;
  const order = isSorted && statistics ? orderStatistics(present) : null;
  const fill = numberFill(plan, statistics, order);
  return {kind: 'numeric', name, inputs, indicator, ...fitScale(scale, statistics, order), fill, statistics, order};
}

function numberFill(
  {missing, fillValue}: NumericFeature,
  statistics: NumberStatistics | null,
  order: OrderStatistics | null,
): number {
  switch (missing) {
    case 'constant':
      return fillValue ?? 0;
    // Where no training row has a value, nothing is known, and 0 is as good as any.
    case 'median':
    case 'mostFrequent':
      return order?.[missing] ?? 0;
    // Rows with missing values are not in the table with the last two; a new table that is predicted may have some.
    case 'mean':
    case 'dropRow':
    case 'error':
      return statistics?.mean ?? 0;
  }
}

/** A column that is the same in all training rows teaches nothing: it is scaled to 0 in every row. */
function fitScale(
  scale: NumericFeature['scale'],
  statistics: NumberStatistics | null,
  order: OrderStatistics | null,
): Scale {
  if (scale === 'none') return {center: 0, spread: 1};
  // Compared by its ends: rounding may leave a tiny standard deviation to equal numbers.
  if (!statistics || statistics.min === statistics.max) return {center: statistics?.min ?? 0, spread: 0};
  const {mean, sd, min, max} = statistics;
  switch (scale) {
    case 'standard':
      return {center: mean, spread: sd};
    case 'minMax':
      return {center: min, spread: max - min};
    case 'robust': {
      const {median, lowerQuartile, upperQuartile} = order!;
      // Half of the values may be equal though not all are: then the distance is left as it is, as scikit-learn does.
      return {center: median, spread: upperQuartile - lowerQuartile || 1};
    }
  }
}

function fitOneHot(plan: CategoricalFeature, column: CategoricalColumn, rows: Uint32Array): OneHotEncoder {
  const {name, inputs, indicator} = plan;
  const {counts, missing} = countCategories(plan, column, rows);
  const fill = plan.fillValue ?? mostFrequent(plan.categories, counts);
  const filled = fill === null ? -1 : plan.categories.indexOf(fill);
  if (filled >= 0) counts[filled]! += missing;
  const categories = plan.categories.map((category, position) => ({name: category, count: counts[position]!}));
  return {kind: 'oneHot', name, inputs, indicator, categories, fill};
}

function fitOrdinal(plan: CategoricalFeature, column: CategoricalColumn, rows: Uint32Array): OrdinalEncoder {
  const {name, inputs, indicator, categories} = plan;
  const {counts} = countCategories(plan, column, rows);
  const positions = positionsOf(categories, column);
  const {codes} = column;
  const present = Float64Array.from(rows, row => position(positions, codes[row]!)).filter(at => at >= 0);
  const statistics = present.length > 0 ? numberStatistics(present) : null;
  const order = statistics ? orderStatistics(present) : null;
  const fill = plan.fillValue ?? mostFrequent(categories, counts);
  const fillPosition = Math.max(0, fill === null ? -1 : categories.indexOf(fill));
  return {
    kind: 'ordinal',
    name,
    inputs,
    indicator,
    ...fitScale(plan.scale, statistics, order),
    categories,
    fill: fillPosition,
  };
}

/** How often each category of the plan is in the rows. */
function countCategories({categories}: CategoricalFeature, column: CategoricalColumn, rows: Uint32Array) {
  const positions = positionsOf(categories, column);
  const counts = categories.map(() => 0);
  const {codes} = column;
  let missing = 0;
  for (const row of rows) {
    const code = codes[row]!;
    const at = position(positions, code);
    if (at >= 0) counts[at]!++;
    else if (code < 0) missing++;
  }
  return {counts, missing};
}

/** The first in alphabetical order of those that are equally frequent; null where none is there. */
function mostFrequent(categories: readonly string[], counts: readonly number[]): string | null {
  const most = Math.max(0, ...counts);
  const names = categories.filter((_, index) => counts[index] === most);
  return most === 0 ? null : names.toSorted()[0]!;
}

/** Of each code of a column, the position among `categories`; −1 where it is not among them. By name: a table that is
 * predicted may have other categories than the one that was fitted. */
function positionsOf(categories: readonly string[], column: CategoricalColumn): Int32Array {
  const positions = new Map(categories.map((category, index) => [category, index]));
  return Int32Array.from(column.categories, category => positions.get(category) ?? -1);
}

function position(positions: Int32Array, code: number): number {
  return code < 0 ? -1 : positions[code]!;
}

/** Writes rows of a table as inputs of a network to out [rows × encoder.width] row-major. */
export type RowEncoder = (rows: Uint32Array, out: Float32Array) => void;

/**
 * Rows of a table as inputs of a network. Computed in float64 and rounded once. Every input is finite, whatever the rows
 * hold: what is missing is filled, and what float32 cannot hold becomes its largest number.
 * @param rows into the table, any of them, in any order
 * @param out [rows × encoder.width] row-major
 * @throws RangeError if `out` has another length, or if the table lacks a column
 */
export function encodeRows(table: Table, encoder: Encoder, rows: Uint32Array, out: Float32Array): void {
  rowEncoder(table, encoder)(rows, out);
}

/**
 * `encodeRows` for few rows at a time: the columns are looked up once.
 * @throws RangeError if the table lacks a column; the encoder throws one if `out` has another length than its rows need
 */
export function rowEncoder(table: Table, encoder: Encoder): RowEncoder {
  if (table.store)
    return streamedRowEncoder({...table, store: table.store}, encoder, part => rowEncoder(part, encoder));
  const {width} = encoder;
  let first = 0;
  const columns = encoder.columns.map(column => {
    const encode = columnEncoder(table, column, first, width);
    first += column.inputs.length;
    return encode;
  });
  return (rows, out) => {
    if (out.length !== rows.length * width) {
      throw new RangeError(`out must have ${rows.length} × ${width} elements, got ${out.length}`);
    }
    out.fill(0);
    for (const encode of columns) encode(rows, out);
  };
}

/** Writes one column, whose inputs begin at `first` of `width`. */
function columnEncoder(table: Table, column: ColumnEncoder, first: number, width: number): RowEncoder {
  if (column.kind === 'numeric') {
    const values = columnOf(table, {name: column.name, kind: 'numeric'}) as NumericColumn;
    return numberEncoder(column, values, first, width);
  }
  const values = columnOf(table, {name: column.name, kind: 'categorical'}) as CategoricalColumn;
  return column.kind === 'oneHot'
    ? oneHotEncoder(column, values, first, width)
    : ordinalEncoder(column, values, first, width);
}

function numberEncoder(encoder: NumericEncoder, column: NumericColumn, first: number, width: number): RowEncoder {
  return (rows, out) => {
    const {values} = column;
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i]!]!;
      const isMissing = Number.isNaN(value);
      out[i * width + first] = scaled(encoder, isMissing ? encoder.fill : value);
      if (isMissing && encoder.indicator) out[i * width + first + 1] = 1;
    }
  };
}

const largestFloat32 = 3.4028234663852886e38;

function scaled({center, spread}: Scale, value: number): number {
  if (spread === 0) return 0;
  return Math.min(Math.max((value - center) / spread, -largestFloat32), largestFloat32);
}

function oneHotEncoder(encoder: OneHotEncoder, column: CategoricalColumn, first: number, width: number): RowEncoder {
  const names = encoder.categories.map(category => category.name);
  const unseen = names.length;
  const inputOf = (at: number) => (at >= 0 && encoder.categories[at]!.count >= fewestRows ? at : unseen);
  const inputs = positionsOf(names, column).map(inputOf);
  const fill = inputOf(encoder.fill === null ? -1 : names.indexOf(encoder.fill));
  return (rows, out) => {
    const {codes} = column;
    for (let i = 0; i < rows.length; i++) {
      const code = codes[rows[i]!]!;
      out[i * width + first + (code < 0 ? fill : inputs[code]!)] = 1;
      if (code < 0 && encoder.indicator) out[i * width + first + unseen + 1] = 1;
    }
  };
}

function ordinalEncoder(encoder: OrdinalEncoder, column: CategoricalColumn, first: number, width: number): RowEncoder {
  const positions = positionsOf(encoder.categories, column);
  return (rows, out) => {
    const {codes} = column;
    for (let i = 0; i < rows.length; i++) {
      const code = codes[rows[i]!]!;
      const at = position(positions, code);
      out[i * width + first] = scaled(encoder, at < 0 ? encoder.fill : at);
      if (code < 0 && encoder.indicator) out[i * width + first + 1] = 1;
    }
  };
}
