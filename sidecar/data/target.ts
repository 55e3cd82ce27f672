import {closestName} from '../closestName.ts';
import {type DataError, dataError, listed, quoted} from './dataError.ts';
import {type DataSection, formatOf} from './dataFile.ts';
import {meanAndDeviation} from './numberStatistics.ts';
import type {CategoricalColumn, Column, NumericColumn, RealTarget, Table, Target} from './table.ts';

/** A number has at most so many values to be taken for a class, when it is not even an integer. */
const mostRealClasses = 100;

/**
 * What is predicted: classes where the document says so, and otherwise where the target is text or has at most two
 * values.
 * @throws DataError if the target is not in the table or does not go with the task
 */
export function planTarget(table: Table, data: DataSection): Target {
  const column = table.columns.find(({name}) => name === data.target);
  if (!column) throw targetError(table, data, 'unknown-column', 'the file has no such column.', 'data.target');
  if (isClassification(column, data.task)) return classTarget(table, column, data);
  if (column.kind === 'categorical') {
    const text = `the target holds text such as ${quoted(column.categories[0]!)}, so it cannot be a regression. Set data.task to "classification".`;
    throw targetError(table, data, 'target-not-numeric', text, 'data.task');
  }
  if (data.positiveClass !== undefined) {
    const text = 'a regression has no positive class. Set data.task to "classification", or remove data.positiveClass.';
    throw targetError(table, data, 'positive-class-without-classes', text, 'data.positiveClass');
  }
  return {task: 'regression', name: column.name, values: shared(Float64Array, column.values)};
}

function targetError(
  table: Table,
  data: DataSection,
  code: string,
  text: string,
  key: string,
  meant?: string,
): DataError {
  const file = {path: table.source, name: table.source, format: formatOf(data.source, data)};
  return dataError(file, code, text, {column: data.target, key, meant});
}

function isClassification(column: Column, task: DataSection['task']): boolean {
  if (task !== 'auto') return task === 'classification';
  return column.kind === 'categorical' || new Set(column.values).size <= 2;
}

function classTarget(table: Table, column: Column, data: DataSection): Target {
  const {names, codes} = column.kind === 'categorical' ? textClasses(column) : numberClasses(column);
  if (column.kind === 'numeric' && names.length > mostRealClasses && !column.values.every(Number.isInteger)) {
    const text = `the target has ${names.length} different numbers, which are not all integers: too many for classes. Set data.task to "regression".`;
    throw targetError(table, data, 'too-many-classes', text, 'data.task');
  }
  if (names.length < 2) {
    const text = `all rows have the same target, ${quoted(names[0]!)}. A classification needs at least two classes.`;
    throw targetError(table, data, 'one-class', text, 'data.target');
  }
  const positive = positiveClass(table, names, data);
  const classes = positive === undefined ? names : [...names.filter(name => name !== positive), positive];
  const indexOf = Int32Array.from(names, name => classes.indexOf(name));
  const values = shared(
    Int32Array,
    codes.map(code => indexOf[code]!),
  );
  return {task: 'classification', name: column.name, classes, values};
}

function textClasses({categories, codes}: CategoricalColumn) {
  return inClassOrder(
    categories.map((name, code) => ({name, code})),
    codes,
  );
}

function numberClasses({values}: NumericColumn) {
  const numbers = [...new Set(values)];
  const codeOf = new Map(numbers.map((value, code) => [value, code]));
  const classes = numbers.map((value, code) => ({name: String(value), code}));
  return inClassOrder(
    classes,
    Int32Array.from(values, value => codeOf.get(value)!),
  );
}

/** Alphabetical, or in their order where all are numbers. */
function inClassOrder(classes: readonly {name: string; code: number}[], codes: Int32Array) {
  const isNumeric = classes.every(({name}) => name !== '' && Number.isFinite(Number(name)));
  const sorted = classes.toSorted((a, b) =>
    isNumeric && Number(a.name) !== Number(b.name) ? Number(a.name) - Number(b.name) : a.name < b.name ? -1 : 1,
  );
  const rank = new Map(sorted.map(({code}, position) => [code, position]));
  return {names: sorted.map(({name}) => name), codes: codes.map(code => rank.get(code)!)};
}

function positiveClass(
  table: Table,
  names: readonly string[],
  {positiveClass, ...data}: DataSection,
): string | undefined {
  if (positiveClass === undefined) return undefined;
  const fail = (code: string, text: string, meant?: string) =>
    targetError(table, data, code, text, 'data.positiveClass', meant);
  // The class 1 may be written 1.0.
  const found = names.find(name => name === positiveClass) ?? names.find(name => isSameNumber(name, positiveClass));
  if (found === undefined) {
    const close = closestName(positiveClass, names);
    const advice = close === undefined ? `It has ${listed(names)}.` : `Did you mean ${quoted(close)}?`;
    throw fail('unknown-class', `the target has no class ${quoted(positiveClass)}. ${advice}`, close);
  }
  if (names.length > 2) {
    const text = `the target has ${names.length} classes, and none of more than two is the positive one. Remove data.positiveClass.`;
    throw fail('positive-class-of-many', text);
  }
  return found;
}

function isSameNumber(a: string, b: string): boolean {
  return b.trim() !== '' && Number(a) === Number(b);
}

/** A copy in shared memory, so that worker threads read it without another. */
function shared<T extends Int32Array | Float64Array>(
  type: {new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number},
  values: ArrayLike<number>,
): T {
  const copy = new type(new SharedArrayBuffer(values.length * type.BYTES_PER_ELEMENT));
  copy.set(values);
  return copy;
}

/** The few integers that a real target has, ascending: they may be meant as classes. null where there are others. */
export function fewDistinctIntegers(target: Target): number[] | null {
  if (target.task === 'classification') return null;
  const values = new Set<number>();
  for (const value of target.values) {
    values.add(value);
    if (!Number.isInteger(value) || values.size > mostHintedIntegers) return null;
  }
  return [...values].sort((a, b) => a - b);
}

const mostHintedIntegers = 10;

/** value = scaled · sd + mean. */
export interface TargetScale {
  readonly mean: number;
  readonly sd: number;
}

/**
 * How a real target is scaled for training, fitted on the training rows. A constant target keeps its distances (sd 1).
 * @param values [rows of the table], in the target's own units
 * @param rows at least one, and nothing but these is looked at
 * @throws RangeError if there are no rows
 */
export function fitTargetScale(
  values: RealTarget['values'],
  rows: Uint32Array,
  scale: DataSection['scaleTarget'],
): TargetScale {
  if (rows.length === 0) throw new RangeError('rows must hold at least one row, got none');
  if (scale === 'none') return {mean: 0, sd: 1};
  const chosen = Float64Array.from(rows, row => values[row]!);
  // Rounding may leave a tiny standard deviation to equal numbers.
  if (chosen.every(value => value === chosen[0])) return {mean: chosen[0]!, sd: 1};
  const {mean, sd} = meanAndDeviation(chosen);
  return {mean, sd: sd > 0 ? sd : 1};
}

/**
 * The target of some rows as a network is trained on it: the index of the class, or the scaled number.
 * @param scale of a real target; null for classes
 * @returns [rows.length], in the order of `rows`
 */
export function encodeTarget(target: Target, scale: TargetScale | null, rows: Uint32Array): Float32Array {
  const {mean, sd} = scale ?? {mean: 0, sd: 1};
  return Float32Array.from(rows, row => (target.values[row]! - mean) / sd);
}
