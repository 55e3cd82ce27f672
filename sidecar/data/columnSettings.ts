import type {Column as ColumnSection} from '../../schemas/generated/resolvedDocument.ts';
import type {DataSection} from './dataFile.ts';

/** The settings of a column: its own, and otherwise those of all columns. */
export interface ColumnSettings {
  readonly type: ColumnSection['type'];
  readonly missing: {
    readonly numeric: NonNullable<ColumnSection['missing']>;
    readonly categorical: NonNullable<ColumnSection['missing']>;
  };
  readonly fillValue: number | string | undefined;
  readonly indicator: boolean;
  readonly categories: 'oneHot' | 'ordinal';
  readonly order: readonly string[] | undefined;
  readonly scale: DataSection['scale'];
  /** What the document says of this column alone. */
  readonly own: Partial<ColumnSection>;
}

export function columnSettings(data: DataSection, name: string): ColumnSettings {
  // A column may have the name of a method of objects.
  const own: Partial<ColumnSection> = Object.hasOwn(data.columns, name) ? (data.columns[name] ?? {}) : {};
  return {
    type: own.type ?? 'auto',
    missing: {
      numeric: own.missing ?? data.missing.numeric,
      categorical: own.missing ?? data.missing.categorical,
    },
    fillValue: own.fillValue,
    indicator: own.indicator ?? data.missing.indicator,
    categories: own.categories ?? data.categories,
    order: own.order,
    scale: own.scale ?? data.scale,
    own,
  };
}
