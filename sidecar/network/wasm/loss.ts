import type {Loss} from '../plan.ts';

/** The kernels' numbers of the losses, as in assembly/losses.ts. */
export const lossCodes = {
  binaryCrossEntropy: 0,
  crossEntropy: 1,
  meanSquaredError: 2,
  meanAbsoluteError: 3,
  huber: 4,
} as const satisfies {readonly [L in Loss]: number};
