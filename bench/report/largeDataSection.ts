import type {Machine} from '../comparison/comparison.ts';
import {figure, table} from './markdown.ts';

/** bench/results/largeData.json, as bench/largeData.ts writes it. */
export interface LargeData {
  readonly rows: number;
  readonly columns: number;
  readonly fileMB: number;
  readonly machine: Machine;
  readonly runs: readonly LargeDataRun[];
}

export interface LargeDataRun {
  /** How the data are held. */
  readonly name: string;
  readonly workers: number;
  /** From the start of the program to the end of the first batch. */
  readonly firstStepSeconds: number;
  /** From the start of the program until the data are read. */
  readonly loadSeconds: number;
  /** Two networks of one epoch, encoders and predictions included. */
  readonly trainSeconds: number;
  /** Of the whole process, all threads included. */
  readonly peakMB: number;
  /** On the test rows. */
  readonly accuracy: number;
}

export function largeDataSection({rows, columns, fileMB, machine, runs}: LargeData): string {
  const head = ['data', 'workers', 'peak memory', 'first step after', 'data read after', 'two networks trained in'];
  return `A CSV of ${rows.toLocaleString('en-US')} rows and ${columns} numeric columns (${Math.round(fileMB)} MB; ${Math.round((rows * columns * 4) / 1e6)} MB as float32), two networks of one
epoch on a holdout (\`node bench/largeData.ts\`; load of the machine before the run ${machine.loadBefore.toFixed(1)}):

${table(
  head,
  runs.map(run => [
    run.name,
    String(run.workers),
    `${Math.round(run.peakMB).toLocaleString('en-US')} MB`,
    `${figure(run.firstStepSeconds)} s`,
    `${figure(run.loadSeconds)} s`,
    `${figure(run.trainSeconds)} s`,
  ]),
)}

The first line is how it was done before: each worker encoded a matrix of its own. Streaming is meant for data that do not
fit into memory; here they would, which shows what it costs. Its memory still grows with the rows, by about 100 bytes each
for their numbers, order and targets, but not with the columns.`;
}
