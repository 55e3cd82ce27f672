import type {ColumnProfile} from '../data/columnProfile.ts';
import {columnSettings} from '../data/columnSettings.ts';
import type {Column, Table, Target} from '../data/table.ts';
import {exclude, setTo} from '../document/commonFixes.ts';
import {rocAuc} from '../evaluation/metrics.ts';
import {figure} from './layers.ts';
import type {DataFacts, Rule} from './rule.ts';

export const dataRules: readonly Rule[] = [
  {
    code: 'constant-column',
    severity: 'warning',
    title: 'An input that never varies',
    reason:
      'A column with one value tells rows apart in nothing. It costs weights, and it hides that something may be wrong with the file.',
    source: 'Arithmetic',
    needs: 'data',
    check: ({data}) =>
      inputProfiles(data).flatMap(({name, distinct, missing}) => {
        if (distinct !== 1 || missing > 0) return [];
        const message = `"${name}" has the same value in every row, so it adds nothing. Add it to data.exclude.`;
        return [{message, path: ['data', 'source'], fixes: [exclude(name)]}];
      }),
  },
  {
    code: 'likely-missing-marker',
    severity: 'hint',
    title: 'A category that probably stands for no value',
    reason:
      'Statistics packages write a missing value in ways of their own, such as "." or "-". Among numbers that is an error; among categories it would quietly become one more category, which says of a row that nothing is known of it.',
    source: 'The markers that SAS, Stata, SPSS, Excel and MySQL write',
    needs: 'data',
    check: ({document: {data: section}, data}) =>
      inputProfiles(data).flatMap(({name, categories}) => {
        const marker = categories?.find(category => OTHER_MARKERS.has(category.name));
        if (!marker) return [];
        const {count} = marker;
        const rows = count === 1 ? '1 row' : `${count} rows`;
        const message = `"${name}" has the category "${marker.name}" in ${rows}, which often stands for a missing value. If it does, add it to data.missing.markers.`;
        const path = ['data', 'missing', 'markers'];
        const fix = setTo(path, [...section.missing.markers, marker.name]);
        return [{message, path: ['data', 'source'], fixes: [fix]}];
      }),
  },
  {
    code: 'unscaled-inputs',
    severity: 'warning',
    title: 'Inputs of very different size, not scaled',
    reason:
      'Where one input runs from 0 to 1 and another to 10,000, the gradients of their weights differ as much, and no learning rate suits both. Standardising Sonar’s inputs gained 1.8 points of accuracy, as much as dropout.',
    source: 'LeCun et al. 1998, Efficient BackProp, §4.3; measured on Sonar',
    needs: 'data',
    check: ({document, variants, data, thresholds}) => {
      // Beside a variant that scales, one that does not is there to be compared.
      if (variants.some(variant => variant.document.data.scale !== 'none')) return [];
      const unscaled = inputProfiles(data).filter(
        ({name, numbers}) => numbers && numbers.sd > 0 && columnSettings(document.data, name).scale === 'none',
      );
      if (unscaled.length < 2) return [];
      const sorted = unscaled.toSorted((a, b) => a.numbers!.sd - b.numbers!.sd);
      const [narrow, wide] = [sorted[0]!, sorted.at(-1)!];
      const ratio = wide.numbers!.sd / narrow.numbers!.sd;
      if (ratio <= thresholds.rangeRatio) return [];
      const message = `The inputs are not scaled, and "${wide.name}" varies ${figure(ratio)} times as much as "${narrow.name}". Scale them: "standard" is fitted on the training rows of each fold.`;
      const path = ['data', 'scale'];
      return [{message, path, fixes: [setTo(path, 'standard')]}];
    },
  },
  {
    code: 'time-with-random-folds',
    severity: 'warning',
    title: 'A column of dates, and folds at random',
    reason:
      'Random folds train on rows that come after the tested ones. If the network is to predict what is not yet known, its score is too good: what happens tomorrow tells much about today.',
    source: 'Bergmeir and Benítez 2012, Information Sciences 191:192–213',
    needs: 'data',
    check: ({document: {evaluation}, data}) => {
      if (!data || evaluation.method === 'timeOrdered' || evaluation.timeBy !== undefined) return [];
      if (evaluation.groupBy !== undefined) return [];
      const dated = data.columns.find(column => column.name !== data.target.name && holdsDates(column));
      if (!dated) return [];
      const message = `"${dated.name}" holds dates such as ${dated.categories![0]!.name}, but the folds are random: rows of later days train for earlier ones. If the rows are in time, split by it.`;
      const path = ['evaluation', 'method'];
      const edits = [{kind: 'set' as const, path: ['evaluation'], value: {method: 'timeOrdered', timeBy: dated.name}}];
      return [{message, path, at: 'key', fixes: [{title: `Split in the order of "${dated.name}"`, edits}]}];
    },
  },
  {
    code: 'duplicate-rows',
    severity: 'warning',
    title: 'The same row several times',
    reason:
      'Of two equal rows one may train and the other test: the network has then seen what it is asked. In some data sets equal rows are just frequent measurements; in others they are copies.',
    source: 'Barz and Denzler 2020, Journal of Imaging 6(6):41 (on CIFAR)',
    noFix: 'Only who made the data knows whether equal rows are copies, and which column tells them apart.',
    needs: 'data',
    check: ({document: {evaluation}, data}) => {
      if (!data?.rowsRead || evaluation.groupBy !== undefined || evaluation.method === 'timeOrdered') return [];
      const {table, target} = data.rowsRead;
      const names = new Set(data.features.map(({name}) => name));
      const columns = table.columns.filter(({name}) => names.has(name));
      // A few coarse columns repeat themselves without being copies.
      if (!columns.some(column => column.kind === 'numeric' && !hasFewValues(data, column.name))) return [];
      const {count, line, firstLine} = repeatedRows(columns, table, target);
      if (count === 0) return [];
      const rows = count === 1 ? '1 row repeats an earlier one' : `${count} rows repeat earlier ones`;
      const message = `${rows} in all inputs and the target (line ${line} is line ${firstLine}): in different folds, copies train for their own test. Remove them, or keep copies together with evaluation.groupBy.`;
      return [{message, path: ['data', 'source']}];
    },
  },
  {
    code: 'likely-leak',
    severity: 'warning',
    title: 'One input that tells the classes apart almost alone',
    reason:
      'A single column that orders the rows by class nearly without mistake is often written after the fact: a code of the diagnosis, a date of the payment. It will not be known when the network is used.',
    source: 'Kaufman et al. 2012, ACM TKDD 6(4):15',
    needs: 'data',
    check: ({data, thresholds}) => {
      if (!data?.rowsRead || data.classCount !== 2) return [];
      const {table, target} = data.rowsRead;
      const names = new Set(data.features.map(({name}) => name));
      return table.columns.flatMap(column => {
        if (!names.has(column.name)) return [];
        const auc = areaOf(column, target);
        if (auc <= thresholds.suspiciousAuc) return [];
        const message = `"${column.name}" alone tells the classes apart with an area under the ROC curve of ${figure(auc)}: it may be the answer, written down. If it is, add it to data.exclude.`;
        return [{message, path: ['data', 'source'], fixes: [exclude(column.name)]}];
      });
    },
  },
];

/** Beyond the usual values of data.missing.markers, which are read as missing already. */
const OTHER_MARKERS: ReadonlySet<string> = new Set(['.', '-', '--', '#N/A', '#NULL!', 'NULL', '\\N', '<NA>']);

function inputProfiles(data: DataFacts | undefined): ColumnProfile[] {
  const names = new Set(data?.features.map(({name}) => name));
  return data?.columns.filter(({name}) => names.has(name)) ?? [];
}

function hasFewValues({columns}: DataFacts, name: string): boolean {
  const distinct = columns.find(column => column.name === name)?.distinct;
  return typeof distinct === 'number' && distinct < 20;
}

function holdsDates({categories}: ColumnProfile): boolean {
  return categories !== null && categories.length > 2 && categories.every(({name}) => isoDate.test(name));
}

const isoDate = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?$/;

interface Repeated {
  readonly count: number;
  /** Lines of the file: the first row that repeats another, and that one. */
  readonly line: number;
  readonly firstLine: number;
}

/** By table and by names of columns: an editor asks again with each key. */
const repeated = new WeakMap<Table, Map<string, Repeated>>();

function repeatedRows(columns: readonly Column[], table: Table, target: Target): Repeated {
  const known = repeated.get(table) ?? new Map<string, Repeated>();
  repeated.set(table, known);
  const key = JSON.stringify([target.name, ...columns.map(({name}) => name)]);
  const found = known.get(key) ?? countRepeated(columns, table, target);
  known.set(key, found);
  return found;
}

/** Rows that are in every column what an earlier row is. */
function countRepeated(columns: readonly Column[], {rows, rowLines}: Table, target: Target): Repeated {
  const seen = new Map<string, number>();
  let count = 0;
  let [line, firstLine] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const parts = columns.map(column => (column.kind === 'numeric' ? column.values[row] : column.codes[row]));
    const key = `${parts.join()},${target.values[row]}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, row);
      continue;
    }
    if (count === 0) [line, firstLine] = [rowLines[row]!, rowLines[first]!];
    count++;
  }
  return {count, line, firstLine};
}

const areas = new WeakMap<Column, {readonly target: Target; readonly area: number}>();

function areaOf(column: Column, target: Target): number {
  const known = areas.get(column);
  if (known?.target === target) return known.area;
  const area = singleColumnAuc(column, target);
  areas.set(column, {target, area});
  return area;
}

/** The better of both directions; a category counts by the share of class 1 among its rows. 0 where values are missing in most rows. */
function singleColumnAuc(column: Column, target: Target): number {
  const scores = column.kind === 'numeric' ? column.values : classShares(column, target);
  const known: number[] = [];
  for (let row = 0; row < scores.length; row++) if (!Number.isNaN(scores[row]!)) known.push(row);
  if (known.length < scores.length / 2) return 0;
  const actual = known.map(row => target.values[row]!);
  const auc = rocAuc(
    Float64Array.from(known, row => scores[row]!),
    actual,
    2,
  );
  return auc === null ? 0 : Math.max(auc, 1 - auc);
}

/** Leave-one-out, so that a category of a single row tells nothing of it. */
function classShares(column: Extract<Column, {kind: 'categorical'}>, target: Target): Float64Array {
  const counts = column.categories.map(() => 0);
  const ones = column.categories.map(() => 0);
  column.codes.forEach((code, row) => {
    if (code < 0) return;
    counts[code]!++;
    ones[code]! += target.values[row]!;
  });
  return Float64Array.from(column.codes, (code, row) =>
    code < 0 || counts[code]! < 2 ? Number.NaN : (ones[code]! - target.values[row]!) / (counts[code]! - 1),
  );
}
