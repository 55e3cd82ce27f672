import {describe, expect, test} from 'vitest';
import {closestName, editDistance} from '../../sidecar/closestName.ts';

describe('closestName', () => {
  const keys = ['type', 'name', 'units', 'activation', 'maxNorm', 'l1', 'l2', 'init', 'rate', 'learningRate'];

  test.each([
    ['rat', 'rate'],
    ['rtae', 'rate'],
    ['raet', 'rate'],
    ['aetr', undefined],
    ['untis', 'units'],
    ['Units', 'units'],
    ['max_norm', 'maxNorm'],
    ['max-norm', 'maxNorm'],
    ['MAXNORM', 'maxNorm'],
    ['activatoin', 'activation'],
    ['learnignrate', 'learningRate'],
    ['learning', 'learningRate'],
    ['l3', undefined],
    ['momentum', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('means by "%.20s" the key %s', (name, meant) => {
    expect(closestName(name, keys)).toBe(meant);
  });

  test('takes the first of equally near names', () => {
    expect(closestName('hidden0', ['hidden1', 'hidden2'])).toBe('hidden1');
  });

  test('finds nothing among no candidates', () => {
    expect(closestName('rate', [])).toBeUndefined();
  });
});

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    // Restricted: "ca" → "ac" → "abc" would edit the swapped part twice.
    ['ca', 'abc', 3],
  ])('between "%s" and "%s" is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});
