/**
 * The tips of the tutorial "Using Dropout Regularization in PyTorch Models" as changes of a document: dropout on inputs
 * and hidden layers, a wider network, a larger learning rate that decays, a high momentum, bounded weights.
 */

import {type WrittenLayer, withDropout} from './dropoutPlaces.ts';
import {layerChanges} from './dropoutSweep.ts';

export interface Tips {
  /** Dotted paths and values, as a variant has them. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** What each change is for, a sentence each. */
  readonly reasons: readonly string[];
}

export interface TipsInput {
  /** The hidden layers, all with names. */
  readonly layers: readonly WrittenLayer[];
  /** Resolved. */
  readonly optimizer: {readonly type: string; readonly learningRate: number; readonly momentum?: number};
}

const INPUT_RATE = 0.2;
const HIDDEN_RATE = 0.5;
const MAX_NORM = 4;
const MOMENTUM = 0.9;
/**
 * The tips say 10 to 100 times the learning rate and a momentum of 0.9 to 0.99. What counts is the effective step
 * learningRate / (1 − momentum): on Sonar 0.2 does well with dropout and 1 is ruinous (docs/answer.md). So the learning rate
 * follows from the momentum, however large the tips would have it.
 */
const EFFECTIVE_STEP = 0.2;
const DECAY = 0.99;

export function tutorialTips({layers, optimizer}: TipsInput): Tips {
  const wider = layers.map(layer =>
    isWeighted(layer)
      ? {...layer, units: Math.ceil(Number(layer.units) / (1 - HIDDEN_RATE)), maxNorm: MAX_NORM}
      : layer,
  );
  const after = withDropout(wider, {input: INPUT_RATE, hidden: HIDDEN_RATE});
  const learningRate = Number((EFFECTIVE_STEP * (1 - MOMENTUM)).toPrecision(3));
  const isSgd = optimizer.type === 'sgd';
  const step = optimizer.learningRate / (1 - (optimizer.momentum ?? 0));
  return {
    changes: {
      ...changedLayers(layers, after),
      ...(isSgd
        ? {'training.optimizer.learningRate': learningRate, 'training.optimizer.momentum': MOMENTUM}
        : {'training.optimizer': {type: 'sgd', learningRate, momentum: MOMENTUM}}),
      'training.schedule': {type: 'exponential', factor: DECAY},
    },
    reasons: [
      `Dropout ${INPUT_RATE} on the inputs and ${HIDDEN_RATE} on each hidden layer, the usual rates.`,
      `Hidden layers of n / (1 − ${HIDDEN_RATE}) units, so that as many stay on average as there were.`,
      `maxNorm ${MAX_NORM} on hidden layers: it bounds what a large learning rate can do to a unit.`,
      `Momentum ${MOMENTUM} and learning rate ${learningRate}, an effective step learningRate / (1 − momentum) of ${EFFECTIVE_STEP}${isSgd ? ` in place of ${Number(step.toPrecision(2))}` : ''}: with dropout, steps of 1 ruin the training (on Sonar the accuracy falls to 67 %).`,
      `The learning rate falls by 1 % each epoch: a high momentum without decay goes on swinging.`,
    ],
  };
}

function isWeighted({type}: WrittenLayer): boolean {
  return type === 'dense' || type === 'dropConnect';
}

/** By dotted paths where the layers stay the same ones, else as a whole. */
function changedLayers(
  before: readonly WrittenLayer[],
  after: readonly WrittenLayer[],
): Readonly<Record<string, unknown>> {
  const rates = layerChanges(before, after);
  if ('layers' in rates) return rates;
  const others = after.flatMap((layer, index) =>
    ['units', 'maxNorm']
      .filter(key => layer[key] !== before[index]![key])
      .map(key => [`layers.${layer.name}.${key}`, layer[key]] as const),
  );
  return {...rates, ...Object.fromEntries(others)};
}
