import {expect, test} from 'vitest';
import type {ClassTarget} from '../../../sidecar/data/table.ts';
import {rowWeights} from '../../../sidecar/training/rowWeights.ts';

const target: ClassTarget = {
  task: 'classification',
  name: 'y',
  classes: ['a', 'b'],
  values: Int32Array.of(0, 0, 0, 1, 1, 1),
};
const learned = Uint32Array.of(0, 1, 2, 3);

test('without class weights there are none, nor for a real target', () => {
  expect(rowWeights('none', target, learned, learned)).toBeNull();
  expect(
    rowWeights('balanced', {task: 'regression', name: 'y', values: new Float64Array(6)}, learned, learned),
  ).toBeNull();
});

test('balanced weights are rows / (classes · rows of the class)', () => {
  // Four learned rows, three of a and one of b: 4 / (2 · 3) and 4 / (2 · 1).
  expect(rowWeights('balanced', target, learned, learned)).toEqual(Float32Array.of(2 / 3, 2 / 3, 2 / 3, 2));
});

test('balanced weights are counted on the learned rows alone, whatever rows they are given to', () => {
  const all = Uint32Array.of(0, 1, 2, 3, 4, 5);
  expect(rowWeights('balanced', target, learned, all)).toEqual(Float32Array.of(2 / 3, 2 / 3, 2 / 3, 2, 2, 2));
});

test('a class may have the name of a method of objects', () => {
  const named = {...target, classes: ['constructor', 'toString']};
  expect(rowWeights({toString: 5}, named, learned, learned)).toEqual(Float32Array.of(1, 1, 1, 5));
});

test('stated weights are by the name of the class, and 1 for a class that is not named', () => {
  expect(rowWeights({b: 5}, target, learned, learned)).toEqual(Float32Array.of(1, 1, 1, 5));
});
