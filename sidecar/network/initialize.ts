import {log, normalQuantile} from '../kernels/elementary.ts';
import {foldIn, type RandomKey, RandomStream} from '../kernels/random.ts';
import type {ConcreteDropoutPlan, DensePlan, DropConnectPlan, NetworkPlan} from './plan.ts';
import {tensorLayout} from './tensors.ts';

/**
 * The block of parameters that training starts from. Every value is a float32 number, so that engines of either
 * precision start from the same network.
 *
 * Weights are drawn below foldIn(foldIn(key, 'weights'), n), n the layer's ordinal among the layers that have weights
 * and not its index: a variant that puts dropout between two layers starts from the same weights.
 */
export function initialParameters(plan: NetworkPlan, key: RandomKey): Float64Array {
  const tensors = tensorLayout(plan);
  const values = new Float64Array(tensors.reduce((sum, tensor) => sum + tensor.length, 0));
  const weightsKey = foldIn(key, 'weights');
  let ordinal = 0;
  for (const [index, {layer, name, offset, length}] of tensors.entries()) {
    if (name === 'weight') {
      const bias = tensors[index + 1]!;
      drawWeights(
        plan.layers[layer] as DensePlan | DropConnectPlan,
        new RandomStream(foldIn(weightsKey, ordinal++)),
        values.subarray(offset, offset + length),
        values.subarray(bias.offset, bias.offset + bias.length),
      );
    } else if (name === 'logit') {
      const {startRate} = plan.layers[layer] as ConcreteDropoutPlan;
      values[offset] = Math.fround(log(startRate / (1 - startRate)));
    } else if (name === 'gain' || name === 'runningVariance') {
      values.fill(1, offset, offset + length);
    }
  }
  return values;
}

/**
 * Draws a layer's weights [units × inputs] in row-major order, then, for `pytorch`, its bias; other biases are 0.
 * Uniform distributions are U(−bound, bound); normal ones have mean 0 and are not truncated.
 *
 * - pytorch: bound 1/√inputs for weights and bias, torch.nn.Linear's default;
 * - he: variance 2/inputs (He et al., ICCV 2015, §2.2);
 * - glorot: variance 2/(inputs + units) (Glorot and Bengio, AISTATS 2010, eq. 12 and 16);
 * - lecun: variance 1/inputs (LeCun et al., "Efficient BackProp", 1998, §4.6).
 */
function drawWeights(
  {inputs, units, init}: DensePlan | DropConnectPlan,
  stream: RandomStream,
  weight: Float64Array,
  bias: Float64Array,
): void {
  switch (init) {
    case 'pytorch':
      drawUniform(stream, 1 / Math.sqrt(inputs), weight);
      drawUniform(stream, 1 / Math.sqrt(inputs), bias);
      break;
    case 'heNormal':
      drawNormal(stream, Math.sqrt(2 / inputs), weight);
      break;
    case 'heUniform':
      drawUniform(stream, Math.sqrt(6 / inputs), weight);
      break;
    case 'glorotNormal':
      drawNormal(stream, Math.sqrt(2 / (inputs + units)), weight);
      break;
    case 'glorotUniform':
      drawUniform(stream, Math.sqrt(6 / (inputs + units)), weight);
      break;
    case 'lecunNormal':
      drawNormal(stream, Math.sqrt(1 / inputs), weight);
      break;
    case 'lecunUniform':
      drawUniform(stream, Math.sqrt(3 / inputs), weight);
      break;
    case 'zeros':
      break;
  }
}

function drawUniform(stream: RandomStream, bound: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.fround((2 * stream.uniform() - 1) * bound);
}

/** By inversion of the middle of each word's interval, so that no draw is infinite. */
function drawNormal(stream: RandomStream, deviation: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.fround(deviation * normalQuantile((stream.word() + 0.5) / 2 ** 32));
  }
}
