import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {RunFacts} from './rule.ts';

/** @param events of the stored run, in order */
export function runFacts(stored: StoredRun, events: Iterable<RunEvent>): RunFacts {
  const sums = new Map<string, {sum: number; count: number}[]>();
  for (const event of events) {
    if (event.event !== 'epochsEnded') continue;
    const epochs = sums.get(event.variant) ?? [];
    sums.set(event.variant, epochs);
    for (const [at, loss] of event.trainingLoss.entries()) {
      if (loss === null) continue;
      epochs[event.from - 1 + at] ??= {sum: 0, count: 0};
      const epoch = epochs[event.from - 1 + at]!;
      epoch.sum += loss;
      epoch.count++;
    }
  }
  const trainingLoss = new Map(
    [...sums].map(([variant, epochs]) => [
      variant,
      epochs.map(epoch => (epoch ? epoch.sum / epoch.count : Number.NaN)),
    ]),
  );
  return {stored, trainingLoss};
}
