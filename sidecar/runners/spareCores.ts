import {availableParallelism, cpus} from 'node:os';

/** Processor time up to a moment, of all cores together. */
export interface ProcessorTime {
  readonly atMs: number;
  /** Of all programs, and of this one. */
  readonly busyMs: number;
  readonly ownMs: number;
}

/** Shorter bursts of others are no reason to do less. */
const WINDOW_MS = 5000;

/**
 * How many workers leave a core to the other programs of the machine, as of the last seconds. Asked before each task: a
 * network that is in training goes on.
 * @param read absent: of this machine; null where it cannot be told
 * @param clock in ms, as `read` has it: asking for the time costs nothing, asking for the times of many cores does
 */
export function spareCores(
  workers: number,
  cores: number = availableParallelism(),
  read: () => ProcessorTime | null = readProcessorTime,
  clock: () => number = () => performance.now(),
): () => number {
  let before = read();
  let most = workers;
  return () => {
    if (!before || clock() - before.atMs < WINDOW_MS) return most;
    const now = read();
    if (!now) return most;
    most = workersBeside(workers, cores, before, now);
    before = now;
    return most;
  };
}

/** @returns at least 1, at most `workers`, and no more than cores that others leave */
export function workersBeside(workers: number, cores: number, before: ProcessorTime, now: ProcessorTime): number {
  const others = now.busyMs - before.busyMs - (now.ownMs - before.ownMs);
  const free = cores - others / (now.atMs - before.atMs);
  return Math.max(1, Math.min(workers, Math.floor(free)));
}

/** Where a container has a share of the machine's cores, the time of all of them tells nothing of those that it has. */
function readProcessorTime(): ProcessorTime | null {
  const all = cpus();
  if (all.length === 0 || all.length !== availableParallelism()) return null;
  const busyMs = all.reduce((sum, {times}) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const {user, system} = process.cpuUsage();
  return {atMs: performance.now(), busyMs, ownMs: (user + system) / 1000};
}
