import {encodeRows} from '../data/encoder.ts';
import type {Table} from '../data/table.ts';
import {type SampledSummary, sampledPredictions} from '../evaluation/sampledPredictions.ts';
import {foldIn, type RandomKey, randomKey} from '../kernels/random.ts';
import type {Engine, Network, Noise} from '../network/engine.ts';
import {isNoisy, layerNoise, noiseKey, noiseWidth} from '../network/masks.ts';
import {type NetworkPlan, outputWidth} from '../network/plan.ts';
import type {StoredModel} from '../runs/readModel.ts';

/** How samples are drawn. */
export interface Sampling {
  /** The most samples of each row, at least 2. */
  readonly samples: number;
  /** Sampling ends sooner when the 95 % interval of every mean is at most this to each side. 0: never. */
  readonly tolerance: number;
  /** row: each row has masks of its own. shared: all rows have the same, so that a sample is one network. */
  readonly masks: 'row' | 'shared';
  readonly seed: number;
}

/** Rows are encoded and predicted in blocks of this many. */
const TOGETHER = 1024;
/** Encoded inputs that are kept between samples: 256 MB of them. */
const MOST_KEPT = 2 ** 26;
/** How often the width of the intervals is looked at. */
const SAMPLES_PER_LOOK = 10;

/** What it takes to predict: a stored model, or one that has just been trained. */
export type Predictor = Pick<StoredModel, 'network' | 'parameters' | 'encoder' | 'target'>;

/** Predictions of some rows of a table, dropout off, in the layout of `metrics.ts`. */
export function predictRows(model: Predictor, table: Table, rows: Uint32Array, engine: Engine): Float64Array {
  const encoded = encodedBlocks(model, table, rows);
  return withNetwork(model, engine, network =>
    eachBlock(model, rows.length, encoded, (inputs, numbers, _, out) => network.predict(inputs, numbers, out)),
  );
}

/**
 * Monte Carlo dropout: many predictions of the rows, each with dropout masks of its own. A sample is a function of the
 * seed and its number, so that more samples begin with the same ones.
 * @param onSample awaited after each sample, with half the width of the widest interval when it was last looked at: others
 *   have their turn, and what it throws ends the sampling
 */
export async function sampleRows(
  model: Predictor,
  table: Table,
  rows: Uint32Array,
  engine: Engine,
  {samples, tolerance, masks, seed}: Sampling,
  onSample: (done: number, widest: number) => Promise<void> = async () => {},
): Promise<SampledSummary> {
  const gathered = gather(model, rows.length);
  const encoded = encodedBlocks(model, table, rows);
  const root = foldIn(randomKey(seed), 'samples');
  const network = engine.createNetwork(model.network);
  try {
    network.writeParameters(model.parameters);
    for (let sample = 0, widest = Number.POSITIVE_INFINITY; sample < samples; sample++) {
      const key = foldIn(root, sample);
      const shared = masks === 'shared' ? sharedNoise(model.network, foldIn(key, 'shared')) : null;
      const predictions = eachBlock(model, rows.length, encoded, (inputs, numbers, block, out) =>
        network.sample(inputs, numbers, shared ?? {kind: 'drawn', key: foldIn(key, block)}, out),
      );
      gathered.add(predictions);
      const isLook = (sample + 1) % SAMPLES_PER_LOOK === 0;
      if (isLook) widest = gathered.widestInterval();
      await onSample(sample + 1, widest);
      if (isLook && widest <= tolerance) break;
    }
  } finally {
    network.dispose();
  }
  return gathered.summary();
}

/** What several networks say of the same rows: those of the folds of a cross-validation, for example. */
export function ensembleRows(
  models: readonly Predictor[],
  table: Table,
  rows: Uint32Array,
  engine: Engine,
): SampledSummary {
  const gathered = gather(models[0]!, rows.length);
  for (const model of models) gathered.add(predictRows(model, table, rows, engine));
  return gathered.summary();
}

/** Whether sampling can show anything: without dropout all samples are the same. */
export function hasNoise({network}: Pick<Predictor, 'network'>): boolean {
  return network.layers.some(layer => layer.type === 'concreteDropout' || ('rate' in layer && layer.rate > 0));
}

function gather({target}: Predictor, rows: number) {
  const classes = target.task === 'classification' ? target.classes.length : null;
  return sampledPredictions(rows * (classes === null || classes === 2 ? 1 : classes), classes);
}

/** One mask a layer, the same for each row of every block. */
function sharedNoise(plan: NetworkPlan, key: RandomKey): Noise {
  const values = plan.layers.flatMap((layer, index) => {
    if (!isNoisy(layer)) return [];
    const width = noiseWidth(layer);
    const row = new Float64Array(width);
    layerNoise(layer, noiseKey(key, 0, index), 1, row);
    const all = new Float64Array(plan.batchSize * width);
    for (let at = 0; at < plan.batchSize; at++) all.set(row, at * width);
    return [all];
  });
  return {kind: 'given', values: Array.from({length: Math.ceil(TOGETHER / plan.batchSize)}, () => values)};
}

function withNetwork<T>(model: Predictor, engine: Engine, use: (network: Network) => T): T {
  const network = engine.createNetwork(model.network);
  try {
    network.writeParameters(model.parameters);
    return use(network);
  } finally {
    network.dispose();
  }
}

/** The encoded rows of each block, [rows of the block × width]; kept for the next sample where they need little memory. */
function encodedBlocks({encoder}: Predictor, table: Table, rows: Uint32Array): (block: number) => Float32Array {
  const isKept = rows.length * encoder.width <= MOST_KEPT;
  const kept: Float32Array[] = [];
  return block => {
    const known = kept[block];
    if (known) return known;
    const chosen = rows.subarray(block * TOGETHER, (block + 1) * TOGETHER);
    const encoded = new Float32Array(chosen.length * encoder.width);
    encodeRows(table, encoder, chosen, encoded);
    if (isKept) kept[block] = encoded;
    return encoded;
  };
}

/** @param predict writes the answers for the rows of `inputs`, all of them in order, to out [rows × outputs] */
function eachBlock(
  {network, target}: Predictor,
  count: number,
  encoded: (block: number) => Float32Array,
  predict: (inputs: Float32Array, numbers: Uint32Array, block: number, out: Float64Array) => void,
): Float64Array {
  const outputs = outputWidth(network);
  const out = new Float64Array(count * outputs);
  for (let start = 0; start < count; start += TOGETHER) {
    const rows = Math.min(TOGETHER, count - start);
    const numbers = Uint32Array.from({length: rows}, (_, i) => i);
    const block = start / TOGETHER;
    predict(encoded(block), numbers, block, out.subarray(start * outputs, (start + rows) * outputs));
  }
  if (target.task === 'regression') return out.map(value => value * target.scale.sd + target.scale.mean);
  // Of two softmax outputs, the probability of class 1 is kept.
  return outputs === 2 ? out.filter((_, i) => i % 2 === 1) : out;
}
