/**
 * What a client costs the sidecar, and how long it waits: `npm run bench:sidecar -- [--pairs 5] [--silent-seconds 60] [--json FILE]`
 *
 * - Training of one network, watched (masks 30 times a second, layers, drop counts) and not, in turns, and the ratio of
 *   each pair: of wall time, and of the processor time of the thread that trains, which other programs change less.
 * - From batch to client: the age of each live state when it arrives.
 * - From a request to cancel to its answer, when everything has ended and is stored.
 * - Memory of the sidecar while its client reads nothing.
 */
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {RunState, StartRun} from '../schemas/protocol.ts';
import {type SidecarClient, startSidecar} from '../test/support/sidecarClient.ts';
import {describeMachine} from './comparison/machine.ts';
import {median} from './comparison/statistics.ts';

const {values: options} = parseArgs({
  options: {
    pairs: {type: 'string', default: '5'},
    'silent-seconds': {type: 'string', default: '60'},
    json: {type: 'string'},
  },
});
const loadBefore = loadavg()[0]!;
const folder = mkdtempSync(join(tmpdir(), 'mlp-watching-'));
const document = join(folder, 'net.mlp.json');
const sonar = readFileSync(new URL('../examples/sonar/sonar.csv', import.meta.url), 'utf8');
writeFileSync(join(folder, 'sonar.csv'), sonar);
/** The same rows again and again: a larger table of the same kind. */
writeFileSync(join(folder, 'large.csv'), sonar.repeat(50));

interface Task {
  readonly name: string;
  readonly source: string;
  readonly units: readonly number[];
  readonly batchSize: number;
  readonly epochs: number;
}

const tasks: readonly Task[] = [
  {name: 'Sonar, 60-60-30-1, batches of 16', source: 'sonar.csv', units: [60, 30], batchSize: 16, epochs: 8000},
  {
    name: '10,400 rows, 60-512-512-1, batches of 128',
    source: 'large.csv',
    units: [512, 512],
    batchSize: 128,
    epochs: 8,
  },
];

function textOf({source, units, batchSize, epochs}: Task): string {
  const layers = units.flatMap((width, i) => [
    {type: 'dense', units: width, activation: 'relu', maxNorm: 3},
    {name: `drop${i + 1}`, type: 'dropout', rate: 0.3},
  ]);
  return JSON.stringify({
    version: 1,
    data: {source, header: false, target: 'column61'},
    layers: [{name: 'visible', type: 'dropout', rate: 0.2}, ...layers],
    training: {epochs, batchSize, optimizer: {type: 'sgd', learningRate: 0.01, momentum: 0.8}, seed: 7},
    // The thread that trained the first is still there, at the second, when its time is read.
    variants: {dropout: {}, next: {}},
  });
}

const place = {variant: 'dropout', repeat: 0, fold: 0};
const watched = {...place, layers: null, rate: 30};

async function begin(client: SidecarClient, task: Task, paused: boolean): Promise<RunState> {
  const request: StartRun = {kind: 'training', document, text: textOf(task), variants: null, workers: 1, paused};
  const answer = await client.request('mlpLab/startRun', request);
  if (answer.kind === 'wrongInput') throw new Error(answer.problems.map(({message}) => message).join(' '));
  await client.request('mlpLab/attach', {run: answer.state.run, from: 0});
  return answer.state;
}

interface Seconds {
  readonly wall: number;
  /** Of the thread that trains; NaN but on Linux. */
  readonly processor: number;
}

async function trainingSeconds(client: SidecarClient, task: Task, isWatched: boolean): Promise<Seconds> {
  const {run} = await begin(client, task, true);
  if (isWatched) await client.request('mlpLab/watch', {run, watched});
  const ended = client.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'foldEnded'));
  // What is before the first batch is not training: threads start, rows are encoded.
  await client.next('mlpLab/queueChanged', ({runs}) => runs.some(one => one.run === run && one.training.length > 0));
  const before = threadSeconds(client.process.pid!);
  const begun = performance.now();
  await client.request('mlpLab/continueRun', {run});
  await ended;
  const wall = (performance.now() - begun) / 1000;
  const after = threadSeconds(client.process.pid!);
  await client.request('mlpLab/cancelRun', {run});
  // The thread that trains has worked most.
  const worked = [...after].map(([thread, seconds]) => seconds - (before.get(thread) ?? 0));
  return {wall, processor: Math.max(...worked)};
}

/** Processor time of each thread of a process. */
function threadSeconds(pid: number): Map<string, number> {
  if (process.platform !== 'linux') return new Map([['', Number.NaN]]);
  const folder = `/proc/${pid}/task`;
  return new Map(
    readdirSync(folder).map(thread => {
      const fields = readFileSync(`${folder}/${thread}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      // In hundredths of a second.
      return [thread, (Number(fields[11]) + Number(fields[12])) / 100];
    }),
  );
}

const client = await startSidecar();
const ages: number[] = [];
const heard = {masks: 0, layers: 0};
client.on('mlpLab/live', ({at, masks, layers}) => {
  if (masks) heard.masks++;
  if (layers) heard.layers++;
  // Counts of drops that come late belong to a state that was shown before.
  if (masks) ages.push(Date.now() - at);
});

const results = [];
for (const task of tasks) {
  await trainingSeconds(client, task, false);
  const pairs: {alone: Seconds; seen: Seconds}[] = [];
  const before = {...heard};
  for (let i = 0; i < Number(options.pairs); i++) {
    // Whoever is first has the warmer or the cooler machine.
    const first = await trainingSeconds(client, task, i % 2 === 1);
    const second = await trainingSeconds(client, task, i % 2 === 0);
    pairs.push(i % 2 === 1 ? {alone: second, seen: first} : {alone: first, seen: second});
  }
  const ratios = (kind: keyof Seconds) => pairs.map(({alone, seen}) => seen[kind] / alone[kind]);
  const seconds = pairs.reduce((sum, {seen}) => sum + seen.wall, 0);
  const result = {
    task: task.name,
    wall: ratios('wall'),
    processor: ratios('processor'),
    masksPerSecond: (heard.masks - before.masks) / seconds,
    layersPerSecond: (heard.layers - before.layers) / seconds,
  };
  results.push(result);
  console.log(
    `${task.name}: watched takes ${summary(result.processor)} × the processor time, ${summary(result.wall)} × the wall time (${pairs.length} pairs); ${result.masksPerSecond.toFixed(1)} masks and ${result.layersPerSecond.toFixed(1)} layer states a second`,
  );
}

/** "1.02 (0.99 to 1.04)" */
function summary(values: readonly number[]): string {
  return `${median(values).toFixed(3)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}

const age = (share: number) => ages.toSorted((a, b) => a - b)[Math.floor(share * (ages.length - 1))]!;
console.log(
  `From batch to client: median ${age(0.5)} ms, 95 % ${age(0.95)} ms, longest ${age(1)} ms (${ages.length} masks)`,
);

const endless = {...tasks[0]!, epochs: 1_000_000};
const cancels: number[] = [];
for (let i = 0; i < 10; i++) {
  const {run} = await begin(client, endless, false);
  await client.next(
    'mlpLab/runEvents',
    message => message.run === run && message.events.some(({event}) => event === 'epochsEnded'),
  );
  const asked = performance.now();
  await client.request('mlpLab/cancelRun', {run});
  cancels.push(performance.now() - asked);
}
console.log(
  `Cancelling: median ${median(cancels).toFixed(0)} ms, longest ${Math.max(...cancels).toFixed(0)} ms of ${cancels.length}`,
);

const silence = await silentClient(Number(options['silent-seconds']));
console.log(
  `A client that reads nothing for ${options['silent-seconds']} s: the sidecar grows from ${silence.before} MB to at most ${silence.most} MB`,
);

/** This process does not turn its event loop meanwhile: nothing is read from the channel. */
async function silentClient(seconds: number): Promise<{before: number; most: number}> {
  const {run} = await begin(client, endless, true);
  await client.request('mlpLab/watch', {run, watched});
  await client.request('mlpLab/continueRun', {run});
  // Everything that a watched run needs is there by then.
  await new Promise(resolve => setTimeout(resolve, 5000));
  const before = residentMB(client.process.pid!);
  let most = before;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < seconds; i++) {
    Atomics.wait(clock, 0, 0, 1000);
    most = Math.max(most, residentMB(client.process.pid!));
  }
  await client.request('mlpLab/cancelRun', {run});
  return {before, most};
}

function residentMB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

await client.close();
rmSync(folder, {recursive: true});
if (options.json) {
  const measured = {
    machine: describeMachine(loadBefore),
    watching: results,
    ages: {median: age(0.5), p95: age(0.95), longest: age(1)},
    cancelMs: cancels,
    silence,
  };
  writeFileSync(
    fileURLToPath(new URL(options.json, `file://${process.cwd()}/`)),
    `${JSON.stringify(measured, null, 2)}\n`,
  );
}
