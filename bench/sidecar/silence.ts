import {readFileSync} from 'node:fs';
import type {SidecarClient} from '../../test/support/sidecarClient.ts';
import type {Task} from './tasks.ts';
import {begin, watch} from './trainingRun.ts';

export interface Silence {
  readonly seconds: number;
  readonly beforeMB: number;
  readonly mostMB: number;
}

/** Memory of a sidecar whose client follows and watches a run, and reads nothing. On Linux. */
export async function silentClient(
  client: SidecarClient,
  document: string,
  task: Task,
  seconds: number,
): Promise<Silence> {
  const {run} = await begin(client, document, {...task, epochs: 1_000_000}, {paused: true});
  await watch(client, run);
  await client.request('mlpLab/continueRun', {run});
  // Everything that a watched run needs is there by then.
  await new Promise(resolve => setTimeout(resolve, 5000));
  const beforeMB = residentMB(client.process.pid!);
  let mostMB = beforeMB;
  // This process does not turn its event loop meanwhile: nothing is read from the channel.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < seconds; i++) {
    Atomics.wait(clock, 0, 0, 1000);
    mostMB = Math.max(mostMB, residentMB(client.process.pid!));
  }
  await client.request('mlpLab/cancelRun', {run});
  return {seconds, beforeMB, mostMB};
}

function residentMB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}
