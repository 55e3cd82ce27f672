import type {Network} from '../network/engine.ts';
import {outputWidth} from '../network/plan.ts';
import type {UnkeptSamples} from './trainingSamples.ts';

/** Rows are encoded and predicted in blocks of this many: enough for the kernels, little memory. */
const PREDICTED_TOGETHER = 1024;

/**
 * `Network.predict` for rows that are encoded on the way.
 * @param out [rows.length × outputs]
 */
export function predictRows(
  network: Network,
  rows: Uint32Array,
  encode: UnkeptSamples['encode'],
  out: Float64Array,
): void {
  const outputs = outputWidth(network.plan);
  forEachBlock(rows, network.plan.inputs, encode, (inputs, places, start) => {
    network.predict(inputs, places, out.subarray(start * outputs, (start + places.length) * outputs));
  });
}

/**
 * Encodes rows block by block.
 * @param visit gets the inputs [count × width] of the rows from `start`, and their places 0 … count in them
 */
export function forEachBlock(
  rows: Uint32Array,
  width: number,
  encode: UnkeptSamples['encode'],
  visit: (inputs: Float32Array, places: Uint32Array, start: number) => void,
): void {
  const room = new Float32Array(Math.min(rows.length, PREDICTED_TOGETHER) * width);
  const places = Uint32Array.from({length: PREDICTED_TOGETHER}, (_, i) => i);
  for (let start = 0; start < rows.length; start += PREDICTED_TOGETHER) {
    const block = rows.subarray(start, start + PREDICTED_TOGETHER);
    const inputs = room.subarray(0, block.length * width);
    encode(block, inputs);
    visit(inputs, places.subarray(0, block.length), start);
  }
}
