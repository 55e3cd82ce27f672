import type {Watched} from '../../schemas/protocol.ts';
import {noiseWidth} from '../network/masks.ts';
import {shownLayers} from '../watching/batchMasks.ts';
import type {TrainedNetwork} from '../watching/trainedNetwork.ts';

/** Masks take at most this share of the server's time: its other answers wait for one mask now and then, not for a row of them. */
const MASKS_SHARE = 0.1;
/** Of one element of a mask, and of one multiplier, as measured on a machine of 2025, rounded up. */
const BIT_MS = 1e-5;
const MULTIPLIER_MS = 1e-4;

/** How many masks a second are shown: as many as were asked for, but of large layers and batches fewer. */
export function affordableRate({plan, training, lines}: TrainedNetwork, {layers, rate}: Watched): number {
  const rows = Math.min(training.batchSize, lines.length);
  const costMs = shownLayers(plan, layers).reduce(
    (sum, {layer}) => sum + rows * noiseWidth(layer) * (layer.type === 'gaussianDropout' ? MULTIPLIER_MS : BIT_MS),
    0,
  );
  return Math.min(rate, (1000 * MASKS_SHARE) / costMs);
}
