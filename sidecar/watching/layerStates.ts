import type {LayerState} from '../../schemas/protocol.ts';
import type {Network, SeeLayer} from '../network/engine.ts';
import {type LayerPlan, layerWidth, type NetworkPlan, outputWidth} from '../network/plan.ts';
import {tensorLayout} from '../network/tensors.ts';
import {histogramOf} from './histogram.ts';

/** What the layers of a network give for some rows in evaluation, layer by layer, [rows × width]. */
export type LayerOutputs = readonly Float32Array[];

/** Room for `readOutputs`, so that a network that is watched for hours makes no garbage. */
export function outputRoom({layers}: NetworkPlan, rows: number): LayerOutputs {
  return layers.map(layer => new Float32Array(rows * layerWidth(layer)));
}

/** @param out of `outputRoom`, for as many rows */
export function readOutputs(network: Network, inputs: Float32Array, rows: Uint32Array, out: LayerOutputs): void {
  const written = out.map(() => 0);
  const keep: SeeLayer = (layer, output) => {
    out[layer]!.set(output, written[layer]!);
    written[layer]! += output.length;
  };
  network.predict(inputs, rows, new Float64Array(rows.length * outputWidth(network.plan)), keep);
}

/** More connections than this cannot be seen, and would be megabytes with every epoch. */
const MOST_WEIGHTS = 65_536;

/**
 * The state of every layer of a network.
 * @param parameters in the layout of `Network.tensors`
 * @param gradientNorms of each layer, null where there are no weights
 * @param epoch from 1
 */
export function layerStates(
  plan: NetworkPlan,
  parameters: Float64Array,
  outputs: LayerOutputs,
  gradientNorms: readonly (number | null)[],
  epoch: number,
): LayerState[] {
  const tensors = tensorLayout(plan);
  return plan.layers.map((layer, index) => {
    const tensor = tensors.find(({layer: of, name}) => of === index && name === 'weight');
    const weights = tensor ? parameters.subarray(tensor.offset, tensor.offset + tensor.length) : null;
    const norms = weights ? rowNorms(weights, layer.inputs) : null;
    const maxNorm = 'maxNorm' in layer ? layer.maxNorm : null;
    const active = hasActiveUnits(layer) ? activeShares(outputs[index]!, layerWidth(layer)) : null;
    return {
      layer: layer.name,
      epoch,
      incomingWeights: weights && weights.length <= MOST_WEIGHTS ? Float32Array.from(weights) : null,
      incomingNorms: norms,
      maxNorm,
      clippedUnits: norms && maxNorm !== null ? unitsAtBound(norms, maxNorm) : 0,
      gradientNorm: gradientNorms[index] ?? null,
      active,
      deadUnits: active?.filter(share => share === 0).length ?? 0,
      weights: weights ? histogramOf(weights) : null,
      // In evaluation such a layer passes on what it is given: the histogram would be that of the layer before.
      outputs: isDropout(layer) ? null : histogramOf(outputs[index]!),
      drops: null,
    };
  });
}

function isDropout({type}: LayerPlan): boolean {
  return type === 'dropout' || type === 'gaussianDropout' || type === 'alphaDropout';
}

/** @param weights [units × inputs] */
function rowNorms(weights: Float64Array, inputs: number): Float32Array {
  const norms = new Float32Array(weights.length / inputs);
  for (let unit = 0; unit < norms.length; unit++) {
    let squares = 0;
    for (let i = unit * inputs; i < (unit + 1) * inputs; i++) squares += weights[i]! * weights[i]!;
    norms[unit] = Math.sqrt(squares);
  }
  return norms;
}

/** A unit that max-norm scales ends at the bound, but for rounding: in float32 each weight is off by at most 2^-24. */
function unitsAtBound(norms: Float32Array, maxNorm: number): number {
  return norms.filter(norm => norm >= maxNorm * (1 - 2 ** -22)).length;
}

/** Whether an output above 0 means that a unit has something to say: so of rectifiers, hard and soft. */
function hasActiveUnits(layer: LayerPlan): boolean {
  if (!('activation' in layer)) return false;
  switch (layer.activation) {
    case 'relu':
    case 'leakyRelu':
    case 'elu':
    case 'selu':
    case 'gelu':
    case 'silu':
      return true;
    default:
      return false;
  }
}

/** @param outputs [rows × units] */
function activeShares(outputs: Float32Array, units: number): Float32Array {
  const rows = outputs.length / units;
  const shares = new Float32Array(units);
  for (let i = 0; i < outputs.length; i++) if (outputs[i]! > 0) shares[i % units]!++;
  return shares.map(count => count / rows);
}
