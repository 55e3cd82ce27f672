import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';
import type {QueueState, RunState, StartRun} from '../../schemas/protocol.ts';
import type {SidecarClient} from '../../test/support/sidecarClient.ts';
import {type Task, textOf} from './tasks.ts';

/** The network that is watched. */
const watched = {variant: 'dropout', repeat: 0, fold: 0, layers: null, rate: 30};

/** Starts the training of a task, and follows it. */
export async function begin(
  client: SidecarClient,
  document: string,
  task: Task,
  {paused}: {paused: boolean},
): Promise<RunState> {
  const request: StartRun = {kind: 'training', document, text: textOf(task), variants: null, workers: 1, paused};
  const answer = await client.request('mlpLab/startRun', request);
  if (answer.kind === 'wrongInput') throw new Error(answer.problems.map(({message}) => message).join(' '));
  await client.request('mlpLab/attach', {run: answer.state.run, from: 0});
  return answer.state;
}

export const watch = (client: SidecarClient, run: string) => client.request('mlpLab/watch', {run, watched});

export interface Seconds {
  readonly wall: number;
  /** Of the thread that trains; NaN but on Linux. */
  readonly processor: number;
}

/** Trains the first network of a task. */
export async function trainingSeconds(
  client: SidecarClient,
  document: string,
  task: Task,
  {isWatched}: {isWatched: boolean},
): Promise<Seconds> {
  const {run} = await begin(client, document, task, {paused: true});
  if (isWatched) await watch(client, run);
  const ended = client.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'foldEnded'));
  // What is before the first batch is not training: threads start, rows are encoded.
  await isReady(client, run);
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

/** Resolves when a network of a paused run waits before its first batch. Asked for: what was told may have gone by. */
export async function isReady(client: SidecarClient, run: string): Promise<void> {
  const isWaiting = ({runs}: QueueState) => runs.some(one => one.run === run && one.training.length > 0);
  while (!isWaiting(await client.request('mlpLab/readQueue', {}))) await setTimeout(5);
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
