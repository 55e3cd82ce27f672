import {setTimeout} from 'node:timers/promises';
import type {SidecarClient} from '../../test/support/sidecarClient.ts';
import {inPairs, type Ratio, ratioOf, type Way} from './pairs.ts';
import type {Task} from './tasks.ts';
import {begin, isReady, threadSeconds, watch} from './trainingRun.ts';

/** Processor times are NaN but on Linux. */
export interface WatchingCost {
  readonly task: string;
  /** Of a batch while its network is watched to one while nobody watches: its wall time … */
  readonly wall: Ratio;
  /** … and the processor time of the thread that trains, which other programs change less. */
  readonly processor: Ratio;
  /** Share of a core that all other threads of the sidecar take, watched and not. */
  readonly others: {readonly [W in Way]: number};
  readonly masksPerSecond: number;
  readonly layersPerSecond: number;
}

const WARM_UP_MS = 2000;
/** Long beside the 20 ms after which a training tells where it is, short beside what else happens on a machine. */
const SEGMENT_MS = 1000;
/** What begins with the watching is not measured. */
const SETTLE_MS = 100;

/** Trains one network on and on, and watches it (masks 30 times a second, layers, drop counts) every other second. */
export async function watchingCost(
  client: SidecarClient,
  document: string,
  task: Task,
  pairs: number,
): Promise<WatchingCost> {
  const {run} = await begin(client, document, {...task, epochs: 1_000_000}, {paused: true});
  await isReady(client, run);
  await client.request('mlpLab/continueRun', {run});
  await setTimeout(WARM_UP_MS);
  const heard = {masks: 0, layers: 0};
  const end = client.on('mlpLab/live', ({masks, layers}) => {
    if (masks) heard.masks++;
    if (layers) heard.layers++;
  });
  const measured = await inPairs(pairs, async way => {
    await watch(client, run, way === 'with' ? undefined : null);
    await setTimeout(SETTLE_MS);
    return segment(client, run, task);
  });
  end();
  await client.request('mlpLab/cancelRun', {run});
  const watchedSeconds = measured.reduce((sum, pair) => sum + pair.with.seconds, 0);
  const othersOf = (way: Way) =>
    measured.reduce((sum, pair) => sum + pair[way].others, 0) /
    measured.reduce((sum, pair) => sum + pair[way].seconds, 0);
  return {
    task: task.name,
    wall: ratioOf(measured, ({seconds, batches}) => seconds / batches),
    processor: ratioOf(measured, ({trained, batches}) => trained / batches),
    others: {with: othersOf('with'), without: othersOf('without')},
    masksPerSecond: heard.masks / watchedSeconds,
    layersPerSecond: heard.layers / watchedSeconds,
  };
}

/** What happens in a second or so. Times of processors in seconds. */
async function segment(client: SidecarClient, run: string, task: Task) {
  const before = await reading(client, run, task);
  await setTimeout(SEGMENT_MS);
  const after = await reading(client, run, task);
  // The thread that trains works most.
  const worked = [...after.threads].map(([thread, seconds]) => seconds - (before.threads.get(thread) ?? 0));
  const trained = Math.max(...worked);
  return {
    seconds: (after.at - before.at) / 1000,
    batches: after.batches - before.batches,
    trained,
    others: worked.reduce((sum, seconds) => sum + seconds, 0) - trained,
  };
}

async function reading(client: SidecarClient, run: string, {batchesPerEpoch}: Task) {
  const {runs} = await client.request('mlpLab/readQueue', {});
  const {epoch, batch} = runs.find(one => one.run === run)!.training[0]!;
  return {at: performance.now(), batches: epoch * batchesPerEpoch + batch, threads: threadSeconds(client.process.pid!)};
}
