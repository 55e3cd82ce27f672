import type {ColumnDescription, ExperimentDescription} from '../experiment/describeExperiment.ts';
import {grouped} from './numbers.ts';
import {alignColumns, printable} from './table.ts';

/** How a document and its data were understood, for a person. */
export function experimentReport(file: string, description: ExperimentDescription): string {
  const {variants} = description;
  const blocks = [
    [`${file}: ${dataLine(description)}`],
    ...shared(variants, variant => columnTable(variant.columns)),
    ...shared(variants, variant => [
      ...alignColumns(
        [
          ['layer', 'what it does', 'units', 'parameters'],
          ...variant.layers.map(layer => [
            layer.name,
            layer.description,
            String(layer.units),
            grouped(layer.parameters),
          ]),
        ],
        2,
      ),
      `${grouped(variant.parameters)} parameters`,
    ]),
  ];
  return blocks.map(lines => lines.map(printable).join('\n  ')).join('\n\n');
}

function dataLine({rows, target}: ExperimentDescription): string {
  const classes = target.classes?.map(({name, rows: count}) => `${name} ${grouped(count)}`).join(', ');
  return `${grouped(rows)} rows; predicts ${classes ? `the classes of "${target.name}" (${classes})` : `the number "${target.name}"`}`;
}

/** A block for each different table, headed by the variants that share it. */
function shared<T extends {readonly name: string}>(
  variants: readonly T[],
  table: (variant: T) => string[],
): string[][] {
  const groups = new Map<string, {names: string[]; lines: string[]}>();
  for (const variant of variants) {
    const lines = table(variant);
    const key = lines.join('\n');
    const group = groups.get(key) ?? {names: [], lines};
    group.names.push(variant.name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({names, lines}) => [
    names.length === variants.length ? 'all variants' : names.join(', '),
    ...lines,
  ]);
}

function columnTable(columns: readonly ColumnDescription[]): string[] {
  const rows = runsOfAlike(columns).map(run => [
    run.length === 1 ? run[0]!.name : `${run[0]!.name} … ${run.at(-1)!.name} (${run.length})`,
    content(run),
    run[0]!.encoding,
    run[0]!.missing === 0 ? '' : `${run[0]!.missing} → ${run[0]!.fill}`,
    String(run.reduce((sum, column) => sum + column.inputs, 0)),
  ]);
  return alignColumns([['column', 'holds', 'encoding', 'missing', 'inputs'], ...rows], 4);
}

/** Neighbouring numeric columns that are treated alike are one line, where there are many. */
function runsOfAlike(columns: readonly ColumnDescription[]): ColumnDescription[][] {
  const runs: ColumnDescription[][] = [];
  for (const column of columns) {
    const last = runs.at(-1)?.at(-1);
    const alike = last?.kind === 'numeric' && column.kind === 'numeric' && last.encoding === column.encoding;
    if (columns.length > 12 && alike && last.missing + column.missing === 0) runs.at(-1)!.push(column);
    else runs.push([column]);
  }
  return runs;
}

function content(run: readonly ColumnDescription[]): string {
  const [{categories}] = run as [ColumnDescription];
  if (categories) {
    const shown = categories.slice(0, 5).join(', ');
    return `${categories.length} categories: ${shown}${categories.length > 5 ? ', …' : ''}`;
  }
  const short = (value: number) => String(Number(value.toPrecision(4)));
  const smallest = Math.min(...run.map(column => column.range![0]));
  const largest = Math.max(...run.map(column => column.range![1]));
  return `numbers from ${short(smallest)} to ${short(largest)}`;
}
