/** The file that a comparison writes, and docs/performance.md is made of: bench/results/comparison.json. */
import type {Case} from './cases.ts';

export interface Comparison {
  readonly version: 1;
  readonly startedAt: string;
  readonly minutes: number;
  /** A quick comparison has few and short rounds: it shows that everything runs, not how fast. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly machine: Machine;
  /** Contestants, and why those that are absent are. */
  readonly contestants: ReadonlyArray<{
    readonly name: string;
    readonly family: string;
    readonly threads: number;
    readonly leavesOut: string | null;
    readonly about: string | null;
    readonly absence: string | null;
  }>;
  readonly checks: readonly Check[];
  readonly cases: readonly CaseResult[];
  readonly teams: readonly TeamResult[];
  readonly commands: readonly CommandResult[];
  readonly memory: MemoryResult | null;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
  readonly node: string;
  /** Of the last minute, before and after: above 1 or so before, others were at work. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** What is set of the variables that numeric libraries read. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The first losses of a training without dropout, from the same weights on the same rows. */
export interface Check {
  readonly case: string;
  readonly contestant: string;
  readonly steps: number;
  /** Largest relative difference to the losses of the float64 reference engine. */
  readonly largestDifference: number;
}

export interface CaseResult {
  readonly case: Case;
  readonly results: readonly Timing[];
}

export interface Timing {
  readonly contestant: string;
  /** Milliseconds per step of each round. */
  readonly rounds: readonly number[];
  readonly median: number;
  /** Mean loss of some steps before the first round and after the last one. */
  readonly firstLoss: number;
  readonly lastLoss: number;
}

/** Several processes of one contestant at the same time, each with a training of its own. */
export interface TeamResult {
  readonly case: string;
  readonly contestant: string;
  readonly processes: number;
  /** Milliseconds per step of all processes together. */
  readonly rounds: readonly number[];
  readonly median: number;
}

/** A whole program, start included. */
export interface CommandResult {
  readonly name: string;
  readonly workers: number;
  readonly seconds: readonly number[];
  readonly median: number;
}

export interface MemoryResult {
  /** The digits task on all 60,000 rows: most memory that the process ever held. */
  readonly digitsPeakMB: number;
  readonly digitsDataMB: number;
  /** Resident memory of a process that trains Sonar, after so many steps. */
  readonly sonarSteps: readonly number[];
  readonly sonarResidentMB: readonly number[];
}
