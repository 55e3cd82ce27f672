import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import {inProcess} from '../../../sidecar/runners/inProcess.ts';
import {predictionsFile} from '../../../sidecar/runs/predictionsFile.ts';
import {readPredictions} from '../../../sidecar/runs/readPredictions.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';

const {load} = smallExperiments();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-predictions-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

test.each([
  ['two classes', {}],
  ['a number', {data: {source: 'data.csv', target: 'sum', exclude: ['sign']}, training: {epochs: 2, seed: 1}}],
])('out-of-fold predictions of %s are read as they were written', async (_, changes) => {
  const experiment = await load(changes);
  const {table, target} = experiment;
  const {outcomes} = await crossValidate(experiment, inProcess({experiment, engine: 'plain'}), {onEvent() {}});
  writeFileSync(join(folder, 'predictions.csv'), [...predictionsFile(table, target, outcomes)].join(''));
  const classes = target.task === 'classification' ? target.classes : null;
  const folds = readPredictions(folder, {data: {classes}} as StoredRun);
  expect(folds).toHaveLength(outcomes.length);
  outcomes.forEach(({name, task: {fold}, outcome}, i) => {
    const place = {variant: name, repeat: fold.repeat + 1, fold: fold.fold + 1};
    expect(folds[i]).toMatchObject({...place, lines: fold.test.map(row => table.rowLines[row]!)});
    expect(folds[i]!.actual).toEqual(Float64Array.from(fold.test, row => target.values[row]!));
    expect(folds[i]!.predictions).toEqual(outcome.predictions);
  });
});

test('a file that does not fit its run is refused in a sentence', () => {
  const run = {data: {classes: ['no', 'yes']}} as StoredRun;
  const header = 'model,repeat,fold,row,line,actual,predicted,probability no,probability yes\n';
  const refused = (text: string) => {
    writeFileSync(join(folder, 'predictions.csv'), text);
    expect(() => readPredictions(folder, run)).toThrow('does not fit its run: it was changed or cut short.');
  };
  refused('model,repeat\n');
  refused(`${header}net,1,1,1,2,maybe,no,0.5,0.5\n`);
  refused(`${header}net,1,1,1,2,no,no,0.5,half\n`);
  refused(`${header}net,1,1\n`);
  rmSync(join(folder, 'predictions.csv'));
  expect(() => readPredictions(folder, run)).toThrow('cannot be read');
});
