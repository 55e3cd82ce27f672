import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {listRunSummaries} from '../../sidecar/runs/readRun.ts';
import {median} from '../comparison/statistics.ts';

export interface Listing {
  readonly runs: number;
  /** The first list, which reads every run.json and makes the index. */
  readonly firstMs: number;
  /** Later ones, of 9. */
  readonly medianMs: number;
  readonly slowestMs: number;
}

/** How long many stored runs, each of three variants on ten folds, take to list. */
export function listRuns(count: number): Listing {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-list-'));
  const directory = join(folder, '.mlp', 'runs');
  for (let i = 0; i < count; i++) {
    const name = `20260101-${String(i).padStart(6, '0')}-abcd`;
    mkdirSync(join(directory, name), {recursive: true});
    writeFileSync(join(directory, name, 'run.json'), JSON.stringify(storedRun(name), null, 2));
  }
  const timed = () => {
    const begun = performance.now();
    const {runs} = listRunSummaries(directory);
    if (runs.length !== count) throw new Error(`${runs.length} runs were listed`);
    return performance.now() - begun;
  };
  const firstMs = timed();
  const again = Array.from({length: 9}, timed);
  rmSync(folder, {recursive: true});
  return {runs: count, firstMs, medianMs: median(again), slowestMs: Math.max(...again)};
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
