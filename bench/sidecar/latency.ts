import {performance} from 'node:perf_hooks';
import type {SidecarClient} from '../../test/support/sidecarClient.ts';
import type {Task} from './tasks.ts';
import {begin, isReady, watch} from './trainingRun.ts';

export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  readonly count: number;
}

function latency(ms: readonly number[]): Latency {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  return {medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1), count: ms.length};
}

/** From a batch to its masks at the client, while a network is trained at full speed. */
export async function masksLatency(client: SidecarClient, document: string, task: Task, count: number) {
  const {run} = await begin(client, document, {...task, epochs: 1_000_000}, {paused: false});
  await watch(client, run);
  const ages: number[] = [];
  await client.next('mlpLab/live', live => {
    // Counts of drops that come late belong to a state that was shown before.
    if (live.run === run && live.masks) ages.push(Date.now() - live.at);
    return ages.length === count;
  });
  await client.request('mlpLab/cancelRun', {run});
  return latency(ages);
}

/** From asking a paused run for one epoch to the event that tells of it: it is trained, stored and told in between. */
export async function eventLatency(client: SidecarClient, document: string, task: Task, count: number) {
  const {run} = await begin(client, document, {...task, epochs: 1_000_000}, {paused: true});
  await isReady(client, run);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const told = client.next('mlpLab/runEvents', message => message.events.some(({event}) => event === 'epochsEnded'));
    const asked = performance.now();
    await client.request('mlpLab/stepRun', {run, by: 'epoch'});
    await told;
    times.push(performance.now() - asked);
  }
  await client.request('mlpLab/cancelRun', {run});
  return latency(times);
}

/** From a request to cancel a training to its answer, when everything has ended and is stored. */
export async function cancelLatency(client: SidecarClient, document: string, task: Task, count: number) {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const {run} = await begin(client, document, {...task, epochs: 1_000_000}, {paused: false});
    await client.next(
      'mlpLab/runEvents',
      message => message.run === run && message.events.some(({event}) => event === 'epochsEnded'),
    );
    const asked = performance.now();
    await client.request('mlpLab/cancelRun', {run});
    times.push(performance.now() - asked);
  }
  return latency(times);
}
