import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {foldIn, type RandomKey, RandomStream} from '../kernels/random.ts';

type TrainingSettings = ResolvedDocument['training'];

/** Batches of one epoch. */
export function stepsOfEpoch(rows: number, {batchSize, dropLast}: TrainingSettings): number {
  return dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize);
}

/**
 * The order in which an epoch trains on its rows: batch b has out[b · batchSize … (b + 1) · batchSize).
 * @param key `TrainingKeys.order` @param epoch from 0 @param out [trainRows.length]
 */
export function writeEpochOrder(
  trainRows: Uint32Array,
  {shuffle}: TrainingSettings,
  key: RandomKey,
  epoch: number,
  out: Uint32Array,
): void {
  out.set(trainRows);
  if (shuffle) new RandomStream(foldIn(key, epoch)).shuffle(out);
}
