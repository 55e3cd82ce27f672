import type {LabRun} from './labRun.ts';

/**
 * Seconds until each run ends, those before it included; null where nothing is known. A run that trains tells by itself;
 * one that waits is estimated from the work that it has and the speed of those that train.
 * @param runs in their order
 */
export function secondsLeft(runs: readonly LabRun[]): ReadonlyMap<LabRun, number | null> {
  const speed = runs.map(speedOf).findLast(known => known !== null) ?? null;
  const left = new Map<LabRun, number | null>();
  let before: number | null = 0;
  for (const run of runs) {
    const own = ownSecondsLeft(run, speed);
    // Only those that wait are kept waiting, and not by a run that is paused.
    const waits: number | null = run.status === 'queued' ? before : 0;
    left.set(run, own === null || waits === null ? null : own + waits);
    if (run.status !== 'paused') before = before === null || own === null ? null : before + own;
  }
  return left;
}

function ownSecondsLeft(run: LabRun, speed: number | null): number | null {
  if (run.status === 'queued') return speed === null ? null : run.work / speed;
  return run.status === 'running' || run.status === 'paused' ? run.secondsLeft : 0;
}

/** Work done in a second. */
function speedOf(run: LabRun): number | null {
  const {secondsLeft: left, progress} = run;
  // One that has trained all of its epochs, but not ended yet, says nothing more.
  return left !== null && left > 0 && progress < 1 ? (run.work * (1 - progress)) / left : null;
}
