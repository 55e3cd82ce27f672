import type {Experiment} from '../experiment/experiment.ts';

/** Multiply-adds a second of one core, roughly: the wasm engine on a small table (docs/performance.md). */
const PER_CORE = 5e9;

export interface Cost {
  readonly networks: number;
  /** Of all networks together, unless they stop early. */
  readonly epochs: number;
  /** Roughly, on one core. */
  readonly seconds: number;
}

/** What a cross-validation takes, before it is begun. */
export function costOf({variants, folds}: Experiment): Cost {
  let epochs = 0;
  let products = 0;
  for (const {document, parameters} of variants) {
    for (const {train} of folds) {
      epochs += document.training.epochs;
      // Forwards, and backwards for the inputs and for the weights.
      products += document.training.epochs * train.length * parameters * 3;
    }
  }
  return {networks: variants.length * folds.length, epochs, seconds: products / PER_CORE};
}

/** "30 networks, 9,000 epochs together: seconds on one core" */
export function costWords({networks, epochs, seconds}: Cost): string {
  const counted = `${networks.toLocaleString('en')} networks, ${epochs.toLocaleString('en')} epochs together`;
  return `${counted}: roughly ${timeWords(seconds)} on one core`;
}

function timeWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
