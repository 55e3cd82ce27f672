/**
 * Memory and time of an experiment on large data: `node bench/largeData.ts [rows]`, 2,000,000 rows × 50 columns unless
 * told. The file, of some 0.75 GB, is written among the temporary files; each way of holding the data runs in a process of
 * its own, whose peak is that of all its threads. Written to bench/results/largeData.json.
 */
import {fork} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {performance} from 'node:perf_hooks';
import {fileURLToPath} from 'node:url';
import {evaluateFold} from '../sidecar/experiment/evaluateFold.ts';
import type {Experiment} from '../sidecar/experiment/experiment.ts';
import {loadExperiment} from '../sidecar/experiment/loadExperiment.ts';
import {RandomStream, randomKey} from '../sidecar/kernels/random.ts';
import {workerThreads} from '../sidecar/runners/workerThreads.ts';
import {describeMachine} from './comparison/machine.ts';
import type {LargeData, LargeDataRun} from './report/largeDataSection.ts';

const COLUMNS = 50;
const MB = 1e6;

interface Way {
  readonly name: string;
  readonly streaming: 'never' | 'always';
  /** Forced, so that fewer rows show the same. */
  readonly largestMatrixBytes: number;
  readonly workers: number;
}

const ways: readonly Way[] = [
  {name: 'a matrix for each worker', streaming: 'never', largestMatrixBytes: 1e15, workers: 2},
  {name: 'rows encoded when needed', streaming: 'never', largestMatrixBytes: 1, workers: 1},
  {name: 'rows encoded when needed', streaming: 'never', largestMatrixBytes: 1, workers: 2},
  {name: 'streamed from disk', streaming: 'always', largestMatrixBytes: 1, workers: 2},
];

const [first, document, way] = process.argv.slice(2);
if (first === 'measure') process.send!(await measure(document!, JSON.parse(way!) as Way));
else if (first === 'firstStep') process.send!(await secondsToFirstStep(document!));
else await benchmark(Number(first ?? 2e6));

async function benchmark(rows: number): Promise<void> {
  if (!(rows >= 1000)) throw new RangeError(`rows must be a number of at least 1000, got ${first}`);
  const loadBefore = loadavg()[0]!;
  const folder = mkdtempSync(join(tmpdir(), 'large-data-'));
  try {
    const data = join(folder, 'large.csv');
    writeCsv(data, rows);
    const runs: LargeDataRun[] = [];
    for (const one of ways) {
      const document = writeDocument(folder, one.streaming);
      const firstStepSeconds = await inProcess<number>(['firstStep', document]);
      const measured = await inProcess<Omit<LargeDataRun, 'name' | 'workers' | 'firstStepSeconds'>>([
        'measure',
        document,
        JSON.stringify(one),
      ]);
      runs.push({name: one.name, workers: one.workers, firstStepSeconds, ...measured});
      console.table(runs);
    }
    const result: LargeData = {
      rows,
      columns: COLUMNS,
      fileMB: statSync(data).size / MB,
      machine: describeMachine(loadBefore),
      runs,
    };
    writeFileSync(new URL('results/largeData.json', import.meta.url), `${JSON.stringify(result, null, 1)}\n`);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function inProcess<T>(args: readonly string[]): Promise<T> {
  const child = fork(fileURLToPath(import.meta.url), args);
  return new Promise((resolve, reject) => {
    child.on('message', message => resolve(message as T));
    child.on('exit', code => reject(new Error(`${args[0]} ended with exit code ${code}`)));
  });
}

/** Numbers of four decimals, and a class that depends on some of them. */
function writeCsv(path: string, rows: number): void {
  const random = new RandomStream(randomKey(1));
  const out = openSync(path, 'w');
  let text = `${Array.from({length: COLUMNS}, (_, column) => `x${column + 1}`).join(',')},class\n`;
  for (let row = 0; row < rows; row++) {
    const cells = Array.from({length: COLUMNS}, () => Math.round(random.uniform() * 2e5 - 1e5) / 1e4);
    text += `${cells.join(',')},${cells[0]! + cells[1]! * cells[2]! > 0 ? 'rock' : 'mine'}\n`;
    if (text.length < MB) continue;
    writeSync(out, text);
    text = '';
  }
  writeSync(out, text);
  closeSync(out);
}

/** Two variants, so that there is work for two workers; one epoch, since every further one takes the same memory. */
function writeDocument(folder: string, streaming: Way['streaming']): string {
  const path = join(folder, `${streaming}.mlp.json`);
  const document = {
    version: 1,
    data: {source: 'large.csv', target: 'class', streaming},
    layers: [
      {type: 'dense', units: 128},
      {name: 'drop', type: 'dropout', rate: 0.2},
    ],
    training: {epochs: 1, batchSize: 256, optimizer: {type: 'adam', learningRate: 0.001}, seed: 1},
    evaluation: {method: 'holdout', testShare: 0.1},
    variants: {one: {}, other: {'layers.drop.rate': 0.5}},
  };
  writeFileSync(path, JSON.stringify(document));
  return path;
}

async function load(document: string): Promise<Experiment> {
  const {experiment, problems} = await loadExperiment(document, {});
  if (!experiment) throw new Error(problems.map(problem => problem.message).join(' '));
  return experiment;
}

/** The networks alone: a linear baseline takes longer than they do. */
async function measure(document: string, {workers, largestMatrixBytes}: Way) {
  const experiment = await load(document);
  const loadSeconds = performance.now() / 1000;
  const runner = workerThreads({experiment, engine: 'wasm', largestMatrixBytes}, {workers});
  const tasks = experiment.variants.map((_, index) => ({
    subject: {kind: 'variant', index} as const,
    fold: experiment.folds[0]!,
    keepModel: false,
  }));
  const outcomes = await Promise.all(tasks.map(task => runner.run(task, {onEvent: () => {}})));
  const trainSeconds = performance.now() / 1000 - loadSeconds;
  await runner.dispose();
  const accuracy = outcomes[0]!.metrics.accuracy ?? Number.NaN;
  return {loadSeconds, trainSeconds, accuracy, peakMB: (process.resourceUsage().maxRSS * 1024) / MB};
}

/** From the start of the process to the end of the first batch. */
async function secondsToFirstStep(document: string): Promise<number> {
  const experiment = await load(document);
  const task = {subject: {kind: 'variant', index: 0}, fold: experiment.folds[0]!, keepModel: false} as const;
  let granted = 0;
  let seconds = Number.NaN;
  evaluateFold({experiment, engine: 'wasm'}, task, {
    start: null,
    onEvent() {},
    control: {
      grant() {
        if (granted === 1) seconds = performance.now() / 1000;
        return granted++ === 0 ? 1 : 0;
      },
    },
  });
  return seconds;
}
