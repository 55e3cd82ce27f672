import type {Case} from './cases.ts';
import type {CaseResult, Check, Timing} from './comparison.ts';
import type {ContestantKind} from './contestants.ts';
import type {ContestantProcess} from './process.ts';
import {median} from './statistics.ts';

/** A contestant with its running process. */
export interface Running {
  readonly kind: ContestantKind;
  readonly process: ContestantProcess;
}

export interface Effort {
  readonly rounds: number;
  /** A round takes about as long; at least one step. */
  readonly roundMs: number;
  /** Compilers and memory settle before the first round for about as long. */
  readonly warmUpMs: number;
}

/** Enough that the mean of their losses says whether a network learns. */
const LOSS_STEPS = 12;

/**
 * Times one case: all contestants warm up, then do their rounds in turn, so that a busy moment of the machine hits each
 * of them. Only one works at a time. A contestant that fails is left out of the result, and so is one whose loss does not
 * fall: it does not train, and its time means nothing.
 * @param onFailure told who failed, and why
 */
export async function timeCase(
  one: Case,
  file: string,
  contestants: readonly Running[],
  effort: Effort,
  onFailure: (name: string, error: Error) => void,
): Promise<CaseResult> {
  const failed = new Set<Running>();
  /** Work of one contestant, unless it has failed before. */
  const attempt = async (who: Running, work: () => Promise<void>): Promise<void> => {
    if (failed.has(who)) return;
    try {
      await work();
    } catch (error) {
      failed.add(who);
      onFailure(who.kind.name, error as Error);
    }
  };
  const runs: (Running & {firstLoss: number; steps: number; rounds: number[]})[] = [];
  for (const contestant of contestants) {
    const {kind, process} = contestant;
    await attempt(contestant, async () => {
      await process.ask({kind: 'prepare', file});
      const firstLoss = await meanLoss(process);
      runs.push({kind, process, firstLoss, steps: await warmUp(process, effort), rounds: []});
    });
  }
  for (let round = 0; round < effort.rounds; round++) {
    // Another one begins each time: whoever comes after a greedy one may find the caches cold.
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + round) % runs.length]!;
      await attempt(run, async () => {
        const {ms, steps} = await run.process.ask({kind: 'train', steps: run.steps, losses: false});
        run.rounds.push(ms / steps);
      });
    }
  }
  const results: Timing[] = [];
  for (const run of runs) {
    const {kind, process, firstLoss, rounds} = run;
    await attempt(run, async () => {
      const lastLoss = await meanLoss(process);
      if (!(lastLoss < firstLoss)) throw new Error(`its loss went from ${firstLoss} to ${lastLoss}`);
      results.push({contestant: kind.name, rounds, median: median(rounds), firstLoss, lastLoss});
    });
  }
  return {case: one, results};
}

/** @returns the steps of one round */
async function warmUp(process: ContestantProcess, {roundMs, warmUpMs}: Effort): Promise<number> {
  let steps = 1;
  let perStep = 0;
  for (let elapsed = 0; elapsed < warmUpMs; steps *= 2) {
    const round = await process.ask({kind: 'train', steps, losses: false});
    elapsed += round.ms;
    perStep = round.ms / round.steps;
  }
  return Math.max(1, Math.round(roundMs / perStep));
}

async function meanLoss(process: ContestantProcess): Promise<number> {
  const {losses} = await process.ask({kind: 'train', steps: LOSS_STEPS, losses: true});
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/**
 * Compares the first losses of a contestant with the reference's. Batches are whole ones.
 * @throws RangeError if they differ: then it does not train the same network
 */
export async function checkLosses(
  one: Case,
  file: string,
  {kind, process}: Running,
  reference: readonly number[],
): Promise<Check> {
  await process.ask({kind: 'prepare', file});
  const {losses} = await process.ask({kind: 'train', steps: reference.length, losses: true});
  const differences = reference.map((loss, step) => Math.abs(losses[step]! - loss) / loss);
  const largestDifference = Math.max(...differences);
  if (!(largestDifference < TOLERANCE)) {
    throw new RangeError(
      `${kind.name} must reach the losses of "${one.name}" within ${TOLERANCE}, got ${largestDifference}`,
    );
  }
  return {case: one.name, contestant: kind.name, steps: reference.length, largestDifference};
}

/** float32 differs by some 1e-7; a bias correction, an epsilon or a bound at another place by far more than this. */
const TOLERANCE = 1e-3;
