import type {ColumnEncoder, Encoder} from '../data/encoder.ts';
import type {CategoricalColumn, Column, NumericColumn, Table} from '../data/table.ts';

/** Values of a column that training never saw the like of: a network answers there, too, but knows nothing. */
export interface StrangeValues {
  readonly column: string;
  /**
   * outOfRange: far beyond all numbers of the training rows. unknownCategory: none of them had it. unknownClass: nor had
   * any the target's value, which the model can therefore never predict.
   */
  readonly kind: 'outOfRange' | 'unknownCategory' | 'unknownClass';
  readonly rows: number;
  /** Line of the data file of the first of them, from 1. */
  readonly line: number;
  /** The first of them. */
  readonly value: number | string;
  /** Of the training rows; of numbers only. */
  readonly range?: readonly [min: number, max: number];
}

/** How far is far: so many standard deviations of the training rows beyond the smallest or largest of their numbers. */
const FAR = 10;

/**
 * What is strange in the rows to predict, column by column.
 * @param encoders of the models that predict; strange is what is so to all of them
 */
export function strangeValues(encoders: readonly Encoder[], table: Table): StrangeValues[] {
  return encoders[0]!.columns.flatMap(({name}, index) => {
    const column = table.columns.find(other => other.name === name);
    const known = encoders.map(({columns}) => columns[index]!);
    return column ? (strangeIn(column, known, table.rowLines) ?? []) : [];
  });
}

/** Classes of the target that a model does not have. @param textOf the class that a row of the file has, if it has one */
export function strangeClasses(
  {name, classes}: {readonly name: string; readonly classes: readonly string[]},
  textOf: (row: number) => string | undefined,
  {rowLines}: Pick<Table, 'rowLines'>,
): StrangeValues[] {
  const texts = Array.from(rowLines, (_, row) => textOf(row));
  const rows = count(texts, text => text !== undefined && !classes.includes(text));
  if (!rows) return [];
  const {first, total} = rows;
  return [{column: name, kind: 'unknownClass', rows: total, line: rowLines[first]!, value: texts[first]!}];
}

function strangeIn(column: Column, encoders: readonly ColumnEncoder[], lines: Uint32Array): StrangeValues | null {
  return column.kind === 'numeric'
    ? strangeNumbers(column, encoders, lines)
    : strangeCategories(column, encoders, lines);
}

function strangeNumbers(
  {name, values}: NumericColumn,
  encoders: readonly ColumnEncoder[],
  lines: Uint32Array,
): StrangeValues | null {
  // A column that was the same in all training rows has no effect: every value of it is scaled to 0.
  const fitted = encoders.flatMap(each =>
    each.kind === 'numeric' && each.statistics && each.spread !== 0 ? each.statistics : [],
  );
  if (fitted.length < encoders.length) return null;
  const min = Math.min(...fitted.map(each => each.min));
  const max = Math.max(...fitted.map(each => each.max));
  const far = FAR * Math.max(...fitted.map(each => each.sd));
  const rows = count(values, value => value < min - far || value > max + far);
  if (!rows) return null;
  const {first, total} = rows;
  return {
    ...{column: name, kind: 'outOfRange', rows: total, line: lines[first]!, value: values[first]!},
    range: [min, max],
  };
}

function strangeCategories(
  {name, codes, categories}: CategoricalColumn,
  encoders: readonly ColumnEncoder[],
  lines: Uint32Array,
): StrangeValues | null {
  const known = new Set(encoders.flatMap(categoriesOf));
  const isStrange = categories.map(category => !known.has(category));
  const rows = count(codes, code => code >= 0 && isStrange[code]!);
  if (!rows) return null;
  const {first, total} = rows;
  return {
    ...{column: name, kind: 'unknownCategory', rows: total},
    ...{line: lines[first]!, value: categories[codes[first]!]!},
  };
}

function categoriesOf(encoder: ColumnEncoder): readonly string[] {
  if (encoder.kind === 'ordinal') return encoder.categories;
  return encoder.kind === 'oneHot' ? encoder.categories.filter(each => each.count > 0).map(each => each.name) : [];
}

/** How many values are strange and where the first is; null: none is. */
function count<Value>(values: ArrayLike<Value>, isStrange: (value: Value) => boolean) {
  let first = -1;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    if (!isStrange(values[row]!)) continue;
    if (total++ === 0) first = row;
  }
  return total === 0 ? null : {first, total};
}
