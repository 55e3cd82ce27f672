import type {Column, Table, Target} from '../data/table.ts';
import type {EvaluationPlan, SplitSubject} from '../evaluation/folds.ts';

/** What the split of a table may look at. Groups and times without a value are refused when the document is resolved. */
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

/** Text is ordered by its alphabet, which is the order in time of ISO 8601 dates. */
function timeNumbers(column: Column): Float64Array {
  return Float64Array.from(column.kind === 'categorical' ? column.codes : column.values);
}

/** timeOrdered without a column of times: the file is in order of time. */
function rowNumbers(rows: number): Float64Array {
  return Float64Array.from({length: rows}, (_, row) => row);
}
