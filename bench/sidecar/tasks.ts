/** The networks that are trained: one of many short epochs, and one of few long ones, whose checkpoints are 5 MB. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface Task {
  readonly name: string;
  readonly source: string;
  readonly units: readonly number[];
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** About two and a half seconds of training. */
  readonly epochs: number;
}

export const tasks: readonly [Task, Task] = [
  {
    name: 'Sonar, 60-60-30-1, batches of 16',
    source: 'sonar.csv',
    units: [60, 30],
    batchSize: 16,
    batchesPerEpoch: 13,
    epochs: 8000,
  },
  {
    name: '10,400 rows, 60-512-512-1, batches of 128',
    source: 'large.csv',
    units: [512, 512],
    batchSize: 128,
    batchesPerEpoch: 82,
    epochs: 8,
  },
];

export function textOf({source, units, batchSize, epochs}: Task): string {
  const layers = units.flatMap((width, i) => [
    {type: 'dense', units: width, activation: 'relu', maxNorm: 3},
    {name: `drop${i + 1}`, type: 'dropout', rate: 0.3},
  ]);
  return JSON.stringify({
    version: 1,
    data: {source, header: false, target: 'column61'},
    layers: [{name: 'visible', type: 'dropout', rate: 0.2}, ...layers],
    training: {epochs, batchSize, optimizer: {type: 'sgd', learningRate: 0.01, momentum: 0.8}, seed: 7},
    // The thread that trained the first is still there, at the second, when its time is read.
    variants: {dropout: {}, next: {}},
  });
}

/** A folder with the data of the tasks. @returns the path of a document in it */
export function createTaskFolder(): {readonly document: string; dispose(): void} {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-sidecar-'));
  const sonar = readFileSync(new URL('../../examples/sonar/sonar.csv', import.meta.url), 'utf8');
  writeFileSync(join(folder, 'sonar.csv'), sonar);
  // The same rows again and again: a larger table of the same kind.
  writeFileSync(join(folder, 'large.csv'), sonar.repeat(50));
  return {document: join(folder, 'net.mlp.json'), dispose: () => rmSync(folder, {recursive: true})};
}
