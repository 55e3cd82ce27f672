import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {admit} from '../../../sidecar/server/door.ts';
import {REQUEST_SHAPES} from '../../../sidecar/server/requestShapes.ts';

const nothingOpen = () => false;
const methods = Object.keys(REQUEST_SHAPES);

function refusal(message: unknown) {
  const admission = admit(message, id => id === 'open');
  if (admission.kind !== 'refused') throw new Error(`the door let it in: ${admission.kind}`);
  return admission.refusal;
}

describe('the door', () => {
  test('lets a request in, with nothing more than it asks for', () => {
    const message = {jsonrpc: '2.0', id: 7, method: 'mlpLab/stepRun', params: {run: 'r', by: 'batch'}};
    expect(admit(message, nothingOpen)).toEqual({kind: 'request', request: message});
    const bare = {jsonrpc: '2.0', id: 'a', method: 'mlpLab/readQueue'};
    expect(admit(bare, nothingOpen)).toEqual({kind: 'request', request: {...bare, params: {}}});
  });

  test('leaves out keys that are undefined, as an editor may send them', () => {
    const params = {kind: 'training', document: '/d', text: '', variants: null, workers: undefined, paused: true};
    const admission = admit({jsonrpc: '2.0', id: 1, method: 'mlpLab/startRun', params}, nothingOpen);
    expect(admission).toMatchObject({
      request: {params: {kind: 'training', document: '/d', text: '', variants: null, paused: true}},
    });
  });

  test.each([
    [null, null, 'A message must be an object.'],
    ['{"jsonrpc":"2.0"}', null, 'A message must be an object.'],
    [[{jsonrpc: '2.0', id: 1, method: 'mlpLab/readQueue'}], null, 'A message must be an object.'],
    [new Map([['jsonrpc', '2.0']]), null, 'A message must be an object.'],
    [{id: 1, method: 'mlpLab/readQueue'}, 1, 'A message must have jsonrpc "2.0".'],
    [{jsonrpc: '2.0', id: 1}, 1, 'A message must have a method, a text.'],
    [{jsonrpc: '2.0', id: 1, result: {}}, 1, 'A response came in, but nothing was asked.'],
    [{jsonrpc: '2.0', method: 'mlpLab/readQueue'}, null, '"mlpLab/readQueue" must be sent as a request, with an id.'],
    [
      {jsonrpc: '2.0', id: {}, method: 'mlpLab/readQueue'},
      null,
      'An id must be an integer or a text of at most 200 characters.',
    ],
    [
      {jsonrpc: '2.0', id: 'open', method: 'mlpLab/readQueue'},
      'open',
      'The id belongs to a request that is not answered yet.',
    ],
    [{jsonrpc: '2.0', id: 1, method: 'toString'}, 1, 'There is no method "toString".'],
    [{jsonrpc: '2.0', id: 1, method: 'x'.repeat(1e6)}, 1, `There is no method "${'x'.repeat(60)}…".`],
  ])('refuses what is no request: %#', (message, id, sentence) => {
    expect(refusal(message)).toMatchObject({jsonrpc: '2.0', id, error: {message: sentence}});
  });

  test.each([
    ['mlpLab/hello', {version: '1'}, 'params.version must be an integer from 0 to 2147483647, got string'],
    ['mlpLab/hello', {version: 1.5}, 'params.version must be an integer from 0 to 2147483647, got 1.5'],
    ['mlpLab/hello', [1], 'params must be an object, got a list'],
    ['mlpLab/attach', {run: 'r'}, 'params.from is missing'],
    ['mlpLab/attach', {run: 'r', from: 0, to: 1}, 'params has no key "to"'],
    ['mlpLab/stepRun', {run: 'r', by: 'year'}, 'params.by must be "batch" or "epoch", got string'],
    ['mlpLab/readRun', {directory: 'runs/1'}, 'params.directory must be an absolute path'],
    [
      'mlpLab/startRun',
      {kind: 'training', document: '/d', text: '', variants: []},
      'params.variants must not be empty',
    ],
    ['mlpLab/readRun', {directory: 'x'.repeat(5000)}, 'params.directory must have at most 4096 characters, got 5000'],
    [
      'mlpLab/watch',
      {run: 'r', watched: {variant: 'v', repeat: 1, fold: 1, layers: [1], rate: 5}},
      'params.watched.layers[0] must be text, got 1',
    ],
    [
      'mlpLab/watch',
      {run: 'r', watched: {variant: 'v', repeat: 1, fold: 1, layers: null, rate: 31}},
      'params.watched.rate must be a number above 0, at most 30, got 31',
    ],
  ])('says what is wrong with the parameters of %s: %#', (method, params, sentence) => {
    const {id, error} = refusal({jsonrpc: '2.0', id: 3, method, params});
    expect([id, error.code, error.message]).toEqual([3, -32_602, `${method}: ${sentence}.`]);
  });

  test('answers or admits whatever comes, and admits only what has its shape', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    const message = fc.oneof(
      anything,
      fc.record(
        {
          jsonrpc: fc.oneof({weight: 9, arbitrary: fc.constant('2.0')}, anything),
          id: fc.oneof(fc.integer(), fc.string(), anything),
          method: fc.oneof({weight: 4, arbitrary: fc.constantFrom(...methods)}, anything),
          params: fc.oneof(
            anything,
            fc.dictionary(fc.constantFrom('run', 'directory', 'from', 'by', 'place', 'watched', 'version'), anything),
          ),
        },
        {requiredKeys: []},
      ),
    );
    let admitted = 0;
    fc.assert(
      fc.property(message, value => {
        const admission = admit(value, nothingOpen);
        if (admission.kind === 'refused') {
          expect(admission.refusal.error.message).toMatch(/^\S.{5,4200}\.$/s);
          return;
        }
        admitted++;
        expect(admission.kind).toBe('request');
      }),
      {numRuns: 10_000},
    );
    expect(admitted).toBeGreaterThan(0);
    expect(admitted).toBeLessThan(5000);
  });
});
