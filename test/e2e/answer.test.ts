/** The commands that answer questions about trained networks, as users start them. */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {CrossValidation} from '../../schemas/generated/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/mlp.mjs');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-answer-'));
  cpSync(join(root, 'examples/sonar'), folder, {recursive: true, filter: source => !source.includes('.mlp/')});
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

function mlp(...options: string[]) {
  return spawnSync(process.execPath, [program, ...options], {cwd: folder, encoding: 'utf8'});
}

describe('after a cross-validation that kept its models', () => {
  beforeAll(() => {
    const {status} = mlp('cv', 'sonar.mlp.json', '--epochs', '10', '--folds', '4', '--repeats', '2', '--keep-models');
    expect(status).toBe(0);
  });
  const run = () => join('.mlp/runs', readdirSync(join(folder, '.mlp/runs'))[0]!);

  test('mlp compare says how sure each difference is', () => {
    const {stdout, status} = mlp('compare', 'sonar.mlp.json');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Accuracy, compared with "baseline"$/m);
    expect(stdout).toMatch(/^ {6}Chances: .* that "input dropout" is better by more than 1\.0 points/m);
    expect(stdout).toMatch(/^With the seed alone the mean accuracy moves/m);
    expect(mlp('compare', 'sonar.mlp.json', '--reference', 'basline').stderr).toContain('Did you mean "baseline"?');
  });

  test('mlp predict lets the folds vote, and calibrates them', () => {
    const {stdout, status} = mlp('predict', run(), 'sonar.csv', '--variant', 'input dropout', '--out', 'voted.csv');
    expect(status).toBe(0);
    expect(stdout).toContain('208 rows predicted by the 8 folds of "input dropout"');
    expect(stdout).toMatch(/, all rows together: .* expected calibration error \d+\.\d % → \d+\.\d %/);
    const lines = readFileSync(join(folder, 'voted.csv'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(209);
    expect(lines[0]).toBe('line,actual,predicted,probability R,probability M,sd,entropy,mutual information,set');
  });
});

test('mlp cv --samples scores Monte Carlo dropout beside the plain prediction, where something is dropped', () => {
  const {stdout} = mlp(
    'cv',
    'sonar.mlp.json',
    '--epochs',
    '10',
    '--folds',
    '3',
    '--samples',
    '20',
    '--json',
    '--out',
    'sampled',
  );
  const [baseline, input] = (JSON.parse(stdout) as CrossValidation).variants;
  expect(baseline!.sampled).toBeUndefined();
  expect(input!.sampled!.samples).toBe(20);
  expect(input!.sampled!.summary.nll!.folds).toBe(3);
  expect(input!.sampled!.summary.nll!.mean).not.toBe(input!.summary.nll!.mean);
  expect(readdirSync(join(folder, 'sampled'))).not.toContain('models');
});

describe('mlp tune', () => {
  test('--dropout draws curves, recommends a range and writes the winner as a variant', () => {
    const before = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
    const {stdout, status} = mlp(
      ...[
        'tune',
        'sonar.mlp.json',
        '--dropout',
        '--epochs',
        '5',
        '--folds',
        '3',
        '--inner',
        '2',
        '--write-as',
        'tuned',
      ],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Input dropout, hidden dropout 0 meanwhile: NLL by rate \(lower is better.*◂ recommended by NLL/m,
    );
    expect(stdout).toMatch(/^ {2}0\.8 .*●.* ± /m);
    expect(stdout).toMatch(/^Nested cross-validation, which chooses anew on the training part of each fold, expects/m);
    expect(stdout).toMatch(/^Hidden dropout: the best rate by NLL is 0/m);
    const after = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
    const isBest = stdout.includes('The document as it stands is the best');
    expect(after.includes('"tuned": {')).toBe(!isBest);
    expect(after.startsWith(before.slice(0, 200))).toBe(true);
    writeFileSync(join(folder, 'sonar.mlp.json'), before);
  });

  test('says what is missing, and refuses what does not fit', () => {
    expect(mlp('tune', 'study.mlp.json')).toMatchObject({status: 1});
    expect(mlp('tune', 'study.mlp.json').stderr).toContain('or sweep dropout rates (--dropout)');
    expect(mlp('tune', 'study.mlp.json', '--dropout', '--metric', 'rmse').stderr).toContain('choose one of accuracy');
  });
});

describe('mlp gate', () => {
  test('passes noise and fails only a significant drop, with exit code 1', () => {
    const cv = (out: string, ...more: string[]) =>
      mlp('cv', 'sonar.mlp.json', '--variant', 'baseline', '--epochs', '15', '--repeats', '2', '--out', out, ...more);
    expect(cv('accepted').status).toBe(0);
    expect(cv('again', '--seed', '8').status).toBe(0);
    const same = mlp('gate', 'again', '--baseline', 'accepted');
    expect(same.stdout).toContain('Passed: nothing is significantly worse');
    expect(same.stdout).toContain('was not tested on the folds');
    expect(same.stdout).toMatch(/Largest drop|is worse in no metric/);
    expect(same.status).toBe(0);
    // Untrained networks are worse beyond doubt.
    const text = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
    writeFileSync(join(folder, 'worse.mlp.json'), text.replace('"learningRate": 0.01', '"learningRate": 0.00001'));
    expect(
      mlp('cv', 'worse.mlp.json', '--variant', 'baseline', '--epochs', '15', '--repeats', '2', '--out', 'worse').status,
    ).toBe(0);
    const worse = mlp('gate', 'worse', '--baseline', 'accepted');
    expect(worse.stdout).toMatch(/^Failed: \d of 4 comparisons/m);
    expect(worse.status).toBe(1);
    expect(mlp('gate', 'worse').status).toBe(2);
  });

  test('does not pass what it cannot judge', () => {
    const cv = (document: string, out: string, ...variants: string[]) =>
      mlp('cv', document, ...variants.flatMap(name => ['--variant', name]), '--epochs', '3', '--out', out);
    expect(cv('sonar.mlp.json', 'both', 'baseline', 'input dropout').status).toBe(0);
    expect(cv('sonar.mlp.json', 'one', 'baseline').status).toBe(0);
    const part = mlp('gate', 'one', '--baseline', 'both');
    expect(part.stdout).toContain('Not judged');
    expect(part.stdout).toContain('"input dropout" of the baseline is not in the run.');
    expect(part.status).toBe(3);
    const text = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
    writeFileSync(join(folder, 'wild.mlp.json'), text.replace('"learningRate": 0.01', '"learningRate": 1e30'));
    expect(cv('wild.mlp.json', 'wild', 'baseline').status).toBe(3);
    const wild = mlp('gate', 'wild', '--baseline', 'one');
    expect(wild.stdout).toContain('"baseline" diverged in 10 of 10 folds.');
    expect(wild.status).toBe(3);
  });
});

test('mlp report writes one page about a run', () => {
  expect(mlp('cv', 'sonar.mlp.json', '--epochs', '3', '--folds', '3', '--out', 'reported').status).toBe(0);
  expect(mlp('report', 'reported', '--out', 'report.html')).toMatchObject({
    status: 0,
    stdout: 'Written to report.html\n',
  });
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(page).toContain('<h1>sonar.mlp.json: cross-validation of ');
  expect(page.match(/<svg /g)).toHaveLength(4);
  expect(mlp('report', 'reported').stdout).toMatch(/^# sonar\.mlp\.json: cross-validation of /);
});

test('mlp improve and mlp lr write into the document, and nothing else changes', () => {
  const before = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
  expect(mlp('improve', 'sonar.mlp.json').stdout).toContain('"layers.hidden1.units": 120');
  expect(readFileSync(join(folder, 'sonar.mlp.json'), 'utf8')).toBe(before);
  expect(mlp('improve', 'sonar.mlp.json', '--write').status).toBe(0);
  expect(mlp('improve', 'sonar.mlp.json', '--write').stderr).toContain('already: choose another name (--as NAME).');
  expect(mlp('lr', 'sonar.mlp.json', '--write').status).toBe(0);
  const after = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
  const kept = after.split('\n').filter(line => !before.includes(line));
  expect(kept.map(line => line.trim().slice(0, 12))).toEqual(['"optimizer":', '"hidden drop', '"tips": { "l']);
  expect(mlp('check', 'sonar.mlp.json').status).toBe(0);
  writeFileSync(join(folder, 'sonar.mlp.json'), before);
});

test('mlp explain says what a network rests on', () => {
  const {stdout, status} = mlp(
    ...['explain', 'sonar.mlp.json', '--epochs', '10', '--shuffles', '2', '--out', 'why.html'],
  );
  expect(status).toBe(0);
  expect(readFileSync(join(folder, 'why.html'), 'utf8')).toContain(
    '<h1>sonar.mlp.json: what &quot;baseline&quot; rests on',
  );
  expect(stdout).toMatch(/^column, cut off +accuracy/m);
  expect(stdout).toMatch(/^unit \d+ of hidden1 +repeat 1, fold \d+ /m);
  expect(stdout).toMatch(/^column, shuffled +accuracy +95 % interval +NLL +95 % interval$/m);
  expect(stdout).toMatch(/^hidden1 +60 /m);
  expect(stdout).toMatch(/^187 +\d\d\.\d ± /m);
  expect(stdout).toMatch(/^More rows .*: from 150 to 187 training rows/m);
});

test('mlp predict samples with dropout on, the same for the same seed', () => {
  expect(mlp('train', 'sonar.mlp.json', '--epochs', '5').status).toBe(0);
  const sampled = (...more: string[]) =>
    mlp('predict', 'sonar.mlp.json', 'sonar.csv', '--variant', 'input dropout', '--samples', '20', ...more);
  expect(sampled().stdout).toBe(sampled().stdout);
  expect(sampled('--seed', '2').stdout).not.toBe(sampled().stdout);
  const {samples, rows} = JSON.parse(sampled('--json').stdout);
  expect(samples).toBe(20);
  expect(rows[0]).toMatchObject({line: 1, actual: 'R'});
  const none = mlp('predict', 'sonar.mlp.json', 'sonar.csv', '--samples', '20');
  expect(none.stderr).toContain('"baseline" drops nothing, so all samples would be equal');
  expect(none.status).toBe(1);
  const document = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8');
  writeFileSync(join(folder, 'sonar.mlp.json'), `${document} `);
  expect(mlp('predict', 'sonar.mlp.json', 'sonar.csv').stderr).toContain(
    'sonar.mlp.json was changed since its newest training: the model is of the text as it was.',
  );
  writeFileSync(join(folder, 'sonar.mlp.json'), document);
});

test('mlp predict is calibrated only by a cross-validation of the same data and settings', () => {
  const place = mkdtempSync(join(tmpdir(), 'mlp-calibrate-'));
  const here = (...options: string[]) =>
    spawnSync(process.execPath, [program, ...options], {cwd: place, encoding: 'utf8'});
  const runs = () => readdirSync(join(place, '.mlp/runs')).filter(name => /^\d/.test(name));
  const calibrated = (by: string) =>
    here('predict', 'penguins.mlp.json', 'penguins.csv', '--calibrate', by, '--out', 'predicted.csv');
  try {
    cpSync(join(root, 'examples/penguins'), place, {recursive: true, filter: source => !source.includes('.mlp/')});
    const crossValidate = ['cv', 'penguins.mlp.json', '--folds', '2', '--repeats', '1', '--variant', 'baseline'];
    expect(here(...crossValidate, '--epochs', '2').status).toBe(0);
    const [fitting] = runs();
    expect(here(...crossValidate, '--epochs', '3').status).toBe(0);
    const other = runs().find(name => name !== fitting);
    // The first variant of a search is the document as it stands.
    const search = [
      'tune',
      'penguins.mlp.json',
      '--dropout',
      '--variant',
      'baseline',
      '--folds',
      '2',
      '--repeats',
      '1',
    ];
    expect(here(...search, '--epochs', '2').status).toBe(0);
    expect(runs()).toHaveLength(3);
    expect(here('train', 'penguins.mlp.json', '--epochs', '2').status).toBe(0);
    expect(calibrated('penguins.mlp.json').stdout).toContain(
      `Calibrated by the out-of-fold predictions of ${fitting}\n`,
    );
    expect(calibrated(join('.mlp/runs', other!))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        `${other} cannot calibrate the model "baseline": training.epochs is 3 there, and 2`,
      ),
    });
    const data = join(place, 'penguins.csv');
    writeFileSync(data, `${readFileSync(data, 'utf8').trim()}\nAdelie,Dream,39,18,190,3700,MALE\n`);
    expect(here('train', 'penguins.mlp.json', '--epochs', '2').status).toBe(0);
    expect(calibrated(join('.mlp/runs', fitting!)).stderr).toContain('its data have another content');
    expect(calibrated('penguins.mlp.json').status).toBe(1);
    // A model by itself does not tell what it was trained on.
    const trained = runs().find(name => existsSync(join(place, '.mlp/runs', name, 'models')))!;
    cpSync(join(place, '.mlp/runs', trained, 'models/baseline.safetensors'), join(place, 'alone.safetensors'));
    const alone = here(
      'predict',
      'alone.safetensors',
      'penguins.csv',
      '--calibrate',
      'penguins.mlp.json',
      '--out',
      'a.csv',
    );
    expect(alone.stdout).toContain('No run.json lies beside the model');
  } finally {
    rmSync(place, {recursive: true, force: true});
  }
});

test.each([
  ['nowhere/file.csv', 'there is no such folder'],
  ['.', 'it is a folder'],
  ['sonar.csv/file.csv', 'a part of the path is a file'],
])('a file to write that cannot be, %s, gets a sentence', (out, reason) => {
  const {stderr, status} = mlp('report', 'sonar.mlp.json', '--out', out);
  expect(stderr).toContain(`${out} cannot be written: ${reason}`);
  expect(status).toBe(3);
  expect(mlp('predict', 'sonar.mlp.json', 'sonar.csv', '--out', out).stderr).toBe(stderr);
});

test('more samples than anyone can wait for are refused', () => {
  const {stderr} = mlp('predict', 'sonar.mlp.json', 'sonar.csv', '--samples', '100001');
  expect(stderr).toContain('It must be a whole number of at least 2 and at most 100,000.');
});
