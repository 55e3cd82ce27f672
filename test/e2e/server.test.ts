import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterEach, describe, expect, test} from 'vitest';
import type {Live, RunEvents} from '../../schemas/protocol.ts';
import {type ExperimentFolder, experimentFolder} from '../support/experimentFolder.ts';
import {readStream} from '../support/recordedStream.ts';
import {type SidecarClient, startSidecar} from '../support/sidecarClient.ts';

const recorder = fileURLToPath(new URL('../../scripts/recordStream.ts', import.meta.url));
const built = fileURLToPath(new URL('../../dist/server.mjs', import.meta.url));

/** What a test leaves behind. */
let leftovers: (() => unknown)[] = [];
let client: SidecarClient;
afterEach(async () => {
  for (const remove of leftovers) await remove();
  leftovers = [];
});

function smallFolder(): ExperimentFolder {
  const files = experimentFolder();
  leftovers.push(files.remove);
  return files;
}

async function start(training: object, paused = false): Promise<string> {
  const files = smallFolder();
  client = await startSidecar({}, built);
  // Before its files go, it must have ended.
  leftovers.unshift(client.close);
  const {document} = files;
  const text = files.text(training);
  const answer = await client.request('mlpLab/startRun', {
    kind: 'crossValidation',
    document,
    text,
    variants: null,
    paused,
  });
  if (answer.kind === 'wrongInput') throw new Error('a good document was refused');
  await client.request('mlpLab/attach', {run: answer.state.run, from: 0});
  return answer.state.run;
}

describe('the built sidecar', () => {
  test('trains a run on its worker threads and ends with its parent', async () => {
    await start({epochs: 5});
    const {events} = await client.next('mlpLab/runEvents', message =>
      message.events.some(({event}) => event === 'runEnded'),
    );
    expect(events.at(-1)).toMatchObject({event: 'runEnded', status: 'completed'});
    expect(await client.close()).toBe(0);
  });

  test('stays as large as it is while its client reads nothing, and has every event for it afterwards', async () => {
    const run = await start({epochs: 1_000_000}, true);
    const watched = {variant: 'dropout', repeat: 1, fold: 1, layers: null, rate: 30};
    await client.request('mlpLab/watch', {run, watched});
    const numbers: number[] = [];
    client.on('mlpLab/runEvents', ({from, events}) => numbers.push(...events.map((_, i) => from + i)));
    await client.request('mlpLab/continueRun', {run});
    await client.next('mlpLab/runEvents', ({from}) => from > 30);

    // This thread does not turn its event loop meanwhile, so nothing is read from the channel. At first a process that
    // has just begun grows by itself: compiled code, and a heap that has not been collected yet.
    const sleep = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    sleep(4000);
    const before = residentMB();
    sleep(8000);
    const after = residentMB();
    expect(after - before).toBeLessThan(50);

    const {events} = await client.request('mlpLab/cancelRun', {run});
    while (numbers.at(-1) !== events - 1) await client.next('mlpLab/runEvents');
    expect(numbers).toEqual(Array.from({length: numbers.length}, (_, i) => numbers[0]! + i));
  });
});

test('what a client sees of a run can be recorded, and read back with its typed arrays', async () => {
  const files = smallFolder();
  const out = join(files.folder, 'stream.json');
  const {stdout} = await promisify(execFile)(process.execPath, [recorder, files.document, out, '--watch', 'dropout']);
  expect(stdout).toMatch(/stream\.json: \d+ events, \d+ live states, 12 folds/);
  const stream = readStream(out);
  const told = stream.messages.flatMap(({method, params}) =>
    method === 'mlpLab/runEvents' ? (params as RunEvents).events : [],
  );
  expect(told).toEqual(stream.events);
  const live = stream.messages.find(({method}) => method === 'mlpLab/live')!.params as Live;
  expect(live.masks!.layers[0]!.bits).toBeInstanceOf(Uint8Array);
  expect(stream.predictions[0]!.predictions).toBeInstanceOf(Float64Array);
  expect(stream.run.status).toBe('completed');
});

function residentMB(): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync(`/proc/${client.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
