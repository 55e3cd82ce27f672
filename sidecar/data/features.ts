import {isNetworkNumber, parseNumber} from './cell.ts';
import {type ColumnSettings, columnSettings} from './columnSettings.ts';
import {type DataError, dataError, type NamedFile, quoted} from './dataError.ts';
import {type DataSection, formatOf} from './dataFile.ts';
import {assertColumns, inputColumns} from './inputColumns.ts';
import type {CategoricalColumn, Column, NumericColumn, Table} from './table.ts';

/** How a column becomes inputs. Plain data. */
export type FeaturePlan = NumericFeature | CategoricalFeature;

interface Feature {
  /** Of the column. */
  readonly name: string;
  /** Number of inputs, and what each is called. */
  readonly width: number;
  readonly inputs: readonly string[];
  /** Whether the last of the inputs tells whether the value was missing. */
  readonly indicator: boolean;
  readonly scale: DataSection['scale'];
}

export interface NumericFeature extends Feature {
  readonly kind: 'numeric';
  readonly missing: NumberFill;
  /** For `constant`. */
  readonly fillValue: number | null;
}

export type NumberFill = 'mean' | 'median' | 'mostFrequent' | 'constant' | 'dropRow' | 'error';

export interface CategoricalFeature extends Feature {
  readonly kind: 'categorical';
  readonly encoding: 'oneHot' | 'ordinal';
  readonly missing: 'mostFrequent' | 'constant' | 'dropRow' | 'error';
  /** For `constant`. */
  readonly fillValue: string | null;
  /** One-hot: those with an input, in its order. Ordinal: from first to last. */
  readonly categories: readonly string[];
}

/** The category that missing values make with `category`. */
const missingCategory = 'missing';

/**
 * The columns that are inputs, in the order of the file, and the inputs that each becomes.
 *
 * The width of a one-hot column follows from the categories of the whole file, and whether there is an indicator from
 * the missing values of the whole file, so that all folds have networks of one shape. That is all that the plan takes
 * from rows that may be test rows. Which categories are known is fitted on the training rows, as the scales are: a
 * category with fewer than two training rows goes to the input "unseen", whose weights are so trained on rare
 * categories, and not left at their random start until a test row comes with a category that training never saw.
 * @param reserved target, groups and times: no inputs
 * @throws DataError if a column is not there, cannot be an input, or has settings that do not go with what it holds
 */
export function planFeatures(table: Table, data: DataSection, reserved: readonly string[]): FeaturePlan[] {
  const file: NamedFile = {path: table.source, name: table.source, format: formatOf(data.source, data)};
  const columns = new Map(table.columns.map(column => [column.name, column]));
  const unread = new Map((table.unread ?? []).map(column => [column.name, column]));
  // The target and what divides the rows were checked when the file was read.
  const names = [...columns.keys(), ...unread.keys()];
  assertColumns(file, names, data, []);
  return inputColumns(file, names, data, reserved).map(name => {
    const column = columns.get(name);
    if (column) return planColumn(file, table, column, columnSettings(data, name));
    const problem = unread.get(name)?.problem;
    if (!problem) throw new RangeError(`table must hold every input, got none called ${name}`);
    throw dataError(file, problem.code, problem.text, {line: problem.line, column: name, key: problem.key});
  });
}

/** Inputs of a network with these features. */
export function featureWidth(plans: readonly FeaturePlan[]): number {
  return plans.reduce((sum, plan) => sum + plan.width, 0);
}

function planColumn(file: NamedFile, table: Table, column: Column, settings: ColumnSettings): FeaturePlan {
  const firstMissing = firstMissingRow(column);
  const hasMissing = firstMissing >= 0;
  const missing = settings.missing[column.kind];
  if (hasMissing && missing === 'error') {
    const text = 'the value is missing, and data.missing makes that an error. Fill it in, or choose what replaces it.';
    throw missingProblem(file, column, 'missing-value', text, table.rowLines[firstMissing], settings);
  }
  if (hasMissing && missing === 'dropRow') {
    const text =
      'the value is missing. Rows are dropped only for inputs of the document itself, so that all variants are trained on the same rows: make the column one of them, or choose another way for its missing values.';
    throw missingProblem(file, column, 'row-not-dropped', text, table.rowLines[firstMissing], settings);
  }
  return column.kind === 'numeric'
    ? planNumbers(file, column, settings, hasMissing)
    : planCategories(file, column, settings, hasMissing);
}

function firstMissingRow(column: Column): number {
  const row = firstMissing.get(column) ?? findMissing(column);
  firstMissing.set(column, row);
  return row;
}

/** Every variant asks. */
const firstMissing = new WeakMap<Column, number>();

function findMissing(column: Column): number {
  return column.kind === 'numeric'
    ? column.values.findIndex((value: number) => Number.isNaN(value))
    : column.codes.indexOf(-1);
}

function missingProblem(
  file: NamedFile,
  {name, kind}: Column,
  code: string,
  text: string,
  line: number | undefined,
  {own}: ColumnSettings,
): DataError {
  const key = own.missing ? `data.columns.${name}.missing` : `data.missing.${kind}`;
  return dataError(file, code, text, {line, column: name, key});
}

function planNumbers(
  file: NamedFile,
  {name}: NumericColumn,
  settings: ColumnSettings,
  hasMissing: boolean,
): NumericFeature {
  const {own, scale} = settings;
  const useless = own.order ? 'order' : own.categories ? 'categories' : undefined;
  if (useless) {
    const text = `the column is numeric and has no categories. Set data.columns.${name}.type to "categorical", or remove "${useless}".`;
    throw dataError(file, 'no-categories', text, {column: name, key: `data.columns.${name}.${useless}`});
  }
  const missing = settings.missing.numeric;
  if (missing === 'category') {
    const text = 'the column is numeric, so its missing values cannot be a category. Choose what replaces them.';
    throw dataError(file, 'wrong-missing', text, {column: name, key: `data.columns.${name}.missing`});
  }
  const indicator = settings.indicator && hasMissing;
  const inputs = [name, ...indicatorName(name, indicator)];
  const fillValue = missing === 'constant' ? numericFill(file, name, settings) : null;
  return {kind: 'numeric', name, width: inputs.length, inputs, indicator, scale, missing, fillValue};
}

function numericFill(file: NamedFile, name: string, {fillValue}: ColumnSettings): number {
  const value = typeof fillValue === 'number' ? fillValue : parseNumber(String(fillValue ?? ''));
  if (isNetworkNumber(value)) return value;
  const text =
    fillValue === undefined
      ? 'missing is "constant" but there is no fillValue. Set it to the number that replaces a missing one.'
      : `fillValue must be a number, since the column is numeric, got ${quoted(String(fillValue))}.`;
  throw dataError(file, 'wrong-fill-value', text, {column: name, key: `data.columns.${name}.fillValue`});
}

function planCategories(
  file: NamedFile,
  column: CategoricalColumn,
  settings: ColumnSettings,
  hasMissing: boolean,
): CategoricalFeature {
  const {name} = column;
  const missing = settings.missing.categorical;
  if (missing === 'mean' || missing === 'median') {
    const text = `the column holds categories, which have no ${missing}. Set its missing to "mostFrequent", "category" or "constant".`;
    throw dataError(file, 'wrong-missing', text, {column: name, key: `data.columns.${name}.missing`});
  }
  const fillValue =
    missing === 'category' ? missingCategory : missing === 'constant' ? categoryFill(file, name, settings) : null;
  const encoding = settings.categories;
  const present = hasMissing && fillValue !== null ? withCategory(column.categories, fillValue) : column.categories;
  const categories = encoding === 'ordinal' && settings.order ? ordered(file, name, present, settings.order) : present;
  const indicator = settings.indicator && hasMissing;
  const unseen = categories.includes('unseen') ? '(unseen)' : 'unseen';
  const values = encoding === 'ordinal' ? [name] : [...categories, unseen].map(category => `${name}=${category}`);
  const inputs = [...values, ...indicatorName(name, indicator)];
  return {
    kind: 'categorical',
    name,
    width: inputs.length,
    inputs,
    indicator,
    scale: settings.scale,
    encoding,
    missing: missing === 'category' ? 'constant' : missing,
    fillValue,
    categories,
  };
}

function categoryFill(file: NamedFile, name: string, {fillValue}: ColumnSettings): string {
  if (fillValue !== undefined) return String(fillValue);
  const text = 'missing is "constant" but there is no fillValue. Set it to the category that replaces a missing one.';
  throw dataError(file, 'wrong-fill-value', text, {column: name, key: `data.columns.${name}.fillValue`});
}

/** What replaces missing values comes last where it is a category of its own. */
function withCategory(categories: readonly string[], category: string): readonly string[] {
  return categories.includes(category) ? categories : [...categories, category];
}

function ordered(
  file: NamedFile,
  name: string,
  present: readonly string[],
  order: readonly string[],
): readonly string[] {
  const other = present.find(category => !order.includes(category) && category !== missingCategory);
  if (other === undefined) return present.includes(missingCategory) ? withCategory(order, missingCategory) : order;
  const text = `the category ${quoted(other)} is not in the order. Add it to data.columns.${name}.order.`;
  throw dataError(file, 'category-not-in-order', text, {column: name, key: `data.columns.${name}.order`});
}

function indicatorName(name: string, indicator: boolean): string[] {
  return indicator ? [`${name} missing`] : [];
}
