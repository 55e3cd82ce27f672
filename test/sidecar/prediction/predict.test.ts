/** From a stored model and a file to predictions with their doubt. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Encoder, NumericEncoder} from '../../../sidecar/data/encoder.ts';
import type {Table} from '../../../sidecar/data/table.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import type {FittedModel} from '../../../sidecar/experiment/foldTask.ts';
import {trainModels} from '../../../sidecar/experiment/trainModels.ts';
import {engines} from '../../../sidecar/network/engines.ts';
import {predictRows, sampleRows} from '../../../sidecar/prediction/predictRows.ts';
import {readRowsToPredict} from '../../../sidecar/prediction/readRowsToPredict.ts';
import {strangeValues} from '../../../sidecar/prediction/strangeValues.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {findModels} from '../../../sidecar/runs/findModels.ts';
import {modelFile} from '../../../sidecar/runs/modelFile.ts';
import {readModel} from '../../../sidecar/runs/readModel.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load, folder} = smallExperiments();
const engine = engines.plain;

/** Trains the second variant, the one with dropout, on all rows, and stores its model. */
async function stored(changes: object) {
  const experiment = await load(changes);
  const {outcomes} = await trainModels(experiment, inProcess({experiment, engine: 'plain'}), {onEvent() {}});
  const outcome = outcomes[1]!;
  const path = join(folder(), 'model.safetensors');
  writeFileSync(
    path,
    modelFile(
      experiment.variants[1]!,
      experiment.target,
      {...(outcome.model as FittedModel), epochs: outcome.epochs},
      'float32',
    ),
  );
  return {experiment, outcome, path};
}

const allRows = ({table}: Pick<Experiment, 'table'>) => Uint32Array.from({length: table.rows}, (_, row) => row);

describe('a stored model', () => {
  test.each([
    ['classes', {}],
    ['a number', {data: {source: 'data.csv', target: 'sum', exclude: ['sign']}}],
    ['two softmax outputs', {output: {activation: 'softmax'}}],
  ])('of %s predicts what it predicted when it was trained', async (_, changes) => {
    const {experiment, outcome, path} = await stored(changes);
    const model = readModel(path);
    const {table, actual} = await readRowsToPredict(join(folder(), 'data.csv'), model);
    expect([...predictRows(model, table, allRows({table}), engine)]).toEqual([...outcome.predictions!]);
    expect([...actual!]).toEqual([...experiment.target.values]);
  });

  test('predicts rows without a target, with other columns, and with values that training never saw', async () => {
    const {path} = await stored({});
    const model = readModel(path);
    const file = join(folder(), 'new.csv');
    writeFileSync(file, 'comment,b,a\nx,0.5,0.25\ny,,0.25\nz,1,NA\n');
    const {table, actual} = await readRowsToPredict(file, model);
    expect(actual).toBeNull();
    expect([...table.rowLines]).toEqual([2, 3, 4]);
    expect(predictRows(model, table, allRows({table}), engine).every(Number.isFinite)).toBe(true);
    writeFileSync(file, 'a,b,sign\n0.1,0.2,same\n0.1,0.2,\n0.1,0.2,third\n');
    expect([...(await readRowsToPredict(file, model)).actual!]).toEqual([1, -1, -1]);
  });

  test('tells of values far from all that training saw, by column, count and first line', async () => {
    const model = readModel((await stored({})).path);
    const {min, max, sd} = (model.encoder.columns[0] as NumericEncoder).statistics!;
    const file = join(folder(), 'new.csv');
    const near = max + 9.9 * sd;
    writeFileSync(file, `a,b\n${max},0\n${near},0\n${max + 10.1 * sd},0\n${min - 10.1 * sd},0\nNA,0\n`);
    const {table} = await readRowsToPredict(file, model);
    const value = expect.closeTo(max + 10.1 * sd, 4);
    expect(strangeValues([model.encoder], table)).toEqual([
      {column: 'a', kind: 'outOfRange', rows: 2, line: 4, value, range: [min, max]},
    ]);
  });

  test('tells of categories that no training row of any model had', () => {
    const encoder = (...names: string[]): Encoder => ({
      ...{version: 1, width: 3},
      columns: [
        {
          ...{kind: 'oneHot', name: 'c', inputs: ['x', 'y', 'unseen'], indicator: false, fill: null},
          categories: ['x', 'y'].map(name => ({name, count: names.includes(name) ? 2 : 0})),
        },
      ],
    });
    const table: Table = {
      ...{source: 'new.csv', rows: 4, sha256: '', byteLength: 0, omitted: {withoutTarget: 0, withMissingValue: 0}},
      columns: [{kind: 'categorical', name: 'c', codes: Int32Array.of(-1, 0, 1, 1), categories: ['x', 'y']}],
      rowLines: Uint32Array.of(2, 3, 4, 5),
    };
    expect(strangeValues([encoder('x'), encoder()], table)).toEqual([
      {column: 'c', kind: 'unknownCategory', rows: 2, line: 4, value: 'y'},
    ]);
    expect(strangeValues([encoder('x'), encoder('y')], table)).toEqual([]);
  });

  test('tells of a class that training did not have, beside rows without one', async () => {
    const model = readModel((await stored({})).path);
    const file = join(folder(), 'new.csv');
    const [known] = (model.target as {classes: readonly string[]}).classes;
    writeFileSync(file, `a,b,${model.target.name}\n1,2,${known}\n1,2,\n1,2,martian\n1,2,martian\n`);
    const {strange, actual} = await readRowsToPredict(file, model);
    expect([...actual!]).toEqual([0, -1, -1, -1]);
    expect(strange).toEqual([{column: model.target.name, kind: 'unknownClass', rows: 2, line: 4, value: 'martian'}]);
  });

  test('is not a data file', () => {
    const file = join(folder(), 'new.csv');
    writeFileSync(file, 'a,b\n1,2\n');
    expect(() => findModels(file, undefined)).toThrow('new.csv is no model: give a .safetensors file');
  });

  test('says which column is missing, or holds text', async () => {
    const model = readModel((await stored({})).path);
    const file = join(folder(), 'new.csv');
    writeFileSync(file, 'a,c\n1,2\n');
    await expect(readRowsToPredict(file, model)).rejects.toThrow('new.csv: the file has no column "b"');
    writeFileSync(file, 'a,b\n1,many\n');
    await expect(readRowsToPredict(file, model)).rejects.toThrow('new.csv, line 2, column "b": "many" is text');
  });

  test('that is damaged, or none, is refused in a sentence', async () => {
    const {path} = await stored({});
    const text = 'is no model of MLP Lab';
    for (const bytes of [Buffer.from('{}'), Buffer.alloc(40), Buffer.from('PK\u0003\u0004 some other format')]) {
      writeFileSync(path, bytes);
      expect(() => readModel(path)).toThrow(text);
    }
    expect(() => readModel(join(folder(), 'none.safetensors'))).toThrow('does not exist');
    expect(() => readModel(folder())).toThrow('is not a file');
  });
});

describe('samples', () => {
  const sampling = {samples: 40, tolerance: 0, masks: 'row', seed: 1} as const;

  test('follow from the seed, and more of them begin with the same ones', async () => {
    const {path, experiment} = await stored({});
    const [model, rows] = [readModel(path), allRows(experiment)];
    const mean = async (seed: number, samples: number) =>
      (await sampleRows(model, experiment.table, rows, engine, {...sampling, seed, samples})).mean;
    expect(await mean(1, 3)).toEqual(await mean(1, 3));
    expect(await mean(1, 3)).not.toEqual(await mean(2, 3));
    // Means of 2 and 3 samples that share their first two: the third one is 3·m₃ − 2·m₂, a probability.
    const [two, three] = [await mean(1, 2), await mean(1, 3)];
    const third = three.map((value, i) => 3 * value - 2 * two[i]!);
    expect(third.every(value => value > -1e-9 && value < 1 + 1e-9)).toBe(true);
  });

  test('stop when every mean is known well enough', async () => {
    const {path, experiment} = await stored({});
    const model = readModel(path);
    const many = {...sampling, samples: 5000, tolerance: 0.05};
    const seen: number[] = [];
    const {samples} = await sampleRows(
      model,
      experiment.table,
      allRows(experiment),
      engine,
      many,
      async (done, widest) => {
        if (done % 10 === 0) seen.push(widest);
      },
    );
    expect(samples).toBeLessThan(5000);
    expect(seen.at(-1)!).toBeLessThanOrEqual(0.05);
    expect(seen.at(-2)!).toBeGreaterThan(0.05);
  });

  test('with shared masks treat equal rows alike, with masks by row not', async () => {
    const {path, experiment} = await stored({});
    const model = readModel(path);
    const twice = Uint32Array.of(1, 1, 1);
    const one = async (masks: 'row' | 'shared') =>
      new Set((await sampleRows(model, experiment.table, twice, engine, {...sampling, samples: 2, masks})).mean).size;
    expect(await one('shared')).toBe(1);
    expect(await one('row')).toBeGreaterThan(1);
  });
});
