import {readFileSync} from 'node:fs';
import {join} from 'node:path';

/** Norms of the incoming weights of each unit of a layer, in a stored model. */
export interface LayerNorms {
  readonly smallest: number;
  readonly median: number;
  readonly largest: number;
  /** Units whose norm is at the bound, within rounding; null without a bound. */
  readonly atBound: number | null;
  readonly units: number;
}

const mostBytes = 50e6;

/** @param bound the layer's maxNorm @returns undefined if the model or the layer is not there */
export function layerNorms(
  directory: string,
  file: string,
  layer: string,
  bound: number | null,
): LayerNorms | undefined {
  const weight = readTensor(join(directory, file), `${layer}.weight`);
  if (!weight) return undefined;
  const [units = 0, inputs = 0] = weight.shape;
  const norms = Array.from({length: units}, (_, unit) => {
    let square = 0;
    for (let i = 0; i < inputs; i++) square += weight.values(unit * inputs + i) ** 2;
    return Math.sqrt(square);
  }).toSorted((a, b) => a - b);
  if (norms.length === 0) return undefined;
  return {
    smallest: norms[0]!,
    median: norms[norms.length >> 1]!,
    largest: norms.at(-1)!,
    atBound: bound === null ? null : norms.filter(norm => norm > bound * (1 - 1e-5)).length,
    units,
  };
}

interface StoredTensor {
  readonly shape: readonly number[];
  values(at: number): number;
}

/** One tensor of a safetensors file: u64 length of a JSON header, the header, the bytes. */
function readTensor(path: string, name: string): StoredTensor | undefined {
  try {
    const file = readFileSync(path);
    if (file.length > mostBytes) return undefined;
    const headerLength = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
      string,
      {dtype: string; shape: number[]; data_offsets: [number, number]} | undefined
    >;
    const entry = header[name];
    if (!entry) return undefined;
    const begin = 8 + headerLength + entry.data_offsets[0];
    const read = entry.dtype === 'F64' ? (at: number) => file.readDoubleLE(begin + 8 * at) : undefined;
    return {shape: entry.shape, values: read ?? (at => file.readFloatLE(begin + 4 * at))};
  } catch {
    return undefined; // Deleted, or cut short: then there is nothing to show.
  }
}
