import type {RowEncoder} from '../data/encoder.ts';
import type {TrainingSamples, UnkeptSamples} from '../training/trainingSamples.ts';
import {inputMatrix} from './inputMatrix.ts';

/**
 * Some rows of a table as a training takes them.
 * @param rows of the table, in the order of the samples
 * @param capacity numbers in the largest matrix of the run
 */
export function foldSamples(
  encode: RowEncoder,
  rows: Uint32Array,
  width: number,
  capacity: number,
  known: Pick<TrainingSamples, 'targets' | 'weights'>,
  largestBytes?: number,
): TrainingSamples {
  const inputs = inputMatrix(rows.length * width, capacity, largestBytes);
  if (!inputs) return encodedWhenNeeded(encode, rows, known);
  encode(rows, inputs);
  return {...known, inputs};
}

/** Without a matrix. @param rows of the table, in the order of the samples */
export function encodedWhenNeeded(
  encode: RowEncoder,
  rows: Uint32Array,
  known: Pick<TrainingSamples, 'targets' | 'weights'>,
): UnkeptSamples {
  return {...known, inputs: null, encode: encodeNumbered(encode, rows)};
}

/** The numbers of samples become those of the table's rows. */
function encodeNumbered(encode: RowEncoder, rows: Uint32Array): UnkeptSamples['encode'] {
  let room = new Uint32Array(0);
  return (samples, out) => {
    if (room.length < samples.length) room = new Uint32Array(samples.length);
    for (let i = 0; i < samples.length; i++) room[i] = rows[samples[i]!]!;
    encode(room.subarray(0, samples.length), out);
  };
}
