import type {NetworkPlan} from './plan.ts';

/**
 * How many threads pay for one network of a plan. A step is divided among threads only where it is long: at about 1 ms,
 * which these many multiplications take on one core, two threads begin to gain (bench/engines.ts --threads 2); below, they
 * would wait for each other longer than they work.
 */
const LONG_STEP = 4e6;
/** Columns of a panel, the least that a thread does: see assembly/panels.ts. */
const PANEL_COLUMNS = 32;

/** @param free threads that have nothing else to do, at least 1 @returns at least 1, at most `free` */
export function usefulThreads({layers, batchSize}: NetworkPlan, free: number): number {
  const dense = layers.filter(layer => layer.type === 'dense');
  const weights = dense.reduce((sum, {inputs, units}) => sum + inputs * units, 0);
  if (weights * batchSize < LONG_STEP) return 1;
  const panels = Math.max(...dense.map(({units}) => Math.ceil(units / PANEL_COLUMNS)));
  // Each has two panels of the widest layer or more: with one, a thread that is late would hold up all others.
  return Math.max(1, Math.min(free, Math.floor(panels / 2)));
}
