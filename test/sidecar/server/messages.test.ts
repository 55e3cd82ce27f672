import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {serveClient} from '../../../sidecar/server/connection.ts';
import {createLab} from '../../../sidecar/server/lab.ts';
import {createLog} from '../../../sidecar/server/log.ts';
import {REQUEST_SHAPES} from '../../../sidecar/server/requestShapes.ts';
import {createStoredRuns} from '../../../sidecar/server/storedRuns.ts';
import {type ExperimentFolder, experimentFolder} from '../../support/experimentFolder.ts';
import {memoryChannel} from '../../support/memoryChannel.ts';

interface Answer {
  readonly id: number | string | null;
  readonly result?: unknown;
  readonly error?: {readonly code: number; readonly message: string};
}

let files: ExperimentFolder;
beforeAll(() => {
  files = experimentFolder();
});
afterAll(() => files.remove());

const lines: string[] = [];

/** A whole server, with a client that may send anything. */
function server() {
  const log = createLog('debug', line => lines.push(line));
  const client = memoryChannel();
  const close = serveClient(client.channel, {
    lab: createLab(log, {lowPriority: true}),
    storedRuns: createStoredRuns(),
    log,
  });
  const answers = () => client.received.filter((one): one is Answer => !('method' in (one as object)));
  return {
    ...client,
    close,
    answers,
    /** Resolves when so many messages are answered. */
    async answered(count: number): Promise<void> {
      while (answers().length < count) await new Promise(resolve => setImmediate(resolve));
    },
  };
}

const request = (id: number | string, method: string, params: unknown) => ({jsonrpc: '2.0', id, method, params});

/** Messages of every kind of wrongness; each has a chance to be nearly right. */
function strangeMessages() {
  const anything = fc.anything({maxDepth: 3, withTypedArray: true, withMap: true, withSparseArray: true});
  const word = fc.constantFrom('nothing', '/nowhere', '/\0', '', '..', '/', '\0', 'x'.repeat(5000), '🜁', '__proto__');
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 0, 1, 2 ** 31, 2 ** 53, Number.NaN));
  const field = fc.oneof(word, number, anything);
  const names = [
    'run',
    'directory',
    'document',
    'from',
    'by',
    'place',
    'watched',
    'version',
    'variant',
    'repeat',
    'fold',
  ];
  const params = fc.oneof(
    fc.dictionary(fc.constantFrom(...names, 'epoch', 'batch', 'layers', 'fromEpoch', 'toEpoch', 'file', 'kind'), field),
    anything,
  );
  const plausible = fc.oneof(
    fc.record({run: word}),
    fc.record({directory: word}),
    fc.record({run: word, from: number}),
    fc.record({run: word, by: fc.constantFrom('batch', 'epoch')}),
    fc.record({
      directory: word,
      variant: word,
      repeat: number,
      fold: number,
      epoch: number,
      batch: number,
      layers: fc.constant(null),
    }),
  );
  const methods = [...Object.keys(REQUEST_SHAPES), 'mlpLab/trainRun', 'toString'].filter(
    method => !['mlpLab/readQueue', 'mlpLab/readMachine', 'mlpLab/listRuns'].includes(method),
  );
  const id = fc.oneof(fc.string({maxLength: 5}), fc.integer(), fc.constant(null), anything);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        jsonrpc: fc.constant('2.0'),
        id,
        method: fc.constantFrom(...methods),
        params: fc.oneof(params, plausible),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({jsonrpc: field, id, method: field, params, result: anything}, {requiredKeys: []}),
    },
    {weight: 1, arbitrary: anything},
  );
}

describe('whatever a client sends', () => {
  test('10,000 malformed, oversized and senseless messages get an error each, and the server lives', async () => {
    const client = server();
    client.send(request('hello', 'mlpLab/hello', {version: 1}));
    await client.answered(1);
    const messages = fc.sample(strangeMessages(), {numRuns: 10_000, seed: 7});
    let sent = 1;
    for (const message of messages) {
      client.send(message);
      sent++;
      // In bursts, so that ids meet that are not answered yet.
      if (sent % 50 === 0) await client.answered(sent);
    }
    await client.answered(sent);
    const answers = client.answers().slice(1);
    expect(answers).toHaveLength(10_000);
    const accepted = answers.filter(({error}) => error === undefined);
    // To detach from what one is not attached to, and to greet again, is no mistake.
    expect(accepted.length).toBeLessThan(600);
    for (const {result} of accepted) expect(Object.keys(result as object)).not.toContain('run');
    const refused = answers.flatMap(({error}) => error ?? []);
    expect([...new Set(refused.map(({code}) => code))].sort()).toEqual([-32_001, -32_600, -32_601, -32_602].sort());
    for (const {message} of refused) expect(message.length).toBeLessThan(6000);
    expect(lines.filter(line => line.includes(' error '))).toEqual([]);

    client.send(request('after', 'mlpLab/readQueue', {}));
    await client.answered(sent + 1);
    expect(client.answers().at(-1)).toEqual({jsonrpc: '2.0', id: 'after', result: {runs: []}});
    client.close();
  });

  test('nothing is answered before both sides have told their version', async () => {
    const client = server();
    client.send(request(1, 'mlpLab/readQueue', {}));
    client.send(request(2, 'mlpLab/hello', {version: 2}));
    client.send(request(3, 'mlpLab/readQueue', {}));
    await client.answered(3);
    expect(client.answers().map(({error}) => error?.message.slice(0, 44))).toEqual([
      'Say mlpLab/hello first.',
      'The editor speaks version 2 of the protocol,',
      'Say mlpLab/hello first.',
    ]);
    client.close();
  });

  test('a document of 11 MB is refused, one of 1 MB is read and found wrong', async () => {
    const client = server();
    client.send(request(0, 'mlpLab/hello', {version: 1}));
    const start = {kind: 'training', document: files.document, variants: null};
    client.send(request(1, 'mlpLab/startRun', {...start, text: ' '.repeat(11e6)}));
    client.send(request(2, 'mlpLab/startRun', {...start, text: '['.repeat(1e6)}));
    await client.answered(3);
    const byId = new Map(client.answers().map(answer => [answer.id, answer]));
    expect(byId.get(1)!.error!.message).toContain('params.text must have at most 10000000 characters, got 11000000');
    expect(byId.get(2)!.result).toMatchObject({kind: 'wrongInput', problems: [{severity: 'error'}]});
    client.close();
  });

  test('an id that waits for its answer cannot be used twice', async () => {
    const client = server();
    client.send(request(1, 'mlpLab/hello', {version: 1}));
    client.send(request(1, 'mlpLab/readQueue', {}));
    await client.answered(2);
    const [second, first] = client.answers();
    expect(second!.error!.message).toBe('The id belongs to a request that is not answered yet.');
    expect(first!.result).toMatchObject({version: 1});
    client.close();
  });
});
