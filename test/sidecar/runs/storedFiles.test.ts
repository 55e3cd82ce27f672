import {describe, expect, test} from 'vitest';
import type {Table, Target} from '../../../sidecar/data/table.ts';
import type {FoldRecord} from '../../../sidecar/experiment/crossValidate.ts';
import type {VariantPlan} from '../../../sidecar/experiment/experiment.ts';
import {modelFileNames} from '../../../sidecar/runs/modelFile.ts';
import {predictionsFile} from '../../../sidecar/runs/predictionsFile.ts';

const table = {rowLines: Uint32Array.of(2, 3, 5)} as unknown as Table;

function record(name: string, predictions: Float64Array): FoldRecord {
  const fold = {repeat: 0, fold: 1, train: Uint32Array.of(1), test: Uint32Array.of(0, 2)};
  const task = {subject: {kind: 'variant', index: 0}, fold, keepModel: false} as const;
  return {name, task, outcome: {predictions} as FoldRecord['outcome']};
}

describe('predictions.csv', () => {
  test('names rows by number and line, and gives two classes a probability each', () => {
    const target: Target = {task: 'classification', name: 'y', classes: ['no', 'yes'], values: Int32Array.of(1, 0, 0)};
    expect([...predictionsFile(table, target, [record('net', Float64Array.of(0.75, 0.5))])].join('')).toBe(
      [
        'model,repeat,fold,row,line,actual,predicted,probability no,probability yes',
        'net,1,2,1,2,yes,yes,0.25,0.75',
        'net,1,2,3,5,no,no,0.5,0.5',
        '',
      ].join('\n'),
    );
  });

  test('quotes names that need it', () => {
    const target: Target = {task: 'classification', name: 'y', classes: ['a,b', '"c"'], values: Int32Array.of(0, 0, 1)};
    const text = [...predictionsFile(table, target, [record(' x\ny', Float64Array.of(0.25, 1))])].join('');
    expect(text).toBe(
      'model,repeat,fold,row,line,actual,predicted,"probability a,b","probability ""c"""\n' +
        '" x\ny",1,2,1,2,"a,b","a,b",0.75,0.25\n" x\ny",1,2,3,5,"""c""","""c""",0,1\n',
    );
  });

  test('gives a real target its values', () => {
    const target: Target = {task: 'regression', name: 'y', values: Float64Array.of(1.5, 2, -3)};
    expect([...predictionsFile(table, target, [record('net', Float64Array.of(1, -2.5))])].join('')).toBe(
      'model,repeat,fold,row,line,actual,predicted\nnet,1,2,1,2,1.5,1\nnet,1,2,3,5,-3,-2.5\n',
    );
  });
});

test('models of variants with like names get names of their own', () => {
  const long = '漢'.repeat(300);
  expect(Buffer.byteLength(modelFileNames([{name: long} as VariantPlan])[0]!)).toBeLessThan(220);
  const variants = ['a b', 'a-b', 'a-b-2', 'A B', '../x', '', 'é 漢'].map(name => ({name}) as VariantPlan);
  expect(modelFileNames(variants)).toEqual(
    ['a-b', 'a-b-2', 'a-b-2-2', 'A-B-3', '-x', '-2', 'é-漢'].map(name => `models/${name}.safetensors`),
  );
});
