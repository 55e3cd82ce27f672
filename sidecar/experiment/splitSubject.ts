import type {Column, Table, Target} from '../data/table.ts';
import type {EvaluationPlan, SplitSubject} from '../evaluation/folds.ts';

/** What the split of a table may look at. `splitColumns` has made sure that every group and time has a value. */
export function splitSubject(table: Table, target: Target, plan: EvaluationPlan): SplitSubject {
  const columnNamed = (name: string | null) => table.columns.find(column => column.name === name);
  const groups = columnNamed(plan.groupBy);
  const times = columnNamed(plan.timeBy);
  return {
    rows: table.rows,
    classes: target.task === 'classification' ? target.values : null,
    values: target.task === 'regression' ? target.values : null,
    groups: groups ? groupNumbers(groups) : null,
    times: times ? timeNumbers(times) : plan.method === 'timeOrdered' ? rowNumbers(table.rows) : null,
  };
}

function groupNumbers(column: Column): Int32Array {
  if (column.kind === 'categorical') return column.codes;
  const numbers = new Map<number, number>();
  return Int32Array.from(column.values, value => {
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value)!;
  });
}

function timeNumbers(column: Column): Float64Array {
  if (column.kind === 'numeric') return Float64Array.from(column.values);
  const times = column.categories.map(timeNumber);
  return Float64Array.from(column.codes, code => times[code]!);
}

/** timeOrdered without a column of times: the file is in order of time. */
function rowNumbers(rows: number): Float64Array {
  return Float64Array.from({length: rows}, (_, row) => row);
}

const ISO_TIME = /^(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of an ISO 8601 date or time; without a zone it is UTC, so that all machines agree. NaN: not such text. */
export function timeNumber(text: string): number {
  const parts = ISO_TIME.exec(text.trim());
  if (!parts) return Number.NaN;
  const [, date, time, zone = 'Z'] = parts;
  return Date.parse(time === undefined ? date! : `${date}T${time}${zone}`);
}
