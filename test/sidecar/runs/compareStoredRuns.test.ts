import {describe, expect, test} from 'vitest';
import type {FoldResult, StoredRun} from '../../../schemas/generated/run.ts';
import {compareVariants, storedVariants, unpairedReason} from '../../../sidecar/runs/compareStoredRuns.ts';

describe('comparing stored runs', () => {
  test('the variants of one run are compared with the first, or with the one asked for', () => {
    const variants = storedVariants([run('one', {a: 0.8, b: 0.85, c: 0.9})]);
    const pairs = (reference: number) =>
      compareVariants(variants, variants[reference]!)
        .comparisons.filter(({metric}) => metric === 'accuracy')
        .map(({a, b, paired}) => [a, b, paired]);
    expect(pairs(0)).toEqual([
      ['a', 'b', true],
      ['a', 'c', true],
    ]);
    expect(pairs(2)).toEqual([
      ['c', 'a', true],
      ['c', 'b', true],
    ]);
  });

  test('runs on the same folds are paired, and a name that both have gets the id of its run', () => {
    const variants = storedVariants([run('one', {a: 0.8}), run('two', {a: 0.85, b: 0.9})]);
    expect(variants.map(({name}) => name)).toEqual(['a (one)', 'a (two)', 'b']);
    const {comparisons, notes} = compareVariants(variants, variants[0]!);
    expect(comparisons.every(({paired}) => paired)).toBe(true);
    expect(notes).toEqual([]);
  });

  test('a run of fewer repeats shares its folds with the first repeats of a longer one', () => {
    const [short, long] = [run('one', {a: 0.8}, {repeats: 1}), run('two', {b: 0.85}, {repeats: 2})];
    const variants = storedVariants([short, long]);
    const {comparisons} = compareVariants(variants, variants[0]!);
    expect(comparisons[0]).toMatchObject({paired: true});
    expect(unpairedReason(short, long)).toBeUndefined();
  });

  test.each<[string, Settings, string, boolean?]>([
    ['data', {sha256: 'f'.repeat(64)}, 'the data file is another one or has changed', false],
    ['seed', {seed: 8}, 'the seeds differ (7 and 8)'],
    ['folds', {folds: 5}, 'the folds are dealt otherwise (evaluation, target or rows that are left out)'],
  ])('runs of another %s are compared unpaired, with the reason', (_, settings, reason, canBePaired = true) => {
    const variants = storedVariants([run('one', {a: 0.8}), run('two', {b: 0.9}, settings)]);
    const {comparisons, notes} = compareVariants(variants, variants[0]!);
    expect(comparisons[0]).toMatchObject({paired: false});
    expect(notes[0]).toBe(`"b" was not tested on the folds of "a": ${reason}.`);
    expect(notes.slice(1).map(note => note.slice(0, 26))).toEqual(canBePaired ? ['Put both into one document'] : []);
  });

  test.each<[string, Settings, object, string]>([
    ['target', {target: 'other'}, {}, 'their targets differ ("y" in one, "other" in two).'],
    ['classes', {}, {classes: ['cat', 'dog']}, 'they are of other data, in which "y" has other classes (one and two).'],
    ['columns', {sha256: 'f'.repeat(64)}, {features: 9}, 'they are of other data (2 inputs in one, 9 in two).'],
  ])('runs of other %s are not compared', (_, settings, data, why) => {
    const other = run('two', {b: 0.9}, settings);
    const variants = storedVariants([run('one', {a: 0.8}), {...other, data: {...other.data, ...data}}]);
    expect(() => compareVariants(variants, variants[0]!)).toThrow(`These runs cannot be compared: ${why}`);
  });

  test('a run that was stopped is told of', () => {
    const variants = storedVariants([{...run('one', {a: 0.8, b: 0.9}), status: 'cancelled'}]);
    expect(compareVariants(variants, variants[0]!).notes).toEqual([
      'The run one was stopped early: only the folds that ended are compared.',
    ]);
  });

  test('a training run, and runs of other tasks, have nothing to compare', () => {
    const training = {...run('one', {a: 0.8}), crossValidation: undefined};
    expect(() => storedVariants([training])).toThrow('one is no finished cross-validation');
    const real = run('two', {b: 0.9});
    const variants = storedVariants([run('one', {a: 0.8}), {...real, data: {...real.data, classes: null}}]);
    expect(() => compareVariants(variants, variants[0]!)).toThrow('they have no metric in common');
  });
});

interface Settings {
  readonly seed?: number;
  readonly folds?: number;
  readonly repeats?: number;
  readonly target?: string;
  readonly sha256?: string;
}

/** A stored run with variants of those accuracies. */
function run(id: string, accuracies: Readonly<Record<string, number>>, settings: Settings = {}): StoredRun {
  const {seed = 7, folds = 3, repeats = 1, target = 'y', sha256 = '0'.repeat(64)} = settings;
  const data = {rows: 60, features: 2, classes: ['no', 'yes'], sha256};
  const resolved = {data: {target, task: 'auto', missing: {}}, evaluation: {method: 'kFold', folds, repeats}};
  const facts = {run: id, directory: id, status: 'completed', digest: sha256, numerics: 'reproducible'} as const;
  return {
    ...{version: 1, id, kind: 'crossValidation', status: 'completed', startedAt: '2026-01-01T00:00:00Z', seed, data},
    document: {name: 'net.mlp.json', text: '', sha256},
    overrides: {},
    variants: Object.keys(accuracies).map(name => ({name, document: resolved})),
    ...{numerics: 'reproducible', engine: 'plain'},
    environment: {mlpLab: '0', node: '24', platform: 'linux', architecture: 'x64', cores: 1, workers: 1},
    crossValidation: {
      ...{...facts, engine: 'plain', seconds: 1, data, baselines: [], comparisons: []},
      variants: Object.entries(accuracies).map(([name, accuracy]) => {
        return {name, summary: {}, folds: foldsOf(accuracy, folds, repeats)};
      }),
    },
  };
}

function foldsOf(accuracy: number, folds: number, repeats: number): FoldResult[] {
  return Array.from({length: folds * repeats}, (_, i) => ({
    ...{repeat: 1 + Math.floor(i / folds), fold: 1 + (i % folds), trainRows: 40, testRows: 20, epochs: 1},
    status: 'completed',
    // Scattered, and differently for each accuracy.
    metrics: {accuracy: accuracy + (i % 2) * 0.05 + (i % 3) * accuracy * 0.01, nll: 1 - accuracy},
  }));
}
