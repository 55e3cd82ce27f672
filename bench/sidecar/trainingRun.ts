import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';
import type {QueueState, RunState, StartRun, Watched} from '../../schemas/protocol.ts';
import type {SidecarClient} from '../../test/support/sidecarClient.ts';
import {type Task, textOf} from './tasks.ts';

/** The network that is watched. */
export const WATCHED: Watched = {variant: 'dropout', repeat: 0, fold: 0, layers: null, rate: 30};

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

export const watch = (client: SidecarClient, run: string, watched: Watched | null = WATCHED) =>
  client.request('mlpLab/watch', {run, watched});

/** Resolves when a network of a paused run waits before its first batch. Asked for: what was told may have gone by. */
export async function isReady(client: SidecarClient, run: string): Promise<void> {
  const isWaiting = ({runs}: QueueState) => runs.some(one => one.run === run && one.training.length > 0);
  while (!isWaiting(await client.request('mlpLab/readQueue', {}))) await setTimeout(5);
}

/** Seconds of processor time of each thread of a process, to the microsecond; NaN but on Linux. */
export function threadSeconds(pid: number): Map<string, number> {
  if (process.platform !== 'linux') return new Map([['', Number.NaN]]);
  const folder = `/proc/${pid}/task`;
  return new Map(
    readdirSync(folder).map(thread => {
      const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
      return [thread, Number(nanoseconds) / 1e9];
    }),
  );
}
