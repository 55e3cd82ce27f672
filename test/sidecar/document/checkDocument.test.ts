import {describe, expect, test} from 'vitest';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';

const codes = (text: string) => checkDocument(text).problems.map(({code}) => code);

describe('after a syntax error', () => {
  test('what stands before it is checked all the same', () => {
    const text = `{
      "version": 1,
      "data": {"source": "a.csv", "target": "y", "taks": "auto"},
      "layers": [
        {"type": "dropout", "rate": 20},
        {"type": "dense", "units": 3}
        {"type": "dense", "unis": 3}
      ]
    }`;
    expect(codes(text)).toEqual(['unknown-key', 'out-of-range', 'json-syntax']);
  });

  test('nothing is said to be missing, and nothing of what follows', () => {
    expect(codes('{"version": 1, "data": {"source": "a.csv", ')).toEqual(['json-syntax']);
    expect(codes('{\n"version" 1,\n"laers": []}')).toEqual(['json-syntax']);
  });

  test('what can be understood is resolved', () => {
    const {sound} = checkDocument(`{
      "version": 1, "data": {"source": "a.csv", "target": "y"},
      "layers": [{"type": "dense", "units": 30}, {"type": "dropout", "rate": 0.5},
    `);
    expect(sound.variants.map(({document}) => document.layers.map(({type}) => type))).toEqual([['dense', 'dropout']]);
    expect(sound.firstUnknownLayer).toBe(2);
  });
});

describe('the sound parts of a document with mistakes', () => {
  const layersOf = (layers: unknown, more: object = {}) => {
    const {sound} = checkDocument(JSON.stringify({version: 1, data: {source: 'a', target: 'y'}, layers, ...more}));
    return {
      layers: sound.variants[0]?.document.layers.map(({name, type}) => `${name}: ${type}`),
      known: sound.firstUnknownLayer,
      epochs: sound.variants[0]?.document.training.epochs,
    };
  };

  test('leave out an unknown key and a wrong value', () => {
    const layers = [{type: 'dense', units: 3, activaton: 'relu', l1: 'x'}];
    expect(layersOf(layers, {training: {epochs: 0, batchsize: 3}})).toEqual({
      layers: ['dense1: dense'],
      known: 1,
      epochs: 100,
    });
  });

  test('keep the place of a layer that cannot be understood, and know no width from there on', () => {
    const layers = [
      {type: 'dense', units: 3},
      {type: 'dense', name: 'b'},
      7,
      {type: 'conv'},
      {type: 'dropout', rate: 2},
    ];
    expect(layersOf(layers).known).toBe(1);
    expect(layersOf(layers).layers).toHaveLength(5);
  });

  test('are nothing where there is nothing', () => {
    expect(layersOf('none')).toEqual({layers: [], known: 0, epochs: 100});
    expect(checkDocument('').sound.variants).toHaveLength(1);
    expect(checkDocument('[]').sound.variants).toHaveLength(1);
  });
});
