/** What is said of a document together with its data; what needs no data is tested in test/sidecar/document. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {loadExperiment} from '../../../sidecar/experiment/loadExperiment.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-load-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

const line = (i: number) =>
  `${i + 0.5},${(i * 7) % 5},${i % 2 ? 'yes' : 'no'},g${i >> 3},2026-01-${String(i + 1).padStart(2, '0')}`;
const rows = Array.from({length: 24}, (_, i) => line(i));
const header = 'a,b,y,group,day';

const base = {
  version: 1,
  data: {source: 'data.csv', target: 'y', exclude: ['group', 'day'] as string[]},
  layers: [{name: 'hidden', type: 'dense', units: 2}],
  training: {epochs: 2, batchSize: 4},
  evaluation: {folds: 3} as object,
};

async function told(
  changes: object,
  data: readonly string[] = rows,
  purpose: 'crossValidation' | 'training' = 'crossValidation',
) {
  writeFileSync(join(folder, 'data.csv'), [header, ...data].join('\n'));
  const path = join(folder, 'net.mlp.json');
  writeFileSync(path, JSON.stringify({...base, ...changes}, null, 1));
  const {experiment, problems} = await loadExperiment(path, {}, purpose);
  return {experiment, said: problems.map(({severity, code, message}) => `${severity} ${code}: ${message}`)};
}

const withGroups = {data: {...base.data, exclude: ['day']}, evaluation: {folds: 3, groupBy: 'group'}};
const inTime = {data: {...base.data, exclude: ['group']}, evaluation: {method: 'timeOrdered', folds: 3, timeBy: 'day'}};
const stopping = {epochs: 2, batchSize: 4, earlyStopping: {}};
const changed = (index: number, change: (text: string) => string) =>
  rows.map((text, i) => (i === index ? change(text) : text));

describe('a document and its data', () => {
  test.each<[string, object, readonly string[], string[]]>([
    ['sound ones are not spoken of', {}, rows, []],
    [
      'a row without a target is left out, and said',
      {},
      changed(2, text => text.replace('no', '')),
      ['information rows-without-target: 1 row has no "y" and cannot be used.'],
    ],
    [
      'a row without a group is an error, with its line',
      withGroups,
      changed(5, text => text.replace('g0', '')),
      ['error missing-group: "group" has no value in line 7: fill it in, or remove groupBy.'],
    ],
    [
      'a row without a time is one',
      inTime,
      changed(5, text => text.replace('2026-01-06', '')),
      ['error missing-time: "day" has no value in line 7: fill it in, or remove timeBy.'],
    ],
    [
      'dates whose order is not certain are refused',
      inTime,
      changed(5, text => text.replace('2026-01-06', '1/6/2026')),
      [
        'error unclear-time: "day" must hold numbers or dates as in 2026-01-31 or 2026-01-31T12:30, got "1/6/2026": dates in another form have no certain order.',
      ],
    ],
    [
      'a variant must not be called like a baseline',
      {variants: {plain: {}, linear: {'layers.hidden.units': 3}}},
      rows,
      [
        'error reserved-name: "linear" is the name of a baseline, which stands beside the variants: choose another name.',
      ],
    ],
    [
      'a variant with a seed of its own is not paired',
      {variants: {plain: {}, other: {'training.seed': 5}}},
      rows,
      [
        'warning unpaired-seed: "other" has a seed of its own, so it starts from other weights than the others: what the comparison shows is the seed\'s effect too.',
      ],
    ],
    [
      'a class weight needs a class',
      {training: {...base.training, classWeights: {maybe: 2}}},
      rows,
      ['error unknown-class: The target has no class "maybe"; it has "no", "yes".'],
    ],
    [
      'a batch larger than a training part is a single step',
      {training: {...base.training, batchSize: 20}},
      rows,
      [
        'warning batch-exceeds-rows: batchSize is 20, but the smallest training part has 16 rows: each epoch is a single step. Lower batchSize.',
      ],
    ],
    [
      'and with dropLast no step at all',
      {training: {...base.training, batchSize: 20, dropLast: true}},
      rows,
      [
        'error batch-exceeds-rows: batchSize is 20, but the smallest training part has 16 rows, and dropLast would leave no batch at all. Lower batchSize.',
      ],
    ],
    [
      'the inner part of early stopping counts: whole groups leave the training part',
      {...withGroups, training: {...stopping, batchSize: 10, dropLast: true}},
      rows,
      [
        'error batch-exceeds-rows: batchSize is 10, but the smallest training part has 8 rows, and dropLast would leave no batch at all. Lower batchSize.',
      ],
    ],
    [
      'a training part of one group cannot be cut for early stopping',
      {...withGroups, evaluation: {folds: 2, groupBy: 'group'}, training: stopping},
      rows.slice(0, 16),
      [
        'error inner-split-impossible: earlyStopping cannot cut an inner part from 8 training rows of one group or one time: lower folds, or remove earlyStopping.',
      ],
    ],
    [
      'a number that differs in every row may be an identifier',
      {},
      rows.map((text, i) => text.replace(/^[\d.]+/, String(1000 + i))),
      [
        'warning likely-identifier: "a" has another integer in every row, as names of rows or groups have, and it is used as an input. If it is one, add it to data.exclude, or keep its rows together with evaluation.groupBy.',
      ],
    ],
    [
      'so may many categories of few rows',
      {data: {...base.data, exclude: ['a', 'b', 'day']}},
      [0, 1, 2, 3].flatMap(() => rows.map((text, i) => text.replace(/g\d+/, `patient ${i}`))),
      [
        'warning likely-identifier: "group" has 24 categories in 96 rows, as names of rows or groups have, and it is used as an input. If it is one, add it to data.exclude, or keep its rows together with evaluation.groupBy.',
      ],
    ],
    [
      'a last batch of one row has no statistics for batchNorm',
      {layers: [{type: 'dense', units: 2}, {type: 'batchNorm'}], training: {...base.training, batchSize: 5}},
      rows,
      [
        'warning batch-norm-of-one-row: The last batch of 16 training rows has a single row, on which batchNorm has no statistics. Change batchSize by one, or set training.dropLast.',
      ],
    ],
    [
      'a network that does not fit into memory is refused before it is made',
      {
        layers: [
          {type: 'dense', units: 1_000_000},
          {type: 'dense', units: 1_000_000},
        ],
      },
      rows,
      [
        'error network-too-large: The network has 1,000,005 million parameters, more than the 200 million that fit into memory. Lower units.',
      ],
    ],
    [
      'the target cannot be ignored',
      {data: {...base.data, columns: {y: {type: 'ignore'}}}},
      rows,
      [
        'error needed-column-ignored: data.csv: the type of "y" is "ignore", but it is the target or divides the rows. Remove the type.',
      ],
    ],
    [
      'few integers as a real target may be classes',
      {data: {...base.data, target: 'b'}},
      rows,
      [
        'hint likely-classes: "b" holds only the integers 0, 1, 2, 3, 4 and is predicted as a real number. If they are classes, set data.task to "classification".',
      ],
    ],
  ])('%s', async (_, changes, data, expected) => {
    const {experiment, said} = await told(changes, data);
    expect(said).toEqual(expected);
    expect(experiment === undefined).toBe(expected.some(text => text.startsWith('error')));
  });

  test('a document that is there is not asked whether it was meant', async () => {
    const path = join(folder, 'latin.mlp.json');
    writeFileSync(path, new Uint8Array([0x7b, 0xe4]));
    await expect(loadExperiment(path, {})).rejects.toThrow(/cannot be read: it is not UTF-8 text\.$/);
    await expect(loadExperiment(path.replace('latin', 'latn'), {})).rejects.toThrow(`Did you mean ${path}?`);
    rmSync(path);
  });

  test('a mistake in a variant is shown at the variant', async () => {
    await told({variants: {plain: {}, other: {'data.features': ['nope']}}});
    const {problems} = await loadExperiment(join(folder, 'net.mlp.json'), {});
    const text = JSON.stringify({...base, variants: {plain: {}, other: {'data.features': ['nope']}}}, null, 1).split(
      '\n',
    );
    expect(problems).toHaveLength(1);
    expect(text[problems[0]!.range.start.line]).toContain('data.features');
  });

  test('training on all rows does not ask for folds that are not used', async () => {
    const rare = rows.map((text, i) => (i < 2 ? text.replace(/yes|no/, 'rare') : text));
    expect((await told({}, rare)).experiment).toBeUndefined();
    expect((await told({}, rare, 'training')).experiment).toBeDefined();
  });

  test('a batch is never planned larger than the data', async () => {
    const {experiment} = await told({training: {...base.training, batchSize: 1_000_000_000}});
    expect(experiment!.variants[0]!.network.batchSize).toBe(24);
  });

  test('what the command line says holds for every variant, also for one that says otherwise', async () => {
    await told({variants: {plain: {}, longer: {'training.epochs': 7}}});
    const {experiment} = await loadExperiment(join(folder, 'net.mlp.json'), {'training.epochs': 1, 'training.seed': 9});
    expect(experiment!.variants.map(({document}) => [document.training.epochs, document.training.seed])).toEqual([
      [1, 9],
      [1, 9],
    ]);
    expect(experiment!.seed).toBe(9);
  });

  test('an absolute path of the data is taken as it is', async () => {
    await told({});
    const {experiment} = await told({data: {...base.data, source: join(folder, 'data.csv')}});
    expect(experiment!.table.rows).toBe(24);
  });
});
