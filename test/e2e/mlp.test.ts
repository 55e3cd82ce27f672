/** `mlp` as users start it: the built program in a process of its own, its output, its exit code, its files. */
import {spawn, spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {CrossValidation, StoredRun} from '../../schemas/generated/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/mlp.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-e2e-'));
  cpSync(join(root, 'examples/sonar'), folder, {recursive: true, filter: source => !source.includes('.mlp/')});
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

function mlp(...options: string[]) {
  return spawnSync(process.execPath, [program, ...options], {cwd: folder, encoding: 'utf8'});
}

const runs = () =>
  existsSync(join(folder, '.mlp/runs'))
    ? readdirSync(join(folder, '.mlp/runs')).filter(name => name !== 'index.jsonl')
    : [];

describe('mlp cv', () => {
  test('prints a table, the comparisons in words and where the run lies', () => {
    const {stdout, stderr, status} = mlp('cv', 'sonar.mlp.json', '--epochs', '20');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^sonar\.csv: 208 rows, 60 inputs, 2 classes of "column61" \(R, M\)$/m);
    expect(stdout).toMatch(/^baseline +\d\d\.\d ± \d+\.\d % +\d\.\d+ ± \d\.\d+ +5,521 +20$/m);
    expect(stdout).toMatch(/^majority class +53\.4 ± \d\.\d %/m);
    expect(stdout).toMatch(/^ {2}"input dropout": .*corrected p = /m);
    expect(stdout).toContain(`Stored in ${join(folder, '.mlp/runs', runs()[0]!)}`);
    expect(stderr.match(/^\[\d+\/30\] /gm)).toHaveLength(30);
  });

  test('--json prints one object, with the same digest for any number of workers', () => {
    const results = ['1', '2'].map(workers => {
      const {stdout, status} = mlp('cv', 'sonar.mlp.json', '--epochs', '5', '--json', '--workers', workers);
      expect(status).toBe(0);
      return JSON.parse(stdout) as CrossValidation;
    });
    const [one, two] = results as [CrossValidation, CrossValidation];
    expect(one.digest).toBe(two.digest);
    expect(one.variants.map(({name, folds}) => [name, folds.length])).toEqual([
      ['baseline', 10],
      ['input dropout', 10],
      ['hidden dropout', 10],
    ]);
    expect(Object.keys(one)).toEqual(
      expect.arrayContaining(['run', 'digest', 'numerics', 'seconds', 'data', 'variants', 'baselines', 'comparisons']),
    );
  });

  test('another seed gives another digest', () => {
    const digest = (seed: string) =>
      JSON.parse(mlp('cv', 'sonar.mlp.json', '--epochs', '2', '--seed', seed, '--json').stdout).digest;
    expect(digest('1')).not.toBe(digest('2'));
  });

  test('--variant, --folds, --repeats and --out choose what runs and where it is kept', () => {
    const {stdout} = mlp(
      ...['cv', 'sonar.mlp.json', '--variant', 'baseline', '--folds', '4', '--repeats', '2', '--epochs', '1'],
      ...['--out', 'kept', '--json'],
    );
    const result = JSON.parse(stdout) as CrossValidation;
    expect(result.variants.map(({name, folds}) => [name, folds.length])).toEqual([['baseline', 8]]);
    expect(readdirSync(join(folder, 'kept')).toSorted()).toEqual([
      'events.jsonl',
      'folds.bin',
      'predictions.csv',
      'run.json',
    ]);
    expect(runs()).toEqual([]);
  });

  test('Ctrl-C stops cleanly, keeps the folds that are done and exits with 130', async () => {
    const child = spawn(process.execPath, [program, 'cv', 'sonar.mlp.json', '--epochs', '300', '--workers', '1'], {
      cwd: folder,
    });
    let shown = '';
    child.stdout.on('data', data => {
      shown += data;
    });
    let told = '';
    await new Promise<void>(resolve => {
      child.stderr.on('data', data => {
        told += data;
        if (told.includes('[3/30]')) resolve();
      });
    });
    const asked = performance.now();
    child.kill('SIGINT');
    const code = await new Promise(resolve => child.on('close', resolve));
    expect(code).toBe(130);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(shown).toContain('Stopped early');
    expect(told).toContain(`To finish this run: mlp cv --resume .mlp/runs/${runs()[0]!}`);
    const run = JSON.parse(readFileSync(join(folder, '.mlp/runs', runs()[0]!, 'run.json'), 'utf8')) as StoredRun;
    expect(run.status).toBe('cancelled');
    expect(run.crossValidation!.variants.flatMap(({folds}) => folds).length).toBeGreaterThanOrEqual(3);
    const events = readFileSync(join(folder, '.mlp/runs', runs()[0]!, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(JSON.parse(events.at(-1)!)).toMatchObject({event: 'runEnded', status: 'cancelled'});
  });

  test('--resume needs no document but where it is gone, and says so; nothing else does without', () => {
    const {stdout} = mlp(
      'cv',
      'sonar.mlp.json',
      '--epochs',
      '1',
      '--folds',
      '2',
      '--out',
      'kept/.mlp/runs/one',
      '--json',
    );
    const path = join(folder, 'kept/.mlp/runs/one/run.json');
    const {crossValidation: _, ...run} = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({...run, status: 'cancelled'}));
    const resumed = mlp('cv', '--resume', 'kept/.mlp/runs/one', '--json');
    expect(resumed.status).toBe(0);
    expect(JSON.parse(resumed.stdout).digest).toBe(JSON.parse(stdout).digest);

    renameSync(join(folder, 'sonar.mlp.json'), join(folder, 'moved.mlp.json'));
    expect(mlp('cv', '--resume', 'kept/.mlp/runs/one')).toMatchObject({
      status: 1,
      stderr:
        'The run in kept/.mlp/runs/one is of sonar.mlp.json, which is not there any more: bring it back, or say before --resume where it is by now.\n',
    });
    expect(mlp('cv')).toMatchObject({
      status: 2,
      stderr: 'error: missing required argument \'file\'\n("mlp cv --help" shows what can be asked)\n',
    });
  });
});

describe('exit codes', () => {
  test('2 for wrong usage: an unknown option, a number that is none, an unknown variant', () => {
    expect(mlp('cv', 'sonar.mlp.json', '--eopchs', '3').status).toBe(2);
    expect(mlp('cv', 'sonar.mlp.json', '--folds', 'ten')).toMatchObject({status: 2});
    const unknown = mlp('cv', 'sonar.mlp.json', '--variant', 'basline');
    expect(unknown.stderr).toBe('The document has no variant "basline". Did you mean "baseline"?\n');
    expect(unknown.status).toBe(2);
  });

  test('1 for a wrong document, with its place, and nothing is stored', () => {
    const text = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8').replace('"rate": 0 }', '"rat": 0 }');
    writeFileSync(join(folder, 'wrong.mlp.json'), text);
    const {status, stderr} = mlp('cv', 'wrong.mlp.json');
    expect(stderr).toContain('wrong.mlp.json:16:45: error: Unknown key "rat". Did you mean "rate"? [unknown-key]');
    expect(status).toBe(1);
    expect(runs()).toEqual([]);
  });

  test('1 for wrong data, with the line of the data file', () => {
    const lines = readFileSync(join(folder, 'sonar.csv'), 'utf8').split('\n');
    lines[16] = lines[16]!.replace(/,[^,]*/, ',about 0.2');
    writeFileSync(join(folder, 'sonar.csv'), lines.join('\n'));
    const {status, stderr} = mlp('cv', 'sonar.mlp.json');
    expect(stderr).toMatch(/^sonar\.csv:17.*error: .*"about 0\.2"/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
    expect(runs()).toEqual([]);
  });

  test('1 for a document that is not there, with the one that was meant', () => {
    for (const typed of ['sonar', 'sonar.json', 'sonra.mlp.json', './sonar']) {
      const {status, stderr} = mlp('cv', typed);
      expect([status, stderr]).toEqual([
        1,
        `${typed} cannot be read: there is no such file. Did you mean sonar.mlp.json?\n`,
      ]);
    }
  });

  test('an option that does not fit the data is what the problem is said of', () => {
    const {status, stderr} = mlp('cv', 'sonar.mlp.json', '--folds', '500');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^--folds 500: error: The data has 208 rows, fewer than the 500 folds: lower folds to 97/m);
  });

  test('1 for a document that is not there, and none that is like it', () => {
    expect(mlp('train', 'nowhere.mlp.json')).toMatchObject({
      status: 1,
      stderr: 'nowhere.mlp.json cannot be read: there is no such file.\n',
    });
  });

  test('3 when training diverged, with the likely cause and what to do', () => {
    const text = readFileSync(join(folder, 'sonar.mlp.json'), 'utf8').replace(
      '"learningRate": 0.01',
      '"learningRate": 1e30',
    );
    writeFileSync(join(folder, 'wild.mlp.json'), text);
    const {status, stdout} = mlp('cv', 'wild.mlp.json', '--variant', 'baseline', '--epochs', '5');
    expect(stdout).toMatch(
      /"baseline" diverged in 10 of 10 folds, first in fold 1\. Training diverged in epoch 1: .*lower training\.optimizer\.learningRate/,
    );
    expect(status).toBe(3);
  });
});

describe('mlp train', () => {
  test('stores a model for each variant that other programs can read', () => {
    const {stdout, status} = mlp('train', 'sonar.mlp.json', '--epochs', '3', '--json');
    expect(status).toBe(0);
    const {directory, models} = JSON.parse(stdout);
    expect(models.map(({model}: {model: string}) => model)).toEqual([
      'models/baseline.safetensors',
      'models/input-dropout.safetensors',
      'models/hidden-dropout.safetensors',
    ]);
    const file = readFileSync(join(directory, 'models/baseline.safetensors'));
    const headerLength = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength));
    expect(header['hidden1.weight']).toMatchObject({dtype: 'F32', shape: [60, 60]});
    expect(header['output.bias'].data_offsets[1]).toBe(file.length - 8 - headerLength);
    expect(JSON.parse(header.__metadata__['mlp-lab']).target).toEqual({
      name: 'column61',
      task: 'classification',
      classes: ['R', 'M'],
    });
  });
});

describe('mlp check and mlp runs', () => {
  test('check shows the networks of a sound document, and what would be wise', () => {
    const {stdout, status} = mlp('check', 'sonar.mlp.json');
    expect(stdout).toMatch(/hidden1 +dense, relu +60 +3,660/);
    expect(stdout).toMatch(/^sonar\.mlp\.json:\d+:\d+: information: With 208 rows, .* \[single-repeat\]$/m);
    expect(stdout).toContain('1 document: 0 errors, 2 other problems.');
    expect(status).toBe(0);
  });

  test('check goes on after a document that cannot be read', () => {
    const {stdout, status} = mlp('check', 'nowhere.mlp.json', 'sonar.mlp.json');
    expect(stdout).toContain(
      'nowhere.mlp.json:1:1: error: nowhere.mlp.json cannot be read: there is no such file. [unreadable-document]',
    );
    expect(stdout).toContain('2 documents: 1 error, 2 other problems.');
    expect(status).toBe(1);
  });

  test('runs lists what was stored, newest first', () => {
    expect(mlp('runs').stdout).toContain(`No runs are stored in ${join('.mlp', 'runs')}.`);
    mlp('cv', 'sonar.mlp.json', '--epochs', '1', '--variant', 'baseline');
    const listed = mlp('runs', 'sonar.mlp.json').stdout;
    expect(listed).toMatch(/sonar\.mlp\.json +cv +completed +10 folds, 1 epochs, seed 7 +baseline \d\d\.\d/);
    expect(JSON.parse(mlp('runs', '--json').stdout).runs).toHaveLength(1);
  });

  test('help shows examples', () => {
    expect(mlp('cv', '--help').stdout).toContain('mlp cv sonar.mlp.json --repeats 10');
  });
});
