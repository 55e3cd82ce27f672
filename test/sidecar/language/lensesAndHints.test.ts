import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {codeLenses} from '../../../sidecar/language/codeLenses.ts';
import {inlayHints} from '../../../sidecar/language/inlayHints.ts';
import {NOTHING_STORED, type StoredFacts} from '../../../sidecar/language/storedFacts.ts';
import {documentWith, open, openUnknown} from './support.ts';

const text = `{
  "version": 1,
  "data": {"source": "people.csv", "target": "ill"},
  "layers": [
    {"name": "hidden", "type": "dense", "units": 32},
    {"name": "drop", "type": "dropout", "rate": 0.25}
  ],
  "training": {"optimizer": {"type": "sgd", "learningRate": 0.02, "momentum": 0.9}},
  "variants": {
    "plain": {"layers.drop.rate": 0},
    "dropped": {}
  }
}`;

function result(overrides: object = {}, of: string = text): StoredFacts {
  const model = (name: string, mean: number) => ({
    name,
    folds: [],
    summary: {accuracy: {mean, sd: 0.011, folds: 10}},
  });
  const run = {
    data: {classes: ['no', 'yes']},
    document: {sha256: createHash('sha256').update(of).digest('hex')},
    overrides,
    variants: [{name: 'plain', document: {evaluation: {method: 'kFold', folds: 10, repeats: 10}}}],
    crossValidation: {variants: [model('plain', 0.8), model('dropped', 0.863)]},
  } as unknown as StoredRun;
  const facts = {stored: run, trainingLoss: new Map()};
  return {...NOTHING_STORED, crossValidation: {directory: '/runs/one', run, facts}};
}

async function lenses(stored: StoredFacts = NOTHING_STORED, of: string = text) {
  const {analysis} = await open(of, stored);
  return codeLenses(analysis).map(({range, command}) => `${range.start.line + 1}: ${command!.title}`);
}

describe('code lenses', () => {
  test('stand above the document and each variant', async () => {
    expect(await lenses()).toEqual([
      '1: $(play) Train model',
      '1: $(beaker) Cross-validate',
      '1: Compare variants',
      '1: Tune dropout',
      '8: Find a learning rate',
      '9: Follow the tips',
      '10: $(play) Train',
      '10: Cross-validate',
      '11: $(play) Train',
      '11: Cross-validate',
    ]);
  });

  test('name the last result, and each layer once there is a run to show', async () => {
    expect((await lenses(result())).filter(title => /±|Show/.test(title))).toEqual([
      '1: $(graph) dropped: 86.3 ± 1.1 %, 10 × 10',
      '10: $(graph) 80.0 ± 1.1 %, 10 × 10',
      '11: $(graph) 86.3 ± 1.1 %, 10 × 10',
      '5: Show in panel',
      '6: Show in panel',
    ]);
  });

  test('say when the result is of another text, and how it was evaluated', async () => {
    const stored = result({'evaluation.repeats': 1, 'evaluation.folds': 5}, 'another text');
    expect((await lenses(stored))[4]).toBe('1: $(graph) dropped: 86.3 ± 1.1 %, 5 folds (before changes)');
  });

  test('bring what their commands need', async () => {
    const {analysis} = await open(text, result());
    const argumentsOf = (title: string) =>
      codeLenses(analysis).find(({command}) => command!.title === title)!.command!.arguments![0];
    expect(argumentsOf('$(graph) 80.0 ± 1.1 %, 10 × 10')).toEqual({
      uri: analysis.uri,
      variants: ['plain'],
      run: '/runs/one',
    });
    expect(argumentsOf('Show in panel')).toEqual({uri: analysis.uri, run: '/runs/one', layer: 'hidden'});
  });

  test('are there in a text with mistakes, and not in an empty one', async () => {
    expect(await lenses(NOTHING_STORED, text.slice(0, -2))).toContain('1: $(play) Train model');
    expect(await lenses(NOTHING_STORED, '')).toEqual([]);
    expect(await lenses(NOTHING_STORED, '[1]')).toEqual([]);
  });
});

const everything = {start: {line: 0, character: 0}, end: {line: 1000, character: 0}};

async function hints(of: string) {
  const {analysis} = await open(of);
  return inlayHints(analysis, everything).map(({position, label}) => `${position.line + 1}: ${label}`);
}

describe('inlay hints', () => {
  test('tell shapes, parameters and the effective step', async () => {
    expect(await hints(text)).toEqual([
      '5: 7 → 32, 256 parameters',
      '6: 24 of 32 stay',
      '7: output 32 → 1, 289 parameters in all',
      '8: effective 0.2',
    ]);
  });

  test('tell nothing for sure where the data are not known', () => {
    const {analysis} = openUnknown(text);
    const labels = inlayHints(analysis, everything).map(({label}) => label);
    expect(labels.slice(0, 3)).toEqual(['? → 32, ? parameters', '24 of 32 stay', 'output 32 → ?, ? parameters in all']);
  });

  test('know no width behind a layer that cannot be understood', async () => {
    const broken = documentWith('{"type": "dense", "units": 8},\n{"type": "dense"},\n{"type": "batchNorm"}');
    expect(await hints(broken)).toEqual([
      '1: 7 → 8, 64 parameters',
      '2: ? → ?, ? parameters',
      '3: ? → ?, ? parameters',
      '3: output ? → 1, ? parameters in all',
    ]);
  });

  test('are made only for what is seen', async () => {
    const {analysis} = await open(text);
    const seen = {start: {line: 4, character: 0}, end: {line: 4, character: 80}};
    expect(inlayHints(analysis, seen).map(({label}) => label)).toEqual(['7 → 32, 256 parameters']);
  });
});
