/** How long 10,000 stored runs take to list: `node bench/runsList.ts`, or with a number of runs. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {StoredRun} from '../schemas/generated/run.ts';
import {listRunSummaries} from '../sidecar/runs/readRun.ts';

const count = Number(process.argv[2] ?? 10_000);
const directory = join(mkdtempSync(join(tmpdir(), 'mlp-list-')), '.mlp', 'runs');
console.log(`writing ${count} runs of three variants on ten folds …`);
for (let i = 0; i < count; i++) {
  const name = `20260101-${String(i).padStart(6, '0')}-abcd`;
  mkdirSync(join(directory, name), {recursive: true});
  writeFileSync(join(directory, name, 'run.json'), JSON.stringify(storedRun(name), null, 2));
}
const first = timed(() => listRunSummaries(directory));
const again = Array.from({length: 9}, () => timed(() => listRunSummaries(directory))).toSorted((a, b) => a - b);
console.log(`first list, which reads every run.json and makes the index: ${first.toFixed(0)} ms`);
console.log(`later lists, of 9: median ${again[4]!.toFixed(0)} ms, slowest ${again[8]!.toFixed(0)} ms`);
rmSync(join(directory, '..', '..'), {recursive: true});

function timed(work: () => {runs: readonly unknown[]}): number {
  const started = performance.now();
  const {runs} = work();
  if (runs.length !== count) throw new Error(`${runs.length} runs were listed`);
  return performance.now() - started;
}

function storedRun(id: string): StoredRun {
  const names = ['baseline', 'input dropout', 'hidden dropout'];
  const metrics = ['accuracy', 'balancedAccuracy', 'nll', 'brier', 'rocAuc', 'f1', 'mcc', 'ece'];
  const folds = Array.from({length: 10}, (_, fold) => ({
    repeat: 1,
    fold: fold + 1,
    trainRows: 187,
    testRows: 21,
    epochs: 300,
    status: 'completed' as const,
    metrics: Object.fromEntries(metrics.map(metric => [metric, Math.random()])),
  }));
  const summary = Object.fromEntries(
    metrics.map(metric => [metric, {mean: Math.random(), sd: Math.random(), folds: 10}]),
  );
  const data = {rows: 208, features: 60, classes: ['R', 'M'], sha256: '1'.repeat(64)};
  const head = {
    run: id,
    directory: '',
    status: 'completed' as const,
    digest: '2'.repeat(64),
    numerics: 'reproducible',
    engine: 'wasm',
  };
  return {
    version: 1,
    id,
    kind: 'crossValidation',
    status: 'completed',
    startedAt: '2026-01-01T00:00:00.000Z',
    document: {name: 'sonar.mlp.json', text: 'x'.repeat(1500), sha256: '0'.repeat(64)},
    overrides: {},
    variants: names.map(name => ({
      name,
      document: {training: {epochs: 300}, evaluation: {method: 'kFold', folds: 10, repeats: 1}},
    })),
    data,
    seed: 7,
    numerics: 'reproducible',
    engine: 'wasm',
    environment: {mlpLab: '0.1.0', node: '24', platform: 'linux', architecture: 'x64', cores: 2, workers: 2},
    crossValidation: {
      ...head,
      seconds: 1,
      data,
      variants: names.map(name => ({name, folds, summary})),
      baselines: [],
      comparisons: [],
    },
  } as unknown as StoredRun;
}
