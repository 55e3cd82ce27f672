import type {MemoryResult} from './comparison.ts';
import type {ContestantKind} from './contestants.ts';
import {ContestantProcess} from './process.ts';

const MB = 1e6;

/**
 * Memory of our own processes, data and Node included: the peak of the digits task on all 60,000 rows, and whether a
 * process that trains Sonar grows while it takes 100,000 steps.
 * @param files of the cases
 */
export async function measureMemory(
  kind: ContestantKind,
  files: {readonly digits: string; readonly sonar: string},
  digitsDataBytes: number,
): Promise<MemoryResult> {
  const digits = new ContestantProcess(kind.command, kind.environment);
  const sonar = new ContestantProcess(kind.command, kind.environment);
  try {
    await digits.ask({kind: 'prepare', file: files.digits});
    await digits.ask({kind: 'train', steps: 100, losses: false});
    const {peakBytes} = await digits.ask({kind: 'memory'});

    await sonar.ask({kind: 'prepare', file: files.sonar});
    const sonarSteps = [10_000, 60_000, 110_000];
    const sonarResidentMB: number[] = [];
    for (const [i, steps] of sonarSteps.entries()) {
      // In parts, as a training is watched: the losses of each are told.
      for (let done = sonarSteps[i - 1] ?? 0; done < steps; done += 10_000) {
        await sonar.ask({kind: 'train', steps: 10_000, losses: false});
      }
      const {residentBytes} = await sonar.ask({kind: 'memory'});
      sonarResidentMB.push(residentBytes / MB);
    }
    return {digitsPeakMB: peakBytes / MB, digitsDataMB: digitsDataBytes / MB, sonarSteps, sonarResidentMB};
  } finally {
    await Promise.all([digits.dispose(), sonar.dispose()]);
  }
}
