import {describe, expect, test} from 'vitest';
import type {MarkupContent} from 'vscode-languageserver';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {hover} from '../../../sidecar/language/hover.ts';
import {NOTHING_STORED, type StoredFacts} from '../../../sidecar/language/storedFacts.ts';
import {documentWith, open, openUnknown} from './support.ts';

async function told(text: string, stored: StoredFacts = NOTHING_STORED): Promise<string | undefined> {
  const {analysis, position} = await open(text, stored);
  return (hover(analysis, position)?.contents as MarkupContent | undefined)?.value;
}

// Inputs: age, pulse, three colours and the unseen one, gaps: 7.
const hidden = '{"name": "hidden", "type": "de|nse", "units": 32, "maxNorm": 3}';
const drop = '{"name": "drop", "type": "dro|pout", "rate": 0.2}';

describe('on a layer', () => {
  test('its shape, parameters, work and memory are told', async () => {
    expect(await told(documentWith(hidden))).toBe(
      '**hidden** · dense, relu, maxNorm 3\n\n7 → 32 units · 256 of 289 parameters · 224 multiply-adds a row · 12.3 KB in training',
    );
  });

  test('the units that stay are told, with their spread', async () => {
    const text = documentWith(`${hidden.replace('|', '')}, ${drop}`);
    expect(await told(text)).toContain('25.6 ± 2.263 of 32 units stay for a row');
  });

  test('Gaussian noise and dropped weights have words of their own', async () => {
    const gaussian = '{"type": "gaussian|Dropout", "rate": 0.5}';
    expect(await told(documentWith(gaussian))).toContain('Each unit is multiplied by 1 ± 1, for each row anew.');
    const weights = '{"type": "drop|Connect", "units": 10, "rate": 0.5}';
    expect(await told(documentWith(weights))).toContain('35 ± 4.183 of 70 weights stay for a row');
  });

  test('what is not known is a question mark', () => {
    const {analysis, position} = openUnknown(documentWith(hidden));
    expect((hover(analysis, position)!.contents as MarkupContent).value).toContain('? → 32 units · ? parameters');
  });

  test('it is told in a document with mistakes, too', async () => {
    expect(await told(documentWith(hidden, ', "training": {"epochs": 0}, "unknown": 1'))).toContain('7 → 32 units');
    expect(await told(documentWith(hidden).slice(0, -3))).toContain('7 → 32 units');
  });
});

describe('on a key of training', () => {
  const training = (inside: string) => documentWith('', `, "training": {${inside}}`);

  test('the effective step is told', async () => {
    const text = training('"optimizer": {"type": "sgd", "learning|Rate": 0.01, "momentum": 0.8}');
    expect(await told(text)).toContain('0.01 / 0.2 = **0.05**');
  });

  test('a schedule is drawn', async () => {
    const said = (await told(training('"epochs": 100, "sche|dule": {"type": "cosine"}')))!;
    expect(said).toMatch(/^!\[█+▇+▆+▅+▄+▃+▂+▁+\]\(data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+\)/);
    expect(said).toContain('Learning rate from 0.001 to 2.467e-7 over 100 epochs.');
    const image = Buffer.from(/base64,([^)]+)/.exec(said)![1]!, 'base64').toString();
    expect(image).toMatch(/^<svg .*<polyline points="6\.0,6\.0 .*<\/svg>$/);
  });

  test('a warm-up is told with the height that it leads to', async () => {
    const said = await told(training('"epochs": 100, "sche|dule": {"type": "cosine", "warmUp": 10}'));
    expect(said).toMatch(/Learning rate from 0\.0001 up to 0\.001 and down to \S+ over 100 epochs\./);
  });

  test('a plateau is drawn as if the loss never fell', async () => {
    const said = await told(training('"epochs": 50, "schedule": {"type": "plat|eau", "patience": 10}'));
    expect(said).toContain('from 0.001 to 1e-7 over 50 epochs if the loss never fell.');
  });

  test('steps are counted', async () => {
    expect(await told(training('"epo|chs": 10, "batchSize": 16'))).toBe(
      '36 training rows in batches of 16: 3 steps an epoch, the last of 4 rows, 30 steps in all.',
    );
  });
});

test('on folds, rows and networks are counted', async () => {
  expect(await told(documentWith('', ', "evaluation": {"fol|ds": 5, "repeats": 2}'))).toBe(
    '40 rows: each test part has about 8, the smallest training part 32. 10 networks are trained (1 variants).',
  );
});

describe('on data', () => {
  const data = (inside: string) => `{"version": 1, "data": {${inside}}, "layers": []}`;

  test('the file is described', async () => {
    expect(await told(data('"source": "peo|ple.csv", "target": "ill"'))).toMatch(
      /^40 rows, 5 columns, \d+ bytes|KB, divided by ","/,
    );
  });

  test('a column is described, with its histogram', async () => {
    const said = (await told(data('"source": "people.csv", "target": "ill", "exclude": ["a|ge"]')))!;
    expect(said).toContain('**age** · numbers, 20.5 to 59.5');
    expect(said).toMatch(/`[▁▂▃▄▅▆▇█]{24}`/);
  });

  test('categories are counted', async () => {
    expect(await told(data('"source": "people.csv", "target": "i|ll"'))).toContain('████████ 20  no\n████████ 20  yes');
  });
});

describe('on a variant', () => {
  const variants = (inside: string) =>
    documentWith('{"name": "drop", "type": "dropout", "rate": 0.1}', `, "variants": {${inside}}`);

  test('a change tells the value before it', async () => {
    expect(await told(variants('"a": {"layers.drop.ra|te": 0.5}'))).toBe(
      'In the document: `0.1`; in this variant: `0.5`.',
    );
  });

  test('its name tells the last result', async () => {
    const summary = {accuracy: {mean: 0.863, sd: 0.011, folds: 10}};
    const run = {
      crossValidation: {variants: [{name: 'a', folds: Array(10).fill({}), summary}]},
    } as unknown as StoredRun;
    const crossValidation = {directory: '/runs/one', run, facts: {stored: run, trainingLoss: new Map()}};
    const said = await told(variants('"|a": {}'), {...NOTHING_STORED, crossValidation});
    expect(said).toContain('| accuracy | 86.3 ± 1.1 % |');
  });
});

test('nothing is told where nothing is known', async () => {
  expect(await told('|')).toBeUndefined();
  expect(await told('{"ver|sion": 1}')).toBeUndefined();
  expect(await told(documentWith('', ', "training": {"se|ed": 1}'))).toBeUndefined();
});

test('the schedule of a rate is drawn', async () => {
  const layer = '{"type": "dropout", "rate": 0.5, "sche|dule": {"type": "early", "until": 10, "shape": "linear"}}';
  const said = await told(documentWith(layer, ', "training": {"epochs": 20}'));
  expect(said).toContain('Rate from 0.5 to 0 over 20 epochs.');
  expect(said).toMatch(/^!\[[█▇▆▅▄▃▂▁]+\]\(data:image/);
});
