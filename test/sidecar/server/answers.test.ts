/** What the command line answers, asked by an editor: of a real sidecar. */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {CancellationTokenSource} from 'vscode-jsonrpc/node';
import type {StartRun} from '../../../schemas/protocol.ts';
import {parseDocument} from '../../../sidecar/document/parseDocument.ts';
import {type ExperimentFolder, experimentFolder} from '../../support/experimentFolder.ts';
import {type SidecarClient, startSidecar} from '../../support/sidecarClient.ts';

const cli = fileURLToPath(new URL('../../../sidecar/cli.ts', import.meta.url));
let files: ExperimentFolder;
let client: SidecarClient;
/** Folders of two cross-validations, the second one of hardly trained networks, and of a training. */
let accepted: string;
let worse: string;
let trained: string;
beforeAll(async () => {
  files = experimentFolder();
  client = await startSidecar();
  const learning = {epochs: 60, optimizer: {type: 'sgd', learningRate: 0.1, momentum: 0.9}};
  const evaluation = {folds: 5, repeats: 2};
  accepted = await run('crossValidation', files.text(learning, evaluation));
  worse = await run('crossValidation', files.text({...learning, epochs: 1}, evaluation));
  trained = await run('training', files.text(learning, evaluation));
}, 120_000);
afterAll(async () => {
  await client?.close();
  files.remove();
});

async function run(kind: StartRun['kind'], text: string): Promise<string> {
  const ended = new Promise<void>(resolve => {
    const stop = client.on('mlpLab/queueChanged', ({runs}) => {
      if (runs.at(-1)?.status !== 'completed') return;
      stop();
      resolve();
    });
  });
  const answer = await client.request('mlpLab/startRun', {kind, document: files.document, text, variants: null});
  if (answer.kind !== 'started') throw new Error('the document is right');
  await ended;
  return answer.state.directory;
}

test('the tips become a variant with a free name, and nothing else of the text changes', async () => {
  const before = `// mine\n${files.text()}`;
  const answer = await client.request('mlpLab/improveDocument', {text: before, name: null});
  if (answer.kind !== 'improved') throw new Error('the document is right');
  expect(answer).toMatchObject({
    variant: 'tips',
    reasons: expect.arrayContaining([expect.stringContaining('maxNorm 4')]),
  });
  expect(answer.text.startsWith(before.slice(0, before.indexOf('"plain"')))).toBe(true);
  expect(Object.keys(parseDocument(answer.text).value!.variants as object)).toEqual(['plain', 'dropout', 'tips']);
  const again = await client.request('mlpLab/improveDocument', {text: answer.text, name: null});
  expect(again).toMatchObject({variant: 'tips 2'});
  const wrong = await client.request('mlpLab/improveDocument', {text: '{', name: null});
  expect(wrong.kind).toBe('wrongInput');
});

test('a range test tells how far it is, and comes with a page and the changed text', async () => {
  const shares: number[] = [];
  const stop = client.on('mlpLab/answerProgressed', ({answer, share}) => {
    if (answer === 'lr') shares.push(share);
  });
  const text = files.text();
  const request = {answer: 'lr', document: files.document, text, variant: 'dropout'};
  const found = await client.request('mlpLab/findLearningRate', request);
  stop();
  if (found.kind !== 'found') throw new Error('the document is right');
  expect(shares.length).toBeGreaterThan(0);
  expect(found.words[1]).toMatch(/^Begin with /);
  const {training} = parseDocument(found.text).value as {training: {optimizer: object}};
  expect(training.optimizer).toEqual({type: 'adam', learningRate: found.learningRate});
  expect(found.page).toContain('learning-rate range test of &quot;dropout&quot;');
});

describe('an explanation', () => {
  test('is stored with its run, told as a page, and part of the report', async () => {
    const answer = await client.request('mlpLab/explainRun', {answer: 'e', directory: accepted, variant: 'dropout'});
    if (answer.kind !== 'explained') throw new Error('nobody cancelled it');
    const {explanation, page} = answer;
    expect(explanation.columns.map(({name}) => name)).toEqual(['a', 'b']);
    // Each column by itself says nothing of the sign of their product, so both are needed.
    expect(explanation.columns[0]!.changes.accuracy!.mean!).toBeLessThan(0);
    expect(explanation.inputs[0]!.changes.accuracy!.mean!).toBeLessThan(0);
    expect(page).toContain('Would more rows help?');
    const stored = await client.request('mlpLab/readRun', {directory: accepted});
    expect(stored.explanations).toEqual([explanation]);
    const {file} = await client.request('mlpLab/writeReport', {directory: accepted, format: 'html'});
    expect(file).toBe(join(accepted, 'report.html'));
    expect(readFileSync(file, 'utf8')).toContain('Would more rows help?');
  });

  test('can be cancelled, and then leaves nothing behind', async () => {
    // Trained for 60 epochs: of one epoch it could end before a slow client has cancelled it.
    const before = readFileSync(join(accepted, 'run.json'), 'utf8');
    const source = new CancellationTokenSource();
    const answer = client.request('mlpLab/explainRun', {answer: 'c', directory: accepted, variant: null}, source.token);
    await client.next('mlpLab/answerProgressed', progress => progress.answer === 'c');
    source.cancel();
    await expect(answer).resolves.toEqual({kind: 'cancelled'});
    expect(readFileSync(join(accepted, 'run.json'), 'utf8')).toBe(before);
  });

  test('that cannot be stored is told all the same', async () => {
    const before = readFileSync(join(worse, 'run.json'), 'utf8');
    const lock = join(worse, 'lock.1');
    writeFileSync(lock, JSON.stringify({pid: 1, started: '', boot: '', host: 'another'}));
    const answer = await client.request('mlpLab/explainRun', {answer: 'l', directory: worse, variant: 'plain'});
    rmSync(lock);
    expect(answer).toMatchObject({kind: 'explained', explanation: {variant: 'plain'}});
    expect(readFileSync(join(worse, 'run.json'), 'utf8')).toBe(before);
  });

  test('of a run in a folder that --out names finds document and data by what the run keeps', async () => {
    const elsewhere = join(files.folder, 'results', 'study');
    const {status, stderr} = spawnSync(process.execPath, [cli, 'cv', files.document, '--out', elsewhere]);
    expect(status, String(stderr)).toBe(0);
    const answer = await client.request('mlpLab/explainRun', {answer: 'o', directory: elsewhere, variant: 'plain'});
    expect(answer).toMatchObject({kind: 'explained', explanation: {variant: 'plain'}});
  });

  test('of what cannot be explained is refused in a sentence', async () => {
    const explain = (directory: string, variant: string | null) =>
      client.request('mlpLab/explainRun', {answer: 'e', directory, variant});
    await expect(explain(trained, null)).rejects.toThrow('Only a cross-validation can be explained');
    await expect(explain(accepted, 'nobody')).rejects.toThrow('The run has no variant "nobody".');
    await expect(explain(files.folder, null)).rejects.toThrow('holds no run');
  });
});

describe('predictions', () => {
  const predict = (data: string, more: object = {}) =>
    client.request('mlpLab/predictFile', {
      ...{answer: 'p', directory: trained, data, variant: 'dropout', samples: 20, calibrated: true, ...more},
    });

  test('stand in a file beside the data, and lead back to its lines', async () => {
    const data = join(files.folder, 'data.csv');
    const answer = await predict(data);
    if (answer.kind !== 'predicted') throw new Error('nobody cancelled it');
    expect(basename(answer.file)).toBe('data.predicted.csv');
    const [header, first] = readFileSync(answer.file, 'utf8').split('\n');
    expect(header).toBe('line,actual,predicted,probability other,probability same,sd,entropy,mutual information,set');
    expect(first).toMatch(/^2,/);
    expect(answer.report).toContain('20 samples with dropout on');
    expect(answer.report).toContain('Calibrated by the out-of-fold predictions of');
    const {line, words} = answer.leastCertain[0]!;
    expect(line).toBeGreaterThan(1);
    expect(words).toMatch(/^(same|other), probability 0\.\d+, sd /);
    const second = await predict(data);
    expect(second).toMatchObject({file: expect.stringMatching(/data\.predicted-2\.csv$/)});
  });

  test('of a file without the columns are refused, and nothing is written', async () => {
    mkdirSync(join(files.folder, 'other'));
    const data = join(files.folder, 'other', 'rows.csv');
    writeFileSync(data, 'x,y\n1,2\n');
    await expect(predict(data)).rejects.toThrow('"a"');
    expect(existsSync(join(files.folder, 'other', 'rows.predicted.csv'))).toBe(false);
  });
});

test('a gate passes what is no worse, and fails a significant drop, in words', async () => {
  const passed = await client.request('mlpLab/gateRun', {directory: accepted, baseline: worse});
  expect(passed).toMatchObject({
    passed: true,
    words: [
      expect.stringMatching(/^Passed: nothing is significantly worse/),
      expect.stringMatching(/^"plain \(.*is worse in no metric/),
      expect.stringMatching(/^"dropout \(.*is worse in no metric/),
    ],
  });
  const failed = await client.request('mlpLab/gateRun', {directory: worse, baseline: accepted});
  expect(failed.passed).toBe(false);
  expect(failed.words[0]).toMatch(/^Failed: \d of 8 comparisons/);
  expect(failed.words[1]).toMatch(/than "plain \(/);
  await expect(client.request('mlpLab/gateRun', {directory: worse, baseline: worse})).rejects.toThrow('the same run');
});

test('two runs are compared fold by fold, in words', async () => {
  const {reference, comparisons} = await client.request('mlpLab/compareRuns', {directories: [accepted, worse]});
  expect(reference).toContain('plain (');
  expect(comparisons).toHaveLength(12);
  expect(comparisons[0]!.metric).toBe('accuracy');
  expect(comparisons[0]!.words[0]).toMatch(/corrected p/);
});
