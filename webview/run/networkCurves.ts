import type {EpochsEnded, FoldEnded} from '../../schemas/generated/event.ts';
import {NumberColumn} from './numberColumn.ts';

const MEASURED = ['trainingLoss', 'cleanLoss', 'validationLoss', 'testLoss', 'learningRate'] as const;
const METRIC_PARTS = ['validationMetrics', 'testMetrics'] as const;

/** What is told of each epoch: losses and the learning rate, and metrics by their place in the event. */
export type Series = (typeof MEASURED)[number] | `${(typeof METRIC_PARTS)[number]}.${string}`;

/** The curves of one network, from epoch 1 on; NaN where there is no number. A column is made when its first number comes. */
export class NetworkCurves {
  readonly #columns = new Map<Series, NumberColumn>();

  /** Those that have come. */
  get series(): readonly Series[] {
    return [...this.#columns.keys()];
  }

  /** Epochs told so far. */
  get epochs(): number {
    return this.values('trainingLoss').length;
  }

  /** A view of what has come; do not keep it. */
  values(series: Series): Float64Array {
    return this.#columns.get(series)?.values ?? new Float64Array();
  }

  add(event: Omit<EpochsEnded, 'event' | 'at'>): void {
    for (const series of MEASURED) this.#write(series, event.from, event[series]);
    for (const part of METRIC_PARTS) {
      for (const [metric, numbers] of Object.entries(event[part] ?? {})) {
        this.#write(`${part}.${metric}`, event.from, numbers);
      }
    }
  }

  /** The result of a fold is what its last epoch would have measured, unless the weights of another epoch were restored. */
  end({epochs, status, metrics}: Pick<FoldEnded, 'epochs' | 'status' | 'metrics'>): void {
    if (status !== 'completed' || this.#columns.has('validationLoss')) return;
    for (const [metric, value] of Object.entries(metrics)) {
      const series = `testMetrics.${metric}` as const;
      const isKnown = !Number.isNaN(this.values(series)[epochs - 1] ?? Number.NaN);
      if (this.#columns.has(series) && !isKnown) this.#write(series, epochs, [value ?? null]);
    }
  }

  #write(series: Series, from: number, numbers: ReadonlyArray<number | null> | undefined): void {
    if (!numbers) return;
    const column = this.#columns.get(series) ?? new NumberColumn();
    this.#columns.set(series, column);
    column.write(from - 1, numbers);
  }
}
