import {describe, expect, test} from 'vitest';
import {featureWidth, planFeatures} from '../../../sidecar/data/features.ts';
import {dataErrorOf, dataSection, type Given, tableOf} from './dataFiles.ts';

const content = 'size,sex,age,extra,y\nsmall,m,1,5,a\nlarge,f,,6,b\nmedium,m,3,7,a\n,,4,8,b\n';

async function plan(given: Given, reserved = ['y'], text = content) {
  const table = await tableOf(text, given, {keep: reserved.filter(name => name !== 'y')});
  return planFeatures(table, dataSection(given), reserved);
}

describe('the inputs of a network', () => {
  test('are all columns but the target, in the order of the file', async () => {
    const plans = await plan({});
    expect(plans.map(feature => feature.inputs)).toEqual([
      ['size=large', 'size=medium', 'size=small', 'size=unseen'],
      ['sex=f', 'sex=m', 'sex=unseen'],
      ['age'],
      ['extra'],
    ]);
    expect(plans.map(feature => feature.width)).toEqual([4, 3, 1, 1]);
    expect(featureWidth(plans)).toBe(9);
  });

  const choices: Record<string, readonly [given: Given, names: readonly string[], reserved?: string[]]> = {
    'the features that are named, still in the order of the file': [{features: ['age', 'sex']}, ['sex', 'age']],
    'not the excluded ones': [{exclude: ['size', 'age']}, ['sex', 'extra']],
    'not the ignored ones': [{columns: {sex: {type: 'ignore'}}}, ['size', 'age', 'extra']],
    'not what divides the rows': [{}, ['sex', 'age'], ['y', 'size', 'extra']],
  };
  test.each(Object.entries(choices))('%s', async (_, [given, names, reserved]) => {
    expect((await plan(given, reserved)).map(feature => feature.name)).toEqual(names);
  });

  test('tell which values were missing, only for columns that lack some', async () => {
    const plans = await plan({missing: {indicator: true}, columns: {size: {indicator: false}}});
    expect(plans.map(feature => [feature.inputs.at(-1), feature.indicator])).toEqual([
      ['size=unseen', false],
      ['sex missing', true],
      ['age missing', true],
      ['extra', false],
    ]);
  });

  test('have the settings of their column, and otherwise those of all columns', async () => {
    const plans = await plan({
      scale: 'robust',
      missing: {numeric: 'median'},
      columns: {
        age: {scale: 'minMax', missing: 'constant', fillValue: '7.5'},
        sex: {missing: 'constant', fillValue: 0},
      },
    });
    expect(plans[2]).toMatchObject({kind: 'numeric', scale: 'minMax', missing: 'constant', fillValue: 7.5});
    expect(plans[3]).toMatchObject({kind: 'numeric', scale: 'robust', missing: 'median', fillValue: null});
    // What replaces missing values is a category of its own, behind the others.
    expect(plans[1]).toMatchObject({missing: 'constant', fillValue: '0', categories: ['f', 'm', '0']});
  });

  test('of an ordinal column are one, in the stated order or the alphabetical one', async () => {
    const plans = await plan({
      categories: 'ordinal',
      columns: {size: {order: ['tiny', 'small', 'medium', 'large'], missing: 'category'}, sex: {categories: 'oneHot'}},
    });
    expect(plans[0]).toMatchObject({
      inputs: ['size'],
      encoding: 'ordinal',
      categories: ['tiny', 'small', 'medium', 'large', 'missing'],
    });
    expect(plans[1]).toMatchObject({encoding: 'oneHot', categories: ['f', 'm']});
    const [alphabetical] = await plan({categories: 'ordinal'});
    expect(alphabetical).toMatchObject({categories: ['large', 'medium', 'small']});
  });

  test('have an input for missing categories where missing is a category and some are', async () => {
    const given: Given = {missing: {categorical: 'category'}};
    const [size, , ,] = await plan(given);
    expect(size!.inputs).toEqual(['size=large', 'size=medium', 'size=small', 'size=missing', 'size=unseen']);
    const [complete] = await plan(given, ['y'], 'size,y\nsmall,a\nlarge,b\n');
    expect(complete!.inputs).toEqual(['size=large', 'size=small', 'size=unseen']);
    const [named] = await plan(given, ['y'], 'size,y\nsmall,a\nmissing,b\n,b\n');
    expect(named!.inputs).toEqual(['size=missing', 'size=small', 'size=unseen']);
  });

  test('are not confused by a category called unseen, or a column called like a method', async () => {
    const [size] = await plan({}, ['y'], 'constructor,y\nunseen,a\nseen,b\n');
    expect(size!.inputs).toEqual(['constructor=seen', 'constructor=unseen', 'constructor=(unseen)']);
  });
});

describe('settings that do not go with what a column holds are errors', () => {
  const cases: Record<string, readonly [given: Given, code: string, message: string, column: string, key: string]> = {
    'the mean of categories': [
      {columns: {sex: {missing: 'mean'}}},
      'wrong-missing',
      'data.csv, column "sex": the column holds categories, which have no mean. Set its missing to "mostFrequent", "category" or "constant".',
      'sex',
      'data.columns.sex.missing',
    ],
    'missing numbers as a category': [
      {columns: {age: {missing: 'category'}}},
      'wrong-missing',
      'data.csv, column "age": the column is numeric, so its missing values cannot be a category. Choose what replaces them.',
      'age',
      'data.columns.age.missing',
    ],
    'text that replaces a number': [
      {columns: {age: {missing: 'constant', fillValue: 'old'}}},
      'wrong-fill-value',
      'data.csv, column "age": fillValue must be a number, since the column is numeric, got "old".',
      'age',
      'data.columns.age.fillValue',
    ],
    'a constant that is not given': [
      {columns: {age: {missing: 'constant'}}},
      'wrong-fill-value',
      'data.csv, column "age": missing is "constant" but there is no fillValue. Set it to the number that replaces a missing one.',
      'age',
      'data.columns.age.fillValue',
    ],
    'a constant category that is not given': [
      {columns: {sex: {missing: 'constant'}}},
      'wrong-fill-value',
      'data.csv, column "sex": missing is "constant" but there is no fillValue. Set it to the category that replaces a missing one.',
      'sex',
      'data.columns.sex.fillValue',
    ],
    'an order of numbers': [
      {columns: {age: {order: ['1', '3', '4']}}},
      'no-categories',
      'data.csv, column "age": the column is numeric and has no categories. Set data.columns.age.type to "categorical", or remove "order".',
      'age',
      'data.columns.age.order',
    ],
    'categories of numbers': [
      {columns: {extra: {categories: 'oneHot'}}},
      'no-categories',
      'data.csv, column "extra": the column is numeric and has no categories. Set data.columns.extra.type to "categorical", or remove "categories".',
      'extra',
      'data.columns.extra.categories',
    ],
    'an order without one of the categories': [
      {columns: {size: {categories: 'ordinal', order: ['small', 'large']}}},
      'category-not-in-order',
      'data.csv, column "size": the category "medium" is not in the order. Add it to data.columns.size.order.',
      'size',
      'data.columns.size.order',
    ],
    'missing categories where that is an error': [
      {columns: {size: {missing: 'error'}}},
      'missing-value',
      'data.csv, line 5, column "size": the value is missing, and data.missing makes that an error. Fill it in, or choose what replaces it.',
      'size',
      'data.columns.size.missing',
    ],
  };
  test.each(Object.entries(cases))('%s', async (_, [given, code, message, column, key]) => {
    const error = await dataErrorOf(() => plan(given));
    expect(error).toMatchObject({code, message, column, key, file: 'data.csv'});
  });
});

describe('a variant with other inputs than the document', () => {
  test('may use a column that the document excludes', async () => {
    const table = await tableOf(content, {exclude: ['age']});
    expect(planFeatures(table, dataSection(), ['y']).map(feature => feature.name)).toContain('age');
  });

  test('is told why it cannot use one', async () => {
    const text = `id,x,y\n${Array.from({length: 12}, (_, i) => `p${i},${i},${i % 2}`).join('\n')}\n`;
    const table = await tableOf(text, {exclude: ['id']});
    const error = await dataErrorOf(() => planFeatures(table, dataSection(), ['y']));
    expect(error).toMatchObject({code: 'identifier-column', column: 'id', key: 'data.columns.id'});
  });

  test('is told that rows are not dropped for it alone', async () => {
    const given: Given = {missing: {numeric: 'dropRow'}};
    const table = await tableOf(content, {...given, exclude: ['age']});
    const error = await dataErrorOf(() => planFeatures(table, dataSection(given), ['y']));
    expect(error).toMatchObject({code: 'row-not-dropped', line: 3, column: 'age', key: 'data.missing.numeric'});
  });

  test('is told of columns that are not there', async () => {
    const table = await tableOf(content, {exclude: ['age']});
    const error = await dataErrorOf(() => planFeatures(table, dataSection({features: ['agee']}), ['y']));
    expect(error.message).toBe('data.csv: the file has no column "agee". Did you mean "age"?');
  });
});
