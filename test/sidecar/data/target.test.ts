import {describe, expect, test} from 'vitest';
import {encodeTarget, fewDistinctIntegers, fitTargetScale, planTarget} from '../../../sidecar/data/target.ts';
import {dataErrorOf, dataSection, type Given, tableOf} from './dataFiles.ts';

/** The target of a file with these cells in its column y. */
async function targetOf(cells: readonly (string | number)[], given: Given = {}) {
  const table = await tableOf(`x,y\n${cells.map((cell, i) => `${i},${cell}`).join('\n')}\n`, given);
  return planTarget(table, dataSection(given));
}

describe('the task follows from the target', () => {
  const asCategories: Given = {columns: {y: {type: 'categorical'}}};
  const cases: Record<string, readonly [cells: (string | number)[], given: Given, classes: string[] | null]> = {
    'text is classes': [['b', 'c', 'a', 'b'], {}, ['a', 'b', 'c']],
    'two numbers are classes': [[1, 0, 1.0], {}, ['0', '1']],
    'more numbers are a regression': [[1, 0, 2], {}, null],
    'two numbers are a regression if the document says so': [[1, 0, 1], {task: 'regression'}, null],
    'numbers are classes if the document says so': [[10, 9, 0.5], {task: 'classification'}, ['0.5', '9', '10']],
    'numbers are classes if their column is categorical': [['10', '9', '100'], asCategories, ['9', '10', '100']],
    'text and numbers are in alphabetical order': [
      ['b', '9', '10', 'a', 'c', 'd'],
      {},
      ['10', '9', 'a', 'b', 'c', 'd'],
    ],
  };
  test.each(Object.entries(cases))('%s', async (_, [cells, given, classes]) => {
    const target = await targetOf(cells, given);
    expect(target.task === 'classification' ? target.classes : null).toEqual(classes);
    const values = Array.from(target.values, value => (classes ? classes[value]! : String(value)));
    expect(values.map(value => (Number.isNaN(Number(value)) ? value : Number(value)))).toEqual(
      cells.map(cell => (Number.isNaN(Number(cell)) ? cell : Number(cell))),
    );
  });
});

describe('of two classes', () => {
  const cases: Record<string, readonly [cells: (string | number)[], given: Given, classes: string[]]> = {
    'the second in alphabetical order is positive': [['no', 'yes', 'no'], {}, ['no', 'yes']],
    'the larger of two numbers is positive': [[10, 9, 10], {}, ['9', '10']],
    'the stated one is positive': [['M', 'R'], {positiveClass: 'M'}, ['R', 'M']],
    'the stated one may be written as another form of the number': [[0, 1], {positiveClass: '0.0'}, ['1', '0']],
  };
  test.each(Object.entries(cases))('%s', async (_, [cells, given, classes]) => {
    expect(await targetOf(cells, given)).toMatchObject({
      classes,
      values: Int32Array.from(cells, cell => classes.indexOf(String(cell))),
    });
  });
});

test('a class that is only in rows that were dropped is none', async () => {
  const table = await tableOf('x,y\n1,a\n,c\n3,b\n', {missing: {numeric: 'dropRow'}});
  expect(planTarget(table, dataSection())).toMatchObject({classes: ['a', 'b'], values: Int32Array.of(0, 1)});
});

test('a real target keeps its own units in float64 and lies in shared memory', async () => {
  const target = await targetOf([0.1, 16777217, -3e-7]);
  expect(target.values).toEqual(Float64Array.of(0.1, 16777217, -3e-7));
  expect(target.values.buffer).toBeInstanceOf(SharedArrayBuffer);
});

describe('a target that does not go with the task is an error', () => {
  const many = Array.from({length: 150}, (_, i) => i + 0.5);
  const cases: Record<
    string,
    readonly [cells: (string | number)[], given: Given, code: string, text: string, key: string]
  > = {
    'one class': [
      ['a', 'a'],
      {},
      'one-class',
      'all rows have the same target, "a". A classification needs at least two classes.',
      'data.target',
    ],
    'a regression of text': [
      ['a', 'b'],
      {task: 'regression'},
      'target-not-numeric',
      'the target holds text such as "a", so it cannot be a regression. Set data.task to "classification".',
      'data.task',
    ],
    'classes of real numbers': [
      many,
      {task: 'classification'},
      'too-many-classes',
      'the target has 150 different numbers, which are not all integers: too many for classes. Set data.task to "regression".',
      'data.task',
    ],
    'a misspelt positive class': [
      ['malignant', 'benign'],
      {positiveClass: 'Malignat'},
      'unknown-class',
      'the target has no class "Malignat". Did you mean "malignant"?',
      'data.positiveClass',
    ],
    'an unknown positive class': [
      ['M', 'R'],
      {positiveClass: 'yes'},
      'unknown-class',
      'the target has no class "yes". It has "M" and "R".',
      'data.positiveClass',
    ],
    'a positive class of three': [
      ['a', 'b', 'c'],
      {positiveClass: 'b'},
      'positive-class-of-many',
      'the target has 3 classes, and none of more than two is the positive one. Remove data.positiveClass.',
      'data.positiveClass',
    ],
    'a positive class of a regression': [
      [1, 2, 3],
      {positiveClass: '1'},
      'positive-class-without-classes',
      'a regression has no positive class. Set data.task to "classification", or remove data.positiveClass.',
      'data.positiveClass',
    ],
  };
  test.each(Object.entries(cases))('%s', async (_, [cells, given, code, text, key]) => {
    const error = await dataErrorOf(() => targetOf(cells, given));
    expect(error).toMatchObject({code, message: `data.csv, column "y": ${text}`, column: 'y', key});
  });

  test('but many integers may be classes', async () => {
    const target = await targetOf(many.map(Math.floor), {task: 'classification'});
    expect(target).toMatchObject({task: 'classification', classes: many.map(value => String(Math.floor(value)))});
  });
});

describe('a real target', () => {
  test('of few integers may be meant as classes', async () => {
    expect(fewDistinctIntegers(await targetOf([3, 1, 2, 3]))).toEqual([1, 2, 3]);
    expect(fewDistinctIntegers(await targetOf([3, 1, 2.5]))).toBeNull();
    expect(fewDistinctIntegers(await targetOf(Array.from({length: 11}, (_, i) => i)))).toBeNull();
    expect(fewDistinctIntegers(await targetOf(['a', 'b']))).toBeNull();
  });

  test('is scaled by mean and standard deviation of the training rows', async () => {
    const target = await targetOf([2, 4, 6, 100]);
    if (target.task !== 'regression') throw new TypeError('task must be regression');
    const scale = fitTargetScale(target.values, Uint32Array.of(0, 1, 2), 'standard');
    const sd = Math.sqrt(8 / 3);
    expect(scale).toEqual({mean: 4, sd});
    expect(encodeTarget(target, scale, Uint32Array.of(3, 0))).toEqual(Float32Array.of(96 / sd, -2 / sd));
    expect(fitTargetScale(target.values, Uint32Array.of(0, 1, 2), 'none')).toEqual({mean: 0, sd: 1});
  });

  test('that is constant in the training rows keeps its distances', () => {
    const values = Float64Array.of(0.1, 0.1, 0.1, 5);
    expect(fitTargetScale(values, Uint32Array.of(0, 1, 2), 'standard')).toEqual({mean: 0.1, sd: 1});
  });

  test('whose spread is too small to be squared keeps its distances', () => {
    expect(fitTargetScale(Float64Array.of(0, 1e-200), Uint32Array.of(0, 1), 'standard')).toMatchObject({sd: 1});
  });

  test('cannot be scaled by no rows', () => {
    expect(() => fitTargetScale(Float64Array.of(1), new Uint32Array(0), 'standard')).toThrow(
      new RangeError('rows must hold at least one row, got none'),
    );
  });
});

test('classes are encoded by their index', async () => {
  const target = await targetOf(['b', 'a', 'c']);
  expect(encodeTarget(target, null, Uint32Array.of(2, 0, 1))).toEqual(Float32Array.of(2, 1, 0));
});
