import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {FoldResult, ModelResult, StoredRun, Tuning} from '../../../schemas/generated/run.ts';
import {htmlPage} from '../../../sidecar/report/htmlPage.ts';
import {markdownPage} from '../../../sidecar/report/markdownPage.ts';
import {runReport} from '../../../sidecar/report/runReport.ts';

const evil = '<script>alert(1)</script> | `code` & more';
const sha256 = '0'.repeat(64);

function model(name: string): ModelResult {
  const folds: FoldResult[] = [0.8, 0.9].map((accuracy, fold) => ({
    ...{repeat: 1, fold: fold + 1, trainRows: 40, testRows: 20, epochs: 2, status: 'completed'},
    metrics: {accuracy, nll: 1 - accuracy},
  }));
  return {
    name,
    folds,
    parameters: 1234,
    confusion: [
      [10, 2],
      [3, 5],
    ],
    summary: {accuracy: {mean: 0.85, sd: 0.07, folds: 2}},
  };
}

const run: StoredRun = {
  ...{
    version: 1,
    id: 'the-run',
    kind: 'crossValidation',
    status: 'completed',
    startedAt: '2026-01-02T00:00:00Z',
    seed: 7,
  },
  document: {name: 'net.mlp.json', text: '// ```\n{"version": 1}\n', sha256},
  overrides: {variants: ['a b'], 'training.epochs': 2},
  variants: [
    {name: 'plain', document: {}},
    {name: evil, document: {}},
  ],
  data: {rows: 60, features: 2, classes: ['no', 'yes'], sha256: 'f'.repeat(64)},
  ...{numerics: 'reproducible', engine: 'wasm'},
  environment: {mlpLab: '0.1.0', node: '24', platform: 'linux', architecture: 'x64', cores: 1, workers: 1},
  crossValidation: {
    ...{run: 'the-run', directory: '/tmp/x', status: 'completed', digest: 'abc'.padEnd(64, '0'), seconds: 3},
    ...{numerics: 'reproducible', engine: 'wasm', data: {rows: 60, features: 2, classes: ['no', 'yes'], sha256}},
    ...{variants: [model('plain'), model(evil)], baselines: [], notes: ['One repeat: unknown noise.']},
    comparisons: [
      {
        ...{a: 'plain', b: evil, metric: 'accuracy', difference: 0, interval: null, p: null, pCorrected: null},
        verdict: 'no evidence of a difference in accuracy',
        notes: ['Chances: even.'],
      },
    ],
  },
};
const events: RunEvent[] = [1, 2].map(fold => ({
  ...{event: 'epochsEnded', at: 1, variant: 'plain', repeat: 1, fold, from: 1},
  ...{trainingLoss: [0.9, 0.5], learningRate: [0.1, 0.1]},
}));

const reliability = [
  {
    name: 'plain',
    bins: [
      {rows: 20, probability: 0.6, right: 0.5},
      {rows: 40, probability: 0.95, right: 0.9},
    ],
  },
];
const nothing = {events: [], reliability: []};

describe('a report', () => {
  const pages = {
    markdown: markdownPage(runReport(run, {events, reliability})),
    html: htmlPage(runReport(run, {events, reliability})),
  };

  test.each(['markdown', 'html'] as const)('as %s has the scores, words, data, seed, and how to repeat it', kind => {
    const page = pages[kind];
    for (const part of [
      'net.mlp.json: cross-validation of 2026-01-02',
      '85.0 ± 7.0 %',
      'no evidence of a difference in accuracy. Chances: even.',
      'One repeat: unknown noise.',
      'f'.repeat(64),
      'seed 7',
      'abc',
    ]) {
      expect(page).toContain(part);
    }
    expect(page.replaceAll('&quot;', '"')).toContain('mlp cv net.mlp.json --variant "a b" --epochs 2');
  });

  test('as HTML needs nothing else, and takes no markup from names', () => {
    expect(pages.html).not.toContain('<script');
    expect(pages.html).toContain('&lt;script&gt;');
    expect(pages.html.match(/<svg /g)).toHaveLength(4);
    expect(pages.html).not.toMatch(/(?:src|href)=/);
    expect(pages.html).toContain("default-src 'none'");
  });

  test('as Markdown keeps its tables and its code whole, whatever names hold', () => {
    expect(pages.markdown).not.toMatch(/(?<!\\)<script/);
    expect(pages.markdown.match(/data:image\/svg\+xml;base64,/g)).toHaveLength(4);
    // The document holds a fence of three, so its own has four.
    expect(pages.markdown).toContain('````\n// ```\n{"version": 1}\n````');
    const rows = pages.markdown.split('\n').filter(line => line.startsWith('| ') && line.includes('85.0'));
    expect(rows.map(row => row.replaceAll('\\|', '').match(/\|/g)!.length)).toEqual([4, 4]);
  });

  test('of a sweep draws its curves, and says what was found', () => {
    const point = (rate: number, mean: number) => ({rate, metrics: {accuracy: {mean, error: 0.02}}});
    const tuning = {
      ...{metric: 'accuracy', method: 'sweep', winner: 'input 0.2', nested: null, saved: {networks: 0, seconds: 0}},
      trials: [{name: 'input 0.2', changes: {}, status: 'finished', folds: 10}],
      sweeps: [{place: 'input', points: [point(0, 0.8), point(0.2, 0.85)], recommended: null, words: 'words'}],
      words: ['The best of 2 settings is "input 0.2".'],
    } as const;
    const result = {...run.crossValidation!, tuning: structuredClone(tuning) as unknown as Tuning};
    const page = htmlPage(runReport({...run, overrides: {search: 'sweep'}, crossValidation: result}, nothing));
    expect(page).toContain('Accuracy by the rate of input dropout, with one corrected standard error');
    expect(page).toContain('The best of 2 settings is &quot;input 0.2&quot;.');
    expect(page).toContain('mlp tune net.mlp.json --dropout');
    expect(page).not.toContain('NaN');
  });

  test('of a run that was interrupted says so, and is made of what there is', () => {
    const interrupted = runReport({...run, status: 'running', crossValidation: undefined}, nothing);
    expect(markdownPage(interrupted)).toContain('The run the-run was interrupted.');
  });
});
