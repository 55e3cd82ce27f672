import {readFileSync, statSync} from 'node:fs';
import type {Encoder} from '../data/encoder.ts';
import type {NetworkPlan} from '../network/plan.ts';
import {tensorLayout} from '../network/tensors.ts';

/** A model that was trained and stored, to look at: it cannot be trained on. */
export interface StoredModel {
  readonly plan: NetworkPlan;
  readonly encoder: Encoder;
  /** In the layout of `tensorLayout(plan)`. */
  readonly parameters: Float64Array;
}

/** Larger models are not looked at while someone types. */
const mostBytes = 100e6;

/** @param path of a file of `modelFile` @returns undefined if it is gone, cut short, or of another version */
export function readStoredModel(path: string): StoredModel | undefined {
  try {
    if (statSync(path).size > mostBytes) return undefined;
    return parseModel(readFileSync(path));
  } catch {
    return undefined; // There is nothing to show then, and what is wrong with the run is told where runs are opened.
  }
}

interface Entry {
  readonly dtype: string;
  readonly data_offsets: readonly [number, number];
}

function parseModel(file: Buffer): StoredModel | undefined {
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as {
    readonly [tensor: string]: Entry | undefined;
  };
  const metadata = header.__metadata__ as unknown as {readonly 'mlp-lab': string};
  const facts = JSON.parse(metadata['mlp-lab']) as {
    readonly network: Pick<NetworkPlan, 'inputs' | 'layers' | 'loss'>;
    readonly encoder: Encoder;
  };
  const optimizer = {type: 'sgd', nesterov: false, weightDecay: 0} as const;
  const plan: NetworkPlan = {...facts.network, optimizer, clipNorm: null, batchSize: 64};
  const layout = tensorLayout(plan);
  const parameters = new Float64Array(layout.reduce((sum, {length}) => sum + length, 0));
  for (const {layerName, name, offset, length} of layout) {
    const entry = header[`${layerName}.${name}`];
    if (!entry) return undefined;
    const begin = 8 + headerLength + entry.data_offsets[0];
    for (let i = 0; i < length; i++) {
      parameters[offset + i] =
        entry.dtype === 'F64' ? file.readDoubleLE(begin + 8 * i) : file.readFloatLE(begin + 4 * i);
    }
  }
  return {plan, encoder: facts.encoder, parameters};
}
