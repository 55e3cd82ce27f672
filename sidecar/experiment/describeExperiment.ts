import type {FeaturePlan} from '../data/features.ts';
import type {Column, Table, Target} from '../data/table.ts';
import {type LayerSummary, layerSummary} from '../document/summarizeNetwork.ts';
import type {Experiment} from './experiment.ts';

/** How a document and its data were understood. Plain data: `mlp check --json` prints it. */
export interface ExperimentDescription {
  readonly rows: number;
  readonly target: {
    readonly name: string;
    readonly task: Target['task'];
    /** Rows of each class, in the order of the class index; null for a real target. */
    readonly classes: readonly {readonly name: string; readonly rows: number}[] | null;
  };
  readonly folds: number;
  readonly variants: readonly VariantDescription[];
}

export interface VariantDescription {
  readonly name: string;
  readonly parameters: number;
  readonly columns: readonly ColumnDescription[];
  readonly layers: readonly LayerSummary[];
}

/** A column that is an input. */
export interface ColumnDescription {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Number of the network's inputs that it becomes. */
  readonly inputs: number;
  readonly missing: number;
  /** What fills a missing value. */
  readonly fill: string;
  /** standard, minMax, robust, none; for categories oneHot or ordinal. */
  readonly encoding: string;
  /** Of a numeric column. */
  readonly range: readonly [smallest: number, largest: number] | null;
  /** Of a categorical column. */
  readonly categories: readonly string[] | null;
}

export function describeExperiment({table, target, folds, variants}: Experiment): ExperimentDescription {
  return {
    rows: table.rows,
    target: {name: target.name, task: target.task, classes: classRows(target)},
    folds: folds.length,
    variants: variants.map(({name, parameters, features, network}) => ({
      name,
      parameters,
      columns: features.map(feature => describeColumn(feature, table)),
      layers: layerSummary(network),
    })),
  };
}

function classRows(target: Target) {
  if (target.task === 'regression') return null;
  const counts = target.classes.map(() => 0);
  for (const index of target.values) counts[index]!++;
  return target.classes.map((name, index) => ({name, rows: counts[index]!}));
}

function describeColumn(feature: FeaturePlan, table: Table): ColumnDescription {
  const column = table.columns.find(({name}) => name === feature.name)!;
  return {
    name: feature.name,
    kind: feature.kind,
    inputs: feature.width,
    missing: missingCount(column),
    fill: feature.missing === 'constant' ? String(feature.fillValue) : feature.missing,
    encoding: feature.kind === 'numeric' ? feature.scale : feature.encoding,
    range: column.kind === 'numeric' ? numberRange(column.values) : null,
    categories: column.kind === 'categorical' ? column.categories : null,
  };
}

function missingCount(column: Column): number {
  let count = 0;
  if (column.kind === 'categorical') for (const code of column.codes) count += Number(code === -1);
  else for (const value of column.values) count += Number(Number.isNaN(value));
  return count;
}

function numberRange(values: Float32Array | Float64Array): [number, number] {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return [smallest, largest];
}
