import type {Engine, EpochPlan, Network} from '../network/engine.ts';
import type {LayerPlan, NetworkPlan} from '../network/plan.ts';

/**
 * Measures the gradient of single batches without a word to the network that trains: a second network takes its
 * parameters and one step of plain gradient descent, and the gradient is how far it came. So engines need not keep
 * gradients, which the fast ones fuse with the updates, and training has the same bits watched or not.
 */
export interface GradientMeter {
  /**
   * The L2 norm of the gradient of each layer's weights, penalties included, [layers]; null for layers without weights
   * and where it is not finite.
   * @param parameters where the gradient is taken
   * @param step batch of the epoch, from 0, with the masks that it trains with @param steps batches of the epoch
   */
  measure(
    parameters: Float64Array,
    epoch: Pick<EpochPlan, 'samples' | 'order' | 'batchSize' | 'noise' | 'epoch'>,
    step: number,
    steps: number,
  ): (number | null)[];
  dispose(): void;
}

/**
 * A step of 2^16: exact as a factor, and so long that the rounding of the parameters is nothing beside it, but for
 * gradients near the smallest numbers.
 */
const STEP = 2 ** 16;

export function createGradientMeter(engine: Engine, plan: NetworkPlan): GradientMeter {
  let network: Network | null = engine.createNetwork(undisturbed(plan));
  const moved = new Float64Array(network.parameterCount);
  // As long as the epoch: schedules of dropout go by the share of it that is done.
  let learningRates = new Float64Array(0);
  let zeros = new Float64Array(0);
  let losses = new Float64Array(0);
  return {
    measure(parameters, epoch, step, steps) {
      network ??= engine.createNetwork(undisturbed(plan));
      network.writeParameters(parameters);
      if (learningRates.length !== steps) {
        learningRates = new Float64Array(steps).fill(STEP);
        zeros = new Float64Array(steps);
        losses = new Float64Array(steps);
      }
      const updates = network.trainSteps({...epoch, learningRates, momenta: zeros}, step, step + 1, losses);
      if (updates === 0) return plan.layers.map(() => null);
      network.readParameters(moved);
      const norms = weightNorms(network, parameters, moved);
      // What the optimizer remembers would stay infinite.
      if (norms.includes(null)) {
        network.dispose();
        network = null;
      }
      return plan.layers.map((_, layer) => norms[layer] ?? null);
    },
    dispose() {
      network?.dispose();
      network = null;
    },
  };
}

/** The same function, without anything that changes a gradient or a step. */
function undisturbed(plan: NetworkPlan): NetworkPlan {
  return {
    ...plan,
    layers: plan.layers.map((layer): LayerPlan => ('maxNorm' in layer ? {...layer, maxNorm: null} : layer)),
    optimizer: {type: 'sgd', nesterov: false, weightDecay: 0},
    clipNorm: null,
  };
}

/** By layer; no entry for a layer without weights. */
function weightNorms({tensors}: Network, before: Float64Array, after: Float64Array): (number | null)[] {
  const norms: (number | null)[] = [];
  for (const {layer, name, offset, length} of tensors) {
    if (name !== 'weight') continue;
    let squares = 0;
    for (let i = offset; i < offset + length; i++) squares += ((before[i]! - after[i]!) / STEP) ** 2;
    norms[layer] = Number.isFinite(squares) ? Math.sqrt(squares) : null;
  }
  return norms;
}
