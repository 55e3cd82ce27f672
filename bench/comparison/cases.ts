/**
 * What is compared: networks, with the way they are trained, that every contestant builds for itself. Plain data, so
 * that a case can be written to a file that other programs read.
 */
export interface Case {
  /** Unique; also what tables call it. */
  readonly name: string;
  readonly task: Task;
  /** Which table it belongs to; `check`: never timed, all contestants must reach the same losses in it. */
  readonly group: 'check' | 'tasks' | 'dropout' | 'rows' | 'width';
  /** From the inputs to the outputs. One output is a sigmoid with binary cross-entropy, more are a softmax. */
  readonly widths: readonly number[];
  readonly batchSize: number;
  /** Shares dropped: of the inputs, and behind each hidden layer. */
  readonly rates: {readonly visible: number; readonly hidden: number};
  /** Bound of the norm of each hidden unit's incoming weights; null: none. */
  readonly maxNorm: number | null;
  readonly optimizer: {readonly type: 'sgd' | 'adam'; readonly learningRate: number; readonly momentum: number};
  /** Rows that a contestant holds and draws its batches from. */
  readonly rows: number;
  /** Whether every pass over the rows takes them in another order; else they are taken as they are. */
  readonly shuffle: boolean;
}

export type Task = 'sonar' | 'digits' | 'forest';

const sonar = {
  task: 'sonar',
  widths: [60, 60, 30, 1],
  batchSize: 16,
  maxNorm: null,
  optimizer: {type: 'sgd', learningRate: 0.01, momentum: 0.8},
  rows: 187,
  shuffle: true,
} as const;

const digits = {
  task: 'digits',
  widths: [784, 800, 800, 10],
  batchSize: 128,
  maxNorm: 3.5,
  optimizer: {type: 'sgd', learningRate: 0.05, momentum: 0.9},
  rows: 12_800,
  shuffle: true,
} as const;

const forest = {
  task: 'forest',
  widths: [54, 256, 256, 7],
  batchSize: 256,
  maxNorm: null,
  optimizer: {type: 'adam', learningRate: 0.001, momentum: 0},
  rows: 51_200,
  shuffle: true,
} as const;

const none = {visible: 0, hidden: 0};

/** The epochs and folds of one variant of the Sonar experiment: 12 steps × 300 epochs × 10 folds. */
export const SONAR_STEPS = 36_000;

export const cases: readonly Case[] = [
  // Without dropout there is no chance in a training but the initial weights, which are given.
  {...sonar, name: 'sonar check', group: 'check', rates: none, shuffle: false},
  // The bound is so low that it clips many units.
  {...digits, name: 'digits check', group: 'check', rates: none, maxNorm: 0.6, shuffle: false},
  {...forest, name: 'forest check', group: 'check', rates: none, shuffle: false},

  {...sonar, name: 'sonar', group: 'tasks', rates: none},
  {...sonar, name: 'sonar, input dropout 0.2', group: 'tasks', rates: {visible: 0.2, hidden: 0}},
  {...sonar, name: 'sonar, hidden dropout 0.2', group: 'tasks', rates: {visible: 0, hidden: 0.2}},
  {...digits, name: 'digits, dropout 0.2 / 0.5', group: 'tasks', rates: {visible: 0.2, hidden: 0.5}},
  {...forest, name: 'forest, dropout 0.3', group: 'tasks', rates: {visible: 0, hidden: 0.3}},

  ...[0, 0.2, 0.5, 0.8].map(
    hidden =>
      ({...digits, name: `digits, dropout 0.2 / ${hidden}`, group: 'dropout', rates: {visible: 0.2, hidden}}) as const,
  ),
  ...[1e3, 1e4, 1e5, 1e6].map(
    rows => ({...forest, name: `forest, ${rows} rows`, group: 'rows', rates: {visible: 0, hidden: 0.3}, rows}) as const,
  ),
  ...[64, 128, 256, 512, 1024, 2048].map(
    width =>
      ({
        ...digits,
        name: `digits, ${width} units`,
        group: 'width',
        widths: [784, width, width, 10],
        rates: {visible: 0.2, hidden: 0.5},
      }) as const,
  ),
];
