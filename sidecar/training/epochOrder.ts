import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {RowBlocks} from '../data/streamedRows.ts';
import {foldIn, type RandomKey, RandomStream} from '../kernels/random.ts';

type TrainingSettings = ResolvedDocument['training'];

/** Batches of one epoch. */
export function stepsOfEpoch(rows: number, {batchSize, dropLast}: TrainingSettings): number {
  return dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize);
}

/**
 * The order in which an epoch trains on its rows: batch b has out[b · batchSize … (b + 1) · batchSize).
 * @param key `TrainingKeys.order` @param epoch from 0 @param out [trainRows.length]
 * @param blocks of the rows, where they are read from disk; null: all are equally near
 */
export function writeEpochOrder(
  trainRows: Uint32Array,
  {shuffle}: TrainingSettings,
  key: RandomKey,
  epoch: number,
  out: Uint32Array,
  blocks: RowBlocks | null = null,
): void {
  const random = new RandomStream(foldIn(key, epoch));
  if (shuffle && blocks) shuffleBlocks(trainRows, blocks, random, out);
  else {
    out.set(trainRows);
    if (shuffle) random.shuffle(out);
  }
}

/** The blocks in random order, and the rows of every few blocks mixed: so an epoch reads the file once. */
function shuffleBlocks(
  trainRows: Uint32Array,
  {of, together}: RowBlocks,
  random: RandomStream,
  out: Uint32Array,
): void {
  const places = Uint32Array.from(trainRows, (_, i) => i);
  const starts = places.filter(i => i === 0 || of[i] !== of[i - 1]);
  const order = Uint32Array.from(starts, (_, i) => i);
  random.shuffle(order);
  let filled = 0;
  let windowStart = 0;
  order.forEach((block, i) => {
    const rows = trainRows.subarray(starts[block], starts[block + 1] ?? trainRows.length);
    out.set(rows, filled);
    filled += rows.length;
    if ((i + 1) % together !== 0 && i + 1 < order.length) return;
    random.shuffle(out.subarray(windowStart, filled));
    windowStart = filled;
  });
}
