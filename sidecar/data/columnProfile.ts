import {isTooLarge, parseNumber} from './cell.ts';
import {columnSettings} from './columnSettings.ts';
import {type ColumnTally, mostCategories, type OddCells} from './columnTally.ts';
import {quoted} from './dataError.ts';
import type {DataSection} from './dataFile.ts';

/** What a column holds, over all rows of the file. */
export interface ColumnProfile {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Values that are there, and values that are missing. */
  readonly count: number;
  readonly missing: number;
  /** Exact up to 1000. */
  readonly distinct: number | '>1000';
  /** Of numeric columns with values; null otherwise. sd is that of the population. */
  readonly numbers: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly sd: number;
    readonly allIntegers: boolean;
  } | null;
  /** In alphabetical order; null for numeric columns and where there are more than 1000. */
  readonly categories: readonly {readonly name: string; readonly count: number}[] | null;
  /** Why the column cannot be used, if it cannot. It is an error only if it is used. */
  readonly problem: ColumnProblem | null;
}

export interface ColumnProblem {
  readonly code: string;
  /** One or two sentences, without the place. */
  readonly text: string;
  readonly line?: number;
  readonly key: string;
  /** Only inputs are concerned: a target or a group may be so. */
  readonly ofInputs: boolean;
}

/** @param rows of the file */
export function columnProfile(tally: ColumnTally, rows: number, data: DataSection): ColumnProfile {
  const {type} = columnSettings(data, tally.name);
  const mixed = type === 'categorical' ? null : mixedProblem(tally, type === 'numeric');
  // Where numbers were meant, the column is numeric with a mistake in it.
  const kind = type === 'categorical' || (type !== 'numeric' && !isMeantNumeric(tally)) ? 'categorical' : 'numeric';
  const distinct = distinctCount(tally, kind);
  const problem = nestedProblem(tally) ?? mixed ?? emptyProblem(tally) ?? manyProblem(tally, kind, distinct);
  return {
    name: tally.name,
    kind,
    count: tally.count,
    missing: rows - tally.count,
    distinct,
    numbers: kind === 'numeric' && tally.numbers > 0 ? numbersOf(tally) : null,
    categories: kind === 'categorical' ? categoriesOf(tally) : null,
    problem,
  };
}

/** More than half of the values are numbers, or mean to be. */
function isMeantNumeric({count, numbers, odd}: ColumnTally): boolean {
  const meant = numbers + odd.notFinite.count + odd.decimalComma.count;
  return count > 0 && meant > count / 2;
}

function mixedProblem(tally: ColumnTally, isForced: boolean): ColumnProblem | null {
  const {name, odd, count, numbers} = tally;
  if (numbers === count || !(isForced || isMeantNumeric(tally))) return null;
  const notFinite = isTooLarge(odd.notFinite.text)
    ? 'is too large a number (at most ±3.4e38)'
    : 'is not a finite number';
  const candidates: readonly [OddCells, (cell: string) => {code: string; text: string}][] = [
    [odd.text, cell => ({code: 'text-among-numbers', text: `${cell} is text among numbers. Correct it`})],
    [odd.notFinite, cell => ({code: 'not-finite', text: `${cell} ${notFinite}. Correct it`})],
    [odd.decimalComma, cell => ({code: 'decimal-comma', text: `${cell} has a decimal comma. ${withPoint}`})],
  ];
  const found = candidates.filter(([cells]) => cells.count > 0).sort(([a], [b]) => a.line - b.line);
  const [first] = found;
  if (!first) return null;
  const [cells, describe] = first;
  const {code, text} = describe(quoted(cells.text));
  const key = `data.columns.${name}.type`;
  const asMissing = code === 'decimal-comma' ? '' : ', add it to data.missing.markers';
  const conclusion = isForced ? `or remove ${key}` : `or set ${key} to "categorical"`;
  return {code, text: `${text}${asMissing}, ${conclusion}.`, line: cells.line, key, ofInputs: false};
}

const withPoint = 'Write numbers with a point and without separators between thousands';

function nestedProblem({odd: {nested}, name}: ColumnTally): ColumnProblem | null {
  if (nested.count === 0) return null;
  const text = 'the value is a list, an object or bytes. Columns hold single values: add it to data.exclude.';
  return {code: 'nested-value', text, line: nested.line, key: `data.columns.${name}`, ofInputs: false};
}

function emptyProblem({count, name}: ColumnTally): ColumnProblem | null {
  if (count > 0) return null;
  const text = 'all values are missing. Add the column to data.exclude.';
  return {code: 'empty-column', text, key: `data.columns.${name}`, ofInputs: true};
}

/** In fewer rows, all categories may differ by chance. */
const fewestIdentifiers = 10;

function manyProblem(
  {count, name}: ColumnTally,
  kind: ColumnProfile['kind'],
  distinct: ColumnProfile['distinct'],
): ColumnProblem | null {
  if (kind === 'numeric') return null;
  const place = {key: `data.columns.${name}`, ofInputs: true};
  if (distinct === '>1000') {
    const text = `the column has more than ${mostCategories} categories, too many to learn from. Add it to data.exclude.`;
    return {code: 'too-many-categories', text, ...place};
  }
  if (distinct < count || count < fewestIdentifiers) return null;
  const text = `all ${count} values differ, as in an identifier, from which nothing can be learned. Add it to data.exclude.`;
  return {code: 'identifier-column', text, ...place};
}

function distinctCount({texts, values}: ColumnTally, kind: ColumnProfile['kind']): ColumnProfile['distinct'] {
  if (kind === 'categorical') return texts?.size ?? '>1000';
  if (!texts) return values?.size ?? '>1000';
  return new Set([...texts.keys()].map(parseNumber).filter(value => !Number.isNaN(value))).size;
}

function numbersOf({numbers, min, max, mean, squares, allIntegers}: ColumnTally): ColumnProfile['numbers'] {
  return {min, max, mean, sd: Math.sqrt(squares / numbers), allIntegers};
}

function categoriesOf({texts}: ColumnTally): ColumnProfile['categories'] {
  if (!texts) return null;
  return [...texts].map(([name, count]) => ({name, count})).sort((a, b) => (a.name < b.name ? -1 : 1));
}
