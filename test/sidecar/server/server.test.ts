import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {getPriority} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {Live, RunState, StartRun} from '../../../schemas/protocol.ts';
import {type ExperimentFolder, experimentFolder} from '../../support/experimentFolder.ts';
import {SERVER, type SidecarClient, startSidecar} from '../../support/sidecarClient.ts';

let files: ExperimentFolder;
/** Shared by the tests that need no process of their own. */
let client: SidecarClient;
beforeAll(async () => {
  files = experimentFolder();
  client = await startSidecar();
}, 60_000);
afterAll(async () => {
  await client?.close();
  files.remove();
});

let others: SidecarClient[] = [];
afterEach(async () => {
  await Promise.all(others.map(one => one.close()));
  others = [];
  // A test that failed leaves nothing behind that would keep the next one waiting.
  const {runs} = await client.request('mlpLab/readQueue', {});
  for (const {run, status} of runs) {
    if (['queued', 'running', 'paused'].includes(status)) await client.request('mlpLab/cancelRun', {run});
  }
});

/** A sidecar of its own. */
async function sidecar(env: NodeJS.ProcessEnv = {}): Promise<SidecarClient> {
  const started = await startSidecar(env);
  others.push(started);
  return started;
}

/** Also in a container whose first process lets the dead be. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** How much each thread of a process gives way, from −20 to 19. */
function nicenessOf(pid: number): Map<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`).flatMap((thread): [string, number][] => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return [[thread, Number(stat.split(') ').at(-1)!.split(' ')[16])]];
    } catch {
      return []; // It has just ended.
    }
  });
  return new Map(threads);
}

/** Long enough that nothing ends while a test looks at it. */
const ENDLESS = {epochs: 1_000_000};

async function start(client: SidecarClient, training: object = {}, request: Partial<StartRun> = {}): Promise<RunState> {
  const answer = await client.request('mlpLab/startRun', {
    kind: 'crossValidation',
    document: files.document,
    text: files.text(training),
    variants: null,
    ...request,
  });
  if (answer.kind === 'wrongInput') throw new Error(answer.problems.map(({message}) => message).join(' '));
  return answer.state;
}

/** Resolves when a run is in one of these states. */
async function reached(client: SidecarClient, run: string, ...statuses: RunState['status'][]): Promise<RunState> {
  const find = (runs: readonly RunState[]) => runs.find(one => one.run === run && statuses.includes(one.status));
  const coming = client.next('mlpLab/queueChanged', ({runs}) => find(runs) !== undefined);
  const {runs} = await client.request('mlpLab/readQueue', {});
  return find(runs) ?? find((await coming).runs)!;
}

/** Collects the events of a run as a client sees them, by number. */
function collect(client: SidecarClient, run: string): {events: RunEvent[]; ended: Promise<void>} {
  const events: RunEvent[] = [];
  const ended = new Promise<void>(resolve => {
    client.on('mlpLab/runEvents', message => {
      if (message.run !== run) return;
      message.events.forEach((event, i) => {
        events[message.from + i] = event;
      });
      if (message.events.some(({event}) => event === 'runEnded')) resolve();
    });
  });
  return {events, ended};
}

async function digestOf(client: SidecarClient, {directory}: RunState): Promise<string> {
  return (await client.request('mlpLab/readRun', {directory})).crossValidation!.digest;
}

describe('a run', () => {
  test('is told event by event, as it is stored, and the queue says how it goes', async () => {
    const state = await start(client, {}, {paused: true});
    expect(state).toMatchObject({status: 'paused', place: null, progress: 0, kind: 'crossValidation'});
    expect(state.document).toBe(files.document);
    const {events, ended} = collect(client, state.run);
    await client.request('mlpLab/attach', {run: state.run, from: 0});
    await client.request('mlpLab/continueRun', {run: state.run});
    await ended;

    const {directory} = state;
    expect(events).toEqual(await client.request('mlpLab/readEvents', {directory}));
    expect(events.map(({event}) => event)).toEqual(
      expect.arrayContaining(['runStarted', 'foldStarted', 'epochsEnded', 'foldEnded', 'runEnded']),
    );
    const end = await reached(client, state.run, 'completed');
    expect(end).toMatchObject({progress: 1, secondsLeft: 0, training: [], events: events.length});
    const [summary] = await client.request('mlpLab/listRuns', {document: files.document});
    expect(summary).toMatchObject({run: state.run, directory, status: 'completed', kind: 'crossValidation'});
    expect(summary!.variants.map(({name, folds}) => [name, folds])).toEqual([
      ['plain', 3],
      ['dropout', 3],
    ]);

    const predictions = await client.request('mlpLab/readPredictions', {directory});
    const dropout = predictions.filter(({variant}) => variant === 'dropout');
    expect(dropout.map(({repeat, fold}) => [repeat, fold]).sort()).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    // Lines of the data file: the first is its header.
    expect(dropout.flatMap(({lines}) => [...lines]).sort((a, b) => a - b)).toEqual(
      Array.from({length: 60}, (_, i) => i + 2),
    );

    await client.request('mlpLab/deleteRun', {directory});
    expect(existsSync(directory)).toBe(false);
    await expect(client.request('mlpLab/readRun', {directory})).rejects.toThrow('holds no run');
  });

  test('that is paused, stepped and continued gives the digest of one that is left alone', async () => {
    const alone = await start(client);
    await reached(client, alone.run, 'completed');

    const stepped = await start(client, {}, {paused: true});
    const {run} = stepped;
    const placeIn = async () => (await client.request('mlpLab/readQueue', {})).runs.find(one => one.run === run)!;
    const waitFor = async (isThere: (state: RunState) => boolean) => {
      let state = await placeIn();
      while (!isThere(state)) state = await placeIn();
      return state;
    };
    await waitFor(({training}) => training.some(({epoch, batch}) => epoch === 1 && batch === 1));
    await client.request('mlpLab/stepRun', {run, by: 'batch'});
    await waitFor(({training}) => training.some(({epoch, batch}) => epoch === 1 && batch === 2));
    await client.request('mlpLab/stepRun', {run, by: 'epoch'});
    const after = await waitFor(({training}) => training.some(({epoch, batch}) => epoch === 2 && batch === 1));
    expect(after.status).toBe('paused');
    await client.request('mlpLab/continueRun', {run});
    await reached(client, run, 'completed');
    expect(await digestOf(client, stepped)).toBe(await digestOf(client, alone));
  });

  test('that is cancelled keeps what is done', async () => {
    const {run, directory} = await start(client, ENDLESS);
    await reached(client, run, 'running');
    const state = await client.request('mlpLab/cancelRun', {run});
    expect(state).toMatchObject({status: 'cancelled', training: []});
    expect((await client.request('mlpLab/readRun', {directory})).status).toBe('cancelled');
    await expect(client.request('mlpLab/cancelRun', {run})).rejects.toThrow('The run was cancelled.');
  });

  test('that is cancelled and taken up again in the same process is the one that is steered from then on', async () => {
    const alone = await start(client, {epochs: 60});
    const {run, directory} = await start(client, {epochs: 60}, {paused: true});
    await reached(client, run, 'paused');
    // Who is attached already hears on.
    const {events} = collect(client, run);
    await client.request('mlpLab/attach', {run, from: 0});
    await client.request('mlpLab/cancelRun', {run});
    const {state} = await client.request('mlpLab/resumeStoredRun', {directory});
    expect(state.run).toBe(run);
    const {runs} = await client.request('mlpLab/readQueue', {});
    expect(runs.filter(one => one.run === run)).toHaveLength(1);
    await reached(client, run, 'completed');
    expect(await digestOf(client, state)).toBe(await digestOf(client, alone));
    const ends = () => events.flatMap(event => (event.event === 'runEnded' ? [event.status] : []));
    while (ends().length < 2) await client.next('mlpLab/runEvents');
    expect(ends()).toEqual(['cancelled', 'completed']);
    expect(events).toEqual(await client.request('mlpLab/readEvents', {directory}));
  });

  test('that is taken up again, and waits for its turn, has the events of before', async () => {
    const {run, directory} = await start(client, ENDLESS, {paused: true});
    await reached(client, run, 'paused');
    await client.request('mlpLab/cancelRun', {run});
    const events = await client.request('mlpLab/readEvents', {directory});
    const other = await start(client, ENDLESS);
    await reached(client, other.run, 'running');
    const {state} = await client.request('mlpLab/resumeStoredRun', {directory});
    expect(state).toMatchObject({status: 'queued', events: events.length});
    const {events: told, ended} = collect(client, run);
    await client.request('mlpLab/attach', {run, from: 0});
    await ended;
    expect(told).toEqual(events);
  });

  test('of a wrong document is not begun: the problems are the answer', async () => {
    const text = files.text().replace('"units":16', '"units":0');
    const answer = await client.request('mlpLab/startRun', {
      kind: 'crossValidation',
      document: files.document,
      text,
      variants: null,
    });
    expect(answer).toMatchObject({kind: 'wrongInput', problems: [{severity: 'error'}]});
    const {runs} = await client.request('mlpLab/readQueue', {});
    expect(runs.filter(({status}) => status !== 'completed' && status !== 'cancelled')).toEqual([]);
  });

  test('trains on all rows too, and has no predictions', async () => {
    const {run, directory} = await start(client, {}, {kind: 'training', variants: ['dropout']});
    await reached(client, run, 'completed');
    const stored = await client.request('mlpLab/readRun', {directory});
    expect(stored.training!.models.map(({name}) => name)).toEqual(['dropout']);
    expect(await client.request('mlpLab/readPredictions', {directory})).toEqual([]);
    const place = {variant: 'dropout', repeat: 0, fold: 0};
    const masks = await client.request('mlpLab/readMasks', {directory, ...place, epoch: 3, batch: 2, layers: null});
    expect(masks.layers[0]).toMatchObject({layer: 'drop', rate: 0.5, rows: 8, width: 16});
  });
});

describe('the queue', () => {
  test('runs one after the other, in an order that can be changed', async () => {
    const first = await start(client, ENDLESS);
    const second = await start(client);
    const third = await start(client);
    const waiting = await start(client);
    expect([first.status, second.place, third.place, waiting.place]).toEqual(['running', 0, 1, 2]);

    const moved = await client.request('mlpLab/moveRun', {run: waiting.run, place: 0});
    expect(moved.runs.filter(({place}) => place !== null).map(({run, place}) => [run, place])).toEqual([
      [waiting.run, 0],
      [second.run, 1],
      [third.run, 2],
    ]);
    await expect(client.request('mlpLab/moveRun', {run: first.run, place: 1})).rejects.toThrow(
      'Only a run that waits can change its place, and this one has begun.',
    );
    await expect(client.request('mlpLab/pauseRun', {run: third.run})).rejects.toThrow(
      'The run waits for others to end',
    );
    expect(await client.request('mlpLab/cancelRun', {run: third.run})).toMatchObject({
      status: 'cancelled',
      place: null,
    });
    expect(existsSync(third.directory)).toBe(false);

    const order: string[] = [];
    client.on('mlpLab/queueChanged', ({runs}) => {
      for (const {run, status} of runs) if (status === 'running' && !order.includes(run)) order.push(run);
    });
    await client.request('mlpLab/cancelRun', {run: first.run});
    await reached(client, second.run, 'completed');
    expect(order.filter(run => run !== first.run)).toEqual([waiting.run, second.run]);
  });

  test('lets the next run begin while one is paused, and both go on', async () => {
    const first = await start(client, ENDLESS);
    const second = await start(client, ENDLESS);
    expect(second.status).toBe('queued');
    expect(await client.request('mlpLab/pauseRun', {run: first.run})).toMatchObject({status: 'paused'});
    await reached(client, second.run, 'running');
    await expect(client.request('mlpLab/pauseRun', {run: first.run})).rejects.toThrow('The run is paused already.');
    expect(await client.request('mlpLab/continueRun', {run: first.run})).toMatchObject({status: 'running'});
    await expect(client.request('mlpLab/stepRun', {run: first.run, by: 'batch'})).rejects.toThrow('pause it first');
  });
});

describe('a client', () => {
  test('that attaches late, or in the midst, comes to the same picture as one that saw everything', async () => {
    const state = await start(client, {epochs: 200});
    const {run, directory} = state;
    await client.request('mlpLab/attach', {run, from: 0});
    const early = collect(client, run);
    await client.next('mlpLab/runEvents');
    // As a window that is reloaded: it is told everything again.
    await client.request('mlpLab/detach', {run});
    const late = collect(client, run);
    await client.request('mlpLab/attach', {run, from: 0});
    await Promise.all([early.ended, late.ended]);
    const stored = await client.request('mlpLab/readEvents', {directory});
    expect(late.events).toEqual(stored);
    expect(early.events).toEqual(stored);

    const end = collect(client, run);
    const attached = await client.request('mlpLab/attach', {run, from: stored.length - 2});
    expect(attached).toMatchObject({status: 'completed', events: stored.length});
    await end.ended;
    expect(Object.keys(end.events)).toEqual([String(stored.length - 2), String(stored.length - 1)]);
    await expect(client.request('mlpLab/attach', {run, from: stored.length + 1})).rejects.toThrow(
      `The run has ${stored.length} events so far`,
    );
  });

  test('that watches a network sees the masks that train it, its layers, and how often each unit was dropped', async () => {
    const {run, directory} = await start(client, {epochs: 300}, {paused: true, variants: ['dropout']});
    const lives: Live[] = [];
    client.on('mlpLab/live', live => lives.push(live));
    const place = {variant: 'dropout', repeat: 1, fold: 2};
    await client.request('mlpLab/watch', {run, watched: {...place, layers: null, rate: 30}});
    await expect(
      client.request('mlpLab/watch', {run, watched: {...place, fold: 9, layers: null, rate: 30}}),
    ).rejects.toThrow('This run has no fold 9 in repeat 1.');
    await expect(
      client.request('mlpLab/watch', {run, watched: {...place, layers: ['hidden'], rate: 30}}),
    ).rejects.toThrow('The network has no layer "hidden" that drops.');
    // The counts of drops lag behind, and come once more when they are complete.
    const counted = client.next('mlpLab/live', ({layers}) => layers?.[1]?.drops?.draws === 300 * 40);
    await client.request('mlpLab/continueRun', {run});
    const last = (await counted).layers!;
    expect(last.map(({layer, epoch}) => [layer, epoch])).toEqual([
      ['hidden', 300],
      ['drop', 300],
      ['output', 300],
    ]);
    const range = {fromEpoch: 1, toEpoch: 300};
    const counts = await client.request('mlpLab/readDropCounts', {directory, ...place, ...range});
    expect(last[1]!.drops).toEqual(counts[0]);

    const shown = lives.flatMap(({masks}) => masks ?? []);
    expect(shown.length).toBeGreaterThan(0);
    for (const masks of shown) {
      const {epoch, batch} = masks;
      expect(masks).toEqual(
        await client.request('mlpLab/readMasks', {directory, ...place, epoch, batch, layers: null}),
      );
    }
    // A page that closes late does no harm.
    await reached(client, run, 'completed');
    expect(await client.request('mlpLab/watch', {run, watched: null})).toEqual({});
    await expect(client.request('mlpLab/watch', {run, watched: {...place, layers: null, rate: 1}})).rejects.toThrow(
      'The run has ended.',
    );
    await expect(
      client.request('mlpLab/readMasks', {directory, ...place, epoch: 301, batch: 1, layers: null}),
    ).rejects.toThrow('This network has 300 epochs, and no epoch 301.');
  });

  test('of another version, or one that does not say its own, is refused', async () => {
    await expect(client.request('mlpLab/hello', {version: 99})).rejects.toThrow(
      'The editor speaks version 99 of the protocol, this sidecar version 1: reload the window',
    );
  });

  test('is told about unknown runs, folders and files in one sentence', async () => {
    await expect(client.request('mlpLab/cancelRun', {run: 'nothing'})).rejects.toThrow('This run is not known here');
    await expect(client.request('mlpLab/readRun', {directory: '/nowhere'})).rejects.toThrow('/nowhere holds no run');
    await expect(client.request('mlpLab/deleteRun', {directory: files.folder})).rejects.toThrow('holds no run');
    await expect(client.request('mlpLab/resumeStoredRun', {directory: '/nowhere'})).rejects.toThrow('holds no run');
    await expect(client.request('mlpLab/readData', {file: '/nowhere.csv'})).rejects.toThrow(
      'nowhere.csv: there is no such file.',
    );
    expect(await client.request('mlpLab/listRuns', {document: '/nowhere/x.mlp.json'})).toEqual([]);
    const machine = await client.request('mlpLab/readMachine', {});
    expect(machine.workers).toBe(Math.max(1, machine.cores - 1));
  });
});

describe('the process', () => {
  test.skipIf(process.platform !== 'linux').each([
    ['lets what trains give way to all other programs, and nothing else of it', {MLP_LAB_PRIORITY: ''}, 19],
    ['trains like other programs where it is told to', {MLP_LAB_PRIORITY: 'normal'}, getPriority()],
  ])('%s', async (_, env, expected) => {
    const own = await sidecar(env);
    const before = nicenessOf(own.process.pid!);
    const {run} = await start(own, ENDLESS, {workers: 1});
    await own.request('mlpLab/attach', {run, from: 0});
    await own.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'epochsEnded'));
    const during = nicenessOf(own.process.pid!);
    await own.request('mlpLab/cancelRun', {run});
    expect([...before.values()].every(nice => nice === getPriority())).toBe(true);
    expect(during.get(String(own.process.pid))).toBe(getPriority());
    expect(Math.max(...during.values())).toBe(expected);
  });

  test('ends when its parent is gone, and the run that it leaves is finished by the next to the same digest', async () => {
    const first = await sidecar();
    const alone = await start(first, {epochs: 300});
    await reached(first, alone.run, 'completed');
    const digest = await digestOf(first, alone);
    const left = await start(first, {epochs: 300});
    await first.request('mlpLab/attach', {run: left.run, from: 0});
    await first.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'epochsEnded'));
    expect(await first.close()).toBe(0);

    const second = await sidecar();
    const [summary] = await second.request('mlpLab/listRuns', {document: files.document});
    expect(summary).toMatchObject({run: left.run, status: 'interrupted'});
    const {state, problems} = await second.request('mlpLab/resumeStoredRun', {directory: left.directory});
    // It was started from a text that was never saved.
    expect(problems).toMatchObject([{code: 'document-changed', severity: 'information'}]);
    expect(state).toMatchObject({run: left.run, directory: left.directory});
    await expect(second.request('mlpLab/deleteRun', {directory: left.directory})).rejects.toThrow('still going on');
    await expect(second.request('mlpLab/resumeStoredRun', {directory: left.directory})).rejects.toThrow(
      'This run goes on already.',
    );
    await reached(second, left.run, 'completed');
    expect(await digestOf(second, left)).toBe(digest);
  });

  test('does not outlive a parent that is killed in the midst of a run', async () => {
    const start = {kind: 'crossValidation', document: files.document, text: files.text(ENDLESS), variants: null};
    const script = `
      const child = require('node:child_process').fork(${JSON.stringify(SERVER)}, [], {serialization: 'advanced', execArgv: []});
      const request = (id, method, params) => child.send({jsonrpc: '2.0', id, method, params});
      request(1, 'mlpLab/hello', {version: 1});
      request(2, 'mlpLab/startRun', ${JSON.stringify(start)});
      child.on('message', ({id}) => id === 2 && console.log(child.pid));
    `;
    const parent = spawn(process.execPath, ['-e', script], {stdio: ['ignore', 'pipe', 'ignore']});
    const [pid] = await once(parent.stdout.setEncoding('utf8'), 'data');
    expect(isAlive(Number(pid))).toBe(true);
    parent.kill('SIGKILL');
    while (isAlive(Number(pid))) await new Promise(resolve => setTimeout(resolve, 20));
  });

  test('writes no value of the data, no name of a class and no text of a document into its log', async () => {
    const secret = experimentFolder(['recognisable-class', 'another-secret']);
    const logging = await sidecar({MLP_LAB_LOG: 'debug'});
    const told: string[] = [];
    logging.on('mlpLab/logged', ({message}) => told.push(message));
    const request = {kind: 'crossValidation', document: secret.document, variants: null} as const;
    const answer = await logging.request('mlpLab/startRun', {...request, text: secret.text()});
    if (answer.kind !== 'started') throw new Error('a good document was refused');
    await reached(logging, answer.state.run, 'completed');
    await logging.request('mlpLab/startRun', {...request, text: secret.text().replace('data.csv', 'recognisable.csv')});
    await logging.request('mlpLab/readPredictions', {directory: answer.state.directory});
    await logging.close();
    // The time of an entry may have the digits of a value.
    const log = `${logging.log().replaceAll(/^\S+Z /gm, '')}${told.join('\n')}`;
    expect(log).toContain(`run ${answer.state.run} is completed`);
    for (const value of readFileSync(join(secret.folder, 'data.csv'), 'utf8').split(/[,\n]/)) {
      if (value.length > 3) expect(log).not.toContain(value);
    }
    expect(log).not.toMatch(/recognisable|layers|hidden/);
    secret.remove();
  });
});
