import type {EpochPlan, Samples} from '../network/engine.ts';

/**
 * The rows of one training, numbered from 0: with a matrix of their inputs where that is small. Where it is large they
 * are encoded whenever they are needed: that costs some time in every epoch, but no matrix for each worker, and no
 * pause before the first batch.
 */
export type TrainingSamples = Samples | UnkeptSamples;

export interface UnkeptSamples extends Omit<Samples, 'inputs'> {
  readonly inputs: null;
  /** Writes the inputs of some rows to out [rows.length × inputs], the same bits as a matrix would have. */
  encode(rows: Uint32Array, out: Float32Array): void;
}

/** The inputs of some of the samples, and where they stand in them: the matrix, or a new one. */
export function inputsOf(
  samples: TrainingSamples,
  rows: Uint32Array,
  width: number,
): {inputs: Float32Array; rows: Uint32Array} {
  if (samples.inputs) return {inputs: samples.inputs, rows};
  const inputs = new Float32Array(rows.length * width);
  samples.encode(rows, inputs);
  return {inputs, rows: rows.map((_, i) => i)};
}

/** What an engine trains a piece of an epoch on. */
export interface PieceSource {
  /** Most batches of a piece. */
  readonly mostBatches: number;
  /**
   * Samples, and an order of their rows, in which batches `from` to `to` (exclusive) hold what they hold in `order`.
   * What was taken before is gone.
   */
  take(order: Uint32Array, from: number, to: number): Pick<EpochPlan, 'samples' | 'order'>;
}

/** @param width inputs of a row */
export function pieceSource(samples: TrainingSamples, width: number, batchSize: number): PieceSource {
  if (samples.inputs) return {mostBatches: Number.POSITIVE_INFINITY, take: order => ({samples, order})};
  return encodedPieces(samples, width, batchSize);
}

/** A piece is encoded together, column by column: enough rows that looking up the columns costs nothing. */
const PIECE_BYTES = 2 ** 22;

function encodedPieces(rows: UnkeptSamples, width: number, batchSize: number): PieceSource {
  const mostBatches = Math.max(1, Math.floor(PIECE_BYTES / (4 * width * batchSize)));
  const room = mostBatches * batchSize;
  const samples = {
    inputs: new Float32Array(room * width),
    targets: new Float32Array(room),
    weights: rows.weights ? new Float32Array(room) : null,
  };
  let places = new Uint32Array(0);
  return {
    mostBatches,
    take(order, from, to) {
      if (places.length !== order.length) places = new Uint32Array(order.length);
      const start = from * batchSize;
      const taken = order.subarray(start, to * batchSize);
      rows.encode(taken, samples.inputs.subarray(0, taken.length * width));
      for (let i = 0; i < taken.length; i++) {
        places[start + i] = i;
        samples.targets[i] = rows.targets[taken[i]!]!;
        if (samples.weights) samples.weights[i] = rows.weights![taken[i]!]!;
      }
      return {samples, order: places};
    },
  };
}
